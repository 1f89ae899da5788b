//! An environment that signs real records and packages, a server of it in memory, and devices in temporary folders.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use cap_std::{ambient_authority, fs::Dir};
use lockstep_engine::{Engine, EngineConfig, Profile};
use lockstep_model::{Digest, Limits, Timestamp};
use lockstep_package::{
    Manifest, Package, Publication, SigningKey,
    publication::{FORMAT, PublishedCode, PublishedPackage},
    sections, signature,
};
use tempfile::TempDir;

use crate::{Catalogue, Enrolment, Offer, RefreshError, Refreshed, Token, Transport, TransportError, folder::Kind};

pub(crate) const ENVIRONMENT: &str = "north";
pub(crate) const DEVICE: &str = "tablet-1";
pub(crate) const PUBLISHER: &str = "lockstep-samples";

const LIMITS: Limits = Limits {
    fuel: 1_000_000,
    instantiation_fuel: 1_000_000,
    memory_bytes: 1 << 20,
    table_elements: 100,
    input_bytes: 1 << 20,
    output_bytes: 1 << 20,
    issues: 10,
    patches: 10,
    log_lines: 10,
    look_ups: 10,
    rounds: 4,
    wall_clock_ms: 1_000,
};

/// The environment's key.
pub(crate) fn environment_key() -> SigningKey {
    SigningKey::from_seed(&[1; 32])
}

/// The publisher's key.
pub(crate) fn publisher_key() -> SigningKey {
    SigningKey::from_seed(&[2; 32])
}

/// A phone's engine.
pub(crate) fn engine() -> Engine {
    Engine::new(&EngineConfig::device(Profile::Portable)).unwrap()
}

/// A package of this name and version, not signed.
pub(crate) fn content(name: &str, version: &str) -> Vec<u8> {
    let mut component = b"\0asm\x0d\0\x01\0".to_vec();
    let manifest = Manifest {
        name: name.to_owned(),
        version: version.to_owned(),
        sdk: None,
        wit: "1.0.0".to_owned(),
        publisher: None,
        requires: BTreeMap::new(),
        host: None,
    };
    manifest.append_to(&mut component).unwrap();
    sections::append(&mut component, "filling", &[7; 300]).unwrap();
    component
}

/// A package as its publisher ships it.
pub(crate) fn package(name: &str, version: &str) -> Vec<u8> {
    signature::sign(&content(name, version), &publisher_key(), PUBLISHER, Timestamp(1_700_000_000_000)).unwrap()
}

/// A server's state, in memory. What it says is as wrong as a test makes it.
pub(crate) struct Server {
    pub(crate) record: RefCell<Publication>,
    /// What is sent in place of the signed record.
    pub(crate) sent: RefCell<Option<Vec<u8>>>,
    pub(crate) files: RefCell<BTreeMap<Digest, Vec<u8>>>,
    pub(crate) code: RefCell<BTreeMap<Digest, Vec<u8>>>,
    /// The request number so many breaks off.
    pub(crate) breaks_at: Cell<Option<u32>>,
    pub(crate) requests: Cell<u32>,
}

impl Server {
    /// An environment that has published nothing.
    pub(crate) fn new() -> Self {
        let record = Publication {
            format: FORMAT,
            environment: ENVIRONMENT.to_owned(),
            sequence: 1,
            issued: 1_700_000_000_000,
            device: DEVICE.to_owned(),
            engine: engine().name().to_owned(),
            packages: Vec::new(),
            withdrawn: Vec::new(),
        };
        Self {
            record: RefCell::new(record),
            sent: RefCell::default(),
            files: RefCell::default(),
            code: RefCell::default(),
            breaks_at: Cell::default(),
            requests: Cell::default(),
        }
    }

    /// One that has published these: names and versions.
    pub(crate) fn with(packages: &[(&str, &str)]) -> Self {
        let server = Self::new();
        for (name, version) in packages {
            server.publish(&package(name, version));
        }
        server
    }

    /// Publishes a file in place of another of its name.
    pub(crate) fn publish(&self, file: &[u8]) {
        let opened = Package::open(file).unwrap();
        let sections = lockstep_package::Sections::parse(file).unwrap();
        let manifest = Manifest::read(&sections).unwrap();
        let code = format!("code of {}", opened.digest()).into_bytes();
        let entry = PublishedPackage {
            name: manifest.name,
            version: manifest.version,
            publisher: PUBLISHER.to_owned(),
            publisher_key: publisher_key().verifying_key(),
            digest: opened.digest(),
            file: opened.file_digest(),
            bytes: file.len() as u64,
            roles: Vec::new(),
            code: Some(PublishedCode { digest: Digest::of(&code), bytes: code.len() as u64 }),
        };
        self.files.borrow_mut().insert(entry.digest, file.to_vec());
        self.code.borrow_mut().insert(entry.digest, code);
        self.change(|record| {
            record.packages.retain(|package| package.name != entry.name);
            record.packages.push(entry.clone());
        });
    }

