//! Files kept by their digests in a folder: there whole or not at all, and never other than they were put.
//!
//! A file lies under its BLAKE3 digest, in hexadecimal digits with the first two as a folder: `ab/cdef…`. It is written
//! under another name, synchronised and renamed; what an interrupted writer left is no file of the store, and is
//! removed when the store is cleaned. Names are made of digests alone, so nothing outside the folder is reached. Many
//! processes may read a store while one writes and cleans it.

use std::{
    io::{self, Read as _, Write as _},
    path::PathBuf,
};

use cap_std::fs::{Dir, OpenOptions};
use lockstep_model::Digest;

/// The largest file that is put or read, in bytes.
pub const FILE_BYTES_MAX: u64 = 256 << 20;

/// What the names of files that are being written end with.
const UNFINISHED: &str = ".new";

/// Digits of a digest that name its folder.
const FOLDER_DIGITS: usize = 2;

/// Why the store did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such file.
    #[error("there is no file with the digest {digest} here")]
    Missing {
        /// The digest that it would have.
        digest: Digest,
    },
    /// The file on the disk is another than was put.
    #[error("the file with the digest {digest} was altered on the disk: remove it and get it anew")]
    Altered {
        /// The digest that it should have.
        digest: Digest,
    },
    /// The file is larger than any that is kept.
    #[error("a file of {found} bytes is not kept: {FILE_BYTES_MAX} are the most")]
    TooLarge {
        /// Its length.
        found: u64,
    },
    /// The system gives no random bytes for a name.
    #[error("this machine gives no random bytes to name a file with: {0}")]
    Random(getrandom::Error),
    /// The disk or the folder's rights.
    #[error("{what}: {source}; look at the folder's rights and at the space left")]
    Disk {
        /// What could not be done.
        what: String,
        /// Why.
        source: io::Error,
    },
}

/// Files kept by their digests in a folder.
#[derive(Debug)]
pub struct Store {
    folder: Dir,
}

impl Store {
    /// Uses this folder as it is, beside whoever else uses it.
    pub fn new(folder: Dir) -> Self {
        Self { folder }
    }

    /// Uses this folder, and removes what interrupted writers left in it: for the one process that writes there.
    ///
    /// # Errors
    /// When the folder cannot be read or cleaned.
    pub fn open(folder: Dir) -> Result<Self, StoreError> {
        let store = Self::new(folder);
        store.clean()?;
        Ok(store)
    }

    /// Removes what interrupted writers left, and what living ones are writing.
    ///
    /// # Errors
    /// When the folder cannot be read or cleaned.
    pub fn clean(&self) -> Result<(), StoreError> {
        self.each(|folder, name| {
            if name.ends_with(UNFINISHED) {
                let removed = self.folder.remove_file(format!("{folder}/{name}"));
                removed.map_err(disk(|| format!("what was left of `{folder}/{name}` cannot be removed")))?;
            }
            Ok(())
        })
    }

    /// Keeps these bytes, and says under which digest. When it returns, they are on the disk; when it fails or is cut
    /// short, they are not there at all.
    ///
    /// # Errors
    /// When they are too many, or the disk does not take them.
    pub fn put(&self, bytes: &[u8]) -> Result<Digest, StoreError> {
        let found = bytes.len() as u64;
        if found > FILE_BYTES_MAX {
            return Err(StoreError::TooLarge { found });
        }
        let digest = Digest::of(bytes);
        match self.get(&digest) {
            Ok(_) => return Ok(digest),
            Err(StoreError::Missing { .. } | StoreError::Altered { .. }) => {}
            Err(error) => return Err(error),
        }
        let (folder, name) = names(&digest);
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(StoreError::Random)?;
        let unfinished = format!("{name}-{:016x}{UNFINISHED}", u64::from_le_bytes(random));
        let written = self.write(&folder, &unfinished, &name, bytes);
        written.map_err(disk(|| format!("the file {digest} cannot be written")))?;
        Ok(digest)
    }

