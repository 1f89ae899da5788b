//! Days without a network: drafts, submitted operations, lists, changes of what was never sent.

use super::{ENTITY, NAME, device, field, server, states, submit};
use crate::support::ran;

#[test]
fn a_device_works_offline_and_says_what_waits() {
    let server = server();
    let device = device(&server, "tablet-1");
    let shown = device.offline(&["list"], &[]);
    assert!(
        shown.ends(0).contains("used by sam for main") && shown.stdout.contains("Purchase requests"),
        "{}",
        shown.stdout
    );
    let pages = device.told(&["list"], &[NAME]);
    assert_eq!(pages["pages"][0]["name"], "requests");

    // A draft shows what is derived, in the reader's language, and keeps nothing.
    let rows = ["lines[+1].product=P-200", "lines[+1].quantity=2", "lines[+2].product=P-100", "lines[+2].quantity=1"];
    let entered = [&[NAME, ENTITY, "requester=Facilities", "budget=100", "--today", "2026-03-02"], &rows[..]].concat();
    let draft = device.offline(&["draft"], &[&entered[..], &["--locale", "de"]].concat());
    let text = draft.ends(0);
    for part in ["417,9", "16.03.2026", "over-budget", "create, update, delete, submit", "create would be done"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(states(&device).is_empty());

    let stored = device.offline(&["submit"], &entered);
    assert!(stored.ends(0).starts_with("1 stored: create purchase-request "), "{}", stored.stdout);
    let page = device.told(&["list"], &[NAME, "requests"]);
    assert_eq!((&page["total"], &page["rows"][0]["pending"]), (&1.into(), &true.into()));
    assert_eq!(page["rows"][0]["values"]["total"], "417.9");
    let key = page["rows"][0]["key"].as_str().unwrap();
    let shown = device.told(&["show"], &[NAME, ENTITY, key]);
    let products: Vec<_> = shown["collections"][0]["rows"].as_array().unwrap().iter().collect();
    assert_eq!(products.len(), 2);
    assert_eq!(products[0]["fields"][0]["value"], "P-200", "rows stay in the order in which they were entered");
    let status = device.told(&["status"], &[]);
    assert_eq!((&status["in-sync"], &status["waiting"]), (&false.into(), &1.into()));

    let synced = device.run("sync", &[]);
    assert!(synced.ends(0).contains("accepted") && synced.stdout.contains("yes, since"), "{}", synced.stdout);
    assert_eq!(states(&device), ["accepted"]);
    assert_eq!(device.told(&["status"], &[])["in-sync"], true);
}

#[test]
fn what_was_never_sent_is_changed_and_taken_back() {
    let server = server();
    let device = device(&server, "tablet-1");
    let key = submit(&device, &["requester=Facilities"]);
    submit(&device, &["--key", &key, "budget=50"]);
    let amended = device.offline(&["amend"], &["1", "requester=Canteen"]);
    assert!(amended.ends(0).starts_with("1 stored"), "{}", amended.stdout);
    assert_eq!((&*field(&device, &key, "requester"), &*field(&device, &key, "budget")), ("Canteen", "50"));
    device.offline(&["withdraw"], &["1"]).fails(3, &["operation 2 would be refused without it"]);
    assert_eq!(device.offline(&["withdraw"], &["2"]).ends(0), "2 is taken back\n");
    assert_eq!(field(&device, &key, "budget"), "");
    device.run("sync", &[]).ends(0);
    device.offline(&["amend"], &["1", "requester=Garage"]).fails(3, &["operation 1 was sent already"]);
}

#[test]
fn a_server_that_is_gone_keeps_nothing_from_working() {
    let server = server();
    let device = device(&server, "tablet-1");
    submit(&device, &["requester=Facilities"]);
    let gone = ["--server", "http://127.0.0.1:9"];
    let stopped = device.run("sync", &gone);
    stopped.fails(8, &["cannot be reached", "1 message waits on the device"]);
    let opened = device.run("open", &gone);
    assert!(opened.ends(0).contains("Purchase requests"), "{}", opened.stdout);
    assert!(opened.stderr.contains("stays as it is"), "{}", opened.stderr);
    device.run("sync", &[]).ends(0);
    assert_eq!(states(&device), ["accepted"]);
}

#[test]
fn a_refused_document_is_not_stored_and_says_why() {
    let server = server();
    let device = device(&server, "tablet-1");
    let entered = [NAME, ENTITY, "lines[+1].product=P-300", "lines[+1].quantity=0"];
    let refused = device.offline(&["submit"], &entered);
    let text = refused.ends(1);
    for part in ["refused, and nothing is stored", "required", "quantity-not-positive", "discontinued"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(states(&device).is_empty());
    let draft = device.offline(&["draft"], &[&entered[..], &["--format", "json"]].concat());
    let draft: serde_json::Value = serde_json::from_str(draft.ends(1)).unwrap();
    assert!(draft["refusal"].as_str().unwrap().contains('0'), "{draft:#}");
    let blocking = draft["issues"].as_array().unwrap().iter().filter(|issue| issue["blocking"] == true).count();
    assert_eq!(blocking, 3);
    let mut nobody = server.bare(&["device", "draft", "--state", "nowhere", NAME, ENTITY]);
    ran(&mut nobody).fails(3, &["nowhere is no device's folder yet", "lockstep device open"]);
}
