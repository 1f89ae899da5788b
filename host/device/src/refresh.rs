//! Refreshing the catalogue: the record first, then what it names, then the switch, then the rest goes.

use std::collections::BTreeSet;

use lockstep_package::{
    Publication,
    publication::{PublishedPackage, RECORD_BYTES_MAX},
};

use crate::{
    catalogue::{Catalogue, Current, is_fine, named_files, read, read_former},
    error::{FolderError, PackageError, RecordError, RefreshError},
    folder::{Kept, Kind},
    record::check_bytes,
    transport::{Offer, Token, Transport, TransportError},
};

/// What a refresh found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refreshed {
    /// The record is the one that the device has.
    Unchanged,
    /// There is another record, and it is in force now.
    Changed(Changes),
}

/// What another record changes for this device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The new record's number.
    pub sequence: u64,
    /// What is published newly.
    pub added: Vec<PublishedPackage>,
    /// What is published in place of another package of its name: the former one, the new one.
    pub replaced: Vec<(PublishedPackage, PublishedPackage)>,
    /// What is not published any more.
    pub removed: Vec<PublishedPackage>,
}

impl Catalogue {
    /// Asks the server what is published for this device, and fetches what is not here yet: one request where nothing
    /// has changed. Until all that the new record names is here and verified, the former one stays in force.
    ///
    /// # Errors
    /// When the server cannot be reached, or anything that it says is not to be trusted; the catalogue then holds what
    /// it held before.
    pub fn refresh(&mut self, transport: &dyn Transport, token: &Token) -> Result<Refreshed, RefreshError> {
        let _lock = self.folder.lock()?;
        // Another program may have refreshed it since; to what was taken before, nothing leads back.
        let sequence = self.sequence().unwrap_or_default();
        (self.current, self.damage) = read(&self.folder, &self.enrolment, sequence)?;
        let (noted, current) = (self.folder.sequence()?, self.sequence().unwrap_or_default());
        if noted < current {
            self.folder.set_sequence(current)?;
        }
        let floor = sequence.max(noted).max(current);
        self.former = read_former(&self.folder, &self.enrolment)?;
        let etag = self.mark()?;
        let offer = transport.publication(token, self.engine.name(), etag.as_deref(), RECORD_BYTES_MAX as u64);
        let refreshed = match offer.map_err(refusal)? {
            Offer::Unchanged if etag.is_none() => {
                return Err(RefreshError::Server("nothing has changed since nothing".to_owned()));
            }
            Offer::Unchanged => Refreshed::Unchanged,
            Offer::Record { bytes, etag } => {
                Refreshed::Changed(self.change(Kept { etag, record: bytes }, floor, transport, token)?)
            }
        };
        // What cannot be removed now is in nobody's way, and is tried again at the next refresh.
        let _ = self.tidy();
        Ok(refreshed)
    }

    /// The mark by which to ask for changes: none where something is amiss that only a new answer puts right.
    fn mark(&self) -> Result<Option<String>, FolderError> {
        let Some(Current { record, etag, .. }) = &self.current else { return Ok(None) };
        if record.engine != self.engine.name() {
            return Ok(None);
        }
        for entry in &record.packages {
            if !self.is_here(entry)? {
                return Ok(None);
            }
        }
        Ok(etag.clone())
    }

    /// Takes a record, if it is no older than the one with the number `floor`.
    fn change(
        &mut self,
        kept: Kept,
        floor: u64,
        transport: &dyn Transport,
        token: &Token,
    ) -> Result<Changes, RefreshError> {
        let record = self.enrolment.verify(&kept.record, floor)?;
        if record.engine != self.engine.name() {
            let expected = self.engine.name().to_owned();
            return Err(RecordError::OtherEngine { found: record.engine, expected }.into());
        }
        for entry in &record.packages {
            self.fetch(entry, &record.engine, transport, token)?;
        }
        if let Some(current) = self.current.as_ref().filter(|current| self.is_needed(&current.record, &record)) {
            self.folder.put(Kind::Record, &current.signed)?;
        }
        self.folder.set_current(&kept)?;
        // The next refresh notes it if this one cannot.
        let _ = self.folder.set_sequence(record.sequence);
        let changes = changes(self.current.as_ref().map(|current| &current.record), &record);
        self.former.extend(self.current.take().map(|current| current.record));
        self.damage = None;
        self.current = Some(Current { record, signed: kept.record, etag: kept.etag });
        Ok(changes)
    }

