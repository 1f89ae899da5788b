//! What was never sent can still be changed.

use super::kit::Kit;
use crate::{
    device::{At, DeviceError, OperationState, Synced},
    world::{create, text, update},
};

fn quantity(draft: &crate::device::Draft) -> At {
    let row = draft.change().rows["lines"].keys().next().expect("a line").clone();
    At::Cell { collection: "lines".into(), row, field: "quantity".into() }
}

#[test]
fn an_unsent_operation_is_changed_in_its_place_with_what_comes_after_it() {
    let mut kit = Kit::new();
    kit.server.is_offline.set(true);
    let key = kit.create("C-1", "3");
    kit.update(&key, "note", "later");
    kit.create("C-2", "1");
    let mut draft = kit.device().edit(1).expect("never sent");
    assert!(draft.is_new() && draft.action() == "create");
    draft.set_text(&quantity(&draft), "5").expect("fits");
    let view = kit.device().show(&draft).expect("a view");
    assert_eq!((view.refusal, view.issues.len()), (None, 0));
    assert_eq!(kit.orders()[0].0, "C-1|later|30", "it is only tried out");
    let submitted = kit.save(&draft);
    assert_eq!(submitted.sequence, 1);
    assert_eq!(kit.orders(), [("C-1|later|50".to_owned(), true), ("C-2||10".to_owned(), true)]);
    let mut note = kit.device().edit(2).expect("never sent");
    assert_eq!(note.change().fields["note"].value, Some(text("later")));
    note.set_text(&At::Field("note".into()), "latest").expect("fits");
    kit.save(&note);
    kit.reopen();
    assert_eq!(kit.orders()[0].0, "C-1|latest|50");
    kit.server.is_offline.set(false);
    assert_eq!(kit.sync(), Synced::Done);
    assert_eq!(kit.states(), [OperationState::Accepted; 3]);
    assert_eq!(kit.orders()[0].0, "C-1|latest|50");
    assert!(matches!(kit.device().edit(1), Err(DeviceError::Sent { sequence: 1 })));
    assert!(matches!(kit.device().withdraw(1), Err(DeviceError::Sent { sequence: 1 })));
}

#[test]
fn what_was_once_under_way_can_no_longer_be_changed() {
    let mut kit = Kit::new();
    let key = kit.create("C-1", "3");
    kit.server.lost.set(1);
    assert!(matches!(kit.sync(), Synced::Later { .. }));
    let second = kit.update(&key, "note", "later").sequence;
    assert!(matches!(kit.device().edit(1), Err(DeviceError::Sent { .. })));
    kit.device().withdraw(second).expect("never sent");
    assert_eq!(kit.orders()[0].0, "C-1||30");
    assert_eq!(kit.sync(), Synced::Done);
}

#[test]
fn what_others_build_on_cannot_be_withdrawn_and_what_nobody_does_leaves_no_hole() {
    let mut kit = Kit::new();
    let key = kit.create("C-1", "3");
    kit.update(&key, "note", "later");
    kit.create("C-2", "1");
    let refused = kit.device().withdraw(1);
    assert!(matches!(refused, Err(DeviceError::BuiltOn { sequence: 2, .. })), "{refused:?}");
    assert_eq!(kit.states().len(), 3);
    kit.device().withdraw(2).expect("nothing builds on it");
    let sequences: Vec<_> =
        kit.device().operations().expect("operations").iter().map(|view| view.operation.id.sequence).collect();
    assert_eq!(sequences, [1, 2]);
    assert_eq!(kit.orders(), [("C-1||30".to_owned(), true), ("C-2||10".to_owned(), true)]);
    assert_eq!(kit.sync(), Synced::Done);
    assert_eq!(kit.states(), [OperationState::Accepted; 2]);
    assert!(matches!(kit.device().withdraw(9), Err(DeviceError::NoSuch { .. })));
}

#[test]
fn a_change_that_is_refused_changes_nothing() {
    let mut kit = Kit::new();
    let key = kit.create("C-1", "3");
    kit.update(&key, "note", "later");
    let before = kit.device().operations().expect("operations");
    let mut draft = kit.device().edit(1).expect("never sent");
    draft.set(&At::Field("customer".into()), None).expect("fits");
    let refused = kit.device().submit(&draft, "create", &[].into(), &[].into());
    assert!(matches!(refused, Err(DeviceError::Refused(_))), "{refused:?}");
    assert_eq!(kit.device().operations().expect("operations"), before);
    assert_eq!(kit.orders()[0].0, "C-1|later|30");
}

#[test]
fn a_withdrawn_retry_and_a_withdrawn_discard_open_the_inbox_again() {
    let mut kit = Kit::new();
    kit.server.others(&mut create("o1", "I-1", "3"));
    kit.sync();
    kit.update("o1", "note", "mine");
    kit.server.others(&mut update("o1", [("note", None, Some(text("theirs")))]));
    kit.sync();
    let draft = kit.device().retry(1).expect("a draft");
    let retried = kit.save(&draft).sequence;
    assert!(kit.device().inbox().expect("an inbox").is_empty());
    kit.device().withdraw(retried).expect("never sent");
    assert_eq!(kit.device().inbox().expect("an inbox").len(), 1);
    kit.device().discard(1).expect("it is there");
    // Another operation before it goes; the giving up moves up and stays.
    assert!(kit.device().inbox().expect("an inbox").is_empty());
    kit.device().withdraw(2).expect("never sent");
    assert_eq!(kit.device().inbox().expect("an inbox").len(), 1);
    assert_eq!(kit.device().status().expect("a status").waiting, 0);
}
