//! What an environment knows: packages and their states, what is published, whose keys are trusted, which devices there
//! are, and who changed what.
//!
//! Every change is one transaction in SQLite (write-ahead log, synchronised at each commit) together with its line in the
//! audit log: after an interruption at any moment it has happened with its line, or not at all. Changes go one after the
//! other; one that was decided on an older revision is refused as a conflict if the caller says which revision that was.
//! What devices are offered is held in memory as well, and replaced whole when a change has been committed.

mod devices;
mod edit;
mod error;
mod keys;
mod lineage;
mod needs;
mod note;
mod offer;
mod policy;
mod publish;
mod record;
mod rows;
mod schema;
mod state;
mod upload;

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

use lockstep_model::Digest;
use lockstep_package::{SigningKey, Store, store::StoreError};
use rusqlite::{Connection, TransactionBehavior};

pub use devices::DEVICE_BYTES_MAX;
pub use edit::ACTOR_BYTES_MAX;
pub use error::RegistryError;
pub use offer::Offer;
pub use record::{
    Asker, AuditEntry, Change, Code, Device, Filter, Package, Revoked, Trust, TrustedKey, Version, Withdrawn, Workspace,
};
pub use schema::SchemaError;
pub use state::{State, StateError};
pub use upload::CompiledCode;

use devices::Devices;
use edit::Edit;
use offer::Published;

type Result<T, E = RegistryError> = std::result::Result<T, E>;

/// Most lines of the audit log in one page.
pub const AUDIT_PAGE_MAX: usize = 1000;

/// What an environment knows, and the one way to change it.
pub struct Registry {
    writer: Mutex<Connection>,
    reader: Mutex<Connection>,
    packages: Store,
    code: Store,
    key: SigningKey,
    name: String,
    published: RwLock<Arc<Published>>,
    devices: Devices,
}

impl Registry {
    /// Opens the database, and removes files that it does not name. A database without an environment gets this name.
    pub(crate) fn open(
        database: &Path,
        packages: Store,
        code: Store,
        key: SigningKey,
        name: Option<&str>,
    ) -> Result<Self, OpenRegistryError> {
        let writer = schema::open(database)?;
        let there = environment_name(&writer)?;
        let name = match (there, name) {
            (Some(there), Some(wanted)) if there != wanted => {
                return Err(OpenRegistryError::OtherName { there, wanted: wanted.to_owned() });
            }
            (Some(there), _) => there,
            (None, wanted) => {
                let name = wanted.unwrap_or("default").to_owned();
                writer
                    .execute("INSERT INTO environment (one, name, revision) VALUES (1, ?1, 0)", [&name])
                    .map_err(SchemaError::from)?;
                name
            }
        };
        let reader = schema::open_reader(database)?;
        let published = RwLock::new(Arc::new(Published::read(&writer)?));
        let devices = Devices::read(&writer)?;
        let (writer, reader) = (Mutex::new(writer), Mutex::new(reader));
        let registry = Self { writer, reader, packages, code, key, name, published, devices };
        registry.remove_what_is_left_over()?;
        Ok(registry)
    }

    /// The environment's name.
    pub(crate) fn environment_name(&self) -> &str {
        &self.name
    }

    /// The environment's revision: one higher with every change of what devices are offered, and of who is trusted.
    pub fn revision(&self) -> u64 {
        self.published().revision
    }

