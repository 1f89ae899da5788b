//! One transaction, in one session of the database.

use std::{cell::Cell, collections::BTreeMap};

use deadpool_postgres::Object;
use lockstep_model::Verdict;
use tokio::runtime::Runtime;
use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};

use super::{
    follow::{CHANNEL, payload},
    operations, records, rows,
    text::{kept, read},
    wrong_length,
};
use crate::mirror::store::{Beyond, Changed, Moved, Reach, Result, StoreError, Transaction, What};

/// A statement's parameters, with their types: none has to be asked for.
pub(super) type Parameters<'a> = [(&'a (dyn ToSql + Sync), Type)];

pub(super) struct PostgresTransaction<'a> {
    runtime: &'a Runtime,
    /// None: it is committed.
    client: Option<Object>,
    /// None: it is a snapshot.
    reach: Option<Reach>,
    /// A statement has failed: there is nothing that can be committed.
    has_failed: Cell<bool>,
}

/// What is locked by a name, as a number.
fn lock_of(kind: &str, name: &str) -> i64 {
    let digest = blake3::hash(format!("lockstep mirror\0{kind}\0{name}").as_bytes());
    let (first, _) = digest.as_bytes().split_first_chunk().unwrap_or((&[0; 8], &[]));
    i64::from_be_bytes(*first)
}

/// A number as the database has it. What counts is never so large.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A text of a row.
pub(super) fn text_of(row: &Row, column: &str) -> Result<String> {
    Ok(read(row.try_get(column)?))
}

/// A number of a row.
pub(super) fn number_of(row: &Row, column: &str) -> Result<u64> {
    let number: i64 = row.try_get(column)?;
    u64::try_from(number).map_err(|error| StoreError::Damaged { what: column.to_owned(), why: error.to_string() })
}

/// A number of a row that may be none.
pub(super) fn number_or_none(row: &Row, column: &str) -> Result<Option<u64>> {
    let number: Option<i64> = row.try_get(column)?;
    let damaged =
        |error: std::num::TryFromIntError| StoreError::Damaged { what: column.to_owned(), why: error.to_string() };
    number.map(u64::try_from).transpose().map_err(damaged)
}

impl<'a> PostgresTransaction<'a> {
    pub(super) fn new(runtime: &'a Runtime, client: Object, reach: Option<Reach>) -> Self {
        Self { runtime, client: Some(client), reach, has_failed: Cell::new(false) }
    }

    fn client(&self) -> Result<&Object> {
        self.client.as_ref().ok_or_else(|| StoreError::Failed("the transaction is over".to_owned()))
    }

    fn noted<T>(&self, done: Result<T, tokio_postgres::Error>) -> Result<T> {
        if done.is_err() {
            self.has_failed.set(true);
        }
        Ok(done?)
    }

    pub(super) fn query(&self, sql: &str, parameters: &Parameters<'_>) -> Result<Vec<Row>> {
        let client = self.client()?;
        self.noted(self.runtime.block_on(client.query_typed(sql, parameters)))
    }

    /// How many rows it wrote.
    pub(super) fn execute(&self, sql: &str, parameters: &Parameters<'_>) -> Result<u64> {
        let client = self.client()?;
        self.noted(self.runtime.block_on(client.execute_typed(sql, parameters)))
    }

    /// Waits for all others that are about the same. They lock in one order, so that none waits for one that waits for it.
    pub(super) fn lock(&self, reach: &Reach) -> Result<()> {
        let mut locks = vec![(lock_of("all", ""), reach.is_all)];
        if !reach.is_all {
            locks.extend(reach.device.iter().map(|device| (lock_of("device", device), true)));
            locks.push((lock_of("scope", ""), reach.has("")));
            let companies = reach.scopes.iter().filter(|scope| !scope.is_empty());
            locks.extend(companies.map(|company| (lock_of("scope", company), true)));
        }
        let (keys, are_exclusive): (Vec<_>, Vec<_>) = locks.into_iter().unzip();
        self.query(
            "SELECT CASE WHEN is_exclusive THEN pg_advisory_xact_lock(key) ELSE pg_advisory_xact_lock_shared(key) END
             FROM unnest($1, $2) AS lock (key, is_exclusive)",
            &[(&keys, Type::INT8_ARRAY), (&are_exclusive, Type::BOOL_ARRAY)],
        )?;
        Ok(())
    }

    /// Whether it may write to a scope.
    pub(super) fn check_scope(&self, scope: &str) -> Result<()> {
        match &self.reach {
            Some(reach) if !reach.has(scope) => Err(StoreError::Beyond(Beyond::Scope(scope.to_owned()))),
            _ => Ok(()),
        }
    }

