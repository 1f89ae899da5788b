//! A version for some devices first: a share of them, or rings.

use super::kit::{Device, NAME, Server};

fn reached(devices: &[Device<'_>]) -> Vec<bool> {
    let refreshed = devices.iter().map(Device::refreshed);
    let is_new = |version: Option<String>| match version.as_deref() {
        Some("1.1.0") => true,
        Some("1.0.0") => false,
        other => panic!("{other:?}"),
    };
    refreshed.map(is_new).collect()
}

#[test]
fn half_of_the_devices_get_a_version_first_and_stay_with_it() {
    let server = Server::with(&["1.0.0", "1.1.0"]);
    server.publish("1.0.0");
    let devices: Vec<_> = (0..12).map(|number| server.device(&format!("tablet-{number}"))).collect();
    assert_eq!(reached(&devices), [false; 12]);

    let new = format!("{NAME}@1.1.0");
    server.run(&["publish", &new, "--percent", "50", "--reason", "first half"]).ends(0);
    let first = reached(&devices);
    let count = first.iter().filter(|is_new| **is_new).count();
    assert!((1..12).contains(&count), "{count} of 12 devices have it");
    assert_eq!(reached(&devices), first, "the same ones at the next refresh");
    let shown = server.run(&["workspaces"]);
    assert!(shown.ends(0).contains("50 %"), "{}", shown.stdout);

    server.run(&["widen", NAME, "--percent", "80", "--reason", "no complaints"]).ends(0);
    let second = reached(&devices);
    let dropped = first.iter().zip(&second).any(|(first, second)| *first && !*second);
    assert!(!dropped, "a wider rollout takes nobody out: {first:?} {second:?}");

    server.run(&["halt", NAME, "--reason", "complaints"]).ends(0);
    assert_eq!(reached(&devices), [false; 12]);

    server.run(&["publish", &new, "--percent", "10", "--reason", "again"]).ends(0);
    let told = server.run(&["widen", NAME, "--percent", "100", "--reason", "for everybody"]);
    assert_eq!(told.ends(0), "purchase-requests: 1.1.0 for all\n");
    assert_eq!(reached(&devices), [true; 12]);
}

#[test]
fn a_ring_gets_a_version_first() {
    let server = Server::with(&["1.0.0", "1.1.0"]);
    server.publish("1.0.0");
    let devices = [server.device("pilot-1"), server.device("tablet-1")];
    assert_eq!(reached(&devices), [false, false]);
    server.run(&["devices", "rings", "pilot-1", "pilots", "--reason", "tries new versions"]).ends(0);
    server.run(&["publish", &format!("{NAME}@1.1.0"), "--ring", "pilots", "--reason", "pilots"]).ends(0);
    assert_eq!(reached(&devices), [true, false]);
    let listed = server.run(&["devices", "list"]);
    let listed = listed.ends(0);
    assert!(listed.contains("pilot-1") && listed.contains("pilots") && listed.contains("tablet-1"), "{listed}");
    server.run(&["devices", "rings", "pilot-1", "--reason", "no more"]).ends(0);
    assert_eq!(reached(&devices), [false, false]);
}

#[test]
fn a_rollout_that_cannot_be_is_refused() {
    let server = Server::with(&["1.0.0"]);
    server
        .run(&["widen", NAME, "--percent", "50", "--reason", "more"])
        .fails(7, &["no version of `purchase-requests`"]);
    assert_eq!(server.run(&["widen", NAME, "--reason", "more"]).code, 2, "to whom?");
    let new = format!("{NAME}@1.0.0");
    assert_eq!(server.run(&["publish", &new, "--percent", "101", "--reason", "all"]).code, 2);
    server.run(&["publish", &new, "--ring", "No Ring", "--reason", "pilots"]).fails(7, &["`No Ring`"]);
}
