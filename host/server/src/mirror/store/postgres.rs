//! The store in PostgreSQL: several servers share it, also behind a pooler that gives them another session for each
//! transaction.
//!
//! No statement is prepared under a name, and nothing is left to a session. A change is about a device and some companies
//! ([`Reach`]); for as long as it lasts it holds locks by their names, so that what it has read stays as it is, while
//! changes of other companies go on beside it. Snapshots hold none.

mod error;
mod follow;
mod operations;
mod records;
mod rows;
mod schema;
mod text;
mod transaction;

use std::{str::FromStr, sync::Arc, time::Duration};

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime as PoolRuntime};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Config, NoTls, config::SslMode, types::Type};

use super::{Follower, Reach, Result, Store, StoreError, Transaction};
use transaction::PostgresTransaction;

/// Connections, at most.
const CONNECTIONS_MAX: usize = 16;

/// For how long a connection is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Begins a change. Locks are not waited for for ever, and whoever holds some and does nothing loses them: its server is
/// gone. Statements see what was committed before each of them: locks say what stands still.
const CHANGE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL lock_timeout = '10s'; \
                      SET LOCAL idle_in_transaction_session_timeout = '5min'";

const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; \
                        SET LOCAL idle_in_transaction_session_timeout = '5min'";

/// Where the database is.
#[derive(Clone, Debug)]
pub struct Database {
    config: Config,
    direct: Option<Config>,
}

impl Database {
    /// A database by its address, `postgres://user:password@host/name`; `direct` leads past a pooler, to where pokes of
    /// other servers can be listened to. Without it they are asked for every second.
    ///
    /// # Errors
    /// When an address is none; the password is in no error.
    pub fn new(address: &str, direct: Option<&str>) -> Result<Self> {
        Ok(Self { config: config(address)?, direct: direct.map(config).transpose()? })
    }
}

fn config(address: &str) -> Result<Config> {
    let wrong = |why: &str| {
        StoreError::Failed(format!("the database's address does not do: {why}; it is postgres://USER@HOST/NAME"))
    };
    let mut config = Config::from_str(address).map_err(|error| {
        wrong(&std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string))
    })?;
    if config.get_ssl_mode() == SslMode::Require {
        return Err(wrong("sslmode=require is not known here: use a socket, a private network or a tunnel"));
    }
    config.ssl_mode(SslMode::Disable);
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(PATIENCE);
    }
    if config.get_application_name().is_none() {
        config.application_name("lockstep");
    }
    Ok(config)
}

/// The store in PostgreSQL.
pub struct PostgresStore {
    secret: [u8; 32],
    pool: Pool,
    direct: Option<Config>,
    /// Its own, since all else blocks. None: it has been closed.
    runtime: Option<Runtime>,
}

impl PostgresStore {
    /// Opens the store in this database; tables that are not there are made. `random` gives a new store's epoch and secret.
    ///
    /// # Errors
    /// When it cannot be used, or was written by a later version.
    pub fn open(database: &Database, random: impl FnOnce() -> Option<([u8; 16], [u8; 32])>) -> Result<Self> {
        let failed = |error: &dyn std::fmt::Display| StoreError::Failed(error.to_string());
        let runtime = Builder::new_multi_thread().worker_threads(2).thread_name("postgres").enable_all().build();
        let runtime = runtime.map_err(|error| failed(&error))?;
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(database.config.clone(), NoTls, recycling);
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS_MAX)
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE))
            .runtime(PoolRuntime::Tokio1)
            .build()
            .map_err(|error| failed(&error))?;
        let secret = runtime.block_on(async {
            let client = pool.get().await?;
            schema::migrate(&client, random).await
        })?;
        let secret = <[u8; 32]>::try_from(secret).map_err(|_| wrong_length("the secret", 32))?;
        Ok(Self { secret, pool, direct: database.direct.clone(), runtime: Some(runtime) })
    }

    /// Makes it the mirror of the environment with this key, if it is no other's.
    ///
    /// # Errors
    /// When it is, or cannot be asked.
    pub fn take_for(&self, key: &str) -> Result<()> {
        let rows = self.runtime()?.block_on(async {
            let sql = "UPDATE lockstep.mirror SET owner = coalesce(owner, $1) RETURNING owner";
            Ok::<_, StoreError>(self.pool.get().await?.query_typed(sql, &[(&key, Type::TEXT)]).await?)
        })?;
        let owner: String = rows.first().map(|row| row.try_get(0)).transpose()?.unwrap_or_default();
        if owner == key { Ok(()) } else { Err(StoreError::Another(owner)) }
    }

    fn runtime(&self) -> Result<&Runtime> {
        self.runtime.as_ref().ok_or_else(|| StoreError::Failed("the store has been closed".to_owned()))
    }

    /// A connection with a transaction begun. One that has died in the meantime is passed over for another.
    fn begin(&self, sql: &str) -> Result<Object> {
        self.runtime()?.block_on(async {
            loop {
                let client = self.pool.get().await?;
                match client.batch_execute(sql).await {
                    Ok(()) => return Ok(client),
                    Err(error) if error.is_closed() && !self.pool.is_closed() => drop(Object::take(client)),
                    Err(error) => {
                        drop(Object::take(client));
                        return Err(error.into());
                    }
                }
            }
        })
    }
}

fn wrong_length(what: &str, bytes: usize) -> StoreError {
    StoreError::Damaged { what: what.to_owned(), why: format!("it does not have {bytes} bytes") }
}

impl Drop for PostgresStore {
    fn drop(&mut self) {
        self.pool.close();
        if let Some(runtime) = self.runtime.take() {
            // It may be dropped where one must not wait.
            runtime.shutdown_background();
        }
    }
}

impl Store for PostgresStore {
    fn secret(&self) -> [u8; 32] {
        self.secret
    }

    fn snapshot(&self) -> Result<Box<dyn Transaction + '_>> {
        let transaction = PostgresTransaction::new(self.runtime()?, self.begin(SNAPSHOT)?, None);
        // A snapshot is taken by the first statement that reads.
        transaction.query("SELECT one FROM lockstep.mirror", &[])?;
        Ok(Box::new(transaction))
    }

    fn change(&self, reach: &Reach) -> Result<Box<dyn Transaction + '_>> {
        let transaction = PostgresTransaction::new(self.runtime()?, self.begin(CHANGE)?, Some(reach.clone()));
        transaction.lock(reach)?;
        Ok(Box::new(transaction))
    }

    fn follow(&self, follower: Arc<dyn Follower>) {
        let Some(runtime) = &self.runtime else { return };
        match self.direct.clone() {
            Some(direct) => runtime.spawn(follow::listen(direct, follower)),
            None => runtime.spawn(follow::poll(self.pool.clone(), follower)),
        };
    }
}
