//! Working without a network, and coming back.

use lockstep_model::{Refusal, Verdict, canonical::encode_pushed, exchange::Pushed};

use super::kit::{Kit, identity};
use crate::{
    device::{DeviceError, Event, OperationState, Step, Synced},
    transport::Token,
    world::{create, update},
};

#[test]
fn an_operation_is_shown_at_once_sent_later_and_never_flickers() {
    let mut kit = Kit::new();
    kit.server.is_offline.set(true);
    let key = kit.create("C-1", "3");
    assert_eq!(kit.orders(), [("C-1||30".to_owned(), true)]);
    assert!(matches!(kit.sync(), Synced::Later { .. }));
    let status = kit.device().status().expect("a status");
    assert_eq!((status.waiting, status.is_in_sync()), (1, false));
    assert!(status.trouble.is_some_and(|trouble| trouble.contains("there is no network")));
    assert_eq!(kit.states(), [OperationState::Sent]);
    kit.reopen();
    assert_eq!(kit.orders(), [("C-1||30".to_owned(), true)]);

    kit.server.is_offline.set(false);
    let events = kit.device().events();
    // The push is answered, and the pull has yet to come: it shows as it did, and is no longer pending.
    let step = kit.device().begin_sync().expect("a step");
    let Step::Push { token, bytes } = step else { panic!("no push: {step:?}") };
    let answer = crate::exchange::Exchange::push(&kit.server, &token, &bytes);
    let step = kit.device().pushed(answer).expect("a step");
    assert!(matches!(step, Step::Pull { .. }));
    assert_eq!(kit.orders(), [("C-1||30".to_owned(), false)]);
    assert_eq!(kit.states(), [OperationState::Accepted]);
    assert_eq!(kit.sync(), Synced::Done);
    assert_eq!(kit.orders(), [("C-1||30".to_owned(), false)]);
    let status = kit.device().status().expect("a status");
    assert!(status.is_in_sync() && status.in_sync_at.is_some(), "{status:?}");
    let seen: Vec<_> = events.try_iter().collect();
    assert!(seen.contains(&Event::Operation { sequence: 1, state: OperationState::Accepted }), "{seen:?}");
    assert_eq!(seen.last(), Some(&Event::InSync));
    assert_eq!(kit.value(&key, "total"), Some("30".parse().map(lockstep_model::Value::Decimal).expect("a decimal")));
}

#[test]
fn two_days_offline_with_three_hundred_operations_drain_in_their_order() {
    let mut kit = Kit::new();
    kit.server.is_offline.set(true);
    for number in 0..100 {
        let key = kit.create(&format!("C-{number:03}"), "3");
        kit.update(&key, "note", "first");
        kit.clock.fetch_add(1_728_000, std::sync::atomic::Ordering::Relaxed);
        kit.update(&key, "note", "second");
        if number % 30 == 7 {
            kit.reopen();
        }
    }
    kit.server.is_offline.set(false);
    kit.server.lost.set(2);
    kit.server.page.set(17);
    for _ in 0..2 {
        assert!(matches!(kit.sync(), Synced::Later { .. }));
        kit.reopen();
    }
    assert_eq!(kit.sync(), Synced::Done);
    assert_eq!(kit.states(), [OperationState::Accepted; 300]);
    let data = kit.server.copy();
    assert_eq!(data.runs.len(), 300);
    assert!(data.runs.values().all(|runs| *runs == 1), "each is run once");
    let orders = kit.orders();
    assert_eq!(orders.len(), 100);
    assert!(orders.iter().all(|(text, is_pending)| text.ends_with("|second|30") && !is_pending), "{orders:?}");
    assert!(kit.device().operations().expect("operations").iter().all(|view| !view.is_overlaid));
}

