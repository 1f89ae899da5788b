//! Upload, apply, publish, refresh, run; roll back; withdraw.

use serde_json::Value;

use super::kit::{NAME, Server};
use crate::support::plugin;

fn demo() -> [String; 2] {
    [format!("{}/demo/request.json", plugin()), format!("{}/reference", plugin())]
}

#[test]
fn a_package_goes_from_its_publisher_to_a_devices_document() {
    let server = Server::with(&["1.0.0"]);
    let device = server.device("tablet-1");
    let enrolling = device.run("refresh", &[]);
    assert!(enrolling.stderr.contains("device `tablet-1` of environment `north`"), "{}", enrolling.stderr);
    assert_eq!(device.version(), None, "nothing is published yet");

    server.publish("1.0.0");
    let refreshed = device.run("refresh", &[]);
    let shown = refreshed.ends(0);
    assert!(shown.contains("new       purchase-requests 1.0.0\n"), "{shown}");
    assert_eq!(device.run("refresh", &[]).ends(0).split_once(": ").unwrap().1, "nothing new\n");

    let [document, reference] = demo();
    let arguments = [NAME, &document, "--reference", &reference, "--today", "2026-03-02", "--brief"];
    let ran = device.run("run", &arguments);
    let shown = ran.ends(0);
    assert!(shown.starts_with("Purchase requests: Update accepted\n"), "{shown}");
    assert!(shown.contains("on the portable engine"), "{shown}");

    // The receipt names the package that was published.
    let ran = device.run("run", &[&arguments[..6], &["--format", "json"]].concat());
    let report: Value = serde_json::from_str(ran.ends(0)).unwrap();
    let published = server.json(&["packages", "--state", "published"]);
    assert_eq!(report["receipts"][0]["package"], published[0]["digest"]);
    assert_eq!(report["resolved"]["total"], "518");
}

#[test]
fn a_device_works_when_its_server_is_gone() {
    let server = Server::with(&["1.0.0"]);
    server.publish("1.0.0");
    let device = server.device("tablet-1");
    assert_eq!(device.refreshed().as_deref(), Some("1.0.0"));
    // A port where nobody listens.
    let offline = device.run("refresh", &["--server", "http://127.0.0.1:9"]);
    offline.fails(8, &["cannot be reached", "stays as it is"]);
    let [document, reference] = demo();
    device.run("run", &[NAME, &document, "--reference", &reference]).ends(0);
}

#[test]
fn a_bad_version_is_rolled_back() {
    let server = Server::with(&["1.0.0", "1.1.0"]);
    let device = server.device("tablet-1");
    for number in ["1.0.0", "1.1.0"] {
        server.publish(number);
        assert_eq!(device.refreshed().as_deref(), Some(number));
    }
    let told = server.run(&["rollback", NAME, "--reason", "wrong totals"]);
    assert_eq!(told.ends(0), "purchase-requests: 1.0.0 for all\n");
    assert_eq!(device.refreshed().as_deref(), Some("1.0.0"));

    // And forth again, by name.
    let to = format!("{NAME}@1.1.0");
    server.run(&["rollback", NAME, "--to", &to, "--reason", "they were right"]).ends(0);
    assert_eq!(device.refreshed().as_deref(), Some("1.1.0"));

    let audit = server.json(&["audit"]);
    let last = audit.as_array().unwrap().last().unwrap();
    assert_eq!((last["actor"].as_str(), last["reason"].as_str()), (Some("ada"), Some("they were right")));
    let shown = server.run(&["audit", "--limit", "1000"]);
    assert!(shown.ends(0).contains("wrong totals"), "{}", shown.stdout);
}

#[test]
fn what_is_withdrawn_or_unpublished_leaves_the_devices() {
    let server = Server::with(&["1.0.0", "1.1.0"]);
    let device = server.device("tablet-1");
    server.publish("1.0.0");
    assert_eq!(device.refreshed().as_deref(), Some("1.0.0"));
    server.run(&["unpublish", NAME, "--reason", "not now"]).ends(0);
    assert_eq!(device.refreshed(), None);

    server.publish("1.1.0");
    assert_eq!(device.refreshed().as_deref(), Some("1.1.0"));
    let digest = server.json(&["packages", "--state", "published"])[0]["digest"].as_str().unwrap().to_owned();
    let told = server.run(&["withdraw", &digest[..10], "--reason", "computes wrong taxes"]);
    assert!(told.ends(0).starts_with("purchase-requests 1.1.0 is withdrawn"), "{}", told.stdout);
    device.run("refresh", &[]).ends(0);
    assert_ne!(device.version().as_deref(), Some("1.1.0"));
    let [document, reference] = demo();
    if device.version().is_none() {
        device
            .run("run", &[NAME, &document, "--reference", &reference])
            .fails(3, &["no `purchase-requests`", "refresh"]);
    }
    server.run(&["publish", &digest, "--reason", "again"]).fails(7, &["withdrawn"]);
}

#[test]
fn packages_are_listed_and_shown_in_full() {
    let server = Server::with(&["1.0.0", "1.1.0"]);
    let listed = server.run(&["packages", "--name", NAME]);
    let listed = listed.ends(0);
    for part in ["package", "purchase-requests", "1.0.0", "1.1.0", "applied", "lockstep-samples"] {
        assert!(listed.contains(part), "{part}: {listed}");
    }
    let shown = server.run(&["packages", &format!("{NAME}@1.0.0")]);
    let shown = shown.ends(0);
    for part in ["purchase-requests 1.0.0\n", "state", "applied", "/portable", "uploaded", "by ada"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    server.run(&["packages", "--name", "nothing"]).ends(0);
    server.run(&["packages", "nothing@1.0.0"]).fails(7, &["no package `nothing@1.0.0`"]);
    server.run(&["packages", "nothing"]).fails(2, &["NAME@VERSION"]);
    let wrong = server.run(&["packages", "--state", "lost"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("superseded"), "{}", wrong.stderr);
}