    /// The packages that a filter wants, the last uploaded first.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn list(&self, filter: &Filter<'_>) -> Result<Vec<Package>> {
        self.read(|sql| rows::packages(sql, filter))
    }

    /// The package with this digest.
    ///
    /// # Errors
    /// When there is none.
    pub fn show(&self, digest: &Digest) -> Result<Package> {
        self.read(|sql| rows::package(sql, digest))?.ok_or_else(|| edit::no_package(digest))
    }

    /// A package's file. That of a refused package is not kept.
    ///
    /// # Errors
    /// When there is no such package, or its file cannot be read.
    pub fn file(&self, digest: &Digest) -> Result<Vec<u8>> {
        let package = self.show(digest)?;
        match self.packages.get(&package.file) {
            Err(StoreError::Missing { .. }) if package.state == State::Refused => Err(RegistryError::NotFound {
                what: "file of the refused package",
                id: digest.to_string(),
                list: "`lockstep packages` for why it was refused",
            }),
            found => Ok(found?),
        }
    }

    /// A package's code for the engine of this name.
    ///
    /// # Errors
    /// When there is no such package or no such code, or it cannot be read.
    pub fn code(&self, digest: &Digest, engine: &str) -> Result<Vec<u8>> {
        let package = self.show(digest)?;
        let Some(code) = package.code.iter().find(|code| code.engine == engine) else {
            let known: Vec<_> = package.code.iter().map(|code| code.engine.as_str()).collect();
            let id = format!("{} for {engine}", package.label());
            tracing::debug!(package = %digest, engine, ?known, "no code");
            return Err(RegistryError::NotFound { what: "code of", id, list: "`lockstep packages` for its engines" });
        };
        Ok(self.code.get(&code.digest)?)
    }

    /// The packages that wait for their validation, the first uploaded first.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn waiting(&self) -> Result<Vec<Package>> {
        let mut waiting = self.list(&Filter { state: Some(State::Uploaded), ..Filter::default() })?;
        waiting.reverse();
        Ok(waiting)
    }

    /// The packages that are or can be published and have no code for one of these engines: those of a server that was
    /// updated.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn without_code(&self, engines: &[&str]) -> Result<Vec<Package>> {
        let mut all = self.list(&Filter::default())?;
        let has = |package: &Package, engine: &str| package.code.iter().any(|code| code.engine == engine);
        all.retain(|package| package.state.is_valid() && package.state != State::Withdrawn);
        all.retain(|package| !engines.iter().all(|engine| has(package, engine)));
        Ok(all)
    }

    /// What is published, by name.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn workspaces(&self) -> Result<Vec<Workspace>> {
        self.read(rows::workspaces)
    }

    /// Lines of the audit log after a number, in order, at most [`AUDIT_PAGE_MAX`].
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn audit(&self, after: u64, limit: usize) -> Result<Vec<AuditEntry>> {
        self.read(|sql| rows::audit(sql, after, limit.min(AUDIT_PAGE_MAX)))
    }

    /// Lines of the audit log before a number, or the last ones, the newest first, at most [`AUDIT_PAGE_MAX`].
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn audit_newest(&self, before: Option<u64>, limit: usize) -> Result<Vec<AuditEntry>> {
        self.read(|sql| rows::audit_before(sql, before.unwrap_or(u64::MAX), limit.min(AUDIT_PAGE_MAX)))
    }

    /// Says that this registry was restored from a copy: devices may have records with higher numbers, and from now on
    /// get one with a number that is higher than theirs.
    ///
    /// # Errors
    /// When it cannot be noted.
    pub fn restored(&self, change: &Change<'_>) -> Result<()> {
        self.change(change, |edit| {
            edit.raise_past_copies()?;
            edit.audit("restored", &self.name, None, None)
        })
    }

    /// Whether changes can be made.
    ///
    /// # Errors
    /// When the database cannot be written to.
    pub fn check_writable(&self) -> Result<()> {
        let mut connection = self.writer();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute("UPDATE environment SET revision = revision", ())?;
        Ok(transaction.rollback()?)
    }

    /// Makes a change: one transaction, and what is published is replaced when it has been committed.
    fn change<T>(&self, change: &Change<'_>, work: impl FnOnce(&mut Edit<'_>) -> Result<T>) -> Result<T> {
        self.change_then(change, work, |_| ())
    }

    /// The same, and something is done after the commit, before the next change.
    fn change_then<T>(
        &self,
        change: &Change<'_>,
        work: impl FnOnce(&mut Edit<'_>) -> Result<T>,
        then: impl FnOnce(&T),
    ) -> Result<T> {
        change.check()?;
        let mut connection = self.writer();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (done, published) = {
            let mut edit = Edit::begin(&transaction, change)?;
            let done = work(&mut edit)?;
            let published = if edit.is_raised() { Some(Published::read(&transaction)?) } else { None };
            (done, published)
        };
        transaction.commit()?;
        then(&done);
        if let Some(published) = published {
            *self.published.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(published);
        }
        Ok(done)
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let mut connection = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        // One state for all that is read.
        let transaction = connection.transaction()?;
        work(&transaction)
    }

    /// A thread that panicked has rolled its transaction back.
    fn writer(&self) -> MutexGuard<'_, Connection> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn published(&self) -> Arc<Published> {
        Arc::clone(&self.published.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Removes a file that no package has any more.
    fn remove_unless_named(&self, file: &Digest) {
        let connection = self.writer();
        let named = "SELECT count(*) FROM package WHERE file = ?1 AND state <> 'refused'";
        let count = connection.query_row(named, [file.to_string()], |row| row.get::<_, i64>(0));
        if matches!(count, Ok(0))
            && let Err(error) = self.packages.remove(file)
        {
            tracing::warn!(%file, %error, "a refused package's file could not be removed");
        }
    }

    /// Removes what an interruption left in the stores.
    fn remove_what_is_left_over(&self) -> Result<()> {
        let named = |sql: &str| -> Result<std::collections::BTreeSet<String>> {
            let connection = self.writer();
            let mut statement = connection.prepare(sql)?;
            Ok(statement.query_map((), |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
        };
        let files = named("SELECT file FROM package WHERE state <> 'refused'")?;
        let code = named("SELECT digest FROM code")?;
        for (store, named) in [(&self.packages, files), (&self.code, code)] {
            for digest in store.list()?.iter().filter(|digest| !named.contains(&digest.to_string())) {
                store.remove(digest)?;
            }
        }
        Ok(())
    }
}

/// Why a registry cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenRegistryError {
    /// The database cannot be used.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// It is another environment's.
    #[error("this is the environment `{there}`, not `{wanted}`: name another folder, or leave the name out")]
    OtherName {
        /// Its name.
        there: String,
        /// The one that was given.
        wanted: String,
    },
    /// What it holds cannot be read.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

fn environment_name(sql: &Connection) -> Result<Option<String>, SchemaError> {
    use rusqlite::OptionalExtension as _;
    Ok(sql.query_row("SELECT name FROM environment", (), |row| row.get(0)).optional()?)
}

impl From<StoreError> for RegistryError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Missing { digest } | StoreError::Altered { digest } => {
                Self::Damaged { digest, reason: error.to_string() }
            }
            StoreError::TooLarge { .. } => Self::Invalid(error.to_string()),
            error => Self::Host(error.to_string()),
        }
    }
}