    /// Fetches what of a package is not here, and keeps what is what the record says.
    fn fetch(
        &self,
        entry: &PublishedPackage,
        engine: &str,
        transport: &dyn Transport,
        token: &Token,
    ) -> Result<(), RefreshError> {
        let refused = |source| RefreshError::Package {
            name: entry.name.clone(),
            version: entry.version.clone(),
            source: Box::new(source),
        };
        if !self.has_package(entry)? {
            let file = transport.package(token, &entry.digest, entry.bytes);
            let file = file.map_err(|error| fetch_refusal(error, "package", entry.bytes, &refused))?;
            is_fine(entry, &file).map_err(refused)?;
            self.folder.put(Kind::Package, &file)?;
        }
        if let Some(code) = &entry.code
            && self.folder.get(Kind::Code, &code.digest)?.is_none()
        {
            let bytes = transport.code(token, &entry.digest, engine, code.bytes);
            let bytes = bytes.map_err(|error| fetch_refusal(error, "code", code.bytes, &refused))?;
            check_bytes("code", code.bytes, &code.digest, &bytes).map_err(refused)?;
            self.folder.put(Kind::Code, &bytes)?;
        }
        Ok(())
    }

    fn is_here(&self, entry: &PublishedPackage) -> Result<bool, FolderError> {
        let has_code = match &entry.code {
            Some(code) => self.folder.get(Kind::Code, &code.digest)?.is_some(),
            None => true,
        };
        Ok(has_code && self.has_package(entry)?)
    }

    fn has_package(&self, entry: &PublishedPackage) -> Result<bool, FolderError> {
        let file = self.folder.get(Kind::Package, &entry.file)?;
        Ok(file.is_some_and(|file| is_fine(entry, &file).is_ok()))
    }

    /// Whether a former record vouches for a package that is kept although `current` does not offer it.
    fn is_needed(&self, former: &Publication, current: &Publication) -> bool {
        former.packages.iter().any(|entry| self.is_kept(entry, current))
    }

    fn is_kept(&self, entry: &PublishedPackage, current: &Publication) -> bool {
        let is_offered = current.packages.iter().any(|package| package.digest == entry.digest);
        self.kept.contains(&entry.digest) && !is_offered && !current.withdrawn.contains(&entry.digest)
    }

    /// Removes what neither the record names nor is kept.
    fn tidy(&mut self) -> Result<(), FolderError> {
        let Some(Current { record, .. }) = &self.current else { return Ok(()) };
        let kept = self.former.iter().flat_map(|former| &former.packages).filter(|entry| self.is_kept(entry, record));
        let named: BTreeSet<_> = record.packages.iter().chain(kept).flat_map(named_files).collect();
        for kind in [Kind::Package, Kind::Code] {
            for digest in self.folder.list(kind)? {
                if !named.contains(&(kind, digest)) {
                    self.folder.remove(kind, &digest)?;
                }
            }
        }
        for digest in self.folder.list(Kind::Record)? {
            let signed = self.folder.get(Kind::Record, &digest)?;
            let former = signed.and_then(|signed| self.enrolment.verify(&signed, 0).ok());
            if !former.is_some_and(|former| self.is_needed(&former, record)) {
                self.folder.remove(Kind::Record, &digest)?;
            }
        }
        self.former = read_former(&self.folder, &self.enrolment)?;
        Ok(())
    }
}

/// Why the server's answer is none.
fn refusal(error: TransportError) -> RefreshError {
    match error {
        TransportError::Offline(said) => RefreshError::Offline(said),
        TransportError::NotAllowed(said) => RefreshError::NotAllowed(said),
        error => RefreshError::Server(error.to_string()),
    }
}

/// The same for a file that the record names.
fn fetch_refusal(
    error: TransportError,
    what: &'static str,
    expected: u64,
    refused: &dyn Fn(PackageError) -> RefreshError,
) -> RefreshError {
    match error {
        TransportError::NotFound(said) => refused(PackageError::Gone(said)),
        TransportError::TooLarge { .. } => refused(PackageError::Size { what, expected, found: "more".to_owned() }),
        error => refusal(error),
    }
}

fn changes(former: Option<&Publication>, new: &Publication) -> Changes {
    let former = former.map_or(&[][..], |former| &former.packages);
    let mut changes = Changes { sequence: new.sequence, ..Changes::default() };
    for package in &new.packages {
        match former.iter().find(|former| former.name == package.name) {
            None => changes.added.push(package.clone()),
            Some(former) if former.digest != package.digest => {
                changes.replaced.push((former.clone(), package.clone()));
            }
            Some(_) => {}
        }
    }
    let is_gone = |former: &&PublishedPackage| !new.packages.iter().any(|package| package.name == former.name);
    changes.removed = former.iter().filter(is_gone).cloned().collect();
    changes
}
