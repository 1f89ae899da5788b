//! The catalogue: what is published for this device, kept and loaded.

use std::collections::BTreeSet;

use cap_std::fs::Dir;
use lockstep_engine::{Authority, Engine, LoadError, Plugin};
use lockstep_model::{Digest, Limits};
use lockstep_package::{Publication, publication::PublishedPackage};

use crate::{
    error::{FolderError, LoadFailure, PackageError},
    folder::{Folder, Kept, Kind},
    record::{Enrolment, check_package},
};

/// What is published for this device, in a folder of its own.
pub struct Catalogue {
    pub(crate) folder: Folder,
    pub(crate) enrolment: Enrolment,
    pub(crate) engine: Engine,
    pub(crate) limits: Limits,
    pub(crate) current: Option<Current>,
    /// Why there is no current record, where one is there and cannot be taken.
    pub(crate) damage: Option<FolderError>,
    /// Former records, of packages that are kept.
    pub(crate) former: Vec<Publication>,
    /// What is kept besides, by digest.
    pub(crate) kept: BTreeSet<Digest>,
}

/// The current record, and the server's mark for it.
pub(crate) struct Current {
    pub(crate) record: Publication,
    pub(crate) signed: Vec<u8>,
    pub(crate) etag: Option<String>,
}

/// A package of the catalogue: what the record says of it, and its content.
#[derive(Clone, Debug)]
pub struct CataloguePackage {
    /// What the record says of it.
    pub entry: PublishedPackage,
    /// Its bytes without the signature: a component that any WebAssembly tool reads.
    pub content: Vec<u8>,
}

/// Vouches for the code that a verified record names, and for no other.
struct Named<'a>(&'a Publication);

impl Authority for Named<'_> {
    fn vouches_for(&self, precompiled: &[u8], _proof: &[u8]) -> bool {
        let digest = Digest::of(precompiled);
        self.0.packages.iter().any(|package| package.code.as_ref().is_some_and(|code| code.digest == digest))
    }
}

