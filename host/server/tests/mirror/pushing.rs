//! Verdicts, repeats, gaps, and what is refused at once.

use lockstep_model::{
    Change, Digest, Message, OperationId, Refusal, Value, Verdict,
    exchange::{Push, Pushed},
    verdict::{Moved, Parked},
};
use lockstep_server::{MirrorError, mirror::Found};

use crate::{
    server::{Device, Kind, Server, caller, package},
    world::{create, number, operation, order, stock, text, update, update_line},
};

on_each_store!(
    what_read_the_same_is_accepted_and_others_see_it,
    a_price_that_moved_rebases_and_the_record_comes_back,
    edits_of_two_devices_merge_or_conflict,
    of_two_devices_that_take_the_last_pieces_one_gets_them,
    a_later_operation_of_a_batch_sees_what_an_earlier_one_did,
    a_repeat_gets_the_stored_verdicts_and_runs_nothing,
    a_gap_is_said_and_nothing_taken,
    other_bytes_under_a_known_sequence_are_refused,
    what_cannot_be_run_is_parked_and_the_rest_goes_on,
    what_does_something_else_on_the_same_input_is_parked_and_counted,
    another_user_counts_as_moved_and_another_company_is_refused,
    what_is_another_companys_stays_so,
    a_receipt_that_lies_is_parked,
    what_no_honest_device_sends_is_refused,
);

fn what_read_the_same_is_accepted_and_others_see_it(kind: Kind) {
    let server = Server::new(kind);
    let (mut one, mut other) = (Device::of(&server, "d1"), Device::of(&server, "d2"));
    let made = one.make(create("o1", "I-1", "3"));
    one.push_all(&server, 1);
    assert_eq!(one.verdict(made), &Verdict::Accepted { moved: vec![] });
    assert!(!other.pull(&server));
    assert_eq!(other.value(&order("o1"), "total"), Some(number("30")));
    assert_eq!(other.world.record(&order("o1")), one.world.record(&order("o1")));
}

fn a_price_that_moved_rebases_and_the_record_comes_back(kind: Kind) {
    let server = Server::new(kind);
    let mut device = Device::of(&server, "d1");
    let made = device.make(create("o1", "I-1", "3"));
    server.prices("item,price\nI-1,11\nI-2,25\n");
    device.push_all(&server, 1);
    assert!(matches!(device.verdict(made), Verdict::Rebased { moved } if matches!(&moved[..], [Moved::Rows(_)])));
    device.pull(&server);
    assert_eq!(device.value(&order("o1"), "total"), Some(number("33")));
}

fn edits_of_two_devices_merge_or_conflict(kind: Kind) {
    let server = Server::new(kind);
    let mut one = Device::of(&server, "d1");
    one.make(create("o1", "I-1", "3"));
    one.push_all(&server, 1);
    let mut other = Device::of(&server, "d2");
    one.make(update("o1", [("note", None, Some(text("mine")))]));
    let merges = other.make(update_line("o1", [("quantity", Some(number("3")), Some(number("4")))]));
    let conflicts = other.make(update("o1", [("note", None, Some(text("theirs")))]));
    one.push_all(&server, 2);
    other.push_all(&server, 1);
    assert!(matches!(other.verdict(merges), Verdict::Rebased { .. }), "{:?}", other.verdict(merges));
    let refused = other.verdict(conflicts);
    assert!(matches!(refused, Verdict::Rejected { refusal: Refusal::Conflicts(_), .. }), "{refused:?}");
    other.pull(&server);
    assert_eq!(other.value(&order("o1"), "note"), Some(text("mine")));
    assert_eq!(other.value(&order("o1"), "total"), Some(number("40")));
}

