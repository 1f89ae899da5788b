//! Messages and their verdicts.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_model::Verdict;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::SqliteTransaction;
use crate::mirror::store::{
    DeviceState, Instead, OperationFilter, Operations, Result, StoredOperation,
    operation::{Columns, Read, read_verdict},
};

pub(super) fn verdicts_changed(
    sql: &Connection,
    device: &str,
    after: u64,
    limit: usize,
) -> Result<Vec<(u64, u64, Verdict)>> {
    let mut statement = sql.prepare_cached(
        "SELECT told, sequence, verdict FROM operation WHERE device = ?1 AND told > ?2 ORDER BY told LIMIT ?3",
    )?;
    let mut rows = statement.query(params![device, after, limit])?;
    let mut changed = Vec::new();
    while let Some(row) = rows.next()? {
        let sequence = row.get("sequence")?;
        changed.push((row.get("told")?, sequence, read_verdict(device, sequence, &row.get::<_, Vec<u8>>("verdict")?)?));
    }
    Ok(changed)
}

fn operation_of(row: &Row<'_>) -> Result<StoredOperation> {
    let read = Read {
        device: row.get("device")?,
        sequence: row.get("sequence")?,
        message: row.get("message")?,
        verdict: row.get("verdict")?,
        identity: row.get("identity")?,
        received: row.get("received")?,
        decided: row.get("decided")?,
        receipt: row.get("receipt")?,
        inputs: row.get("inputs")?,
        settled: row.get("settled")?,
    };
    read.try_into()
}

fn all(mut rows: rusqlite::Rows<'_>) -> Result<Vec<StoredOperation>> {
    let mut operations = Vec::new();
    while let Some(row) = rows.next()? {
        operations.push(operation_of(row)?);
    }
    Ok(operations)
}

impl Operations for SqliteTransaction<'_> {
    fn device(&self, device: &str) -> Result<DeviceState> {
        let mut statement = self.connection.prepare_cached("SELECT last, told FROM device WHERE id = ?1")?;
        let found =
            statement.query_row([device], |row| Ok(DeviceState { last: row.get(0)?, told: row.get(1)? })).optional()?;
        Ok(found.unwrap_or_default())
    }

    fn put_device(&self, device: &str, state: DeviceState) -> Result<()> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO device (id, last, told) VALUES (?1, ?2, ?3)
             ON CONFLICT (id) DO UPDATE SET last = ?2, told = ?3",
        )?;
        statement.execute(params![device, state.last, state.told])?;
        Ok(())
    }

    fn operations(&self, device: &str, sequences: &BTreeSet<u64>) -> Result<Vec<StoredOperation>> {
        let mut statement =
            self.connection.prepare_cached("SELECT * FROM operation WHERE device = ?1 AND sequence = ?2")?;
        let mut operations = Vec::new();
        for sequence in sequences.iter().filter(|sequence| i64::try_from(**sequence).is_ok()) {
            operations.extend(all(statement.query(params![device, sequence])?)?);
        }
        Ok(operations)
    }

    fn instead_of(&self, device: &str, sequences: &BTreeSet<u64>) -> Result<Vec<Instead>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT sequence, instead_of FROM operation WHERE device = ?1 AND instead_of = ?2 ORDER BY sequence",
        )?;
        let mut found = Vec::new();
        for sequence in sequences.iter().filter(|sequence| i64::try_from(**sequence).is_ok()) {
            let instead = statement
                .query_map(params![device, sequence], |row| Ok(Instead { sequence: row.get(0)?, of: row.get(1)? }))?;
            found.extend(instead.collect::<rusqlite::Result<Vec<_>>>()?);
        }
        Ok(found)
    }

    fn waiting(&self, device: &str) -> Result<Vec<StoredOperation>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT * FROM operation WHERE device = ?1 AND waits_for IS NOT NULL ORDER BY sequence")?;
        all(statement.query([device])?)
    }

    fn list(&self, filter: &OperationFilter<'_>, limit: usize) -> Result<Vec<StoredOperation>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT * FROM operation WHERE is_discard = 0 AND (?1 IS NULL OR outcome = ?1)
             AND (?2 IS NULL OR device = ?2) ORDER BY received DESC, device, sequence DESC LIMIT ?3",
        )?;
        all(statement.query(params![filter.verdict, filter.device, limit])?)
    }

    fn counts(&self) -> Result<BTreeMap<String, u64>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT outcome, count(*) FROM operation WHERE is_discard = 0 GROUP BY outcome")?;
        let counts = statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(counts.collect::<rusqlite::Result<_>>()?)
    }

    fn put_operations(&self, operations: &[StoredOperation]) -> Result<()> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO operation (device, sequence, message, is_discard, outcome, verdict, instead_of, waits_for,
                user, identity, received, decided, receipt, inputs, settled)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        )?;
        for operation in operations {
            let own = Columns::of(operation)?;
            statement.execute(params![
                own.device,
                own.sequence,
                own.message,
                own.is_discard,
                own.outcome,
                own.verdict,
                own.instead_of,
                own.waits_for,
                own.user,
                own.identity,
                own.received,
                own.decided,
                own.receipt,
                own.inputs,
                own.settled
            ])?;
        }
        Ok(())
    }

    fn change_verdict(&self, operation: &StoredOperation, told: u64) -> Result<()> {
        let own = Columns::of(operation)?;
        let mut statement = self.connection.prepare_cached(
            "UPDATE operation SET outcome = ?3, verdict = ?4, waits_for = ?5, told = ?6, decided = ?7, receipt = ?8,
                inputs = ?9, settled = ?10 WHERE device = ?1 AND sequence = ?2",
        )?;
        statement.execute(params![
            own.device,
            own.sequence,
            own.outcome,
            own.verdict,
            own.waits_for,
            told,
            own.decided,
            own.receipt,
            own.inputs,
            own.settled
        ])?;
        Ok(())
    }
}