    /// Whether it may write what all companies have.
    pub(super) fn check_all(&self) -> Result<()> {
        match &self.reach {
            Some(reach) if !reach.is_all => Err(StoreError::Beyond(Beyond::All)),
            _ => Ok(()),
        }
    }

    /// The next sequences of scopes, as many as are wanted in each: the first ones. Until it is committed nobody else gets
    /// any of them, so that those who read see no holes.
    pub(super) fn allot(&self, counts: &BTreeMap<&str, usize>) -> Result<BTreeMap<String, u64>> {
        let companies: Vec<_> = counts.keys().map(|company| kept(company)).collect();
        let wanted: Vec<_> = counts.values().map(|count| signed(*count as u64)).collect();
        let rows = self.query(
            "INSERT INTO lockstep.scope (company, last) SELECT * FROM unnest($1, $2)
             ON CONFLICT (company) DO UPDATE SET last = scope.last + excluded.last RETURNING company, last",
            &[(&companies, Type::TEXT_ARRAY), (&wanted, Type::INT8_ARRAY)],
        )?;
        let mut first = BTreeMap::new();
        for row in rows {
            let company = text_of(&row, "company")?;
            let count = counts.get(&*company).copied().unwrap_or_default() as u64;
            first.insert(company, number_of(&row, "last")? - count + 1);
        }
        Ok(first)
    }
}

impl Drop for PostgresTransaction<'_> {
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        if self.runtime.block_on(client.batch_execute("ROLLBACK")).is_err() {
            // Whatever is left of it goes with its connection.
            drop(Object::take(client));
        }
    }
}

impl Transaction for PostgresTransaction<'_> {
    fn epoch(&self) -> Result<[u8; 16]> {
        let rows = self.query("SELECT epoch FROM lockstep.mirror", &[])?;
        let epoch: Vec<u8> = rows.first().map(|row| row.try_get(0)).transpose()?.unwrap_or_default();
        epoch.try_into().map_err(|_| wrong_length("the epoch", 16))
    }

    fn put_epoch(&self, epoch: [u8; 16]) -> Result<()> {
        self.check_all()?;
        self.execute("UPDATE lockstep.mirror SET epoch = $1", &[(&&epoch[..], Type::BYTEA)])?;
        Ok(())
    }

    fn scopes(&self) -> Result<BTreeMap<String, u64>> {
        let rows = self.query("SELECT company, last FROM lockstep.scope", &[])?;
        rows.iter().map(|row| Ok((text_of(row, "company")?, number_of(row, "last")?))).collect()
    }

    fn changed(&self, scope: &str, after: u64, limit: usize) -> Result<Vec<Changed>> {
        let mut changed = records::changed(self, scope, after, limit)?;
        changed.extend(rows::changed(self, scope, after, limit)?);
        if scope.is_empty() {
            let tables = self.query(
                "SELECT sequence, plugin, name, is_here FROM lockstep.fed_table
                 WHERE sequence > $1 ORDER BY sequence LIMIT $2",
                &[(&signed(after), Type::INT8), (&signed(limit as u64), Type::INT8)],
            )?;
            for row in tables {
                let (plugin, table) = (text_of(&row, "plugin")?, text_of(&row, "name")?);
                let what = What::Table { plugin, table, is_here: row.try_get("is_here")? };
                changed.push(Changed { sequence: number_of(&row, "sequence")?, what });
            }
        }
        changed.sort_by_key(|changed| changed.sequence);
        changed.truncate(limit);
        Ok(changed)
    }

    fn verdicts_changed(&self, device: &str, after: u64, limit: usize) -> Result<Vec<(u64, u64, Verdict)>> {
        operations::verdicts_changed(self, device, after, limit)
    }

    fn enter(&self, company: &str) -> Result<()> {
        self.check_scope(company)
    }

    fn tell(&self, moved: &Moved) -> Result<()> {
        if let Some(payload) = payload(moved) {
            self.query("SELECT pg_notify($1, $2)", &[(&CHANNEL, Type::TEXT), (&payload, Type::TEXT)])?;
        }
        Ok(())
    }

    fn commit(mut self: Box<Self>) -> Result<()> {
        // A transaction in which a statement has failed would be rolled back without an error.
        if self.has_failed.get() {
            return Err(StoreError::Busy("a statement of the transaction has failed".to_owned()));
        }
        let Some(client) = self.client.take() else { return Ok(()) };
        if let Err(error) = self.runtime.block_on(client.batch_execute("COMMIT")) {
            drop(Object::take(client));
            return Err(error.into());
        }
        Ok(())
    }
}