fn of_two_devices_that_take_the_last_pieces_one_gets_them(kind: Kind) {
    let server = Server::new(kind);
    server.stock("s1", 5);
    let (mut one, mut other) = (Device::of(&server, "d1"), Device::of(&server, "d2"));
    let take = |pieces: i64| {
        let mut take = operation(&stock("s1"), "take", Change::default());
        take.arguments.insert("pieces".into(), Value::Integer(pieces));
        take
    };
    let first = one.make(take(4));
    let second = other.make(take(3));
    one.push_all(&server, 1);
    other.push_all(&server, 1);
    assert_eq!(one.verdict(first), &Verdict::Accepted { moved: vec![] });
    let Verdict::Rejected { refusal: Refusal::Issues(issues), moved } = other.verdict(second) else {
        panic!("{:?}", other.verdict(second))
    };
    assert_eq!((&*issues[0].code, moved), ("too-much", &vec![Moved::Record(stock("s1"))]));
    other.pull(&server);
    assert_eq!(other.value(&stock("s1"), "pieces"), Some(Value::Integer(1)));
}

fn a_later_operation_of_a_batch_sees_what_an_earlier_one_did(kind: Kind) {
    let server = Server::new(kind);
    let mut device = Device::of(&server, "d1");
    device.make(create("o1", "I-1", "3"));
    for quantity in 3..20 {
        let (before, after) = (number(&quantity.to_string()), number(&(quantity + 1).to_string()));
        device.make(update_line("o1", [("quantity", Some(before), Some(after))]));
    }
    device.push_all(&server, 1);
    assert!(device.verdicts.values().all(|verdict| *verdict == Verdict::Accepted { moved: vec![] }));
    let counts = server.mirror.counts();
    assert_eq!((counts.executions, counts.rounds, counts.fetches), (18, 18, 0));
}

fn a_repeat_gets_the_stored_verdicts_and_runs_nothing(kind: Kind) {
    let mut server = Server::new(kind);
    let mut device = Device::of(&server, "d1");
    device.make(create("o1", "I-1", "3"));
    let first = device.push(&server, 1).expect("taken");
    server.restart();
    server.prices("item,price\nI-1,99\n");
    assert_eq!(device.push(&server, 1).expect("taken"), first);
    assert_eq!(server.mirror.counts().executions, 0);
    device.make(update("o1", [("note", None, Some(text("more")))]));
    let Pushed::Taken { last: 2, verdicts } = device.push(&server, 1).expect("taken") else { panic!("not taken") };
    assert_eq!(verdicts.len(), 2);
    assert_eq!(server.mirror.counts().executions, 1);
}

fn a_gap_is_said_and_nothing_taken(kind: Kind) {
    let server = Server::new(kind);
    let mut device = Device::of(&server, "d1");
    for key in ["o1", "o2", "o3"] {
        device.make(create(key, "I-1", "3"));
    }
    assert_eq!(device.push(&server, 2).expect("an answer"), Pushed::Gap { expected: 1 });
    assert_eq!(server.mirror.verdicts().expect("counts").len(), 0);
    device.push_all(&server, 3);
    assert_eq!(device.verdicts.len(), 3);
}

fn other_bytes_under_a_known_sequence_are_refused(kind: Kind) {
    let server = Server::new(kind);
    let mut device = Device::of(&server, "d1");
    device.make(create("o1", "I-1", "3"));
    device.push_all(&server, 1);
    let mut copy = Device::of(&server, "d1");
    copy.make(create("o2", "I-1", "3"));
    assert!(matches!(copy.push(&server, 1), Err(MirrorError::OtherMessage { sequence: 1 })));
    let of_another = Push { device: "d2".into(), messages: device.messages.clone() };
    let refused = server.mirror.push(&device.caller, "d2", &of_another);
    assert!(matches!(refused, Err(MirrorError::OtherDevice { .. })));
}

fn what_cannot_be_run_is_parked_and_the_rest_goes_on(kind: Kind) {
    let server = Server::new(kind);
    let mut device = Device::of(&server, "d1");
    let unknown = Digest::of(b"unknown");
    let mut missing = create("o1", "I-1", "3");
    (missing.package, missing.receipt.package) = (unknown, unknown);
    device.make(missing);
    device.make(create("o2", "I-1", "3"));
    device.push_all(&server, 1);
    assert_eq!(device.verdict(1), &Verdict::Parked { cause: Parked::Package });
    assert_eq!(device.verdict(2), &Verdict::Accepted { moved: vec![] });
    server.fakes.put(package(), Found::Withdrawn);
    device.make(create("o3", "I-1", "3"));
    device.push_all(&server, 3);
    assert_eq!(device.verdict(3), &Verdict::Parked { cause: Parked::Package });
}

