//! Messages and their verdicts.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_model::Verdict;
use tokio_postgres::{Row, types::Type};

use super::{
    text::{self, kept},
    transaction::{PostgresTransaction, number_of, number_or_none, signed, text_of},
};
use crate::mirror::store::{
    DeviceState, Instead, OperationFilter, Operations, Result, StoredOperation,
    operation::{Columns, Read, read_verdict},
};

pub(super) fn verdicts_changed(
    sql: &PostgresTransaction<'_>,
    device: &str,
    after: u64,
    limit: usize,
) -> Result<Vec<(u64, u64, Verdict)>> {
    let rows = sql.query(
        "SELECT told, sequence, verdict FROM lockstep.operation WHERE device = $1 AND told > $2 ORDER BY told LIMIT $3",
        &[(&kept(device), Type::TEXT), (&signed(after), Type::INT8), (&signed(limit as u64), Type::INT8)],
    )?;
    let changed = rows.iter().map(|row| {
        let sequence = number_of(row, "sequence")?;
        Ok((number_of(row, "told")?, sequence, read_verdict(device, sequence, row.try_get("verdict")?)?))
    });
    changed.collect()
}

fn operation_of(row: &Row) -> Result<StoredOperation> {
    let text =
        |column: &str| -> Result<Option<String>> { Ok(row.try_get::<_, Option<String>>(column)?.map(text::read)) };
    let read = Read {
        device: text_of(row, "device")?,
        sequence: number_of(row, "sequence")?,
        message: row.try_get("message")?,
        verdict: row.try_get("verdict")?,
        identity: text_of(row, "identity")?,
        received: row.try_get("received")?,
        decided: row.try_get("decided")?,
        receipt: text("receipt")?,
        inputs: text("inputs")?,
        settled: text("settled")?,
    };
    read.try_into()
}

fn countable(sequences: &BTreeSet<u64>) -> Vec<i64> {
    sequences.iter().filter_map(|sequence| i64::try_from(*sequence).ok()).collect()
}