    fn write(&self, folder: &str, unfinished: &str, name: &str, bytes: &[u8]) -> io::Result<()> {
        if !self.folder.is_dir(folder) {
            self.folder.create_dir_all(folder)?;
            synchronise(&self.folder)?;
        }
        let folder = self.folder.open_dir(folder)?;
        let write = || {
            let mut options = OpenOptions::new();
            let mut file = folder.open_with(unfinished, options.write(true).create_new(true))?;
            file.write_all(bytes)?;
            file.sync_all()?;
            folder.rename(unfinished, &folder, name)
        };
        let written = write();
        if written.is_err() {
            // It may be what could not be made; the first error is the one that says why.
            let _ = folder.remove_file(unfinished);
        }
        written?;
        synchronise(&folder)
    }

    /// The bytes that were put under this digest.
    ///
    /// # Errors
    /// When there are none, they were altered on the disk, or cannot be read.
    pub fn get(&self, digest: &Digest) -> Result<Vec<u8>, StoreError> {
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound => StoreError::Missing { digest: *digest },
            _ => StoreError::Disk { what: format!("the file {digest} cannot be read"), source },
        };
        let file = self.folder.open(path(digest)).map_err(failed)?;
        let length = file.metadata().map_err(failed)?.len();
        if length > FILE_BYTES_MAX {
            return Err(StoreError::Altered { digest: *digest });
        }
        let mut bytes = Vec::with_capacity(length as usize);
        file.take(FILE_BYTES_MAX).read_to_end(&mut bytes).map_err(failed)?;
        if Digest::of(&bytes) == *digest { Ok(bytes) } else { Err(StoreError::Altered { digest: *digest }) }
    }

    /// Whether there is a file under this digest; it is not read.
    pub fn contains(&self, digest: &Digest) -> bool {
        self.folder.is_file(path(digest))
    }

    /// Removes the file under this digest, if there is one.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove(&self, digest: &Digest) -> Result<(), StoreError> {
        match self.folder.remove_file(path(digest)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed.map_err(disk(|| format!("the file {digest} cannot be removed"))),
        }
    }

    /// The digests of all files, in order.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn list(&self) -> Result<Vec<Digest>, StoreError> {
        let mut digests = Vec::new();
        self.each(|folder, name| {
            digests.extend(format!("{folder}{name}").parse::<Digest>());
            Ok(())
        })?;
        digests.sort_unstable();
        Ok(digests)
    }

    /// Visits the names of what is in the folders of digests; other folders are somebody else's.
    fn each(&self, mut visit: impl FnMut(&str, &str) -> Result<(), StoreError>) -> Result<(), StoreError> {
        let unread = || "the folder of stored files cannot be read".to_owned();
        for entry in self.folder.entries().map_err(disk(unread))? {
            let entry = entry.map_err(disk(unread))?;
            let folder = entry.file_name().to_string_lossy().into_owned();
            let is_ours = folder.len() == FOLDER_DIGITS && folder.bytes().all(|byte| byte.is_ascii_hexdigit());
            if !is_ours || !entry.file_type().map_err(disk(unread))?.is_dir() {
                continue;
            }
            for file in entry.open_dir().and_then(|folder| folder.entries()).map_err(disk(unread))? {
                let file = file.map_err(disk(unread))?;
                visit(&folder, &file.file_name().to_string_lossy())?;
            }
        }
        Ok(())
    }
}

/// The folder and the name of the file under a digest.
fn names(digest: &Digest) -> (String, String) {
    let mut folder = digest.to_string();
    let name = folder.split_off(FOLDER_DIGITS);
    (folder, name)
}

fn path(digest: &Digest) -> PathBuf {
    let (folder, name) = names(digest);
    [folder, name].iter().collect()
}

fn disk(what: impl Fn() -> String) -> impl Fn(io::Error) -> StoreError {
    move |source| StoreError::Disk { what: what(), source }
}

/// A folder's new names are on the disk.
#[cfg(unix)]
fn synchronise(folder: &Dir) -> io::Result<()> {
    // The folder's own handle is for names alone.
    folder.open(".")?.sync_all()
}

/// Elsewhere folders cannot be synchronised.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
fn synchronise(_: &Dir) -> io::Result<()> {
    Ok(())
}
