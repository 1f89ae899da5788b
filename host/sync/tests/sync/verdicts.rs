//! What the server makes of a device's operation.

use lockstep_model::{
    Change, Operation, Refusal, Verdict,
    verdict::{Moved, Parked},
};
use lockstep_sync::{Authority, decide};

use crate::world::{World, context, create, number, operation, order, text, update, update_line};

fn verdict(server: &World, operation: &Operation) -> Verdict {
    let executed = server.execute(operation, Authority::Server(&context())).0;
    decide(operation, &executed, true).expect("a verdict")
}

#[test]
fn what_read_the_same_does_the_same() {
    let (mut device, server) = (World::new(), World::new());
    let mut order = create("o1", "I-1", "3");
    device.submit(&mut order);
    assert_eq!(verdict(&server, &order), Verdict::Accepted { moved: vec![] });
}

#[test]
fn a_moved_price_rebases_what_took_it() {
    let (mut device, mut server) = (World::new(), World::new());
    let mut order = create("o1", "I-1", "3");
    device.submit(&mut order);
    server.prices.insert("I-1".into(), "11".into());
    let Verdict::Rebased { moved } = verdict(&server, &order) else { panic!("not rebased") };
    assert!(matches!(&moved[..], [Moved::Rows(read)] if read.key == "I-1"));
}

#[test]
fn what_moved_without_consequence_is_accepted_and_named() {
    let (mut device, mut server) = (World::new(), World::new());
    let mut created = create("o1", "I-1", "3");
    device.submit(&mut created);
    server.submit(&mut created);
    let mut more = update_line("o1", [("quantity", Some(number("3")), Some(number("4")))]);
    device.submit(&mut more);
    server.submit(&mut update("o1", [("note", None, Some(text("theirs")))]));
    // The record moved, and so the record written is another.
    assert_eq!(verdict(&server, &more), Verdict::Rebased { moved: vec![Moved::Record(order("o1"))] });
    let (mut device, mut server) = (World::new(), World::new());
    device.submit(&mut created);
    server.submit(&mut created);
    let note = || update("o1", [("note", None, Some(text("both")))]);
    let mut mine = note();
    device.submit(&mut mine);
    server.submit(&mut note());
    assert_eq!(verdict(&server, &mine), Verdict::Accepted { moved: vec![Moved::Record(order("o1"))] });
}

#[test]
fn a_conflict_is_rejected_and_says_what_moved() {
    let (mut device, mut server) = (World::new(), World::new());
    let mut created = create("o1", "I-1", "3");
    device.submit(&mut created);
    server.submit(&mut created);
    let mut mine = update("o1", [("note", None, Some(text("mine")))]);
    device.submit(&mut mine);
    server.submit(&mut update("o1", [("note", None, Some(text("theirs")))]));
    let Verdict::Rejected { refusal: Refusal::Conflicts(_), moved } = verdict(&server, &mine) else { panic!("taken") };
    assert_eq!(moved, [Moved::Record(order("o1"))]);
}

#[test]
fn deleting_what_has_moved_is_rejected() {
    let (mut device, mut server) = (World::new(), World::new());
    let mut created = create("o1", "I-1", "3");
    device.submit(&mut created);
    server.submit(&mut created);
    let mut delete = operation(&order("o1"), "delete", Change::default());
    device.submit(&mut delete);
    server.submit(&mut update("o1", [("note", None, Some(text("theirs")))]));
    assert!(matches!(verdict(&server, &delete), Verdict::Rejected { refusal: Refusal::HasMoved, .. }));
}

#[test]
fn the_servers_own_rules_reject() {
    let (mut device, server) = (World::new(), World::new());
    let mut large = create("o1", "I-1", "200");
    large.justifications.insert("large".into(), "agreed by phone".into());
    device.submit(&mut large);
    let found = verdict(&server, &large);
    assert!(matches!(found, Verdict::Rejected { refusal: Refusal::ServerOnly(_), .. }), "{found:?}");
}

#[test]
fn what_does_something_else_on_the_same_input_is_parked() {
    let (mut device, server) = (World::new(), World { drift: 1, ..World::new() });
    let mut order = create("o1", "I-1", "3");
    device.submit(&mut order);
    assert_eq!(verdict(&server, &order), Verdict::Parked { cause: Parked::Determinism });
}

#[test]
fn another_identity_counts_as_moved() {
    let (mut device, server) = (World::new(), World::new());
    let mut order = create("o1", "I-1", "3");
    device.submit(&mut order);
    let executed = server.execute(&order, Authority::Server(&context())).0;
    assert_eq!(decide(&order, &executed, false), Some(Verdict::Accepted { moved: vec![Moved::Identity] }));
}