#[test]
fn what_would_be_refused_on_a_moved_base_stays_is_marked_and_changes_nothing() {
    let mut kit = Kit::new();
    let mut theirs = create("o1", "I-1", "3");
    kit.server.others(&mut theirs);
    kit.sync();
    kit.server.is_offline.set(true);
    kit.update("o1", "note", "mine");
    let other = kit.create("C-2", "1");
    kit.server.is_offline.set(false);
    kit.server.others(&mut update("o1", [("note", None, Some(crate::world::text("theirs")))]));
    // The push gets lost on its way, the pull comes first.
    let Step::Push { .. } = kit.device().begin_sync().expect("a step") else { panic!("no push") };
    let cookie = crate::store::meta::bytes(kit.store().connection(), crate::store::meta::COOKIE).expect("a disk");
    let token = Token::new("token").expect("a token");
    let page = crate::exchange::Exchange::pull(&kit.server, &token, cookie.as_deref());
    kit.device().pulled(page).expect("a step");
    let standing = kit.device().operation_view(1).expect("there").standing;
    assert!(matches!(standing, Some(Verdict::Rejected { refusal: Refusal::Conflicts(_), .. })), "{standing:?}");
    assert_eq!(kit.device().status().expect("a status").doubtful, 1);
    assert_eq!(kit.orders(), [("C-1|theirs|30".to_owned(), false), ("C-2||10".to_owned(), true)]);
    assert_eq!(kit.sync(), Synced::Done);
    assert_eq!(kit.states(), [OperationState::Rejected, OperationState::Accepted]);
    assert!(kit.value(&other, "customer").is_some());
    assert_eq!(kit.device().inbox().expect("an inbox").len(), 1);
}

#[test]
fn a_server_that_lost_what_it_had_is_given_it_again() {
    let mut kit = Kit::new();
    let first = kit.create("C-1", "3");
    kit.sync();
    let backup = kit.server.copy();
    kit.update(&first, "note", "later");
    kit.create("C-2", "4");
    kit.sync();
    assert_eq!(kit.states(), [OperationState::Accepted; 3]);
    kit.server.restore(backup);
    kit.reopen();
    // Nothing new is to be sent, so the device learns of it from the pull: from now on its base lacks what was lost.
    kit.sync();
    kit.create("C-3", "5");
    assert_eq!(kit.sync(), Synced::Done);
    assert_eq!(kit.states(), [OperationState::Accepted; 4]);
    let expected = [("C-1|later|30", false), ("C-2||40", false), ("C-3||50", false)];
    assert_eq!(kit.orders(), expected.map(|(text, is_pending)| (text.to_owned(), is_pending)));
    assert!(kit.server.copy().runs.values().all(|runs| *runs == 1));
}

#[test]
fn a_refused_token_loses_nothing_and_a_new_one_goes_on() {
    let mut kit = Kit::new();
    kit.create("C-1", "3");
    kit.server.is_locked_out.set(true);
    assert_eq!(kit.sync(), Synced::SignIn);
    let requests = kit.server.requests.get();
    assert_eq!(kit.sync(), Synced::SignIn, "it does not try again with the token that was refused");
    assert_eq!(kit.server.requests.get(), requests);
    kit.server.is_locked_out.set(false);
    let other = crate::device::Identity { user: "other".into(), ..identity() };
    let refused = kit.device().sign_in(other.clone(), Token::new("theirs"));
    assert!(matches!(refused, Err(DeviceError::OtherUser { waiting: 1, .. })), "{refused:?}");
    kit.device().sign_in(identity(), Token::new("new")).expect("signed in");
    assert_eq!(kit.sync(), Synced::Done);
    assert_eq!(kit.states(), [OperationState::Accepted]);
    kit.device().sign_in(other, Token::new("theirs")).expect("nothing waits");
}

/// A device that was set up from a copy of its file, after `between` more operations were made and sent.
fn set_up_from_a_copy(between: usize) -> Kit {
    let mut kit = Kit::new();
    kit.create("C-1", "3");
    let old = std::fs::read(kit.file()).expect("a file");
    let wal = kit.file().with_extension("sqlite-wal");
    let old_wal = std::fs::read(&wal).unwrap_or_default();
    for number in 0..between {
        kit.create(&format!("D-{number}"), "3");
    }
    kit.sync();
    kit.device = None;
    std::fs::write(kit.file(), old).expect("written");
    std::fs::write(&wal, old_wal).expect("written");
    let _ = std::fs::remove_file(kit.file().with_extension("sqlite-shm"));
    kit.reopen();
    assert_eq!(kit.states().len(), 1);
    kit
}

