//! Packages in force and packages that operations are pinned to, while a catalogue changes under them.

use std::sync::{
    Arc, Barrier,
    atomic::{AtomicBool, Ordering},
};

use super::*;
use crate::{
    device::tests::kit,
    tests::kit::{Device as Folder, Server, package, token},
    transport::{Offer, TransportError},
};

/// Takes packages for what their record says, as no engine is needed here.
struct ByName;

impl Loader for ByName {
    fn current(&self, catalogue: &Catalogue, name: &str, version: String) -> Result<Package, String> {
        let package = catalogue.package(name).map_err(sentence)?;
        Ok(Package { name: name.into(), version, digest: package.entry.digest, ..kit::package() })
    }

    fn pinned(&self, catalogue: &Catalogue, name: &str, digest: &Digest) -> Result<Package, String> {
        // It cannot be loaded, and says so only after it was found.
        match catalogue.load_digest(digest) {
            Err(LoadFailure::NotPublished(_)) => Err("it is not here".into()),
            _ => Ok(Package { name: name.into(), digest: *digest, workspace: None, ..kit::package() }),
        }
    }
}

/// A device that has what the server offers, and the digests of the packages named `orders` that it has had.
struct World {
    server: Server,
    published: Published,
    _folder: Folder,
}

impl World {
    fn new() -> Self {
        let server = Server::with(&[("orders", "1.0.0")]);
        let folder = Folder::of(&server);
        let published = Published::loading(folder.open(), Box::new(ByName));
        Self { server, published, _folder: folder }
    }

    fn refresh(&self, needed: &[Digest]) {
        let needed = needed.iter().copied().collect();
        self.published.refresh(&self.server, &token(), needed).expect("refreshed");
    }

    fn current(&self) -> Arc<Package> {
        self.published.current("orders").expect("it can be used").expect("it is there")
    }
}

#[test]
fn a_package_that_is_replaced_runs_its_operations_until_it_is_withdrawn() {
    let world = World::new();
    let former = world.current().digest;
    assert!(world.published.pinned("orders", &former).expect("in force").workspace.is_some());
    world.server.publish(&package("orders", "1.1.0"));
    world.refresh(&[former]);
    assert_eq!(world.current().version, "1.1.0");
    assert!(world.published.pinned("orders", &former).expect("kept").workspace.is_none());
    world.server.change(|record| record.withdrawn.push(former));
    world.refresh(&[former]);
    assert!(world.published.pinned("orders", &former).is_none(), "it runs nowhere");
}

#[test]
fn a_package_that_was_pinned_has_its_pages_again_after_a_rollback() {
    let world = World::new();
    let former = world.current().digest;
    world.server.publish(&package("orders", "1.1.0"));
    world.refresh(&[former]);
    assert!(world.published.pinned("orders", &former).is_some());
    world.server.publish(&package("orders", "1.0.0"));
    world.refresh(&[former]);
    assert_eq!(world.current().digest, former);
    assert!(world.current().workspace.is_some());
    assert!(world.published.pinned("orders", &former).expect("in force").workspace.is_some());
}

/// A server that takes its time.
struct Slow {
    record: Vec<u8>,
    barrier: Arc<Barrier>,
    is_first: AtomicBool,
}

impl Transport for Slow {
    fn publication(&self, _: &Token, _: &str, _: Option<&str>, _: u64) -> Result<Offer, TransportError> {
        if self.is_first.swap(false, Ordering::Relaxed) {
            self.barrier.wait();
            self.barrier.wait();
        }
        Ok(Offer::Record { bytes: self.record.clone(), etag: None })
    }

    fn package(&self, _: &Token, _: &Digest, _: u64) -> Result<Vec<u8>, TransportError> {
        Err(TransportError::Offline("there is no network".into()))
    }

    fn code(&self, _: &Token, _: &Digest, _: &str, _: u64) -> Result<Vec<u8>, TransportError> {
        Err(TransportError::Offline("there is no network".into()))
    }
}

#[test]
fn while_the_server_is_waited_for_packages_can_be_used() {
    let world = World::new();
    let barrier = Arc::new(Barrier::new(2));
    let slow = Slow { record: world.server.signed(), barrier: barrier.clone(), is_first: AtomicBool::new(true) };
    let published = world.published.clone();
    let refresh = std::thread::spawn(move || published.refresh(&slow, &token(), BTreeSet::new()).map(drop));
    barrier.wait();
    assert_eq!(world.current().version, "1.0.0");
    barrier.wait();
    refresh.join().expect("it ends").expect("refreshed");
    assert_eq!(world.current().version, "1.0.0");
}
