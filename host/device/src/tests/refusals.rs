//! What a device refuses, and that it then holds what it held before.

use std::fs;

use lockstep_model::{Digest, Timestamp};
use lockstep_package::{
    Publication, SigningKey,
    publication::PublicationError,
    signature::{self, SignatureError},
};

use super::kit::{DEVICE, Device, PUBLISHER, Server, content, environment_key, package, publisher_key, token};
use crate::{Fault, FolderError, LoadFailure, PackageError, RecordError, RefreshError};

/// A device that has orders 1.0.0, and a server that has published orders 1.1.0 since.
fn before_a_change() -> (Server, Device) {
    let server = Server::with(&[("orders", "1.0.0")]);
    let device = Device::of(&server);
    server.publish(&package("orders", "1.1.0"));
    (server, device)
}

/// The refresh is refused, and changes nothing.
#[track_caller]
fn refused(server: &Server, device: &Device) -> RefreshError {
    let error = device.refresh(server).unwrap_err();
    assert_eq!(device.holds(), ["orders 1.0.0"], "after: {error}");
    assert_eq!(device.open().sequence(), Some(2));
    error
}

#[track_caller]
fn refused_record(server: &Server, device: &Device) -> RecordError {
    let error = refused(server, device);
    assert_eq!(error.fault(), Fault::Server);
    let RefreshError::Record(error) = error else { panic!("{error}") };
    error
}

#[track_caller]
fn refused_package(server: &Server, device: &Device, fault: Fault) -> PackageError {
    let error = refused(server, device);
    assert_eq!(error.fault(), fault, "{error}");
    let RefreshError::Package { name, version, source } = error else { panic!("{error}") };
    assert_eq!((&*name, &*version), ("orders", "1.1.0"));
    *source
}

#[track_caller]
fn source_of(error: &RefreshError) -> &PackageError {
    let RefreshError::Package { source, .. } = error else { panic!("{error}") };
    source
}

fn newest(server: &Server) -> Digest {
    server.record.borrow().packages[0].digest
}

#[test]
fn a_record_that_another_key_signed() {
    let (server, device) = before_a_change();
    *server.sent.borrow_mut() = Some(server.record.borrow().sign(&SigningKey::from_seed(&[9; 32])).unwrap());
    let error = refused_record(&server, &device);
    assert!(matches!(error, RecordError::Unverified(PublicationError::OtherKey { .. })), "{error}");
}

#[test]
fn a_record_with_any_byte_altered_or_cut_off() {
    let (server, device) = before_a_change();
    let signed = server.signed();
    for at in 0..signed.len() {
        let mut altered = signed.clone();
        altered[at] ^= 1;
        *server.sent.borrow_mut() = Some(altered);
        assert!(matches!(device.refresh(&server), Err(RefreshError::Record(_))), "byte {at}");
    }
    for length in [0, 1, signed.len() / 2, signed.len() - 1] {
        *server.sent.borrow_mut() = Some(signed[..length].to_vec());
        refused_record(&server, &device);
    }
    *server.sent.borrow_mut() = Some([&signed[..], &[0]].concat());
    refused_record(&server, &device);
}

#[test]
fn a_record_of_another_environment_with_the_same_key() {
    let (server, device) = before_a_change();
    server.lie(|record| "south".clone_into(&mut record.environment));
    let error = refused_record(&server, &device);
    assert!(matches!(error, RecordError::Unverified(PublicationError::OtherEnvironment { .. })), "{error}");
}

#[test]
fn a_record_for_another_device() {
    let (server, device) = before_a_change();
    server.lie(|record| "tablet-2".clone_into(&mut record.device));
    let error = refused_record(&server, &device);
    assert!(error.to_string().contains("`tablet-2`") && error.to_string().contains(DEVICE), "{error}");
}

#[test]
fn a_record_for_another_engine() {
    let (server, device) = before_a_change();
    server.lie(|record| "wasmtime-1.0.0/portable".clone_into(&mut record.engine));
    assert!(matches!(refused_record(&server, &device), RecordError::OtherEngine { .. }));
}

