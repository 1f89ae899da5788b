//! The four verdicts, and what a user makes of them.

use lockstep_model::{
    Refusal, Value, Verdict,
    canonical::encode_page,
    exchange::{Entry, Page},
    verdict::{Parked, Side},
};

use super::kit::Kit;
use crate::{
    device::{At, DeviceError, OperationState, Synced},
    world::{create, text, update},
};

/// A device and a server that have an order, and both sides edit its note.
fn conflict() -> Kit {
    let mut kit = Kit::new();
    kit.server.others(&mut create("o1", "I-1", "3"));
    kit.sync();
    kit.update("o1", "note", "mine");
    kit.server.others(&mut update("o1", [("note", None, Some(text("theirs")))]));
    assert_eq!(kit.sync(), Synced::Done);
    kit
}

#[test]
fn a_conflict_lies_in_the_inbox_with_all_three_sides_and_can_be_retried() {
    let mut kit = conflict();
    kit.reopen();
    assert_eq!(kit.orders(), [("C-1|theirs|30".to_owned(), false)]);
    let items = kit.device().inbox().expect("an inbox");
    let [item] = &items[..] else { panic!("one item: {items:?}") };
    assert!(matches!(item.refusal, Refusal::Conflicts(_)));
    assert_eq!(item.cause, "Somebody else has changed the same: note.");
    let [difference] = &item.differences[..] else { panic!("one difference") };
    let side = |value: Option<&str>| Side::Field(value.map(text));
    assert_eq!(difference.path, "note");
    assert!(difference.is_conflict);
    let sides = (difference.base.clone(), difference.mine.clone(), difference.theirs.clone());
    assert_eq!(sides, (side(None), side(Some("mine")), side(Some("theirs"))));

    let mut draft = kit.device().retry(1).expect("a draft");
    assert_eq!(draft.action(), "update");
    assert_eq!(draft.change().fields["note"].base, Some(text("theirs")));
    assert_eq!(draft.change().fields["note"].value, Some(text("mine")));
    draft.set_text(&At::Field("note".into()), "both").expect("fits");
    let submitted = kit.save(&draft);
    assert_eq!(kit.device().operation_view(submitted.sequence).expect("there").operation.replaces, Some(1));
    assert!(kit.device().inbox().expect("an inbox").is_empty());
    let again = kit.device().submit(&draft, "update", &[].into(), &[].into());
    assert!(matches!(again, Err(DeviceError::NotInInbox { sequence: 1 })), "{again:?}");
    assert_eq!(kit.sync(), Synced::Done);
    assert_eq!(kit.states(), [OperationState::Rejected, OperationState::Accepted]);
    assert_eq!(kit.orders(), [("C-1|both|30".to_owned(), false)]);
}

#[test]
fn a_conflict_can_be_given_up() {
    let mut kit = conflict();
    kit.device().discard(1).expect("it is there");
    assert!(kit.device().inbox().expect("an inbox").is_empty());
    assert!(matches!(kit.device().discard(1), Err(DeviceError::NotInInbox { sequence: 1 })));
    assert_eq!(kit.device().status().expect("a status").waiting, 1);
    kit.reopen();
    assert_eq!(kit.sync(), Synced::Done);
    let messages = kit.server.copy().messages;
    assert!(matches!(messages[&2].0, lockstep_model::Message::Discard { of: 1, .. }));
    assert!(kit.device().status().expect("a status").is_in_sync());
}

#[test]
fn what_is_refused_at_once_leaves_no_trace() {
    let mut kit = Kit::new();
    let draft = kit.device().draft("orders", "order", None).expect("a draft");
    let refused = kit.device().submit(&draft, "create", &[].into(), &[].into());
    let Err(DeviceError::Refused(refusal)) = refused else { panic!("stored: {refused:?}") };
    assert!(matches!(&*refusal, Refusal::Issues(issues) if issues[0].code == "no-customer"));
    assert!(kit.states().is_empty() && kit.orders().is_empty());
    kit.create("C-1", "1");
    assert_eq!(kit.device().operations().expect("operations")[0].operation.id.sequence, 1);
}

