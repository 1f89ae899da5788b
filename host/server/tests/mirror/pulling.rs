//! What devices fetch: changes alone, all anew where they cannot go on, and nothing that is not for them.

use lockstep_model::{Value, Verdict, exchange::Pushed};
use lockstep_server::{Policy, mirror::Held};

use crate::{
    server::{Device, Kind, Server, caller},
    world::{create, number, operation, order, stock, text, update},
};

on_each_store!(
    a_first_pull_has_all_and_the_next_what_changed,
    pages_go_on_where_they_ended_and_end_in_what_is_so,
    a_server_restored_from_an_old_copy_begins_anew_and_gets_back_what_it_lost,
    a_server_that_is_said_to_be_restored_begins_anew_though_no_device_is_ahead,
    nobody_gets_what_is_not_for_him,
    another_role_begins_anew,
    those_who_wait_are_told,
);

fn a_first_pull_has_all_and_the_next_what_changed(kind: Kind) {
    let server = Server::new(kind);
    let mut device = Device::new("d1");
    assert!(device.pull(&server));
    assert!(device.has_prices);
    assert_eq!(device.world.prices.len(), 2);
    assert!(!device.pull(&server));
    server.prices("item,price\nI-1,11\n");
    server.stock("s1", 3);
    assert!(!device.pull(&server));
    assert_eq!(device.world.prices, [("I-1".to_owned(), "11".to_owned())].into());
    assert_eq!(device.value(&stock("s1"), "pieces"), Some(Value::Integer(3)));
    device.cookie = Some(b"made up".to_vec());
    assert!(device.pull(&server));
}

fn pages_go_on_where_they_ended_and_end_in_what_is_so(kind: Kind) {
    use lockstep_server::mirror::ImportKind::Csv;
    let server = Server::new(kind);
    let lines: Vec<_> = (0..9000).map(|key| format!("s{key},{key}\n")).collect();
    let csv = format!("key,pieces\n{}", lines.concat());
    server.mirror.import_records("orders", "stock", Csv, csv.as_bytes(), "c1").expect("imported");
    let mut device = Device::new("d1");
    let first = server.mirror.pull(&device.caller, "d1", None).expect("a page");
    assert!(first.is_restart && first.has_more && first.entries.len() <= 4096);
    let second = server.mirror.pull(&device.caller, "d1", Some(&first.cookie)).expect("a page");
    assert!(!second.is_restart);
    // What a page had and what moved meanwhile comes once more.
    server.stock("s0", 77);
    device.pull(&server);
    assert_eq!(device.world.records.len(), 9000);
    assert_eq!(device.value(&stock("s0"), "pieces"), Some(Value::Integer(77)));
}

fn a_server_restored_from_an_old_copy_begins_anew_and_gets_back_what_it_lost(kind: Kind) {
    let mut server = Server::new(kind);
    let mut device = Device::of(&server, "d1");
    device.make(create("o1", "I-1", "3"));
    device.push_all(&server, 1);
    server.back_up();
    device.make(create("o2", "I-1", "3"));
    device.push_all(&server, 2);
    device.pull(&server);
    server.restore();
    assert!(device.pull(&server), "the epoch is another");
    assert!(!device.world.records.contains_key(&order("o2")));
    assert!(!device.pull(&server));
    device.make(create("o3", "I-1", "3"));
    assert_eq!(device.push(&server, 3).expect("an answer"), Pushed::Gap { expected: 2 });
    device.push_all(&server, 3);
    device.pull(&server);
    assert_eq!(device.world.records.len(), 3);
}

fn a_server_that_is_said_to_be_restored_begins_anew_though_no_device_is_ahead(kind: Kind) {
    let mut server = Server::new(kind);
    let mut device = Device::of(&server, "d1");
    server.back_up();
    server.stock("lost", 1);
    device.pull(&server);
    server.restore();
    // Others are faster than the device that could tell.
    server.stock("s1", 2);
    server.stock("s2", 3);
    server.mirror.begin_epoch().expect("it can be noted");
    assert!(device.pull(&server), "the epoch is another");
    assert!(!device.world.records.contains_key(&stock("lost")));
    assert_eq!(device.value(&stock("s1"), "pieces"), Some(Value::Integer(2)));
    assert!(!device.pull(&server));
}