#[test]
fn a_record_that_is_sent_again() {
    let server = Server::with(&[("stock", "1.0.0")]);
    let old = server.signed();
    server.withdraw("stock");
    server.publish(&package("orders", "1.0.0"));
    server.lie(|record| record.sequence = 2);
    let device = Device::of(&server);
    // Number 2 is what the device has; a replayed one is below.
    let mut replayed = Publication::verify(&old, &environment_key().verifying_key()).unwrap();
    replayed.sequence = 1;
    *server.sent.borrow_mut() = Some(replayed.sign(&environment_key()).unwrap());
    let error = refused_record(&server, &device);
    let RecordError::Unverified(PublicationError::Older { found: 1, known: 2 }) = error else { panic!("{error}") };
}

#[test]
fn a_record_that_contradicts_itself() {
    let (server, device) = before_a_change();
    server.lie(|record| record.packages.push(record.packages[0].clone()));
    assert!(matches!(refused_record(&server, &device), RecordError::Twice(_)));
    let (server, device) = before_a_change();
    server.lie(|record| record.withdrawn.push(record.packages[0].digest));
    assert!(matches!(refused_record(&server, &device), RecordError::Withdrawn(_)));
    for (package, code) in [(u64::MAX, 1), (1, u64::MAX)] {
        let (server, device) = before_a_change();
        server.lie(|record| {
            record.packages[0].bytes = package;
            record.packages[0].code.as_mut().unwrap().bytes = code;
        });
        assert!(matches!(refused_record(&server, &device), RecordError::TooLarge { bytes: u64::MAX, .. }));
    }
}

#[test]
fn a_package_with_any_byte_altered() {
    let (server, device) = before_a_change();
    let file = package("orders", "1.1.0");
    for at in 0..file.len() {
        let mut altered = file.clone();
        altered[at] ^= 0x10;
        server.files.borrow_mut().insert(newest(&server), altered);
        let error = device.refresh(&server).unwrap_err();
        assert!(matches!(source_of(&error), PackageError::Digest { what: "file", .. }), "byte {at}: {error}");
    }
    assert_eq!(device.holds(), ["orders 1.0.0"]);
}

/// A record that vouches for an altered file helps nobody: the publisher did not sign it.
#[test]
fn a_package_with_any_byte_altered_and_a_record_that_says_so() {
    let (server, device) = before_a_change();
    let file = package("orders", "1.1.0");
    for at in 0..file.len() {
        let mut altered = file.clone();
        altered[at] ^= 0x10;
        server.lie(|record| record.packages[0].file = Digest::of(&altered));
        server.files.borrow_mut().insert(newest(&server), altered);
        let error = device.refresh(&server).unwrap_err();
        assert!(matches!(error, RefreshError::Package { .. }), "byte {at}: {error}");
    }
    assert_eq!(device.holds(), ["orders 1.0.0"]);
}

#[test]
fn a_package_that_another_publisher_signed() {
    let server = Server::with(&[("orders", "1.0.0")]);
    let device = Device::of(&server);
    let stranger = SigningKey::from_seed(&[8; 32]);
    server.publish(&signature::sign(&content("orders", "1.1.0"), &stranger, PUBLISHER, Timestamp(0)).unwrap());
    let error = refused_package(&server, &device, Fault::Package);
    assert!(matches!(error, PackageError::Signature(SignatureError::OtherKey { .. })), "{error}");

    let server = Server::with(&[("orders", "1.0.0")]);
    let device = Device::of(&server);
    server.publish(&signature::sign(&content("orders", "1.1.0"), &publisher_key(), "others", Timestamp(0)).unwrap());
    let error = refused_package(&server, &device, Fault::Package);
    assert!(matches!(error, PackageError::Differs { what: "publisher", .. }), "{error}");
}