/// An order that the server's own rule refuses, and two operations that build on it.
fn rejected_creation() -> (Kit, String) {
    let mut kit = Kit::new();
    let key = kit.create("C-1", "200");
    kit.update(&key, "note", "first");
    kit.update(&key, "note", "second");
    let depends: Vec<_> =
        kit.device().operations().expect("operations").into_iter().map(|view| view.operation.depends_on).collect();
    assert_eq!(depends, [vec![], vec![1], vec![1, 2]]);
    assert_eq!(kit.sync(), Synced::Done);
    assert_eq!(kit.states(), [OperationState::Rejected, OperationState::Parked, OperationState::Parked]);
    assert!(kit.orders().is_empty(), "nothing of it is shown any more");
    assert_eq!(kit.device().status().expect("a status").parked, 2);
    (kit, key)
}

#[test]
fn what_builds_on_a_rejected_creation_is_released_by_its_replacement() {
    let (mut kit, key) = rejected_creation();
    let mut draft = kit.device().retry(1).expect("a draft");
    assert!(draft.is_new());
    let row = draft.change().rows["lines"].keys().next().expect("a line").clone();
    let at = At::Cell { collection: "lines".into(), row, field: "quantity".into() };
    draft.set_text(&at, "60").expect("fits");
    let submitted = kit.save(&draft);
    assert_eq!(submitted.sequence, 4);
    assert_eq!(kit.sync(), Synced::Done);
    let states = kit.states();
    assert_eq!((states[0], states[3]), (OperationState::Rejected, OperationState::Accepted));
    assert!(
        states[1..3].iter().all(|state| [OperationState::Accepted, OperationState::Rebased].contains(state)),
        "{states:?}"
    );
    assert_eq!(kit.orders(), [("C-1|second|600".to_owned(), false)]);
    assert_eq!(kit.value(&key, "note"), Some(text("second")));
    assert!(kit.device().inbox().expect("an inbox").is_empty());
}

#[test]
fn what_builds_on_a_creation_that_is_given_up_is_rejected_with_it() {
    let (mut kit, _) = rejected_creation();
    kit.device().discard(1).expect("it is there");
    assert_eq!(kit.sync(), Synced::Done);
    assert_eq!(kit.states(), [OperationState::Rejected; 3]);
    let items = kit.device().inbox().expect("an inbox");
    let sequences: Vec<_> = items.iter().map(|item| item.operation.id.sequence).collect();
    assert_eq!(sequences, [2, 3]);
    assert!(items.iter().all(|item| item.cause == "It builds on an operation that was given up."));
    // What is given up already is not told again.
    kit.device().discard(2).expect("it is there");
    kit.device().discard(3).expect("it is there");
    assert_eq!(kit.device().status().expect("a status").waiting, 0);
    assert_eq!(kit.device().inbox().expect("an inbox").len(), 0);
}

#[test]
fn a_parked_operation_can_be_given_up() {
    let (mut kit, _) = rejected_creation();
    kit.device().discard(3).expect("it is parked");
    assert_eq!(kit.sync(), Synced::Done);
    assert!(matches!(kit.server.copy().messages[&4].0, lockstep_model::Message::Discard { of: 3, .. }));
    let open: Vec<_> = kit.device().inbox().expect("an inbox").iter().map(|item| item.operation.id.sequence).collect();
    assert_eq!(open, [1]);
}

#[test]
fn a_moved_price_rebases_and_the_servers_values_come_back() {
    let mut kit = Kit::new();
    kit.create("C-1", "3");
    kit.server.set_price("I-1", "11");
    assert_eq!(kit.sync(), Synced::Done);
    assert_eq!(kit.states(), [OperationState::Rebased]);
    assert_eq!(kit.orders(), [("C-1||33".to_owned(), false)]);
}

