//! A refresh that breaks off anywhere leaves the former state or the new one, and the next one ends what it began.

use super::kit::{Device, Server, package, token};

const BEFORE: [&str; 2] = ["orders 1.0.0", "stock 1.0.0"];
const AFTER: [&str; 2] = ["orders 1.1.0", "cost 1.0.0"];

/// A device with [`BEFORE`], and a server with [`AFTER`].
fn before_a_change() -> (Server, Device) {
    let server = Server::with(&[("orders", "1.0.0"), ("stock", "1.0.0")]);
    let device = Device::of(&server);
    server.publish(&package("orders", "1.1.0"));
    server.publish(&package("cost", "1.0.0"));
    server.withdraw("stock");
    server.requests.set(0);
    (server, device)
}

/// Whatever happened, one of the two states is whole; and a refresh without interruption ends well.
#[track_caller]
fn ends_well(server: &Server, device: &Device, what: &str) -> bool {
    let held = device.holds();
    assert!(held == BEFORE || held == AFTER, "{what}: {held:?}");
    device.refresh(server).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(device.holds(), AFTER, "{what}");
    assert_eq!(device.files(), 4, "{what}: nothing is left over");
    held == BEFORE
}

#[test]
fn at_every_request() {
    let mut number = 0;
    loop {
        let (server, device) = before_a_change();
        server.breaks_at.set(Some(number));
        if device.refresh(&server).is_ok() {
            break;
        }
        server.breaks_at.set(None);
        assert!(ends_well(&server, &device, &format!("request {number}")), "request {number} changed something");
        number += 1;
    }
    assert_eq!(number, 5, "the record, and two files for each of two packages");
}

#[test]
fn at_every_change_of_the_folder() {
    let (mut kept, mut changed) = (0, 0);
    for number in 0..10 {
        let (server, device) = before_a_change();
        let mut catalogue = device.open();
        catalogue.folder.interruption.after.set(Some(number));
        let refreshed = catalogue.refresh(&server, &token());
        assert_eq!(refreshed.is_err(), number < 5, "once the switch is made, it holds: {refreshed:?}");
        // As a power cut would: what was in memory is gone.
        drop(catalogue);
        if ends_well(&server, &device, &format!("change {number}")) {
            kept += 1;
        } else {
            changed += 1;
        }
    }
    assert_eq!((kept, changed), (5, 5), "four files and the switch before, its number and four removals after");
    let (server, device) = before_a_change();
    let mut catalogue = device.open();
    catalogue.refresh(&server, &token()).unwrap();
    assert_eq!(catalogue.folder.interruption.changes.get(), 10, "there are no more");
}

#[test]
fn what_was_fetched_before_a_break_is_not_fetched_again() {
    let (server, device) = before_a_change();
    server.breaks_at.set(Some(3));
    device.refresh(&server).unwrap_err();
    server.breaks_at.set(None);
    server.requests.set(0);
    device.refresh(&server).unwrap();
    assert_eq!(server.requests.get(), 3, "the record and the second package");
    assert_eq!(device.holds(), AFTER);
}