#[test]
fn a_package_that_nobody_signed() {
    let server = Server::with(&[("orders", "1.0.0")]);
    let device = Device::of(&server);
    server.publish(&content("orders", "1.1.0"));
    let error = refused_package(&server, &device, Fault::Package);
    assert!(matches!(error, PackageError::Signature(SignatureError::Missing)), "{error}");
}

#[test]
fn another_package_in_a_packages_place() {
    let (server, device) = before_a_change();
    server.files.borrow_mut().insert(newest(&server), package("orders", "1.0.0"));
    refused_package(&server, &device, Fault::Server);
    // Also where the record names the file: its content is another.
    server.lie(|record| record.packages[0].file = Digest::of(&package("orders", "1.0.0")));
    let error = refused_package(&server, &device, Fault::Server);
    assert!(matches!(error, PackageError::Digest { what: "package", .. }), "{error}");
}

#[test]
fn a_package_under_another_name_or_version() {
    for (what, lie) in [("name", "stock"), ("version", "9.0.0")] {
        let (server, device) = before_a_change();
        server.lie(|record| match what {
            "name" => lie.clone_into(&mut record.packages[0].name),
            _ => lie.clone_into(&mut record.packages[0].version),
        });
        let error = refused(&server, &device);
        assert!(matches!(source_of(&error), PackageError::Differs { what: found, .. } if *found == what), "{error}");
    }
}

#[test]
fn sizes_that_are_not_what_the_record_says() {
    for change in [-1, 1] {
        let (server, device) = before_a_change();
        server.lie(|record| record.packages[0].bytes = record.packages[0].bytes.strict_add_signed(change));
        let error = refused_package(&server, &device, Fault::Server);
        assert!(matches!(error, PackageError::Size { what: "package", .. }), "{error}");

        let (server, device) = before_a_change();
        server.lie(|record| {
            let code = record.packages[0].code.as_mut().unwrap();
            code.bytes = code.bytes.strict_add_signed(change);
        });
        let error = refused_package(&server, &device, Fault::Server);
        assert!(matches!(error, PackageError::Size { what: "code", .. }), "{error}");
    }
}

#[test]
fn files_that_are_cut_short_or_not_there() {
    let (server, device) = before_a_change();
    let file = package("orders", "1.1.0");
    for length in [0, 1, file.len() / 2, file.len() - 1] {
        server.files.borrow_mut().insert(newest(&server), file[..length].to_vec());
        assert!(matches!(refused_package(&server, &device, Fault::Server), PackageError::Size { .. }));
    }
    server.files.borrow_mut().clear();
    assert!(matches!(refused_package(&server, &device, Fault::Server), PackageError::Gone(_)));
}

#[test]
fn code_with_any_byte_altered() {
    let (server, device) = before_a_change();
    let code = server.code.borrow()[&newest(&server)].clone();
    for at in 0..code.len() {
        let mut altered = code.clone();
        altered[at] ^= 1;
        server.code.borrow_mut().insert(newest(&server), altered);
        let error = device.refresh(&server).unwrap_err();
        assert!(matches!(source_of(&error), PackageError::Digest { what: "code", .. }), "byte {at}: {error}");
    }
    assert_eq!(device.holds(), ["orders 1.0.0"]);
}

/// What an altered file on the device itself comes to.
#[test]
fn files_that_somebody_altered_on_the_device() {
    let server = Server::with(&[("orders", "1.0.0")]);
    let device = Device::of(&server);
    for kind in ["packages", "code"] {
        let mut files = walk(&device.folder.path().join(kind));
        let path = files.pop().unwrap();
        let mut bytes = fs::read(&path).unwrap();
        bytes[20] ^= 1;
        fs::write(&path, bytes).unwrap();
        let failure = device.open().load("orders").err().unwrap();
        if kind == "packages" {
            assert!(matches!(failure, LoadFailure::Missing(_)), "{failure}");
            assert_eq!(failure.fault(), Fault::Device);
        }
        // The mark is not sent, so that the answer brings what is wanted.
        device.refresh(&server).unwrap();
        assert_eq!(device.holds(), ["orders 1.0.0"]);
    }
}

