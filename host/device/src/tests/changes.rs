//! What a refresh changes, and what it leaves.

use super::kit::{Device, Server, package, token};
use crate::{Fault, LoadFailure, RefreshError, Refreshed, Token};

fn names(all: &[lockstep_package::publication::PublishedPackage]) -> Vec<String> {
    all.iter().map(|package| format!("{} {}", package.name, package.version)).collect()
}

#[test]
fn what_is_published_is_there_after_one_refresh() {
    let server = Server::with(&[("orders", "1.0.0"), ("stock", "2.1.0")]);
    let device = Device::new();
    let Refreshed::Changed(changes) = device.refresh(&server).unwrap() else { panic!("nothing came") };
    assert_eq!(changes.sequence, 3);
    assert_eq!(names(&changes.added), ["orders 1.0.0", "stock 2.1.0"]);
    assert!(changes.replaced.is_empty() && changes.removed.is_empty());
    assert_eq!(device.holds(), ["orders 1.0.0", "stock 2.1.0"]);
    assert_eq!(server.requests.get(), 5, "the record, and two files for each package");
}

#[test]
fn nothing_new_takes_one_request() {
    let server = Server::with(&[("orders", "1.0.0")]);
    let device = Device::of(&server);
    server.requests.set(0);
    assert_eq!(device.refresh(&server).unwrap(), Refreshed::Unchanged);
    assert_eq!(server.requests.get(), 1);
    assert_eq!(device.holds(), ["orders 1.0.0"]);
}

#[test]
fn a_change_fetches_what_is_new_and_no_more() {
    let server = Server::with(&[("orders", "1.0.0"), ("stock", "1.0.0")]);
    let device = Device::of(&server);
    server.publish(&package("orders", "1.1.0"));
    server.requests.set(0);
    let Refreshed::Changed(changes) = device.refresh(&server).unwrap() else { panic!("nothing came") };
    assert_eq!(server.requests.get(), 3);
    let replaced: Vec<_> = changes.replaced.iter().map(|(old, new)| (&*old.version, &*new.version)).collect();
    assert_eq!(replaced, [("1.0.0", "1.1.0")]);
    assert_eq!(device.holds(), ["stock 1.0.0", "orders 1.1.0"]);
    assert_eq!(device.files(), 4, "the former version is gone");
}

#[test]
fn a_rollback_is_a_newer_record_with_an_older_package() {
    let server = Server::with(&[("orders", "1.0.0")]);
    let device = Device::of(&server);
    for version in ["1.1.0", "1.0.0"] {
        server.publish(&package("orders", version));
        device.refresh(&server).unwrap();
        assert_eq!(device.holds(), [format!("orders {version}")]);
    }
    assert_eq!(device.open().sequence(), Some(4));
}

#[test]
fn a_withdrawn_package_is_removed() {
    let server = Server::with(&[("orders", "1.0.0"), ("stock", "1.0.0")]);
    let device = Device::of(&server);
    server.withdraw("orders");
    let Refreshed::Changed(changes) = device.refresh(&server).unwrap() else { panic!("nothing came") };
    assert_eq!(names(&changes.removed), ["orders 1.0.0"]);
    assert_eq!(device.holds(), ["stock 1.0.0"]);
    assert_eq!(device.files(), 2);
    let failure = device.open().load("orders").err().unwrap();
    assert!(matches!(&failure, LoadFailure::NotPublished(name) if name == "orders"), "{failure}");
    assert_eq!(failure.fault(), Fault::Server);
}

#[test]
fn the_same_number_with_other_packages_is_taken() {
    let server = Server::with(&[("orders", "1.0.0"), ("stock", "1.0.0")]);
    let device = Device::of(&server);
    // The user has another role now.
    server.lie(|record| record.packages.retain(|package| package.name == "stock"));
    device.refresh(&server).unwrap();
    assert_eq!(device.holds(), ["stock 1.0.0"]);
    assert_eq!(device.open().sequence(), Some(3));
}

#[test]
fn offline_the_device_works_from_what_it_has() {
    let server = Server::with(&[("orders", "1.0.0")]);
    let device = Device::of(&server);
    server.publish(&package("orders", "1.1.0"));
    server.requests.set(0);
    server.breaks_at.set(Some(0));
    let mut catalogue = device.open();
    let error = catalogue.refresh(&server, &token()).unwrap_err();
    assert!(matches!(error, RefreshError::Offline(_)), "{error}");
    assert_eq!(error.fault(), Fault::Network);
    assert_eq!(catalogue.package("orders").unwrap().entry.version, "1.0.0");
    assert_eq!(device.holds(), ["orders 1.0.0"]);
}

