//! Two administrators at once.

use std::{
    sync::{
        Barrier,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use lockstep_model::Timestamp;
use lockstep_server::{
    Change, RegistryError, Rollout, State,
    registry::{Asker, Filter},
    validation::Report,
};

use crate::support::{World, made, refused};

#[test]
fn of_two_who_decide_on_the_same_state_one_is_told() {
    let world = World::new();
    let versions = ["1.0.0", "1.1.0"].map(|version| world.applied(&made("orders", version)));
    let registry = world.registry();
    for _ in 0..10 {
        let (before, audited) = (registry.revision(), world.audited());
        let change = Change { expected: Some(before), ..world.change() };
        let barrier = Barrier::new(2);
        let publish = |digest| {
            barrier.wait();
            registry.publish(digest, &Rollout::all(), false, &change)
        };
        let results = thread::scope(|scope| {
            let other = scope.spawn(|| publish(&versions[1]));
            [publish(&versions[0]), other.join().expect("it does not panic")]
        });
        let told: Vec<_> = results.iter().filter_map(|result| result.as_ref().err()).collect();
        assert!(
            matches!(told[..], [RegistryError::Conflict { expected, found }] if (*expected, *found) == (before, before + 1)),
            "{results:?}"
        );
        assert_eq!((registry.revision(), world.audited()), (before + 1, audited + 1));
        registry.unpublish("orders", false, &world.change()).expect("one is published");
    }
}

#[test]
fn without_saying_so_the_later_one_comes_last() {
    let world = World::new();
    let versions = ["1.0.0", "1.1.0"].map(|version| world.applied(&made("orders", version)));
    let registry = world.registry();
    let revision = registry.revision();
    let change = world.change();
    thread::scope(|scope| {
        for digest in &versions {
            scope.spawn(|| registry.publish(digest, &Rollout::all(), false, &change).expect("it is applied"));
        }
    });
    let mut states = versions.map(|digest| world.state(&digest));
    states.sort_unstable();
    assert_eq!(states, [State::Published, State::Superseded]);
    assert_eq!((registry.revision(), world.offered("any").len()), (revision + 2, 1));
}

#[test]
fn a_device_sees_the_old_or_the_new_state() {
    let world = World::new();
    // Both are published together or not at all: one needs the very version of the other.
    for version in ["1.0.0", "2.0.0"] {
        let stock = world.applied(&made("stock", version));
        let orders = world.applied(&made("orders", version).needing("stock", version));
        if version == "1.0.0" {
            world.publish(&stock, &Rollout::all()).expect("it is applied");
            world.publish(&orders, &Rollout::all()).expect("it is applied");
        }
    }
    let registry = world.registry();
    let stock = registry.list(&Filter { name: Some("stock"), ..Filter::default() });
    let stock: Vec<_> = stock.expect("they can be read").iter().map(|package| package.digest).collect();
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0..40 {
                registry.publish(&stock[round % 2], &Rollout::all(), true, &change_of(round)).ok();
            }
            is_over.store(true, Ordering::Relaxed);
        });
        let mut last = 0;
        while !is_over.load(Ordering::Relaxed) {
            let asker =
                Asker { device: "device-1", user: "sam", engine: crate::support::PORTABLE, may_see: &|_, _| true };
            let offer = registry.offer(&asker, Timestamp(0)).expect("it can ask");
            let signed = registry.sign(&offer, Timestamp(0)).expect("it can be signed");
            let record = lockstep_package::Publication::verify(&signed, &world.environment().key());
            let record = record.expect("it is ours");
            let offered: Vec<_> = record.packages.iter().map(|it| format!("{} {}", it.name, it.version)).collect();
            assert!(
                offered == ["stock 2.0.0"] || offered == ["orders 1.0.0", "stock 1.0.0"],
                "neither the old nor the new: {offered:?}"
            );
            assert!(record.sequence >= last, "{} came after {last}", record.sequence);
            last = record.sequence;
        }
    });
}

fn change_of(round: usize) -> Change<'static> {
    Change { actor: "alex", reason: "as agreed", now: Timestamp(round as i64), expected: None }
}

#[test]
fn a_change_on_an_older_revision_changes_nothing() {
    let world = World::new();
    let digest = world.applied(&made("orders", "1.0.0"));
    let stale = Change { expected: Some(world.registry().revision() + 7), ..world.change() };
    refused(world.registry().publish(&digest, &Rollout::all(), false, &stale), &["at revision", "look again"]);
    assert_eq!(world.state(&digest), State::Applied);
}

#[test]
fn a_file_that_is_refused_again_and_again_is_there_as_long_as_it_is_wanted() {
    let world = World::new();
    let file = made("orders", "1.0.0").unsigned();
    let (registry, change) = (world.registry(), world.change());
    thread::scope(|scope| {
        for _ in 0..5 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let begun = registry.begin_upload(&file, &change).expect("it is refused, or new");
                    let ended = registry.finish_upload(&begun.digest, &Report::default(), &[], &change);
                    let state = ended.expect("the file is there").state;
                    // Somebody else may have uploaded it again.
                    assert!(matches!(state, State::Refused | State::Uploaded), "{state}");
                }
            });
        }
    });
    let left = registry.begin_upload(&file, &change).expect("it can be uploaded");
    assert_eq!((left.state, registry.file(&left.digest).expect("it is kept")), (State::Uploaded, file));
}