#[test]
fn a_record_that_somebody_altered_on_the_device() {
    let server = Server::with(&[("orders", "1.0.0")]);
    let device = Device::of(&server);
    let path = device.folder.path().join("current");
    let bytes = fs::read(&path).unwrap();
    let record_at = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(1).unwrap().0 + 1;
    for at in record_at..bytes.len() {
        let mut altered = bytes.clone();
        altered[at] ^= 1;
        fs::write(&path, altered).unwrap();
        assert!(matches!(device.open().damage(), Some(FolderError::Record(_))), "byte {at}");
    }
    for length in 0..record_at {
        fs::write(&path, &bytes[..length]).unwrap();
        let catalogue = device.open();
        assert!(catalogue.damage().is_some() && catalogue.workspaces().is_empty(), "{length} bytes");
        assert!(matches!(catalogue.load("orders").err(), Some(LoadFailure::NoRecord(_))), "{length} bytes");
    }
    let mut catalogue = device.open();
    catalogue.refresh(&server, &token()).unwrap();
    assert!(catalogue.damage().is_none());
    assert_eq!(device.holds(), ["orders 1.0.0"]);
}

#[test]
fn an_older_record_after_the_newer_one_is_damaged_or_replaced_on_the_device() {
    let server = Server::with(&[("orders", "1.0.0")]);
    let device = Device::of(&server);
    let path = device.folder.path().join("current");
    let older = (server.signed(), fs::read(&path).unwrap());
    server.publish(&package("orders", "1.1.0"));
    let mut running = device.open();
    running.refresh(&server, &token()).unwrap();
    let taken = running.sequence().unwrap();

    fs::write(&path, &older.1).unwrap();
    assert!(matches!(device.open().damage(), Some(FolderError::Record(_))), "an older record is none");
    for broken in [&b""[..], &older.1] {
        fs::write(&path, broken).unwrap();
        *server.sent.borrow_mut() = Some(older.0.clone());
        for catalogue in [&mut device.open(), &mut running] {
            let refused = catalogue.refresh(&server, &token()).unwrap_err();
            assert!(refused.to_string().contains(&format!("older than number {taken}")), "{refused}");
        }
        *server.sent.borrow_mut() = None;
        device.refresh(&server).unwrap();
        assert_eq!(device.holds(), ["orders 1.1.0"]);
    }
}

#[test]
fn a_folder_of_another_device_or_environment() {
    let server = Server::with(&[("orders", "1.0.0")]);
    let mut device = Device::of(&server);
    "tablet-2".clone_into(&mut device.enrolment.device);
    assert!(matches!(device.open().damage(), Some(FolderError::Record(_))));
    let mut device = Device::of(&server);
    device.enrolment.key = publisher_key().verifying_key();
    assert!(matches!(device.open().damage(), Some(FolderError::Record(_))));
}

#[test]
fn an_answer_that_nothing_has_changed_since_nothing() {
    struct Silent;
    impl crate::Transport for Silent {
        fn publication(
            &self,
            _: &crate::Token,
            _: &str,
            _: Option<&str>,
            _: u64,
        ) -> Result<crate::Offer, crate::TransportError> {
            Ok(crate::Offer::Unchanged)
        }
        fn package(&self, _: &crate::Token, _: &Digest, _: u64) -> Result<Vec<u8>, crate::TransportError> {
            unreachable!("nothing is offered")
        }
        fn code(&self, _: &crate::Token, _: &Digest, _: &str, _: u64) -> Result<Vec<u8>, crate::TransportError> {
            unreachable!("nothing is offered")
        }
    }
    let error = Device::new().open().refresh(&Silent, &token()).unwrap_err();
    assert!(matches!(error, RefreshError::Server(_)), "{error}");
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}
