//! A device's folder: the current record, and the files that it names.
//!
//! `current` holds the record as it was signed, behind the server's mark for it; `sequence` the highest number of a record
//! that was ever taken here, which outlives a damaged `current`; `packages`, `code` and `records` hold files by their
//! digests. Each appears whole under its name or not at all, and `current` is replaced last: what it names is there by
//! then.

use std::{
    fs::TryLockError,
    io::{self, Read, Write},
};

use cap_std::fs::{Dir, OpenOptions};
use lockstep_model::Digest;
use lockstep_package::{Store, publication::RECORD_BYTES_MAX, store::StoreError};

use crate::error::FolderError;

const CURRENT: &str = "current";
const SEQUENCE: &str = "sequence";
const SEQUENCE_BYTES_MAX: u64 = 32;
const LOCK: &str = "lock";
const HEAD: &[u8] = b"lockstep catalogue 1\n";
const HEAD_BYTES_MAX: u64 = 1024;
/// How the name of a file ends while it is written.
const UNFINISHED: &str = ".unfinished";

/// Which files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Packages, by the digests of their files.
    Package,
    /// Precompiled code.
    Code,
    /// Former publication records, signed as they were, of packages that are kept.
    Record,
}

/// A record as it lies in the folder.
pub(crate) struct Kept {
    pub(crate) etag: Option<String>,
    pub(crate) record: Vec<u8>,
}

/// A device's folder.
pub(crate) struct Folder {
    dir: Dir,
    packages: Store,
    code: Store,
    records: Store,
    #[cfg(test)]
    pub(crate) interruption: tests::Interruption,
}

/// Held while the folder changes; dropped, it lets others in.
pub(crate) struct Lock {
    _file: std::fs::File,
}

impl Folder {
    pub(crate) fn open(dir: Dir) -> Result<Self, FolderError> {
        let store = |name: &str| {
            let made = dir.create_dir_all(name).and_then(|()| dir.open_dir(name));
            made.map(Store::new).map_err(failed("making a folder"))
        };
        let (packages, code, records) = (store("packages")?, store("code")?, store("records")?);
        Ok(Self {
            dir,
            packages,
            code,
            records,
            #[cfg(test)]
            interruption: tests::Interruption::default(),
        })
    }

    /// The same folder once more.
    pub(crate) fn again(&self) -> Result<Self, FolderError> {
        Self::open(self.dir.try_clone().map_err(failed("opening"))?)
    }

