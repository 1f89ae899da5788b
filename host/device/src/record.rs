//! Which publication records and packages a device takes.

use std::collections::BTreeSet;

use lockstep_engine::COMPONENT_BYTES_MAX;
use lockstep_model::Digest;
use lockstep_package::{
    Manifest, Package, Publication, Sections, VerifyingKey,
    keys::KeyError,
    publication::{Expected, PublishedPackage},
};

use crate::error::{PackageError, RecordError};

/// Largest package: what an engine loads, and a signature.
const PACKAGE_BYTES_MAX: u64 = COMPONENT_BYTES_MAX as u64 + (64 << 10);

/// Largest code; portable code is three to five times its package.
const CODE_BYTES_MAX: u64 = 256 << 20;

/// To whom a device belongs, as whoever set it up was told. It trusts nobody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// The environment's name.
    pub environment: String,
    /// The key with which the environment signs its publications.
    pub key: VerifyingKey,
    /// What the environment calls this device.
    pub device: String,
}

impl Enrolment {
    /// To whom a device belongs, with the environment's key as text: 64 hexadecimal digits, or a PEM file's.
    ///
    /// # Errors
    /// When the text is no key.
    pub fn new(environment: &str, key: &str, device: &str) -> Result<Self, KeyError> {
        let key = if key.contains("-----BEGIN") { VerifyingKey::from_pem(key)? } else { key.trim().parse()? };
        Ok(Self { environment: environment.to_owned(), key, device: device.to_owned() })
    }

    /// The record in these bytes, if it is the environment's, for this device, and no older than `sequence`.
    pub(crate) fn verify(&self, bytes: &[u8], sequence: u64) -> Result<Publication, RecordError> {
        let record = Publication::verify(bytes, &self.key)?;
        record.check(&Expected { environment: &self.environment, device: &self.device, sequence })?;
        agrees_with_itself(&record)?;
        Ok(record)
    }
}

fn agrees_with_itself(record: &Publication) -> Result<(), RecordError> {
    let mut names = BTreeSet::new();
    for package in &record.packages {
        if !names.insert(&package.name) {
            return Err(RecordError::Twice(package.name.clone()));
        }
        if record.withdrawn.contains(&package.digest) {
            return Err(RecordError::Withdrawn(package.name.clone()));
        }
        let code = package.code.as_ref().map_or(0, |code| code.bytes);
        for (bytes, bytes_max) in [(package.bytes, PACKAGE_BYTES_MAX), (code, CODE_BYTES_MAX)] {
            if bytes > bytes_max {
                return Err(RecordError::TooLarge { name: package.name.clone(), bytes, bytes_max });
            }
        }
    }
    Ok(())
}

/// The package in a file, if it is the very one that the record names, signed by the key that the record names.
pub(crate) fn check_package<'a>(entry: &PublishedPackage, file: &'a [u8]) -> Result<Package<'a>, PackageError> {
    check_bytes("package", entry.bytes, &entry.file, file)?;
    let package = Package::open(file)?;
    check_digest("package", &entry.digest, package.digest())?;
    let signature = package.verify(&entry.publisher_key)?;
    let sections = Sections::parse(package.content()).map_err(|error| PackageError::Manifest(error.to_string()))?;
    let manifest = Manifest::read(&sections).map_err(|error| PackageError::Manifest(error.to_string()))?;
    for (what, expected, found) in [
        ("name", &entry.name, &manifest.name),
        ("version", &entry.version, &manifest.version),
        ("publisher", &entry.publisher, &signature.publisher),
    ] {
        if expected != found {
            return Err(PackageError::Differs { what, expected: expected.clone(), found: found.clone() });
        }
    }
    Ok(package)
}

/// Whether bytes have the size and the digest that the record names.
pub(crate) fn check_bytes(what: &'static str, size: u64, digest: &Digest, bytes: &[u8]) -> Result<(), PackageError> {
    if bytes.len() as u64 != size {
        return Err(PackageError::Size { what, expected: size, found: bytes.len().to_string() });
    }
    check_digest(if what == "package" { "file" } else { what }, digest, Digest::of(bytes))
}

fn check_digest(what: &'static str, expected: &Digest, found: Digest) -> Result<(), PackageError> {
    if found == *expected { Ok(()) } else { Err(PackageError::Digest { what, expected: *expected, found }) }
}