#[test]
fn before_the_first_refresh_there_is_nothing() {
    let catalogue = Device::new().open();
    assert_eq!(catalogue.sequence(), None);
    assert!(catalogue.workspaces().is_empty());
    assert!(matches!(catalogue.load("orders"), Err(LoadFailure::NotPublished(_))));
}

#[test]
fn what_was_removed_comes_back_with_the_next_refresh() {
    let server = Server::with(&[("orders", "1.0.0"), ("stock", "1.0.0")]);
    let device = Device::of(&server);
    let mut catalogue = device.open();
    assert!(catalogue.remove("orders").unwrap());
    assert!(!catalogue.remove("orders").unwrap());
    assert!(matches!(catalogue.package("orders"), Err(LoadFailure::Missing(_))));
    assert!(catalogue.package("stock").is_ok());
    assert_eq!(device.files(), 2);
    device.refresh(&server).unwrap();
    assert_eq!(device.holds(), ["orders 1.0.0", "stock 1.0.0"]);
}

#[test]
fn a_package_that_is_kept_outlives_its_publication() {
    let server = Server::with(&[("orders", "1.0.0")]);
    let device = Device::of(&server);
    let digest = server.record.borrow().packages[0].digest;
    // What it is refused for is its code: it is looked up, and it is there.
    let is_here = |catalogue: &crate::Catalogue| match catalogue.load_digest(&digest).err().unwrap() {
        LoadFailure::Engine { .. } | LoadFailure::NoCode { .. } => true,
        LoadFailure::NotPublished(named) => named != digest.to_string(),
        failure => panic!("{failure}"),
    };
    for version in ["1.1.0", "1.2.0", "1.3.0"] {
        server.publish(&package("orders", version));
        let mut catalogue = device.open();
        catalogue.keep([digest].into());
        catalogue.refresh(&server, &token()).unwrap();
        assert!(is_here(&catalogue) && is_here(&device.open()), "{version}");
        assert_eq!(device.holds(), [format!("orders {version}")]);
        assert_eq!(device.files(), 5, "two packages, two codes, and the record that vouches");
    }
    device.refresh(&server).unwrap();
    assert!(!is_here(&device.open()), "nobody keeps it any more");
    assert_eq!(device.files(), 2);
}

#[test]
fn a_package_that_is_withdrawn_is_not_kept() {
    let server = Server::with(&[("orders", "1.0.0")]);
    let device = Device::of(&server);
    let digest = server.record.borrow().packages[0].digest;
    server.withdraw("orders");
    let mut catalogue = device.open();
    catalogue.keep([digest].into());
    catalogue.refresh(&server, &token()).unwrap();
    assert!(matches!(catalogue.load_digest(&digest), Err(LoadFailure::NotPublished(_))));
    assert_eq!(device.files(), 0);
}

#[test]
fn while_one_program_changes_the_folder_others_wait() {
    let server = Server::with(&[("orders", "1.0.0")]);
    let device = Device::of(&server);
    let (holder, mut other) = (device.open(), device.open());
    let lock = holder.folder.lock().unwrap();
    let error = other.refresh(&server, &token()).unwrap_err();
    assert!(error.to_string().contains("another program"), "{error}");
    assert_eq!(other.package("orders").unwrap().entry.version, "1.0.0");
    drop(lock);
    other.refresh(&server, &token()).unwrap();
}

#[test]
fn a_record_that_another_program_fetched_is_not_put_back() {
    let server = Server::with(&[("orders", "1.0.0")]);
    let device = Device::of(&server);
    let mut early = device.open();
    let old = server.signed();
    server.publish(&package("orders", "1.1.0"));
    device.refresh(&server).unwrap();
    *server.sent.borrow_mut() = Some(old);
    assert!(early.refresh(&server, &token()).is_err());
    assert_eq!(device.holds(), ["orders 1.1.0"]);
}

#[test]
fn a_token_shows_in_no_debug_output() {
    assert_eq!(format!("{:?}", Token::new(" secret\n").unwrap()), "Token(…)");
    assert_eq!(Token::new(" secret\n").unwrap().secret(), "secret");
    for text in ["", " \n", "two words", "zwölf"] {
        assert!(Token::new(text).is_none(), "{text}");
    }
}