fn page(entries: Vec<Entry>) -> Vec<u8> {
    encode_page(&Page { is_restart: false, entries, cookie: vec![1; 16], has_more: false })
}

#[test]
fn a_verdict_that_comes_twice_changes_nothing_and_a_final_one_stands() {
    let mut kit = conflict();
    let before = kit.device().operations().expect("operations");
    let verdict = before[0].verdict.clone().expect("a verdict");
    let entry = |verdict: &Verdict| Entry::Verdict { sequence: 1, verdict: verdict.clone() };
    let good = Verdict::Accepted { moved: vec![] };
    let parked = Verdict::Parked { cause: Parked::Package };
    for other in [&verdict, &good, &parked, &verdict] {
        kit.device().begin_sync().expect("a step");
        kit.device().pulled(Ok(page(vec![entry(other)]))).expect("a step");
        assert_eq!(kit.device().operations().expect("operations"), before);
        assert_eq!(kit.device().inbox().expect("an inbox").len(), 1);
    }
    let unknown = Entry::Verdict { sequence: 99, verdict: good };
    kit.device().begin_sync().expect("a step");
    kit.device().pulled(Ok(page(vec![unknown]))).expect("a step");
}

#[test]
fn a_parked_operation_stays_shown_until_it_is_decided() {
    let mut kit = Kit::new();
    let draft = kit.draft("C-1", "I-1", "3");
    // Not the same everywhere: the server comes to something else.
    kit.server.data.borrow_mut().world.drift = 1;
    kit.save(&draft);
    assert_eq!(kit.sync(), Synced::Done);
    assert_eq!(kit.states(), [OperationState::Parked]);
    assert_eq!(kit.orders(), [("C-1||30".to_owned(), true)]);
    let rejected = Verdict::Rejected { refusal: Refusal::Exists, moved: vec![] };
    kit.device().begin_sync().expect("a step");
    kit.device().pulled(Ok(page(vec![Entry::Verdict { sequence: 1, verdict: rejected }]))).expect("a step");
    assert_eq!(kit.states(), [OperationState::Rejected]);
    assert!(kit.orders().is_empty());
    assert_eq!(kit.device().inbox().expect("an inbox")[0].cause, "There is such a record already.");
}

#[test]
fn deleting_what_has_moved_since_it_was_seen_is_refused_here_already() {
    let mut kit = Kit::new();
    let key = kit.create("C-1", "3");
    let seen = kit.device().draft("orders", "order", Some(&key)).expect("a draft");
    kit.update(&key, "note", "later");
    let refused = kit.device().submit(&seen, "delete", &[].into(), &[].into());
    assert!(matches!(refused, Err(DeviceError::Refused(refusal)) if *refusal == Refusal::HasMoved));
    let seen = kit.device().draft("orders", "order", Some(&key)).expect("a draft");
    kit.device().submit(&seen, "delete", &[].into(), &[].into()).expect("allowed");
    assert!(kit.orders().is_empty());
    assert_eq!(kit.sync(), Synced::Done);
    assert_eq!(kit.states(), [OperationState::Accepted; 3]);
    assert!(kit.orders().is_empty());
}

#[test]
fn an_action_sets_the_status_and_changes_no_fields() {
    let mut kit = Kit::new();
    let key = kit.create("C-1", "3");
    let mut draft = kit.device().draft("orders", "order", Some(&key)).expect("a draft");
    draft.set_text(&At::Field("note".into()), "unsaved").expect("fits");
    let refused = kit.device().submit(&draft, "confirm", &[].into(), &[].into());
    assert!(matches!(refused, Err(DeviceError::NotSaved { .. })));
    let draft = kit.device().draft("orders", "order", Some(&key)).expect("a draft");
    kit.device().submit(&draft, "confirm", &[].into(), &[].into()).expect("allowed");
    assert_eq!(kit.value(&key, "status"), Some(Value::Enumeration("confirmed".into())));
    assert_eq!(kit.sync(), Synced::Done);
    assert_eq!(kit.states(), [OperationState::Accepted; 2]);
}
