//! Two devices, the same record, changed products: all four verdicts, and what people do about them.

use super::{NAME, device, field, server, states, submit};

const CHANGED: &str = "number,name,price,discontinued\nP-100,Desk lamp,49.90,false\nP-200,Office chair,189.00,true\n";

#[test]
fn two_devices_come_back_and_every_operation_has_a_verdict() {
    let server = server();
    let (one, other) = (device(&server, "tablet-1"), device(&server, "tablet-2"));
    let key = submit(&one, &["requester=Facilities"]);
    one.run("sync", &[]).ends(0);
    other.run("sync", &[]).ends(0);

    // Both change the same record, and what is bought changes meanwhile.
    submit(&one, &["--key", &key, "requester=Garage"]);
    let lamps = submit(&one, &["requester=Office", "lines[+1].product=P-100", "lines[+1].quantity=2"]);
    submit(&other, &["--key", &key, "requester=Canteen"]);
    submit(&other, &["--key", &key, "--action", "delete"]);
    submit(&other, &["requester=Hall", "lines[+1].product=P-200", "lines[+1].quantity=1"]);
    assert_eq!(field(&one, &lamps, "total"), "79.8");
    let changed = server.file("changed.csv", CHANGED);
    server.run(&["import", "rows", NAME, "product", &changed, "--add"]).ends(0);

    let synced = one.run("sync", &[]);
    let text = synced.ends(0);
    assert!(text.contains("rebased") && text.contains("Product P-100 has changed."), "{text}");
    assert_eq!(states(&one), ["accepted", "accepted", "rebased"]);
    assert_eq!(field(&one, &lamps, "total"), "99.8", "as the server has it");
    let synced = other.run("sync", &["--locale", "de"]);
    assert!(synced.ends(0).contains("Es wartet auf einen früheren Vorgang."), "{}", synced.stdout);
    assert_eq!(states(&other), ["rejected", "parked", "rejected"]);

    // Nothing was lost, and the administrator sees why.
    let listed = server.json(&["operations", "list"]);
    assert_eq!(listed["counts"], serde_json::json!({ "accepted": 2, "rebased": 1, "rejected": 2, "parked": 1 }));
    let summary = server.run(&["operations", "summary"]);
    let text = summary.ends(0);
    for part in ["accepted", "rejected", "edited on both sides: requester", "discontinued", "parked"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let parked = server.run(&["operations", "list", "--verdict", "parked"]);
    assert!(parked.ends(0).contains("tablet-2#2"), "{}", parked.stdout);

    // Mine, base and theirs; retry, and what waited for it goes through.
    let inbox = other.offline(&["inbox", "list"], &[]);
    let text = inbox.ends(0);
    for part in ["Facilities", "Canteen", "Garage", "conflict"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let retried = other.offline(&["inbox", "retry"], &["1", "requester=Canteen and garage"]);
    assert!(retried.ends(0).starts_with("4 stored: update"), "{}", retried.stdout);
    other.offline(&["inbox", "discard"], &["3"]).ends(0);
    other.offline(&["inbox", "discard"], &["3"]).fails(3, &["operation 3 is not in the inbox"]);
    other.offline(&["inbox", "retry"], &["2"]).fails(3, &["operation 2 is not in the inbox"]);
    other.run("sync", &[]).ends(0);
    let states = states(&other);
    assert_eq!((&*states[0], &*states[2], &*states[3]), ("rejected", "rejected", "accepted"));
    assert_ne!(states[1], "parked", "its cause was decided");
    assert_eq!(other.offline(&["inbox", "list"], &[]).stdout.contains("2 delete"), states[1] == "rejected");
}

#[test]
fn an_administrator_settles_what_is_parked() {
    let server = server();
    let (one, other) = (device(&server, "tablet-1"), device(&server, "tablet-2"));
    let keys: Vec<_> = ["A", "B"].map(|name| submit(&one, &[&format!("requester={name}")])).into();
    one.run("sync", &[]).ends(0);
    other.run("sync", &[]).ends(0);
    for key in &keys {
        submit(&one, &["--key", key, "requester=one"]);
        submit(&other, &["--key", key, "requester=other"]);
        submit(&other, &["--key", key, "budget=5"]);
    }
    one.run("sync", &[]).ends(0);
    other.run("sync", &[]).ends(0);
    assert_eq!(states(&other), ["rejected", "parked", "rejected", "parked"]);

    let released = server.run(&["operations", "release", "tablet-2#2", "--reason", "the budget is independent"]);
    assert_eq!(released.ends(0), "tablet-2#2 is rebased now\n", "the record has another requester");
    let rejected = server.run(&["operations", "reject", "tablet-2#4", "--reason", "agreed by phone"]);
    assert_eq!(rejected.ends(0), "tablet-2#4 is rejected now\n");
    server.run(&["operations", "release", "tablet-2#2", "--reason", "again"]).fails(7, &["tablet-2#2", "rebased"]);
    server.run(&["operations", "release", "tablet-2#9", "--reason", "x"]).fails(7, &["tablet-2#9"]);
    let shown = server.json(&["operations", "show", "tablet-2#4"]);
    assert_eq!(shown["settled"]["reason"], "agreed by phone");

    other.run("sync", &[]).ends(0);
    assert_eq!(states(&other), ["rejected", "rebased", "rejected", "rejected"]);
    assert_eq!(field(&other, &keys[0], "budget"), "5");
    assert!(other.offline(&["inbox", "list"], &[]).ends(0).contains("agreed by phone"));
}
