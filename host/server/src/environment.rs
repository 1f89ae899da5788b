//! One environment: a folder that holds all of its state, and one process that has it open.
//!
//! | in the folder | what |
//! | --- | --- |
//! | `lock` | locked by the process that has the folder open |
//! | `environment.key` | the environment's private key (PKCS#8 in PEM), for its owner alone |
//! | `mirror.sqlite` | records, reference rows, what devices did and what became of it |
//! | `registry.sqlite` | packages and their states, keys, devices, the audit log |
//! | `packages/` | the packages' files, by their digests |
//! | `code/` | precompiled code, by its digest |
//! | `work/` | what validations are working on; emptied at every start |
//!
//! The folder is made at the first start, for its owner alone. A backup is a copy of it while no server runs.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use cap_std::{
    ambient_authority,
    fs::{Dir, File, OpenOptions},
};
use lockstep_package::{
    SigningKey, Store, VerifyingKey,
    key_file::{self, KeyFileError},
    keys::KeyError,
    store::StoreError,
};

use crate::registry::{OpenRegistryError, Registry};

const KEY: &str = "environment.key";

/// A key that is being written: it is there whole under its name, or not at all.
const NEW_KEY: &str = "environment.key.new";

const DATABASE: &str = "registry.sqlite";

const LOCK: &str = "lock";

/// The permission bits of all but the owner.
#[cfg(unix)]
const OTHERS_BITS: u32 = 0o077;

/// Longest name of an environment, in bytes.
const NAME_BYTES_MAX: usize = 64;

/// One environment. Cheap to clone; the folder is let go with the last clone.
#[derive(Clone)]
pub struct Environment(Arc<Inner>);

struct Inner {
    registry: Registry,
    name: String,
    key: VerifyingKey,
    folder: PathBuf,
    work: Dir,
    /// Locked as long as it is open.
    _lock: File,
}

/// Why an environment's folder cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder or something in it cannot be made, read or written.
    #[error("{}: {source}; the server needs this folder for itself, readable and writable", path.display())]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Others can get at the folder.
    #[error("{} is open to others (mode {mode:03o}): close it with `chmod 700`", path.display())]
    OpenToOthers {
        /// The folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Another server has it.
    #[error("another server has {} open: stop it, or name another folder", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// The environment's name is none.
    #[error("`{0}` is no name of an environment: use kebab-case, {NAME_BYTES_MAX} characters at most")]
    Name(String),
    /// The environment's key is there, and is none.
    #[error(
        "{} is damaged: {says}; restore it from a backup, for the devices know this key and no other",
        path.display()
    )]
    KeyDamaged {
        /// The key's file.
        path: PathBuf,
        /// What is wrong with it.
        says: String,
    },
    /// The environment is called otherwise.
    #[error("{} is the environment `{there}`, not `{wanted}`: name another folder, or leave the name out", path.display())]
    OtherName {
        /// The folder.
        path: PathBuf,
        /// Its name.
        there: String,
        /// The name that was given.
        wanted: String,
    },
    /// The environment's key cannot be read or made.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// No key can be made.
    #[error(transparent)]
    NewKey(#[from] KeyError),
    /// The key is gone, and devices know it.
    #[error(
        "{} has a registry but no environment.key, which the devices know: restore the folder from a backup",
        path.display()
    )]
    KeyGone {
        /// The folder.
        path: PathBuf,
    },
    /// The folder of files cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The registry cannot be opened.
    #[error("{}: {source}", path.display())]
    Registry {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: Box<OpenRegistryError>,
    },
}

impl Environment {
    /// Opens the environment in this folder; a folder that is not there is made, with a key of its own. A new environment
    /// gets this name, else `default`; one that is there must have it, if one is given.
    ///
    /// # Errors
    /// When the folder cannot be used, another server uses it, or what is in it is not an environment's.
    pub fn open(path: &Path, name: Option<&str>) -> Result<Self, OpenError> {
        if let Some(name) = name.filter(|name| !is_name(name)) {
            return Err(OpenError::Name(name.to_owned()));
        }
        let failed = |source| OpenError::Folder { path: path.to_owned(), source };
        make_folder(path).map_err(failed)?;
        // SQLite takes paths alone; all else goes through this handle.
        let folder = Dir::open_ambient_dir(path, ambient_authority()).map_err(failed)?;
        check_is_closed(&folder, path)?;
        let lock = lock(&folder, path)?;
        let key = key(&folder, path)?;
        let packages = Store::open(subfolder(&folder, path, "packages")?)?;
        let code = Store::open(subfolder(&folder, path, "code")?)?;
        folder.remove_dir_all("work").or_else(not_there).map_err(failed)?;
        let work = subfolder(&folder, path, "work")?;
        let public = key.verifying_key();
        let registry =
            Registry::open(&path.join(DATABASE), packages, code, key, name).map_err(|error| not_opened(path, error))?;
        let name = registry.environment_name().to_owned();
        Ok(Self(Arc::new(Inner { registry, name, key: public, folder: path.to_owned(), work, _lock: lock })))
    }