    /// Takes a package back for ever.
    pub(crate) fn withdraw(&self, name: &str) {
        self.change(|record| {
            let withdrawn = record.packages.iter().filter(|package| package.name == name).map(|package| package.digest);
            record.withdrawn.extend(withdrawn);
            record.packages.retain(|package| package.name != name);
        });
    }

    /// Changes the environment's state.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Publication)) {
        let mut record = self.record.borrow_mut();
        record.sequence += 1;
        change(&mut record);
    }

    /// Changes what the record says, in no other state.
    pub(crate) fn lie(&self, change: impl FnOnce(&mut Publication)) {
        change(&mut self.record.borrow_mut());
    }

    /// The record as the environment signs it.
    pub(crate) fn signed(&self) -> Vec<u8> {
        self.record.borrow().sign(&environment_key()).unwrap()
    }

    fn count(&self) -> Result<(), TransportError> {
        let number = self.requests.get();
        self.requests.set(number + 1);
        if self.breaks_at.get() == Some(number) {
            return Err(TransportError::Offline("the connection broke".to_owned()));
        }
        Ok(())
    }
}

impl Transport for Server {
    fn publication(&self, _: &Token, engine: &str, etag: Option<&str>, max: u64) -> Result<Offer, TransportError> {
        self.count()?;
        assert_eq!(engine, self::engine().name());
        let bytes = self.sent.borrow().clone().unwrap_or_else(|| self.signed());
        let mark = format!("\"{}\"", Digest::of(&bytes));
        if etag == Some(&mark) {
            return Ok(Offer::Unchanged);
        }
        limited(bytes, max).map(|bytes| Offer::Record { bytes, etag: Some(mark) })
    }

    fn package(&self, _: &Token, digest: &Digest, max: u64) -> Result<Vec<u8>, TransportError> {
        self.count()?;
        found(self.files.borrow().get(digest), max)
    }

    fn code(&self, _: &Token, digest: &Digest, _: &str, max: u64) -> Result<Vec<u8>, TransportError> {
        self.count()?;
        found(self.code.borrow().get(digest), max)
    }
}

fn found(bytes: Option<&Vec<u8>>, max: u64) -> Result<Vec<u8>, TransportError> {
    limited(bytes.cloned().ok_or_else(|| TransportError::NotFound("nothing".to_owned()))?, max)
}

fn limited(bytes: Vec<u8>, max: u64) -> Result<Vec<u8>, TransportError> {
    if bytes.len() as u64 > max { Err(TransportError::TooLarge { bytes_max: max }) } else { Ok(bytes) }
}

/// A device with a folder.
pub(crate) struct Device {
    pub(crate) folder: TempDir,
    pub(crate) enrolment: Enrolment,
    engine: Engine,
}

impl Device {
    /// One that has never asked.
    pub(crate) fn new() -> Self {
        let enrolment = Enrolment {
            environment: ENVIRONMENT.to_owned(),
            key: environment_key().verifying_key(),
            device: DEVICE.to_owned(),
        };
        Self { folder: tempfile::tempdir().unwrap(), enrolment, engine: engine() }
    }

    /// One that has what the server offers.
    pub(crate) fn of(server: &Server) -> Self {
        let device = Self::new();
        device.open().refresh(server, &token()).unwrap();
        device
    }

    pub(crate) fn open(&self) -> Catalogue {
        let dir = Dir::open_ambient_dir(self.folder.path(), ambient_authority()).unwrap();
        Catalogue::open(dir, self.enrolment.clone(), self.engine.clone(), LIMITS).unwrap()
    }

    /// Opens, refreshes and closes.
    pub(crate) fn refresh(&self, server: &Server) -> Result<Refreshed, RefreshError> {
        self.open().refresh(server, &token())
    }

    /// What the device offers its user, each package read and verified.
    pub(crate) fn holds(&self) -> Vec<String> {
        let catalogue = self.open();
        let names = catalogue.workspaces().iter().map(|entry| {
            let package = catalogue.package(&entry.name).unwrap();
            assert_eq!(package.content, content(&entry.name, &entry.version));
            format!("{} {}", entry.name, entry.version)
        });
        names.collect()
    }

    /// How many files lie in the folder, but for the record, its number and the lock.
    pub(crate) fn files(&self) -> usize {
        let catalogue = self.open();
        let stored = [Kind::Package, Kind::Code, Kind::Record].map(|kind| catalogue.folder.list(kind).unwrap().len());
        let entries = std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap());
        let beside = entries.filter(|entry| entry.file_type().unwrap().is_file());
        let named = ["current", "sequence", "lock"];
        stored.iter().sum::<usize>()
            + beside.filter(|entry| !named.iter().any(|name| entry.file_name() == *name)).count()
    }
}

/// A token.
pub(crate) fn token() -> Token {
    Token::new("secret").unwrap()
}
