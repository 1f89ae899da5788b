//! Long absences, and a server that ends between any two steps.

use lockstep_model::{Verdict, canonical::encode_record};

use crate::{
    server::{Device, Kind, Server},
    world::{create, number, order, text, update, update_line},
};

on_each_store!(ten_thousand_operations_drain_each_with_a_verdict, a_restart_between_any_two_steps_changes_nothing,);

fn ten_thousand_operations_drain_each_with_a_verdict(kind: Kind) {
    let server = Server::new(kind);
    let mut device = Device::of(&server, "d1");
    for number in 0..5_000 {
        let key = format!("o{number}");
        device.make(create(&key, "I-1", "3"));
        device.make(update(&key, [("note", None, Some(text("written on the way")))]));
    }
    server.prices("item,price\nI-1,11\n");
    device.push_all(&server, 1);
    assert_eq!(device.verdicts.len(), 10_000);
    assert!(device.verdicts.values().all(|verdict| matches!(verdict, Verdict::Rebased { .. })));
    device.pull(&server);
    assert_eq!(device.world.records.len(), 5_000);
    assert!(
        device
            .world
            .records
            .values()
            .all(|base| base.record().is_some_and(|record| { record.value("total") == Some(&number("33")) }))
    );
    let counts = server.mirror.counts();
    assert_eq!((counts.executions, counts.rounds), (10_000, 10_000));
}

/// The same steps with a restart after the one at this place, and all answers lost that were under way.
fn story(kind: Kind, restart_after: usize) -> (Vec<Vec<u8>>, Vec<Verdict>) {
    let mut server = Server::new(kind);
    let mut devices = [Device::of(&server, "d1"), Device::of(&server, "d2")];
    let mut sent = [1, 1];
    for step in 0..6 {
        let (own, key) = (step % 2, format!("o{}", step / 2));
        let device = &mut devices[own];
        if own == 0 {
            device.make(create(&key, "I-1", "3"));
        } else {
            let before = device.value(&order(&key), "note");
            device.make(update(&key, [("note", before, Some(text("seen")))]));
            device.make(update_line(&key, [("quantity", Some(number("3")), Some(number("4")))]));
        }
        if step == restart_after {
            device.push(&server, sent[own]).expect("taken, and the answer is lost");
            server.restart();
        }
        device.push_all(&server, sent[own]);
        sent[own] = device.messages.len() as u64 + 1;
        for device in &mut devices {
            device.pull(&server);
        }
    }
    let records = |device: &Device| {
        device.world.records.values().filter_map(|base| base.record()).map(encode_record).collect::<Vec<_>>()
    };
    assert_eq!(records(&devices[0]), records(&devices[1]));
    let verdicts = devices.iter().flat_map(|device| device.verdicts.values().cloned()).collect();
    (records(&devices[0]), verdicts)
}

fn a_restart_between_any_two_steps_changes_nothing(kind: Kind) {
    let without = story(kind, usize::MAX);
    for step in 0..6 {
        assert_eq!(story(kind, step), without, "after step {step}");
    }
}