    /// What the environment knows.
    pub fn registry(&self) -> &Registry {
        &self.0.registry
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The key that signs what devices are offered.
    pub fn key(&self) -> VerifyingKey {
        self.0.key
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// The folder for what validations are working on, as a handle and by its path.
    pub(crate) fn work(&self) -> (&Dir, PathBuf) {
        (&self.0.work, self.0.folder.join("work"))
    }
}

/// Whether an environment can be called so.
fn is_name(name: &str) -> bool {
    name.len() <= NAME_BYTES_MAX && lockstep_package::manifest::is_publisher_name(name)
}

fn not_there(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(path)
}

fn subfolder(folder: &Dir, path: &Path, name: &str) -> Result<Dir, OpenError> {
    let opened = folder.create_dir_all(name).and_then(|()| folder.open_dir(name));
    opened.map_err(|source| OpenError::Folder { path: path.join(name), source })
}

/// Takes the lock; the system lets it go with the process, however that ends.
fn lock(folder: &Dir, path: &Path) -> Result<File, OpenError> {
    let failed = |source| OpenError::Folder { path: path.join(LOCK), source };
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    let file = folder.open_with(LOCK, &options).map_err(failed)?.into_std();
    match file.try_lock() {
        Ok(()) => Ok(File::from_std(file)),
        Err(std::fs::TryLockError::WouldBlock) => Err(OpenError::InUse { path: path.to_owned() }),
        Err(std::fs::TryLockError::Error(source)) => Err(failed(source)),
    }
}

fn not_opened(path: &Path, error: OpenRegistryError) -> OpenError {
    let path = path.to_owned();
    match error {
        OpenRegistryError::OtherName { there, wanted } => OpenError::OtherName { path, there, wanted },
        error => OpenError::Registry { path, source: Box::new(error) },
    }
}

/// What is wrong with a key's text, without the advice to make another pair.
fn damage(error: &KeyError) -> String {
    match error {
        KeyError::Malformed { reason, .. } => reason.clone(),
        error => error.to_string(),
    }
}

fn key(folder: &Dir, path: &Path) -> Result<SigningKey, OpenError> {
    if folder.exists(KEY) {
        return key_file::read(folder, Path::new(KEY), None).map_err(|error| match error {
            KeyFileError::Key { source, .. } => OpenError::KeyDamaged { path: path.join(KEY), says: damage(&source) },
            error => OpenError::Key(error),
        });
    }
    if folder.exists(DATABASE) {
        return Err(OpenError::KeyGone { path: path.to_owned() });
    }
    let failed = |source| OpenError::Folder { path: path.join(KEY), source };
    folder.remove_file(NEW_KEY).or_else(not_there).map_err(failed)?;
    let key = SigningKey::generate()?;
    key_file::write_new(folder, Path::new(NEW_KEY), &key, None)?;
    folder.rename(NEW_KEY, folder, KEY).map_err(failed)?;
    synchronise(folder).map_err(failed)?;
    Ok(key)
}

#[cfg(unix)]
fn synchronise(folder: &Dir) -> io::Result<()> {
    folder.open(".")?.sync_all()
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
fn synchronise(_: &Dir) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn check_is_closed(folder: &Dir, path: &Path) -> Result<(), OpenError> {
    use cap_std::fs::MetadataExt as _;

    let failed = |source| OpenError::Folder { path: path.to_owned(), source };
    let mode = folder.dir_metadata().map_err(failed)?.mode() & 0o777;
    if mode & OTHERS_BITS == 0 { Ok(()) } else { Err(OpenError::OpenToOthers { path: path.to_owned(), mode }) }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
fn check_is_closed(_: &Dir, _: &Path) -> Result<(), OpenError> {
    Ok(())
}
