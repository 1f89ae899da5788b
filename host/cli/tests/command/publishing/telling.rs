//! What is published after a change, at which revision, and what the log has.

use super::kit::{NAME, PUBLISHER, Server};

#[test]
fn a_change_says_what_is_published_now() {
    let server = Server::with(&["1.0.0", "1.1.0"]);
    let run = |arguments: &[&str]| server.run(&[arguments, &["--reason", "a trial"]].concat()).ends(0).to_owned();
    let (old, new) = (format!("{NAME}@1.0.0"), format!("{NAME}@1.1.0"));
    assert!(
        run(&["publish", &old, "--percent", "20"])
            .ends_with(&format!("\n{NAME}: 1.0.0 for 20 %, nothing for all others\n"))
    );
    assert!(run(&["widen", NAME, "--percent", "100"]).ends_with(&format!("{NAME}: 1.0.0 for all\n")));
    let told = run(&["publish", &new, "--percent", "10", "--ring", "pilots"]);
    assert!(told.ends_with(&format!("\n{NAME}: 1.1.0 for 10 % and ring pilots, 1.0.0 for all others\n")), "{told}");
    let told = run(&["withdraw", &new]);
    assert!(told.ends_with(&format!("\n{NAME}: 1.0.0 for all\n")), "{told}");
    let nothing = format!("nothing is published under {NAME} now: `lockstep publish {NAME}@VERSION`");
    let told = run(&["unpublish", NAME]);
    assert!(told.starts_with(&nothing), "{told}");

    run(&["publish", &old]);
    let id = server.json(&["keys", "list"])[0]["id"].as_str().unwrap().to_owned();
    let told = run(&["keys", "revoke", &id]);
    assert!(told.contains("is revoked\n") && told.contains(&nothing), "{told}");
    let key = server.folder.path().join("samples.pub").display().to_string();
    let again = server.run(&["keys", "trust", PUBLISHER, &key, "--reason", "we found it again"]);
    again.fails(7, &["is revoked already", "never be trusted again"]);
}

#[test]
fn a_change_can_be_held_to_a_revision() {
    let server = Server::with(&["1.0.0", "1.1.0"]);
    let shown = |what: &str| {
        let shown = server.run(&[what]).ends(0).to_owned();
        let revision = shown.split_once("At revision ").unwrap_or_else(|| panic!("{shown}")).1;
        revision.trim_end().trim_end_matches('.').to_owned()
    };
    let (first, also) = (shown("packages"), shown("workspaces"));
    assert_eq!(first, also);
    let publish = |number: &str, revision: &str| {
        server.run(&["publish", &format!("{NAME}@{number}"), "--revision", revision, "--reason", "mine"])
    };
    publish("1.0.0", &first).ends(0);
    // Somebody who looked before that decides on what is no more.
    publish("1.1.0", &first).fails(7, &["revision", "somebody has changed it"]);
    for late in [
        &["unpublish", NAME][..],
        &["rollback", NAME],
        &["halt", NAME],
        &["withdraw", &format!("{NAME}@1.0.0")],
        &["devices", "rings", "tablet-1", "pilots"],
    ] {
        let late = [late, &["--revision", &first, "--reason", "mine"]].concat();
        server.run(&late).fails(7, &["somebody has changed it"]);
    }
    publish("1.1.0", &shown("workspaces")).ends(0);
    let environment = server.json(&["keys", "environment"]);
    assert_eq!(environment["revision"].to_string(), shown("packages"));
}

#[test]
fn the_environments_key_enrols_a_device() {
    let server = Server::with(&["1.0.0"]);
    server.publish("1.0.0");
    let pem = server.run(&["keys", "environment"]);
    let key = server.file("north.pub", pem.ends(0));
    assert!(pem.stdout.starts_with("-----BEGIN PUBLIC KEY-----\n"), "{}", pem.stdout);
    let device = server.device("tablet-1");
    device.run("refresh", &["--environment-key", &key]).ends(0);
    assert_eq!(device.version().as_deref(), Some("1.0.0"));
}

#[test]
fn the_log_shows_its_newest_entries_and_that_there_are_more() {
    let server = Server::with(&["1.0.0"]);
    for ring in ["a", "b", "c"] {
        server.run(&["devices", "rings", "tablet-1", ring, "--reason", &format!("ring {ring}")]).ends(0);
    }
    let numbers = |arguments: &[&str]| {
        let entries = server.json(&[&["audit"], arguments].concat());
        entries.as_array().unwrap().iter().map(|entry| entry["number"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    let all = numbers(&[]);
    let last = all.len() as u64;
    assert_eq!(all, (1..=last).collect::<Vec<_>>(), "in order");
    assert_eq!(numbers(&["--limit", "2"]), [last - 1, last]);
    assert_eq!(numbers(&["--limit", "2", "--before", &(last - 1).to_string()]), [last - 3, last - 2]);
    assert_eq!(numbers(&["--limit", "2", "--after", "0"]), [1, 2]);

    let newest = server.run(&["audit", "--limit", "2"]);
    let newest = newest.ends(0);
    assert!(newest.contains("ring b") && newest.contains("ring c") && !newest.contains("ring a"), "{newest}");
    assert!(newest.ends_with(&format!("more: `lockstep audit --before {}`\n", last - 1)), "{newest}");
    let oldest = server.run(&["audit", "--limit", "2", "--after", "0"]);
    assert!(oldest.ends(0).ends_with("more: `lockstep audit --after 2`\n"), "{}", oldest.stdout);
    let whole = server.run(&["audit"]);
    assert!(!whole.ends(0).contains("more:"), "{}", whole.stdout);
    let none = server.run(&["audit", "--limit", "0"]);
    assert!(none.code == 2 && none.stderr.contains("1..=1000"), "{}", none.stderr);
}
