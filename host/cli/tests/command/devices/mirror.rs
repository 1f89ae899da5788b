//! What goes into a server beside devices, and operations that are run again.

use super::{ENTITY, NAME, device, server, submit};

#[test]
fn an_import_is_refused_line_by_line_and_taken_whole() {
    let server = server();
    let rows = |text: &str, more: &[&str]| {
        let file = server.file("rows.csv", text);
        server.run(&[&["import", "rows", NAME, "product", &file], more].concat())
    };
    let header = "number,name,price,discontinued\n";
    let wrong = rows(&format!("{header}P-1,Lamp,dear,false\nP-2,Chair,1,maybe\nP-3,Desk,2,false\n"), &[]);
    assert_eq!(wrong.code, 7, "{}", wrong.stderr);
    for part in ["line 2", "`dear`", "line 3", "`maybe`"] {
        assert!(wrong.stderr.contains(part), "{part}: {}", wrong.stderr);
    }
    assert!(!wrong.stderr.contains("line 4"), "{}", wrong.stderr);
    let taken = rows(&format!("{header}P-100,Desk lamp,39.90,false\nP-9,Desk,2,false\n"), &["--add"]);
    assert!(taken.ends(0).contains("1 new or changed"), "nothing of the wrong file was taken: {}", taken.stdout);

    let file = server.file("stock.csv", "key,requester\nR-1,Hall\nR-1,Yard\n");
    let doubled = server.run(&["import", "records", NAME, ENTITY, &file, "--company", "main"]);
    assert_eq!(doubled.code, 7, "{}", doubled.stderr);
    assert!(doubled.stderr.contains("line 2 and line 3"), "{}", doubled.stderr);
    let table = server.run(&["import", "rows", NAME, "products", &file]);
    table.fails(7, &["no table `products`", "`product`"]);
    server.run(&["import", "rows", NAME, "product", "rows.txt"]).fails(2, &["rows.txt", ".csv"]);
    server.run(&["import", "rows", NAME, "product", "nowhere.csv"]).fails(3, &["nowhere.csv"]);
}

#[test]
fn imported_records_are_on_devices() {
    let server = server();
    let file = server.file("requests.jsonl", "{\"key\": \"R-1\", \"requester\": \"Hall\", \"budget\": \"20\"}\n");
    server.run(&["import", "records", NAME, ENTITY, &file, "--company", "main"]).ends(0);
    let device = device(&server, "tablet-1");
    let page = device.told(&["list"], &[NAME, "requests", "--all"]);
    assert_eq!((&page["total"], &page["rows"][0]["key"]), (&1.into(), &"R-1".into()));
    let shown = device.offline(&["show"], &[NAME, ENTITY, "R-1"]);
    assert!(shown.ends(0).contains("Hall"), "{}", shown.stdout);
}

#[test]
fn a_recorded_operation_is_run_again_and_a_difference_explained() {
    let server = server();
    let device = device(&server, "tablet-1");
    for _ in 0..2 {
        submit(&device, &["requester=Office", "lines[+1].product=P-100", "lines[+1].quantity=2"]);
    }
    submit(&device, &["requester=Hall"]);
    device.run("sync", &[]).ends(0);
    submit(&device, &["requester=Office", "lines[+1].product=P-100", "lines[+1].quantity=2"]);
    let changed = server.file("changed.csv", "number,name,price,discontinued\nP-100,Desk lamp,49.90,false\n");
    server.run(&["import", "rows", NAME, "product", &changed, "--add"]).ends(0);
    device.run("sync", &[]).ends(0);

    let equal = server.run(&["replay", "tablet-1#1"]);
    let text = equal.ends(0);
    for part in ["at the server: accepted", "the same as at the server", "the same as at the device", "unit-price"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let portable = server.json(&["replay", "tablet-1#1", "--portable"]);
    assert_eq!(portable["differs-from-server"], serde_json::json!([]));
    let other = server.run(&["replay", "tablet-1#4"]);
    let text = other.ends(0);
    for part in ["at the server: rebased", "P-100", "the same as at the server", "not as at the device: input, outcome"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    server.run(&["replay", "tablet-1#9"]).fails(7, &["tablet-1#9"]);
    assert_eq!(server.run(&["replay", "tablet-1"]).code, 2);
}

#[test]
fn the_log_says_what_is_mirrored() {
    let server = server();
    let device = device(&server, "tablet-1");
    submit(&device, &["requester=Office"]);
    device.run("sync", &[]).ends(0);
    let log = std::fs::read_to_string(server.folder.path().join("log")).unwrap();
    let line = log.lines().find(|line| line.contains("messages taken")).unwrap_or_else(|| panic!("{log}"));
    assert!(line.contains("tablet-1") && line.contains("accepted=1") && line.contains("rejected=0"), "{line}");
}
