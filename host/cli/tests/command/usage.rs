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
fn what_a_device_does_has_examples() {
    for name in
        ["open", "sync", "status", "list", "show", "draft", "submit", "operations", "amend", "withdraw", "inbox"]
    {
        assert!(lockstep(["device", name, "--help"]).ends(0).contains("Examples:\n  lockstep device"), "{name}");
    }
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