impl Operations for PostgresTransaction<'_> {
    fn device(&self, device: &str) -> Result<DeviceState> {
        let rows =
            self.query("SELECT last, told FROM lockstep.device WHERE id = $1", &[(&kept(device), Type::TEXT)])?;
        let state = |row: &Row| Ok(DeviceState { last: number_of(row, "last")?, told: number_of(row, "told")? });
        rows.first().map_or(Ok(DeviceState::default()), state)
    }

    fn put_device(&self, device: &str, state: DeviceState) -> Result<()> {
        self.execute(
            "INSERT INTO lockstep.device (id, last, told) VALUES ($1, $2, $3)
             ON CONFLICT (id) DO UPDATE SET last = excluded.last, told = excluded.told",
            &[(&kept(device), Type::TEXT), (&signed(state.last), Type::INT8), (&signed(state.told), Type::INT8)],
        )?;
        Ok(())
    }

    fn operations(&self, device: &str, sequences: &BTreeSet<u64>) -> Result<Vec<StoredOperation>> {
        let rows = self.query(
            "SELECT * FROM lockstep.operation WHERE device = $1 AND sequence = ANY($2) ORDER BY sequence",
            &[(&kept(device), Type::TEXT), (&countable(sequences), Type::INT8_ARRAY)],
        )?;
        rows.iter().map(operation_of).collect()
    }

    fn instead_of(&self, device: &str, sequences: &BTreeSet<u64>) -> Result<Vec<Instead>> {
        let rows = self.query(
            "SELECT sequence, instead_of FROM lockstep.operation WHERE device = $1 AND instead_of = ANY($2)
             ORDER BY sequence",
            &[(&kept(device), Type::TEXT), (&countable(sequences), Type::INT8_ARRAY)],
        )?;
        let instead = rows.iter().map(|row| {
            let of = number_or_none(row, "instead_of")?.unwrap_or_default();
            Ok(Instead { sequence: number_of(row, "sequence")?, of })
        });
        instead.collect()
    }

    fn waiting(&self, device: &str) -> Result<Vec<StoredOperation>> {
        let rows = self.query(
            "SELECT * FROM lockstep.operation WHERE device = $1 AND waits_for IS NOT NULL ORDER BY sequence",
            &[(&kept(device), Type::TEXT)],
        )?;
        rows.iter().map(operation_of).collect()
    }

    fn list(&self, filter: &OperationFilter<'_>, limit: usize) -> Result<Vec<StoredOperation>> {
        let rows = self.query(
            "SELECT * FROM lockstep.operation WHERE NOT is_discard AND ($1 IS NULL OR outcome = $1)
             AND ($2 IS NULL OR device = $2) ORDER BY received DESC, device, sequence DESC LIMIT $3",
            &[
                (&filter.verdict, Type::TEXT),
                (&filter.device.map(kept), Type::TEXT),
                (&signed(limit as u64), Type::INT8),
            ],
        )?;
        rows.iter().map(operation_of).collect()
    }

    fn counts(&self) -> Result<BTreeMap<String, u64>> {
        let sql = "SELECT outcome, count(*) AS count FROM lockstep.operation WHERE NOT is_discard GROUP BY outcome";
        let rows = self.query(sql, &[])?;
        rows.iter().map(|row| Ok((text_of(row, "outcome")?, number_of(row, "count")?))).collect()
    }

    fn put_operations(&self, operations: &[StoredOperation]) -> Result<()> {
        if operations.is_empty() {
            return Ok(());
        }
        let all = operations.iter().map(Columns::of).collect::<Result<Vec<_>>>()?;
        let sequences: Vec<_> = all.iter().map(|own| signed(own.sequence)).collect();
        let instead_of: Vec<_> = all.iter().map(|own| own.instead_of.map(signed)).collect();
        let waits_for: Vec<_> = all.iter().map(|own| own.waits_for.map(signed)).collect();
        let texts = |text: fn(&Columns) -> Option<&String>| -> Vec<_> {
            all.iter().map(|own| text(own).map(|text| kept(text))).collect()
        };
        self.execute(
            "INSERT INTO lockstep.operation (device, sequence, message, is_discard, outcome, verdict, instead_of,
                 waits_for, sender, identity, received, decided, receipt, inputs, settled)
             SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
            &[
                (&texts(|own| Some(&own.device)), Type::TEXT_ARRAY),
                (&sequences, Type::INT8_ARRAY),
                (&all.iter().map(|own| &own.message).collect::<Vec<_>>(), Type::BYTEA_ARRAY),
                (&all.iter().map(|own| own.is_discard).collect::<Vec<_>>(), Type::BOOL_ARRAY),
                (&all.iter().map(|own| own.outcome).collect::<Vec<_>>(), Type::TEXT_ARRAY),
                (&all.iter().map(|own| &own.verdict).collect::<Vec<_>>(), Type::BYTEA_ARRAY),
                (&instead_of, Type::INT8_ARRAY),
                (&waits_for, Type::INT8_ARRAY),
                (&texts(|own| Some(&own.user)), Type::TEXT_ARRAY),
                (&texts(|own| Some(&own.identity)), Type::TEXT_ARRAY),
                (&all.iter().map(|own| own.received).collect::<Vec<_>>(), Type::INT8_ARRAY),
                (&all.iter().map(|own| own.decided).collect::<Vec<_>>(), Type::INT8_ARRAY),
                (&texts(|own| own.receipt.as_ref()), Type::TEXT_ARRAY),
                (&texts(|own| own.inputs.as_ref()), Type::TEXT_ARRAY),
                (&texts(|own| own.settled.as_ref()), Type::TEXT_ARRAY),
            ],
        )?;
        Ok(())
    }

    fn change_verdict(&self, operation: &StoredOperation, told: u64) -> Result<()> {
        let own = Columns::of(operation)?;
        let text = |text: &Option<String>| text.as_ref().map(|text| kept(text).into_owned());
        self.execute(
            "UPDATE lockstep.operation SET outcome = $3, verdict = $4, waits_for = $5, told = $6, decided = $7,
                 receipt = $8, inputs = $9, settled = $10 WHERE device = $1 AND sequence = $2",
            &[
                (&kept(&own.device), Type::TEXT),
                (&signed(own.sequence), Type::INT8),
                (&own.outcome, Type::TEXT),
                (&own.verdict, Type::BYTEA),
                (&own.waits_for.map(signed), Type::INT8),
                (&signed(told), Type::INT8),
                (&own.decided, Type::INT8),
                (&text(&own.receipt), Type::TEXT),
                (&text(&own.inputs), Type::TEXT),
                (&text(&own.settled), Type::TEXT),
            ],
        )?;
        Ok(())
    }
}