    /// Keeps others from changing the folder at the same time, and removes what interrupted ones left.
    pub(crate) fn lock(&self) -> Result<Lock, FolderError> {
        let lock = lock(&self.dir)?;
        for store in [&self.packages, &self.code, &self.records] {
            store.clean().map_err(|error| stored("cleaning a folder", error))?;
        }
        for name in [CURRENT, SEQUENCE] {
            match self.dir.remove_file(format!("{name}{UNFINISHED}")) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(failed("cleaning the folder")(error));
                }
                _ => {}
            }
        }
        Ok(lock)
    }

    /// The highest number of a record that was taken here; 0 before the first one, and where that cannot be told.
    pub(crate) fn sequence(&self) -> Result<u64, FolderError> {
        let file = match self.dir.open(SEQUENCE) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            Err(error) => return Err(failed("reading the publication's number")(error)),
        };
        let mut bytes = Vec::new();
        let read = file.take(SEQUENCE_BYTES_MAX).read_to_end(&mut bytes);
        read.map_err(failed("reading the publication's number"))?;
        Ok(str::from_utf8(&bytes).ok().and_then(|text| text.trim_end().parse().ok()).unwrap_or_default())
    }

    /// Notes the number of a record that is taken.
    pub(crate) fn set_sequence(&self, sequence: u64) -> Result<(), FolderError> {
        self.replace(SEQUENCE, &[format!("{sequence}\n").as_bytes()])
    }

    /// Puts a file in place of the one with this name, at once. The folder is locked.
    fn replace(&self, name: &str, parts: &[&[u8]]) -> Result<(), FolderError> {
        let unfinished = format!("{name}{UNFINISHED}");
        self.step(&unfinished)?;
        let write = || {
            let mut file = self.dir.create(&unfinished)?;
            for part in parts {
                file.write_all(part)?;
            }
            file.sync_all()?;
            self.dir.rename(&unfinished, &self.dir, name)?;
            self.dir.open(".")?.sync_all()
        };
        write().map_err(failed("writing the publication"))
    }

    /// The current record; none before the first refresh.
    pub(crate) fn current(&self) -> Result<Option<Kept>, FolderError> {
        let file = match self.dir.open(CURRENT) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed("reading the publication")(error)),
        };
        let mut bytes = Vec::new();
        let read = file.take(RECORD_BYTES_MAX as u64 + HEAD_BYTES_MAX).read_to_end(&mut bytes);
        read.map_err(failed("reading the publication"))?;
        kept(&bytes).map(Some).ok_or(FolderError::Damaged)
    }

    /// Puts a record in place of the current one, at once.
    pub(crate) fn set_current(&self, kept: &Kept) -> Result<(), FolderError> {
        let etag = kept.etag.as_deref().unwrap_or_default();
        self.replace(CURRENT, &[HEAD, etag.as_bytes(), b"\n", &kept.record])
    }

    /// The file with this digest, verified; none if it is not there, or was altered.
    pub(crate) fn get(&self, kind: Kind, digest: &Digest) -> Result<Option<Vec<u8>>, FolderError> {
        match self.store(kind).get(digest) {
            Ok(found) => Ok(Some(found)),
            Err(StoreError::Missing { .. } | StoreError::Altered { .. }) => Ok(None),
            Err(error) => Err(stored("reading a file", error)),
        }
    }

    /// Keeps a file, in place of an altered one if there is such.
    pub(crate) fn put(&self, kind: Kind, bytes: &[u8]) -> Result<(), FolderError> {
        self.step("")?;
        self.store(kind).put(bytes).map(drop).map_err(|error| stored("writing a file", error))
    }

    /// Removes a file if it is there.
    pub(crate) fn remove(&self, kind: Kind, digest: &Digest) -> Result<(), FolderError> {
        let store = self.store(kind);
        if !store.contains(digest) {
            return Ok(());
        }
        self.step("")?;
        store.remove(digest).map_err(|error| stored("removing a file", error))
    }

    /// The digests of all files.
    pub(crate) fn list(&self, kind: Kind) -> Result<Vec<Digest>, FolderError> {
        self.store(kind).list().map_err(|error| stored("listing files", error))
    }

    fn store(&self, kind: Kind) -> &Store {
        match kind {
            Kind::Package => &self.packages,
            Kind::Code => &self.code,
            Kind::Record => &self.records,
        }
    }

    /// Where tests interrupt a change.
    #[cfg(test)]
    fn step(&self, unfinished: &str) -> Result<(), FolderError> {
        self.interruption.step(&self.dir, unfinished).map_err(failed("interrupted"))
    }

    #[cfg(not(test))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "only tests interrupt")]
    fn step(&self, _unfinished: &str) -> Result<(), FolderError> {
        Ok(())
    }
}

fn lock(dir: &Dir) -> Result<Lock, FolderError> {
    let mut options = OpenOptions::new();
    let file = dir.open_with(LOCK, options.create(true).write(true)).map_err(failed("locking"))?.into_std();
    match file.try_lock() {
        Ok(()) => Ok(Lock { _file: file }),
        Err(TryLockError::WouldBlock) => Err(FolderError::Busy),
        Err(TryLockError::Error(source)) => Err(FolderError::Io { what: "locking", source }),
    }
}

fn stored(what: &'static str, error: StoreError) -> FolderError {
    FolderError::Io { what, source: io::Error::other(error) }
}

fn failed(what: &'static str) -> impl Fn(io::Error) -> FolderError {
    move |source| FolderError::Io { what, source }
}

fn kept(bytes: &[u8]) -> Option<Kept> {
    let rest = bytes.strip_prefix(HEAD)?;
    let end = rest.iter().position(|&byte| byte == b'\n')?;
    let etag = str::from_utf8(&rest[..end]).ok().filter(|etag| !etag.is_empty()).map(str::to_owned);
    Some(Kept { etag, record: rest[end + 1..].to_vec() })
}

#[cfg(test)]
pub(crate) mod tests {
    use std::{
        cell::Cell,
        io::{self, Write as _},
    };

    use cap_std::fs::Dir;

    /// Breaks off the change number so many, as a power cut would.
    #[derive(Default)]
    pub(crate) struct Interruption {
        pub(crate) after: Cell<Option<u32>>,
        pub(crate) changes: Cell<u32>,
    }

    impl Interruption {
        /// `unfinished` is the file that is being written, if it is one of the folder's own.
        pub(super) fn step(&self, dir: &Dir, unfinished: &str) -> io::Result<()> {
            let done = self.changes.get();
            self.changes.set(done + 1);
            if self.after.get().is_some_and(|after| done >= after) {
                if !unfinished.is_empty() {
                    dir.create(unfinished)?.write_all(b"half of")?;
                }
                return Err(io::ErrorKind::Interrupted.into());
            }
            Ok(())
        }
    }
}
