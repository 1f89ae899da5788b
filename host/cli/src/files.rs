//! Files that the user names, by their folders: keys, and packages that are written.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, anyhow};
use cap_std::{ambient_authority, fs::Dir};
use cap_tempfile::TempFile;
use lockstep_package::key_file::KeyFileError;

use crate::failure::{Failure, Result};

/// The folder that a file lies in, or is to lie in, and the file's name there. Links are followed.
pub(crate) fn located(path: &Path) -> Result<(Dir, PathBuf)> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let name = path.file_name().ok_or_else(|| Failure::Usage(anyhow!("{} names no file", path.display())))?;
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let opened = Dir::open_ambient_dir(folder, ambient_authority());
    let opened = opened.with_context(|| format!("cannot open the folder {}; make it first", folder.display()));
    Ok((opened.map_err(Failure::Input)?, name.into()))
}

/// By whose fault a key's file was not read or written; with its folder, where the user named one.
pub(crate) fn key_failure(path: &Path, error: KeyFileError) -> Failure {
    let is_host = matches!(error, KeyFileError::Write { .. });
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let said = match folder {
        Some(folder) => anyhow!("in {}: {error}", folder.display()),
        None => anyhow!(error),
    };
    if is_host { Failure::Host(said) } else { Failure::Input(said) }
}

/// Writes a file so that it is there whole or as it was before.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let (folder, name) = located(path)?;
    let write = || {
        let mut file = TempFile::new(&folder)?;
        io::Write::write_all(&mut file, bytes)?;
        file.as_file().sync_all()?;
        file.replace(name)
    };
    write().with_context(|| format!("cannot write {}", path.display())).map_err(Failure::Host)
}