fn what_does_something_else_on_the_same_input_is_parked_and_counted(kind: Kind) {
    let server = Server::new(kind);
    server.fakes.put_plugin(package(), 1);
    let mut device = Device::of(&server, "d1");
    device.make(create("o1", "I-1", "3"));
    device.push_all(&server, 1);
    assert_eq!(device.verdict(1), &Verdict::Parked { cause: Parked::Determinism });
    assert_eq!(server.mirror.counts().determinism_faults, 1);
    device.pull(&server);
    assert!(
        !server.mirror.changes("c1", 0, 9).expect("changes").lines.iter().any(|line| line["record"]["key"] == "o1")
    );
}

fn another_user_counts_as_moved_and_another_company_is_refused(kind: Kind) {
    let server = Server::new(kind);
    let mut device = Device::of(&server, "d1");
    device.make(create("o1", "I-1", "3"));
    device.caller = caller("somebody", &[]);
    let mut foreign = create("o2", "I-1", "3");
    foreign.context.company = "c2".into();
    device.make(foreign);
    device.push_all(&server, 1);
    assert_eq!(device.verdict(1), &Verdict::Accepted { moved: vec![Moved::Identity] });
    let refused = device.verdict(2);
    assert!(matches!(refused, Verdict::Rejected { refusal: Refusal::NotAuthorised { .. }, .. }), "{refused:?}");
}

fn what_is_another_companys_stays_so(kind: Kind) {
    use lockstep_server::mirror::ImportKind::JsonLines;
    let server = Server::new(kind);
    let mut device = Device::of(&server, "d1");
    device.make(create("o1", "I-1", "3"));
    let theirs = br#"{"key": "o1", "customer": "C-9"}"#;
    server.mirror.import_records("orders", "order", JsonLines, theirs, "c2").expect("imported");
    let changed = device.add(update("o1", [("note", None, Some(text("mine")))]));
    device.push_all(&server, 1);
    assert_eq!(device.verdict(1), &Verdict::Rejected { refusal: Refusal::Exists, moved: vec![] });
    assert!(matches!(device.verdict(changed), Verdict::Rejected { refusal: Refusal::NotFound { .. }, .. }));
    assert_eq!(server.mirror.changes("c2", 0, 9).expect("changes").lines.len(), 1);
    assert!(server.mirror.changes("c1", 0, 9).expect("changes").lines.is_empty());
}

fn a_receipt_that_lies_is_parked(kind: Kind) {
    let server = Server::new(kind);
    let mut device = Device::of(&server, "d1");
    device.make(create("o1", "I-1", "3"));
    let Some(Message::Operation(operation)) = device.messages.last_mut() else { panic!("no operation") };
    operation.receipt.outcome = Digest::of(b"something else");
    device.push_all(&server, 1);
    assert_eq!(device.verdict(1), &Verdict::Parked { cause: Parked::Determinism });
}

fn what_no_honest_device_sends_is_refused(kind: Kind) {
    let server = Server::new(kind);
    let mut device = Device::of(&server, "d1");
    let mut lies = create("o1", "I-1", "3");
    lies.receipt.package = Digest::of(b"another");
    device.add(lies);
    let mut elsewhere = create("o2", "I-1", "3");
    elsewhere.record.plugin = "another".into();
    device.add(elsewhere);
    let mut later = create("o3", "I-1", "3");
    later.depends_on = vec![3];
    device.add(later);
    let mut greedy = create("o4", "I-1", "3");
    for number in 0..1000 {
        greedy.reads.records.insert(order(&number.to_string()), None);
    }
    device.add(greedy);
    device.push_all(&server, 1);
    for sequence in 1..=4 {
        let refused = device.verdict(sequence);
        assert!(matches!(refused, Verdict::Rejected { refusal: Refusal::DoesNotFit { .. }, .. }), "{refused:?}");
    }
    let id = OperationId { device: "d1".into(), sequence: 5 };
    device.messages.push(Message::Discard { id, of: u64::MAX });
    device.push_all(&server, 5);
    assert!(matches!(device.verdict(5), Verdict::Rejected { .. }));
}
