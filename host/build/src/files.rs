//! The files of a plugin's folder that go into its package, and the package's own.

use std::{
    collections::BTreeMap,
    io::Write as _,
    path::{Path, PathBuf},
};

use lockstep_package::CaseFiles;
use tempfile::NamedTempFile;

use crate::plugin::BuildError;

/// The plugin's cases and reference tables.
pub(crate) fn case_files(plugin: &Path) -> Result<CaseFiles, BuildError> {
    Ok(CaseFiles { cases: texts(&plugin.join("cases"), "json")?, reference: texts(&plugin.join("reference"), "csv")? })
}

/// The texts in a folder whose files end so, by their names without it.
fn texts(folder: &Path, ending: &str) -> Result<BTreeMap<String, String>, BuildError> {
    let read = |path: PathBuf| match std::fs::read_to_string(&path) {
        Ok(text) => Ok((stem(&path), text)),
        Err(source) => Err(BuildError::Read { path, source }),
    };
    with_ending(folder, ending)?.into_iter().map(read).collect()
}

/// The files in a folder that end so, in the order of their names; none where there is no folder.
pub(crate) fn with_ending(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, BuildError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let unreadable = |source| BuildError::Read { path: folder.to_owned(), source };
    let entries = std::fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(unreadable)?;
    let paths = entries.into_iter().map(|entry| entry.path());
    let mut files: Vec<_> = paths.filter(|path| path.extension().is_some_and(|found| found == ending)).collect();
    files.sort();
    Ok(files)
}

/// A file's name without its ending.
pub(crate) fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Writes a file so that it is there whole or not at all.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = new_file(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// With the permissions that any new file has; those of a temporary file are for its owner alone.
#[cfg(unix)]
fn new_file(folder: &Path) -> std::io::Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt as _;
    tempfile::Builder::new().permissions(std::fs::Permissions::from_mode(0o666)).tempfile_in(folder)
}

#[cfg(not(unix))]
fn new_file(folder: &Path) -> std::io::Result<NamedTempFile> {
    NamedTempFile::new_in(folder)
}
