//! The cache's secret: random bytes in a file that its owner alone can read.

use std::io::{self, Read, Write};

use cap_std::fs::{Dir, File, OpenOptions};

use super::CacheError;
use crate::precompiled::CodeKey;

const FILE: &str = "key";

const KEY_BYTES: usize = 32;

/// What group and others may do.
#[cfg(unix)]
const OTHERS_BITS: u32 = 0o077;

/// Why there is no key to use.
enum Missing {
    Absent,
    /// It has not the length of a key.
    Damaged,
    Unusable(CacheError),
}

pub(crate) fn read_or_make(folder: &Dir) -> Result<CodeKey, CacheError> {
    match read(folder) {
        Ok(key) => return Ok(key),
        Err(Missing::Unusable(error)) => return Err(error),
        // Whatever it had vouched for is made anew.
        Err(Missing::Damaged) => folder.remove_file(FILE).map_err(CacheError::Key)?,
        Err(Missing::Absent) => {}
    }
    make(folder).map_err(CacheError::Key)?;
    // Another process may have been first: its key is the one.
    read(folder).map_err(|missing| match missing {
        Missing::Unusable(error) => error,
        Missing::Absent | Missing::Damaged => CacheError::Key(io::ErrorKind::InvalidData.into()),
    })
}

fn read(folder: &Dir) -> Result<CodeKey, Missing> {
    let file = folder.open(FILE).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Missing::Absent,
        _ => Missing::Unusable(CacheError::Key(error)),
    })?;
    if !is_ours_alone(&file).map_err(|error| Missing::Unusable(CacheError::Key(error)))? {
        return Err(Missing::Unusable(CacheError::KeyNotOurs));
    }
    let mut bytes = Vec::with_capacity(KEY_BYTES + 1);
    file.take(KEY_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Missing::Unusable(CacheError::Key(error)))?;
    <[u8; KEY_BYTES]>::try_from(bytes).map(CodeKey::new).map_err(|_| Missing::Damaged)
}

/// Writes a key under another name and links it to its own, which fails when there is one.
fn make(folder: &Dir) -> io::Result<()> {
    let mut random = [0; KEY_BYTES + 8];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    let (key, name) = random.split_at(KEY_BYTES);
    let name = name.iter().fold(format!("{FILE}."), |name, byte| format!("{name}{byte:02x}"));
    let made = create(folder, &name, key).and_then(|()| folder.hard_link(&name, folder, FILE));
    let removed = folder.remove_file(&name);
    match made {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => removed,
    }
}

fn create(folder: &Dir, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    cap_std::fs::OpenOptionsExt::mode(&mut options, 0o600);
    folder.open_with(name, &options)?.write_all(bytes)
}

#[cfg(unix)]
fn is_ours_alone(file: &File) -> io::Result<bool> {
    use cap_std::fs::MetadataExt;

    let metadata = file.metadata()?;
    Ok(metadata.uid() == rustix::process::geteuid().as_raw() && metadata.mode() & OTHERS_BITS == 0)
}

/// Elsewhere the folder's own access rights have to do.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
fn is_ours_alone(_: &File) -> io::Result<bool> {
    Ok(true)
}