const POLICY: &str = r#"
[[role]]
name = "clerk"
companies = ["*"]
workspaces = ["orders"]
[[role.entity]]
workspace = "orders"
entity = "order"
actions = ["create", "update"]
read = ["customer", "terms", "lines.item"]
write = ["customer", "note"]
[[role.entity.rows]]
field = "note"
user = true

[[role]]
name = "chief"
companies = ["*"]
workspaces = ["orders"]
"#;

fn with_policy(kind: Kind) -> (Server, Device) {
    let policy = Policy::parse(POLICY).expect("a policy");
    let server = Server::with(kind, policy);
    let mut chief = Device::new("d9");
    chief.caller = caller("chief", &["chief"]);
    chief.pull(&server);
    (server, chief)
}

fn nobody_gets_what_is_not_for_him(kind: Kind) {
    let (server, mut chief) = with_policy(kind);
    server.stock("s1", 3);
    for (key, note) in [("o1", "clerk"), ("o2", "another")] {
        let mut made = create(key, "I-1", "3");
        made.change.fields.insert("note".into(), crate::world::edit(None, Some(text(note))));
        chief.make(made);
    }
    chief.push_all(&server, 1);
    let mut clerk = Device::new("d1");
    clerk.caller = caller("clerk", &["clerk"]);
    clerk.pull(&server);
    assert!(!clerk.world.records.contains_key(&stock("s1")));
    let record = clerk.world.record(&order("o1"));
    assert_eq!(record.value("total"), None);
    assert_eq!(record.value("terms"), Some(&text("terms of C-1")));
    assert_eq!(record.row("lines", "a").expect("a line").value("price"), None);
    assert!(!clerk.world.records.contains_key(&order("o2")) || clerk.value_is_none(&order("o2")));
    // He changes what is his, on what he sees; what he does not see stays.
    let mine = clerk.make(update("o1", [("customer", Some(text("C-1")), Some(text("C-2")))]));
    let hidden = clerk.add(update("o1", [("channel", None, Some(text("web")))]));
    let others = clerk.add(update("o2", [("customer", Some(text("C-1")), Some(text("C-2")))]));
    let deleted = clerk.add(operation(&order("o1"), "delete", lockstep_model::Change::default()));
    clerk.push_all(&server, 1);
    let verdict = clerk.verdict(mine);
    assert!(matches!(verdict, Verdict::Accepted { .. } | Verdict::Rebased { .. }), "{verdict:?}");
    for sequence in [hidden, others, deleted] {
        assert!(matches!(clerk.verdict(sequence), Verdict::Rejected { .. }), "{sequence}");
    }
    chief.pull(&server);
    assert_eq!(chief.value(&order("o1"), "customer"), Some(text("C-2")));
    assert_eq!(chief.value(&order("o1"), "total"), Some(number("30")));
}

impl Device {
    fn value_is_none(&self, id: &lockstep_model::RecordId) -> bool {
        self.world.records[id].record().is_none()
    }
}

fn another_role_begins_anew(kind: Kind) {
    let (server, mut chief) = with_policy(kind);
    chief.make(create("o1", "I-1", "3"));
    chief.push_all(&server, 1);
    assert!(!chief.pull(&server));
    chief.caller = caller("chief", &["clerk"]);
    assert!(chief.pull(&server));
    assert!(chief.world.records.values().all(|base| base.record().is_none()));
}

fn those_who_wait_are_told(kind: Kind) {
    let server = Server::new(kind);
    let mut device = Device::of(&server, "d1");
    let companies = server.mirror.companies(&device.caller);
    let subscription = server.mirror.subscribe("d2", companies.as_ref());
    let own = server.mirror.subscribe("d1", Some(&std::collections::BTreeSet::new()));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    device.make(create("o1", "I-1", "3"));
    device.push_all(&server, 1);
    runtime.block_on(subscription.changed());
    let mut parked = create("o2", "I-1", "3");
    (parked.package, parked.receipt.package) = (lockstep_model::Digest::of(b"x"), lockstep_model::Digest::of(b"x"));
    let parked = device.make(parked);
    device.push_all(&server, parked);
    let id = lockstep_model::OperationId { device: "d1".into(), sequence: parked };
    server.mirror.hold(&id, Held::Reject, "admin", "no").expect("rejected");
    runtime.block_on(own.changed());
}
