//! Help, completions and the command line itself.

use crate::support::{command, lockstep, ran};

#[test]
fn help_lists_the_subcommands_and_the_exit_codes() {
    let help = lockstep(["--help"]);
    let help = help.ends(0);
    for word in [
        "new",
        "build",
        "test",
        "run",
        "inspect",
        "keygen",
        "sign",
        "verify",
        "device",
        "completions",
        "Exit codes:",
        "70",
    ] {
        assert!(help.contains(word), "{word}");
    }
}

#[test]
fn each_subcommand_has_examples() {
    for name in ["new", "build", "test", "run", "inspect", "keygen", "sign", "verify", "completions"] {
        assert!(lockstep([name, "--help"]).ends(0).contains(&format!("lockstep {name}")), "{name}");
    }
}

#[test]
fn each_limit_shows_its_default() {
    for (name, limits) in [
        ("run", &["--fuel", "--memory", "--input", "--output", "--look-ups", "--rounds", "--wall-clock"][..]),
        ("serve", &["--waiting", "--cases", "--upload", "--connections", "--requests-per-minute", "--shutdown"]),
    ] {
        let help = lockstep([name, "--help"]);
        let help = help.ends(0);
        assert!(!help.contains("0 unless given") && !help.contains("4 unless given"), "{help}");
        for limit in limits {
            let about = help.split_once(&format!("{limit} <")).unwrap_or_else(|| panic!("{limit}: {help}")).1;
            let about = about.split("\n      --").next().unwrap();
            assert!(about.contains("[default:"), "{limit}: {about}");
        }
    }
}

#[test]
fn what_a_device_does_has_examples() {
    for name in
        ["open", "sync", "status", "list", "show", "draft", "submit", "operations", "amend", "withdraw", "inbox"]
    {
        assert!(lockstep(["device", name, "--help"]).ends(0).contains("Examples:\n  lockstep device"), "{name}");
    }
}

#[test]
fn unpublishing_and_halting_are_told_apart() {
    let (unpublish, halt) = (lockstep(["unpublish", "--help"]), lockstep(["halt", "--help"]));
    assert!(unpublish.ends(0).starts_with("Take what is published under a name back"), "{}", unpublish.stdout);
    assert!(halt.ends(0).starts_with("Stop rolling a version out"), "{}", halt.stdout);
    assert!(!unpublish.stdout.contains("lockstep halt") && !halt.stdout.contains("lockstep unpublish"));
}

#[test]
fn the_policys_form_is_in_the_help() {
    let help = lockstep(["serve", "--help"]);
    let policy = help.ends(0).split_once("[[role]]").expect("an example").1;
    let policy = format!("[[role]]{policy}");
    lockstep_server::Policy::parse(&policy).unwrap_or_else(|mistakes| panic!("{mistakes:?}: {policy}"));
}

#[test]
fn shells_get_completions() {
    for (shell, word) in [("bash", "_lockstep"), ("zsh", "#compdef lockstep"), ("fish", "complete -c lockstep")] {
        assert!(lockstep(["completions", shell]).ends(0).contains(word), "{shell}");
    }
}

#[test]
fn a_wrong_command_line_is_a_usage_error() {
    assert_eq!(lockstep(["evaluate"]).code, 2);
    assert_eq!(lockstep(["run", "."]).code, 2);
    assert_eq!(lockstep(["run", ".", "a.json", "--argument", "reason"]).code, 2);
}

#[test]
fn failures_are_coloured_only_on_demand() {
    let plain = lockstep(["inspect", "nowhere.wasm"]);
    assert!(!plain.stderr.contains('\u{1b}'), "{}", plain.stderr);
    let coloured = ran(&mut command(["inspect", "nowhere.wasm", "--color", "always"]));
    assert!(coloured.stderr.contains('\u{1b}'), "{}", coloured.stderr);
    let never = ran(command(["inspect", "nowhere.wasm"]).env("NO_COLOR", "1"));
    assert!(!never.stderr.contains('\u{1b}'), "{}", never.stderr);
}
