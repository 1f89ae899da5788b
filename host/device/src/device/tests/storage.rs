//! What a full disk, a quota and other versions do to a device.

use std::sync::Arc;

use lockstep_model::Digest;

use super::kit::{Kit, package};
use crate::{
    device::{Device, DeviceError, Synced},
    store::StoreError,
    world::{create, text},
};

#[test]
fn what_is_fetched_never_takes_the_users_room_nor_the_file_more_than_its_quota() {
    let mut kit = Kit::new();
    let used = kit.store().used().expect("a size");
    // The pages fit; the records that come of them, with what is staged beside them, do not.
    kit.quota = used + 400_000;
    kit.reopen();
    for number in 0..1500 {
        let mut order = create(&format!("o{number}"), "I-1", "3");
        let note = lockstep_model::operation::Edit { base: None, value: Some(text(&"n".repeat(40))) };
        order.change.fields.insert("note".into(), note);
        kit.server.others(&mut order);
    }
    kit.server.page.set(100);
    let device = kit.device.as_mut().expect("it is open");
    let failed = device.sync(&kit.server);
    let is_full =
        |error: &DeviceError| matches!(error, DeviceError::Store(StoreError::Full | StoreError::Quota { .. }));
    assert!(failed.as_ref().is_err_and(is_full), "{failed:?}");
    let status = kit.device().status().expect("a status");
    assert_eq!(status.quota_bytes, kit.quota);
    assert!(status.used_bytes <= kit.quota / 10 * 9, "{status:?}");
    assert!(kit.orders().is_empty(), "whole or not at all");
    kit.create("C-1", "3");
    let size = std::fs::metadata(kit.file()).expect("a file").len();
    assert!(size <= kit.quota, "{size}");
    kit.quota = 1 << 30;
    kit.reopen();
    assert_eq!(kit.sync(), Synced::Done);
    assert_eq!(kit.page("orders").total, 1501);
}

#[test]
fn a_quota_leaves_the_user_some_room_and_is_said() {
    let mut kit = Kit::new();
    kit.quota = kit.store().used().expect("a size") * 105 / 100;
    kit.reopen();
    kit.server.others(&mut create("o1", "I-1", "3"));
    let device = kit.device.as_mut().expect("it is open");
    let failed = device.sync(&kit.server);
    assert!(matches!(failed, Err(DeviceError::Store(StoreError::Quota { .. }))), "{failed:?}");
    let mut made = 0;
    let refused = loop {
        let draft = kit.draft("C-1", "I-1", "3");
        match kit.device().submit(&draft, "create", &[].into(), &[].into()) {
            Ok(_) => made += 1,
            Err(error) => break error,
        }
        assert!(made < 1000, "no quota");
    };
    assert!(made > 0, "the user has some room");
    let sentence = refused.to_string();
    assert!(matches!(refused, DeviceError::Store(StoreError::Quota { .. } | StoreError::Full)), "{sentence}");
    kit.quota = 1 << 30;
    kit.reopen();
    assert_eq!(kit.sync(), Synced::Done);
    assert_eq!(kit.orders().len(), made + 1);
}

#[test]
fn files_of_newer_programs_and_of_others_are_refused_as_they_are() {
    let mut kit = Kit::new();
    kit.device = None;
    let open = |kit: &Kit| Device::open(kit.folder.path(), Box::new(kit.packages.clone()), kit.settings());
    let other = rusqlite::Connection::open(kit.file()).expect("a file");
    other.execute_batch("PRAGMA user_version = 99").expect("written");
    drop(other);
    let refused = open(&kit).err().expect("refused");
    let newest = crate::store::VERSION;
    assert!(
        matches!(refused, DeviceError::Store(StoreError::Newer { found: 99, known }) if known == newest),
        "{refused}"
    );
    std::fs::write(kit.file(), "no database at all, but a text that is long enough to be taken for one")
        .expect("written");
    for end in ["sqlite-wal", "sqlite-shm"] {
        let _ = std::fs::remove_file(kit.file().with_extension(end));
    }
    assert!(matches!(open(&kit), Err(DeviceError::Store(StoreError::NotOurs))));
    std::fs::remove_file(kit.file()).expect("removed");
    let other = rusqlite::Connection::open(kit.file()).expect("a file");
    other.execute_batch("CREATE TABLE theirs (x)").expect("written");
    drop(other);
    assert!(matches!(open(&kit), Err(DeviceError::Store(StoreError::NotOurs))));
}

#[test]
fn another_devices_file_is_refused() {
    let mut kit = Kit::new();
    kit.device = None;
    let settings = crate::device::Settings { device: "d2".into(), ..kit.settings() };
    let refused = Device::open(&kit.file(), Box::new(kit.packages.clone()), settings).err().expect("refused");
    assert!(matches!(refused, DeviceError::OtherDevice { .. }), "{refused}");
}

#[test]
fn an_operation_that_could_never_be_sent_is_refused() {
    let mut kit = Kit::new();
    let draft = kit.draft("C-1", "I-1", "3");
    let reasons = [("large".to_owned(), "x".repeat(2 << 20))].into();
    let refused = kit.device().submit(&draft, "create", &[].into(), &reasons);
    assert!(matches!(refused, Err(DeviceError::TooLarge { .. })), "{refused:?}");
    assert!(kit.states().is_empty() && kit.orders().is_empty());
}

#[test]
fn another_package_in_force_takes_over_and_pending_operations_stay() {
    let mut kit = Kit::new();
    kit.create("C-1", "3");
    let newer = crate::logic::Package { digest: Digest::of(b"newer"), version: "1.1.0".into(), ..package() };
    *kit.packages.0.lock().expect("unpoisoned") = Some(Arc::new(newer));
    kit.device().adopt().expect("a working disk");
    kit.create("C-2", "3");
    let packages: Vec<_> =
        kit.device().operations().expect("operations").iter().map(|view| view.operation.package).collect();
    assert_eq!(packages, [Digest::of(b"orders"), Digest::of(b"newer")]);
    assert_eq!(kit.device().workspace("orders").expect("a workspace").version, "1.1.0");
    // Without any package the operations wait, and come back with it.
    let kept = kit.packages.0.lock().expect("unpoisoned").take();
    kit.server.set_price("I-2", "26");
    kit.server.is_offline.set(true);
    let device = kit.device.as_mut().expect("it is open");
    assert!(matches!(device.sync(&kit.server), Ok(Synced::Later { .. })));
    assert!(device.dashboard().expect("signed in").is_empty());
    *kit.packages.0.lock().expect("unpoisoned") = kept;
    kit.server.is_offline.set(false);
    assert_eq!(kit.sync(), Synced::Done);
    assert_eq!(kit.orders().len(), 2);
}

#[test]
fn decided_operations_are_forgotten_after_a_while_from_the_oldest_on() {
    let mut kit = Kit::new();
    kit.keep_ms = 1_000_000;
    kit.reopen();
    let key = kit.create("C-1", "3");
    kit.update(&key, "note", "second");
    kit.sync();
    assert_eq!(kit.states().len(), 2);
    kit.clock.fetch_add(2_000_000, std::sync::atomic::Ordering::Relaxed);
    kit.sync();
    let left: Vec<_> = kit.device().operations().expect("operations").iter().map(|v| v.operation.id.sequence).collect();
    assert_eq!(left, [2], "the last one that the server has stays");
    kit.update(&key, "note", "third");
    kit.sync();
    assert_eq!(kit.server.verdict(3).map(|_| ()), Some(()));
}