#[test]
fn a_server_that_knows_more_than_the_device_makes_it_start_over() {
    let mut kit = set_up_from_a_copy(1);
    assert_eq!(kit.sync(), Synced::StartOver);
    assert_eq!(kit.states(), [OperationState::Sent], "nothing is taken for decided");
}

#[test]
fn a_device_that_starts_over_sends_what_is_its_own_under_another_id() {
    let mut kit = set_up_from_a_copy(2);
    // Two more, in the places of those that the server has of the former device.
    let key = kit.create("E-1", "200");
    kit.update(&key, "note", "mine");
    kit.clock.fetch_add(1000, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(kit.sync(), Synced::StartOver);
    assert_eq!(kit.states(), [OperationState::Sent; 3]);
    kit.id = "d9";
    kit.device().start_over("d9").expect("a working disk");
    assert_eq!(kit.sync(), Synced::SignIn);
    kit.reopen();
    let operations = kit.device().operations().expect("operations");
    let ids: Vec<_> = operations.iter().map(|view| view.operation.id.to_string()).collect();
    assert_eq!(ids, ["d9#1", "d9#2", "d9#3"]);
    assert_eq!(operations[2].operation.depends_on, [2]);
    assert_eq!(kit.sync(), Synced::Done);
    // The first one was in the copy, and the server had it: it says so.
    assert_eq!(kit.states(), [OperationState::Rejected, OperationState::Rejected, OperationState::Parked]);
    let causes: Vec<_> = kit.device().inbox().expect("an inbox").into_iter().map(|item| item.refusal).collect();
    assert!(matches!(&causes[..], [Refusal::Exists, Refusal::ServerOnly(_)]), "{causes:?}");
    assert_eq!(kit.orders().len(), 3);
}

#[test]
fn what_the_server_says_wrongly_is_an_answer_that_did_not_come() {
    let mut kit = Kit::new();
    kit.create("C-1", "3");
    for answer in [vec![], vec![1, 2, 3], vec![12, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]] {
        let Step::Push { .. } = kit.device().begin_sync().expect("a step") else { panic!("no push") };
        let step = kit.device().pushed(Ok(answer)).expect("a step");
        assert!(matches!(step, Step::End(Synced::Later { .. })), "{step:?}");
    }
    assert_eq!(kit.sync(), Synced::Done);
    assert_eq!(kit.states(), [OperationState::Accepted]);
}

#[test]
fn while_the_server_cannot_be_reached_waits_grow() {
    let mut kit = Kit::new();
    kit.server.is_offline.set(true);
    let waits = (0..30).map(|_| match kit.sync() {
        Synced::Later { ms } => ms,
        other => panic!("{other:?}"),
    });
    let longest = waits.max().unwrap_or_default();
    assert!(longest > 60_000 && longest <= 300_000, "{longest}");
    kit.server.is_offline.set(false);
    assert_eq!(kit.sync(), Synced::Done);
    kit.server.is_offline.set(true);
    assert!(matches!(kit.sync(), Synced::Later { ms: 0..=1000 }), "it begins anew");
}

#[test]
fn an_answer_that_comes_after_a_new_beginning_is_nobodys() {
    let mut kit = Kit::new();
    kit.create("C-1", "3");
    let Step::Push { .. } = kit.device().begin_sync().expect("a step") else { panic!("no push") };
    let answer = Ok(encode_pushed(&Pushed::Taken { last: 1, verdicts: [].into() }));
    kit.device().start_over("d2").expect("started over");
    let step = kit.device().pushed(answer).expect("a step");
    assert!(matches!(step, Step::End(Synced::SignIn)), "{step:?}");
    kit.device().sign_in(identity(), Token::new("token")).expect("signed in");
    assert_eq!(kit.sync(), Synced::Done);
    assert_eq!(kit.states(), [OperationState::Accepted]);
}
