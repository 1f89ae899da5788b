//! Keys in files: the private one for its owner alone.

use std::{
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use cap_std::fs::{Dir, File, OpenOptions};
use zeroize::Zeroizing;

use crate::keys::{KeyError, SigningKey, VerifyingKey};

/// What a private key's file ends with.
pub const PRIVATE_ENDING: &str = "key";

/// What a public key's file ends with.
pub const PUBLIC_ENDING: &str = "pub";

/// No key is longer, in bytes.
const FILE_BYTES_MAX: u64 = 64 << 10;

/// What group and others may do.
#[cfg(unix)]
const OTHERS_BITS: u32 = 0o077;

/// Why a key's file was not read or written. Files are named as they were asked for.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It cannot be read.
    #[error("the key {} cannot be read: {source}", name.display())]
    Read {
        /// The file.
        name: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Others than its owner may read or write a private key.
    #[error("the private key {} is open to others (mode {mode:03o}): close it with `chmod 600`", name.display())]
    OpenToOthers {
        /// The file.
        name: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// There is such a file already.
    #[error("{} is there already, and a key is not overwritten: choose another name", name.display())]
    Exists {
        /// The file.
        name: PathBuf,
    },
    /// It cannot be written.
    #[error("the key {} cannot be written: {source}", name.display())]
    Write {
        /// The file.
        name: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is something wrong with the key in it.
    #[error("{}: {source}", name.display())]
    Key {
        /// The file.
        name: PathBuf,
        /// What.
        source: KeyError,
    },
}

impl KeyFileError {
    /// Whether giving a passphrase would help.
    pub fn wants_passphrase(&self) -> bool {
        matches!(self, Self::Key { source: KeyError::PassphraseMissing, .. })
    }
}

/// Writes a new private key, encrypted where there is a passphrase, into a file that its owner alone can read.
///
/// # Errors
/// When there is such a file already, it cannot be written, or the key cannot be encrypted.
pub fn write_new(folder: &Dir, name: &Path, key: &SigningKey, passphrase: Option<&str>) -> Result<(), KeyFileError> {
    let pem = match passphrase {
        Some(passphrase) => key.to_encrypted_pem(passphrase),
        None => key.to_pem(),
    };
    let pem = pem.map_err(|source| KeyFileError::Key { name: name.to_owned(), source })?;
    create(folder, name, pem.as_bytes(), 0o600)
}

/// Writes a new public key.
///
/// # Errors
/// When there is such a file already, or it cannot be written.
pub fn write_public(folder: &Dir, name: &Path, key: &VerifyingKey) -> Result<(), KeyFileError> {
    let pem = key.to_pem().map_err(|source| KeyFileError::Key { name: name.to_owned(), source })?;
    create(folder, name, pem.as_bytes(), 0o644)
}

/// Reads a private key that its owner alone can read.
///
/// # Errors
/// When it cannot be read, is open to others, is no private key, or the passphrase is missing or wrong.
pub fn read(folder: &Dir, name: &Path, passphrase: Option<&str>) -> Result<SigningKey, KeyFileError> {
    let file = open(folder, name)?;
    check_is_closed(&file, name)?;
    let pem = text(file, name)?;
    SigningKey::from_pem(&pem, passphrase).map_err(|source| KeyFileError::Key { name: name.to_owned(), source })
}

/// Reads a public key.
///
/// # Errors
/// When it cannot be read, or is no public key.
pub fn read_public(folder: &Dir, name: &Path) -> Result<VerifyingKey, KeyFileError> {
    let pem = text(open(folder, name)?, name)?;
    VerifyingKey::from_pem(&pem).map_err(|source| KeyFileError::Key { name: name.to_owned(), source })
}

fn open(folder: &Dir, name: &Path) -> Result<File, KeyFileError> {
    folder.open(name).map_err(|source| KeyFileError::Read { name: name.to_owned(), source })
}

fn text(file: File, name: &Path) -> Result<Zeroizing<String>, KeyFileError> {
    // It never grows while secrets are in it, so that none are left where it was before.
    let mut pem = Zeroizing::new(String::with_capacity(FILE_BYTES_MAX as usize));
    let read = file.take(FILE_BYTES_MAX).read_to_string(&mut pem);
    read.map_err(|source| KeyFileError::Read { name: name.to_owned(), source })?;
    Ok(pem)
}

fn create(folder: &Dir, name: &Path, bytes: &[u8], mode: u32) -> Result<(), KeyFileError> {
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::AlreadyExists => KeyFileError::Exists { name: name.to_owned() },
        _ => KeyFileError::Write { name: name.to_owned(), source },
    };
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    cap_std::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = folder.open_with(name, &options).map_err(failed)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    written.map_err(|source| {
        // Half a key would only be in the way.
        let _ = folder.remove_file(name);
        KeyFileError::Write { name: name.to_owned(), source }
    })
}

#[cfg(unix)]
fn check_is_closed(file: &File, name: &Path) -> Result<(), KeyFileError> {
    use cap_std::fs::MetadataExt as _;

    let metadata = file.metadata().map_err(|source| KeyFileError::Read { name: name.to_owned(), source })?;
    let mode = metadata.mode() & 0o777;
    if mode & OTHERS_BITS == 0 { Ok(()) } else { Err(KeyFileError::OpenToOthers { name: name.to_owned(), mode }) }
}

/// Elsewhere the folder's own access rights have to do.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
fn check_is_closed(_: &File, _: &Path) -> Result<(), KeyFileError> {
    Ok(())
}
