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

/// What group and others may do.
#[cfg(unix)]
const OTHERS_BITS: u32 = 0o077;

/// The folder that a file lies in, or is to lie in, and the file's name there. Links are followed.
pub(crate) fn located(path: &Path) -> Result<(Dir, PathBuf)> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let name = path.file_name().ok_or_else(|| Failure::Usage(anyhow!("{} names no file", path.display())))?;
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let opened = Dir::open_ambient_dir(folder, ambient_authority());
    let opened = opened.with_context(|| format!("cannot open the folder {}; make it first", folder.display()));
    Ok((opened.map_err(Failure::Input)?, name.into()))
}

/// Makes the folder that a file is to lie in, where it is missing, for its owner alone.
pub(crate) fn make_folder_of(path: &Path) -> Result<()> {
    let Some(folder) = path.parent().filter(|folder| *folder != Path::new("")) else { return Ok(()) };
    make_folder(folder).with_context(|| format!("cannot make the folder {}", folder.display())).map_err(Failure::Input)
}

/// Makes a folder, where it is missing, for its owner alone.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// By whose fault a key's file was not read or written, with its path as the user gave it.
pub(crate) fn key_failure(path: &Path, mut error: KeyFileError) -> Failure {
    let (KeyFileError::Read { name, .. }
    | KeyFileError::OpenToOthers { name, .. }
    | KeyFileError::Exists { name }
    | KeyFileError::Write { name, .. }
    | KeyFileError::Key { name, .. }) = &mut error;
    path.clone_into(name);
    if matches!(error, KeyFileError::Write { .. }) {
        Failure::Host(anyhow!(error))
    } else {
        Failure::Input(anyhow!(error))
    }
}

/// Refuses a file with secrets that others than its owner can get at. What is no file, a pipe for instance, is nobody
/// else's.
#[cfg(unix)]
pub(crate) fn check_closed(path: &Path, file: &fs::File, what: &str) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata =
        file.metadata().with_context(|| format!("cannot read {}", path.display())).map_err(Failure::Input)?;
    if !metadata.is_file() || metadata.permissions().mode() & OTHERS_BITS == 0 {
        return Ok(());
    }
    Err(Failure::Input(anyhow!("{0} holds {what} and is open to others: run `chmod 600 {0}`", path.display())))
}

/// Elsewhere the folder's own access rights have to do.
#[cfg(not(unix))]
pub(crate) fn check_closed(_: &Path, _: &fs::File, _: &str) -> Result<()> {
    Ok(())
}

/// Writes a file so that it is there whole or as it was before.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    write(path, bytes, false)
}

/// The same for what its owner alone may read.
pub(crate) fn replace_secret(path: &Path, bytes: &[u8]) -> Result<()> {
    write(path, bytes, true)
}

fn write(path: &Path, bytes: &[u8], is_secret: bool) -> Result<()> {
    let (folder, name) = located(path)?;
    let write = || {
        let mut file = TempFile::new(&folder)?;
        if is_secret {
            close(file.as_file())?;
        }
        io::Write::write_all(&mut file, bytes)?;
        file.as_file().sync_all()?;
        file.replace(name)
    };
    write().with_context(|| format!("cannot write {}", path.display())).map_err(Failure::Host)
}

/// Leaves a file to its owner alone.
#[cfg(unix)]
pub(crate) fn close(file: &cap_std::fs::File) -> io::Result<()> {
    use cap_std::fs::PermissionsExt as _;
    file.set_permissions(cap_std::fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
pub(crate) fn close(_: &cap_std::fs::File) -> io::Result<()> {
    Ok(())
}