impl Catalogue {
    /// Opens a device's folder, which may be empty. The record in it is verified, as if it came from the server; one that
    /// cannot be taken is [`damage`](Self::damage), which a refresh puts right. `limits` bound plugins while they load.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub fn open(dir: Dir, enrolment: Enrolment, engine: Engine, limits: Limits) -> Result<Self, FolderError> {
        Self::of(Folder::open(dir)?, enrolment, engine, limits, 0)
    }

    /// A record with a lower number than this is none.
    fn of(
        folder: Folder,
        enrolment: Enrolment,
        engine: Engine,
        limits: Limits,
        sequence: u64,
    ) -> Result<Self, FolderError> {
        let (current, damage) = read(&folder, &enrolment, sequence)?;
        let former = read_former(&folder, &enrolment)?;
        Ok(Self { folder, enrolment, engine, limits, current, damage, former, kept: BTreeSet::new() })
    }

    /// What is wrong with the record on this device, if there is one that cannot be taken: until the next refresh nothing
    /// is published here.
    pub fn damage(&self) -> Option<&FolderError> {
        self.damage.as_ref()
    }

    /// The same folder once more, for a refresh beside which this one is used.
    pub(crate) fn again(&self) -> Result<Self, FolderError> {
        let (enrolment, engine) = (self.enrolment.clone(), self.engine.clone());
        let sequence = self.sequence().unwrap_or_default();
        let again = Self::of(self.folder.again()?, enrolment, engine, self.limits, sequence)?;
        Ok(Self { kept: self.kept.clone(), ..again })
    }

    /// The number of the record in force, which rises with each change of the environment; none before the first
    /// refresh.
    pub fn sequence(&self) -> Option<u64> {
        self.current.as_ref().map(|current| current.record.sequence)
    }

    /// What is published for this device, in the record's order.
    pub fn workspaces(&self) -> &[PublishedPackage] {
        self.current.as_ref().map_or(&[], |current| &current.record.packages)
    }

    /// Names packages, by digest, that stay on the device although another one takes their place, because operations
    /// that were made with them wait. What is withdrawn does not stay. To be called before each
    /// [`refresh`](Self::refresh): what is not named goes then.
    pub fn keep(&mut self, digests: BTreeSet<Digest>) {
        self.kept = digests;
    }

    /// The package with this name, verified: its digests, its publisher's signature, its name and version.
    ///
    /// # Errors
    /// When nothing of this name is published, or what the device has of it is not what was published.
    pub fn package(&self, name: &str) -> Result<CataloguePackage, LoadFailure> {
        let (_, entry) = self.entry(name)?;
        self.read(entry)
    }

    /// The plugin with this name, verified and loaded: from the server's code where it fits this engine, else compiled
    /// where there is a compiler.
    ///
    /// # Errors
    /// As [`package`](Self::package), and when there is nothing that this engine can load.
    pub fn load(&self, name: &str) -> Result<Plugin, LoadFailure> {
        let (record, entry) = self.entry(name)?;
        self.load_entry(record, entry)
    }

    /// The plugin of the package with this digest, published or [kept](Self::keep), as [`load`](Self::load).
    ///
    /// # Errors
    /// As [`load`](Self::load); also where it is withdrawn.
    pub fn load_digest(&self, digest: &Digest) -> Result<Plugin, LoadFailure> {
        let current = self.current.as_ref().map(|current| &current.record);
        let is_withdrawn = current.is_some_and(|record| record.withdrawn.contains(digest));
        let records = current.into_iter().chain(&self.former).filter(|_| !is_withdrawn);
        let mut entries = records.flat_map(|record| record.packages.iter().map(move |entry| (record, entry)));
        let found = entries.find(|(_, entry)| entry.digest == *digest);
        let (record, entry) = found.ok_or_else(|| self.absent(&digest.to_string()))?;
        self.load_entry(record, entry)
    }

    fn read(&self, entry: &PublishedPackage) -> Result<CataloguePackage, LoadFailure> {
        let file = self.folder.get(Kind::Package, &entry.file)?;
        let file = file.ok_or_else(|| LoadFailure::Missing(entry.name.clone()))?;
        let package = check_package(entry, &file)
            .map_err(|source| LoadFailure::Altered { name: entry.name.clone(), source: Box::new(source) })?;
        Ok(CataloguePackage { entry: entry.clone(), content: package.content().to_vec() })
    }

    fn load_entry(&self, record: &Publication, entry: &PublishedPackage) -> Result<Plugin, LoadFailure> {
        let package = self.read(entry)?;
        let name = || entry.name.clone();
        let failure = |source| LoadFailure::Engine { name: name(), source: Box::new(source) };
        let code = match &entry.code {
            Some(code) => self.folder.get(Kind::Code, &code.digest)?,
            None => None,
        };
        if let Some(code) = code {
            match self.engine.load_precompiled(&code, &[], &Named(record), &self.limits) {
                Ok(plugin) if plugin.digest() == entry.digest => return Ok(plugin),
                Ok(plugin) => return Err(LoadFailure::WrongCode { name: name(), found: plugin.digest() }),
                // It was made for an engine that this device had before, or will have.
                Err(LoadError::OtherEngine { .. }) => {}
                Err(error) => return Err(failure(error)),
            }
        }
        self.engine.load(&package.content, &self.limits).map_err(|error| match error {
            LoadError::NoCompiler => LoadFailure::NoCode { name: name(), engine: self.engine.name().to_owned() },
            error => failure(error),
        })
    }

    /// Removes a package's files from the device, for instance to make room; the next refresh fetches it again if it
    /// is still published. Whether there was something to remove.
    ///
    /// # Errors
    /// When nothing of this name is published, or the folder cannot be changed.
    pub fn remove(&mut self, name: &str) -> Result<bool, LoadFailure> {
        let _lock = self.folder.lock()?;
        let (_, entry) = self.entry(name)?;
        let files = named_files(entry);
        let mut removed = false;
        for (kind, digest) in files {
            removed |= self.folder.list(kind)?.contains(&digest);
            self.folder.remove(kind, &digest)?;
        }
        Ok(removed)
    }

    fn entry(&self, name: &str) -> Result<(&Publication, &PublishedPackage), LoadFailure> {
        let found = self.current.as_ref().and_then(|current| {
            let entry = current.record.packages.iter().find(|package| package.name == name)?;
            Some((&current.record, entry))
        });
        found.ok_or_else(|| self.absent(name))
    }

    fn absent(&self, what: &str) -> LoadFailure {
        match &self.damage {
            Some(damage) => LoadFailure::NoRecord(damage.to_string()),
            None => LoadFailure::NotPublished(what.to_owned()),
        }
    }
}

/// The record in the folder, verified and no older than the one with this number or any that was taken here; or why it
/// cannot be taken.
pub(crate) fn read(
    folder: &Folder,
    enrolment: &Enrolment,
    sequence: u64,
) -> Result<(Option<Current>, Option<FolderError>), FolderError> {
    let floor = sequence.max(folder.sequence()?);
    let read = || {
        let Some(Kept { etag, record }) = folder.current()? else { return Ok(None) };
        Ok(Some(Current { record: enrolment.verify(&record, floor)?, signed: record, etag }))
    };
    match read() {
        Ok(current) => Ok((current, None)),
        Err(damage @ (FolderError::Damaged | FolderError::Record(_))) => Ok((None, Some(damage))),
        Err(error) => Err(error),
    }
}

/// The former records, verified; what is damaged of them is none.
pub(crate) fn read_former(folder: &Folder, enrolment: &Enrolment) -> Result<Vec<Publication>, FolderError> {
    let mut former = Vec::new();
    for digest in folder.list(Kind::Record)? {
        let signed = folder.get(Kind::Record, &digest)?;
        former.extend(signed.and_then(|signed| enrolment.verify(&signed, 0).ok()));
    }
    Ok(former)
}

/// The files of which a package consists on a device.
pub(crate) fn named_files(entry: &PublishedPackage) -> impl Iterator<Item = (Kind, Digest)> + use<> {
    let code = entry.code.as_ref().map(|code| (Kind::Code, code.digest));
    [(Kind::Package, entry.file)].into_iter().chain(code)
}

/// Whether the file of a package, as it lies on the device, is what the record says.
pub(crate) fn is_fine(entry: &PublishedPackage, file: &[u8]) -> Result<(), PackageError> {
    check_package(entry, file).map(drop)
}
