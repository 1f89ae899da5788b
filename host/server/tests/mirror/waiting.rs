//! Operations that wait for others: released when these are good after all, rejected when they are given up.

use lockstep_model::{OperationId, Refusal, Verdict, verdict::Parked};
use lockstep_server::{MirrorError, mirror::Held};

use crate::{
    server::{Device, Kind, Server, package},
    world::{create, number, order, text, update, update_line},
};

on_each_store!(
    what_waits_is_released_when_the_cause_is_done_in_another_way,
    what_waits_is_rejected_when_the_cause_is_given_up,
    cause_retry_and_dependants_may_come_in_one_batch,
    an_administrator_releases_or_rejects_what_is_parked,
    what_does_something_else_here_can_be_released_and_what_cannot_run_cannot,
);

/// A device whose first operation conflicts with another's edit, and whose second and third build on it.
fn stuck(kind: Kind) -> (Server, Device) {
    let server = Server::new(kind);
    let mut other = Device::of(&server, "d2");
    other.make(create("o1", "I-1", "3"));
    other.push_all(&server, 1);
    let mut device = Device::of(&server, "d1");
    other.make(update("o1", [("note", None, Some(text("theirs")))]));
    other.push_all(&server, 2);
    device.make(update("o1", [("note", None, Some(text("mine")))]));
    for (sequence, (before, after)) in [("3", "4"), ("4", "5")].into_iter().enumerate() {
        let mut more = update_line("o1", [("quantity", Some(number(before)), Some(number(after)))]);
        more.depends_on = (1..=sequence as u64 + 1).collect();
        device.make(more);
    }
    device.push_all(&server, 1);
    assert!(matches!(device.verdict(1), Verdict::Rejected { refusal: Refusal::Conflicts(_), .. }));
    for sequence in [2, 3] {
        assert_eq!(device.verdict(sequence), &Verdict::Parked { cause: Parked::Dependency { sequence: 1 } });
    }
    (server, device)
}

fn what_waits_is_released_when_the_cause_is_done_in_another_way(kind: Kind) {
    let (mut server, mut device) = stuck(kind);
    server.restart();
    device.pull(&server);
    let mut again = update("o1", [("note", Some(text("theirs")), Some(text("mine after all")))]);
    again.replaces = Some(1);
    let retried = device.make(again);
    device.push_all(&server, retried);
    assert!(matches!(device.verdict(retried), Verdict::Accepted { .. }), "{:?}", device.verdict(retried));
    server.restart();
    device.pull(&server);
    for sequence in [2, 3] {
        let verdict = device.verdict(sequence);
        assert!(matches!(verdict, Verdict::Accepted { .. } | Verdict::Rebased { .. }), "{verdict:?}");
    }
    assert_eq!(device.value(&order("o1"), "total"), Some(number("50")));
    assert_eq!(device.value(&order("o1"), "note"), Some(text("mine after all")));
    let mut twice = update("o1", [("note", Some(text("mine after all")), Some(text("again")))]);
    twice.replaces = Some(1);
    let refused = device.make(twice);
    device.push_all(&server, refused);
    assert!(matches!(device.verdict(refused), Verdict::Rejected { refusal: Refusal::DoesNotFit { .. }, .. }));
}

fn what_waits_is_rejected_when_the_cause_is_given_up(kind: Kind) {
    let (server, mut device) = stuck(kind);
    let given_up = device.discard(1);
    device.push_all(&server, given_up);
    assert_eq!(device.verdict(given_up), &Verdict::Accepted { moved: vec![] });
    device.pull(&server);
    for sequence in [2, 3] {
        let expected = Verdict::Rejected { refusal: Refusal::Discarded { sequence: 1 }, moved: vec![] };
        assert_eq!(device.verdict(sequence), &expected);
    }
    assert_eq!(device.value(&order("o1"), "total"), Some(number("30")));
    let good = device.make(create("o9", "I-1", "1"));
    let refused = device.discard(good);
    device.push_all(&server, good);
    assert!(matches!(device.verdict(refused), Verdict::Rejected { refusal: Refusal::DoesNotFit { .. }, .. }));
}

fn cause_retry_and_dependants_may_come_in_one_batch(kind: Kind) {
    let server = Server::new(kind);
    let mut device = Device::of(&server, "d1");
    let mut refused = create("o1", "I-1", "3");
    refused.change.fields.clear();
    let first = device.add(refused);
    device.make(create("o2", "I-1", "3"));
    let mut more = update("o2", [("note", None, Some(text("waits")))]);
    more.depends_on = vec![first];
    let waits = device.make(more);
    let given_up = device.discard(first);
    device.push_all(&server, 1);
    assert_eq!(device.verdicts.len(), 4);
    assert!(matches!(device.verdict(first), Verdict::Rejected { refusal: Refusal::Issues(_), .. }));
    assert!(matches!(device.verdict(waits), Verdict::Rejected { refusal: Refusal::Discarded { sequence: 1 }, .. }));
    assert_eq!(device.verdict(given_up), &Verdict::Accepted { moved: vec![] });
}

fn an_administrator_releases_or_rejects_what_is_parked(kind: Kind) {
    let (server, mut device) = stuck(kind);
    let id = |sequence| OperationId { device: "d1".into(), sequence };
    let refused = server.mirror.hold(&id(1), Held::Release, "admin", "why not");
    assert!(matches!(refused, Err(MirrorError::NotParked { .. })), "{refused:?}");
    let released = server.mirror.hold(&id(2), Held::Release, "admin", "it stands for itself").expect("released");
    assert!(matches!(released, Verdict::Accepted { .. } | Verdict::Rebased { .. }), "{released:?}");
    let rejected = server.mirror.hold(&id(3), Held::Reject, "admin", "not wanted").expect("rejected");
    assert!(matches!(rejected, Verdict::Rejected { refusal: Refusal::NotAuthorised { .. }, .. }));
    device.pull(&server);
    assert_eq!((device.verdict(2), device.verdict(3)), (&released, &rejected));
    assert_eq!(device.value(&order("o1"), "total"), Some(number("40")));
    let shown = server.mirror.operation(&id(2)).expect("the operation");
    assert_eq!(shown["settled"]["by"], "admin");
    assert!(server.mirror.operation(&id(99)).is_err());
}

fn what_does_something_else_here_can_be_released_and_what_cannot_run_cannot(kind: Kind) {
    let server = Server::new(kind);
    server.fakes.put_plugin(package(), 1);
    let mut device = Device::of(&server, "d1");
    device.make(create("o1", "I-1", "3"));
    let mut missing = create("o2", "I-1", "3");
    (missing.package, missing.receipt.package) = (order_digest(), order_digest());
    device.make(missing);
    device.push_all(&server, 1);
    let id = |sequence| OperationId { device: "d1".into(), sequence };
    let released = server.mirror.hold(&id(1), Held::Release, "admin", "as the server has it").expect("released");
    assert_eq!(released, Verdict::Rebased { moved: vec![] });
    device.pull(&server);
    assert_eq!(device.value(&order("o1"), "total"), Some(number("31")));
    let refused = server.mirror.hold(&id(2), Held::Release, "admin", "now");
    assert!(matches!(refused, Err(MirrorError::StillParked { .. })), "{refused:?}");
    server.fakes.put_plugin(order_digest(), 0);
    let released = server.mirror.hold(&id(2), Held::Release, "admin", "it is here now").expect("released");
    assert_eq!(released, Verdict::Accepted { moved: vec![] });
}

fn order_digest() -> lockstep_model::Digest {
    lockstep_model::Digest::of(b"a package that comes later")
}
