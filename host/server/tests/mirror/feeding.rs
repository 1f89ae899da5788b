//! Imports, and what those who follow get.

use lockstep_server::{
    MirrorError,
    mirror::ImportKind::{Csv, JsonLines},
};

use crate::{
    server::{Device, Kind, Server},
    world::{create, number, order},
};

on_each_store!(
    a_file_is_taken_whole_or_not_at_all_and_all_its_mistakes_are_said,
    records_are_imported_as_they_are,
    those_who_follow_get_every_version_with_its_operation,
);

fn a_file_is_taken_whole_or_not_at_all_and_all_its_mistakes_are_said(kind: Kind) {
    let server = Server::new(kind);
    let wrong = server.mirror.import_rows("orders", "price", Csv, b"item,price\nI-3,1\nI-4,x\nI-3,2\n", false);
    let Err(MirrorError::Import(error)) = wrong else { panic!("{wrong:?}") };
    let said = error.to_string();
    assert!(said.contains("line 3") && said.contains("line 4"), "{said}");
    let mut device = Device::of(&server, "d1");
    assert_eq!(device.world.prices.len(), 2);
    let json = br#"{"item": "I-3", "price": "7.50"}"#;
    let added = server.mirror.import_rows("orders", "price", JsonLines, json, true).expect("imported");
    assert_eq!((added.read, added.changed, added.removed), (1, 1, 0));
    let whole = server.mirror.import_rows("orders", "price", JsonLines, json, false).expect("imported");
    assert_eq!((whole.read, whole.changed, whole.removed), (1, 0, 2));
    device.pull(&server);
    assert_eq!(device.world.prices, [("I-3".to_owned(), "7.5".to_owned())].into());
    for (plugin, table) in [("orders", "prices"), ("nothing", "price")] {
        assert!(server.mirror.import_rows(plugin, table, Csv, b"item,price\n", false).is_err());
    }
}

fn records_are_imported_as_they_are(kind: Kind) {
    let server = Server::new(kind);
    let lines = concat!(
        r#"{"key": "o1", "customer": "C-1", "total": "30", "lines": [{"id": "a", "item": "I-1", "quantity": "3", "price": "10", "amount": "30"}]}"#,
        "\n",
        r#"{"key": "o2", "entity": "order", "customer": "C-2", "company": "c2"}"#,
    );
    let import = |text: &str| server.mirror.import_records("orders", "order", JsonLines, text.as_bytes(), "c1");
    assert_eq!(import(lines).expect("imported").changed, 2);
    assert_eq!(import(lines).expect("imported").changed, 0);
    let device = Device::of(&server, "d1");
    assert_eq!(device.world.records.len(), 1);
    assert_eq!(device.value(&order("o1"), "total"), Some(number("30")));
    let wrong =
        import("{\"key\": \"o3\", \"colour\": 1}\n{\"entity\": \"stock\", \"key\": \"s\"}\n[").expect_err("wrong");
    let said = wrong.to_string();
    assert!(["line 1", "line 2", "line 3"].iter().all(|line| said.contains(line)), "{said}");
    let moves = import(r#"{"key": "o2", "customer": "C-2"}"#).expect_err("it would move").to_string();
    assert!(moves.contains("cannot become one of `c1`"), "{moves}");
}

fn those_who_follow_get_every_version_with_its_operation(kind: Kind) {
    let server = Server::new(kind);
    let mut device = Device::of(&server, "d1");
    device.make(create("o1", "I-1", "3"));
    device.push_all(&server, 1);
    server.stock("s1", 4);
    let all = server.mirror.changes("c1", 0, 100).expect("changes").lines;
    assert_eq!(all.len(), 2);
    assert_eq!(all[0]["operation"]["action"], "create");
    assert_eq!(all[0]["operation"]["verdict"], "accepted");
    assert_eq!(all[0]["content"]["lines"][0]["amount"], "30");
    assert!(all[1]["operation"].is_null());
    let after = all[0]["sequence"].as_u64().expect("a number");
    assert_eq!(server.mirror.changes("c1", after, 100).expect("changes").lines, all[1..]);
    assert!(server.mirror.changes("c2", 0, 100).expect("changes").lines.is_empty());
}
