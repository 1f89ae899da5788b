//! What the device has made, and what became of it.

use lockstep_model::{
    Message, RecordId, Refusal, Timestamp, Verdict,
    canonical::{decode_message, decode_verdict, encode_message, encode_verdict},
    verdict::Parked,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Result, StoreError, meta, records::clear_overlay};

/// Where a message's effect is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// In the overlay.
    Overlaid = 0,
    /// In the server's records.
    Settled = 1,
    /// Nowhere.
    Without = 2,
}

/// A message with all that is known of it.
pub(crate) struct Stored {
    pub(crate) message: Message,
    pub(crate) stage: Stage,
    pub(crate) made_at: Timestamp,
    pub(crate) verdict: Option<Verdict>,
    /// The verdict stands; otherwise the server has lost it, and gives another.
    pub(crate) is_decided: bool,
    pub(crate) decided_at: Option<Timestamp>,
    /// What came of the last replay, if it was not what it did before.
    pub(crate) standing: Option<Verdict>,
}

const COLUMNS: &str = "content, stage, made_at, verdict, decided_at, standing, verdict_kind IS NOT NULL";

fn stored(row: &Row<'_>) -> Result<Stored> {
    let verdict = |column| -> Result<Option<Verdict>> {
        let bytes: Option<Vec<u8>> = row.get(column)?;
        Ok(bytes.map(|bytes| decode_verdict(&bytes)).transpose()?)
    };
    let stage = match row.get::<_, i64>(1)? {
        0 => Stage::Overlaid,
        1 => Stage::Settled,
        _ => Stage::Without,
    };
    let content = row.get_ref(0)?.as_blob().map_err(|error| StoreError::Damaged(error.to_string()))?;
    Ok(Stored {
        message: decode_message(content)?,
        stage,
        made_at: Timestamp(row.get(2)?),
        verdict: verdict(3)?,
        decided_at: row.get::<_, Option<i64>>(4)?.map(Timestamp),
        standing: verdict(5)?,
        is_decided: row.get(6)?,
    })
}

/// The last sequence that was given away; 0: none yet.
pub(crate) fn last(connection: &Connection) -> Result<u64> {
    let mut statement = connection.prepare_cached("SELECT max(sequence) FROM messages")?;
    let last: Option<i64> = statement.query_row([], |row| row.get(0))?;
    let made = meta::number(connection, meta::TAKEN)?;
    Ok((last.unwrap_or_default().max(0) as u64).max(made))
}

/// The first sequence that is still here; none: no message is.
pub(crate) fn first(connection: &Connection) -> Result<Option<u64>> {
    let first: Option<i64> = connection.query_row("SELECT min(sequence) FROM messages", [], |row| row.get(0))?;
    Ok(first.map(|first| first as u64))
}

/// A new message.
pub(crate) fn add(connection: &Connection, message: &Message, made_at: Timestamp) -> Result<()> {
    let is_operation = matches!(message, Message::Operation(_));
    let stage = if is_operation { Stage::Overlaid } else { Stage::Without };
    connection
        .prepare_cached(
            "INSERT INTO messages (sequence, content, is_operation, stage, made_at) VALUES (?, ?, ?, ?, ?)",
        )?
        .execute(params![
            message.id().sequence as i64,
            encode_message(message),
            is_operation,
            stage as i64,
            made_at.0
        ])?;
    Ok(())
}

/// The message with this sequence.
pub(crate) fn get(connection: &Connection, sequence: u64) -> Result<Option<Stored>> {
    let sql = format!("SELECT {COLUMNS} FROM messages WHERE sequence = ?");
    let mut statement = connection.prepare_cached(&sql)?;
    statement.query_row([sequence as i64], |row| Ok(stored(row))).optional()?.transpose()
}

/// All messages from this sequence on, in order.
pub(crate) fn from(connection: &Connection, sequence: u64) -> Result<Vec<Stored>> {
    select(connection, &format!("SELECT {COLUMNS} FROM messages WHERE sequence >= {sequence} ORDER BY sequence"))
}

/// All operations whose effect is in the overlay, in order.
pub(crate) fn overlaid(connection: &Connection) -> Result<Vec<Stored>> {
    select(connection, &format!("SELECT {COLUMNS} FROM messages WHERE stage = 0 ORDER BY sequence"))
}

fn select(connection: &Connection, sql: &str) -> Result<Vec<Stored>> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(stored(row)?);
    }
    Ok(all)
}

/// The contents of messages from this sequence on, as many as there may be in a batch; each is the size of its message.
pub(crate) fn contents(connection: &Connection, from: u64, limit: usize) -> Result<Vec<Vec<u8>>> {
    let mut statement =
        connection.prepare_cached("SELECT content FROM messages WHERE sequence >= ? ORDER BY sequence LIMIT ?")?;
    let contents = statement.query_map(params![from as i64, limit as i64], |row| row.get(0))?;
    Ok(contents.collect::<rusqlite::Result<_>>()?)
}

/// Notes what a replay made of an operation.
pub(crate) fn set_standing(connection: &Connection, sequence: u64, standing: Option<&Verdict>) -> Result<()> {
    connection
        .prepare_cached("UPDATE messages SET standing = ? WHERE sequence = ?")?
        .execute(params![standing.map(encode_verdict), sequence as i64])?;
    Ok(())
}

/// Notes that an operation has written records.
pub(crate) fn add_writes<'a>(
    connection: &Connection,
    sequence: u64,
    records: impl IntoIterator<Item = &'a RecordId>,
) -> Result<()> {
    let mut statement = connection.prepare_cached("INSERT OR IGNORE INTO writes VALUES (?, ?, ?, ?)")?;
    for id in records {
        statement.execute(params![id.plugin, id.entity, id.key.as_bytes(), sequence as i64])?;
    }
    Ok(())
}

/// The overlaid operations that have written this record, ascending; `is_open`: only those that are not known to be
/// accepted.
pub(crate) fn writers(connection: &Connection, id: &RecordId, is_open: bool) -> Result<Vec<u64>> {
    let mut statement = connection.prepare_cached(
        "SELECT w.sequence FROM writes AS w JOIN messages AS m ON m.sequence = w.sequence
         WHERE w.plugin = ? AND w.entity = ? AND w.key = ? AND m.stage = 0
             AND NOT (? AND m.verdict_kind IS NOT NULL AND m.verdict_kind IN (0, 1))
         ORDER BY w.sequence",
    )?;
    let found =
        statement.query_map(params![id.plugin, id.entity, id.key.as_bytes(), is_open], |row| row.get::<_, i64>(0))?;
    found.map(|sequence| Ok(sequence? as u64)).collect()
}

/// Where a verdict on a message stands among all.
fn kind(verdict: &Verdict) -> i64 {
    match verdict {
        Verdict::Accepted { .. } => 0,
        Verdict::Rebased { .. } => 1,
        Verdict::Rejected { .. } => 2,
        Verdict::Parked { .. } => 3,
    }
}

/// Stores a verdict.
pub(crate) fn decide(
    connection: &Connection,
    sequence: u64,
    verdict: &Verdict,
    stage: Stage,
    at: Timestamp,
    settled_by: u64,
) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE messages SET verdict_kind = ?, verdict = ?, stage = ?, decided_at = ?, settled_by = ?
             WHERE sequence = ?",
        )?
        .execute(params![
            kind(verdict),
            encode_verdict(verdict),
            stage as i64,
            at.0,
            settled_by as i64,
            sequence as i64
        ])?;
    Ok(())
}

/// Lets go of the effects that the server's records have since this pull. How many there were.
pub(crate) fn settle(connection: &Connection, pull: u64) -> Result<usize> {
    let which = "stage = 0 AND verdict_kind IN (0, 1) AND settled_by <= ?";
    let writes = format!("DELETE FROM writes WHERE sequence IN (SELECT sequence FROM messages WHERE {which})");
    connection.prepare_cached(&writes)?.execute([pull as i64])?;
    let sql = format!("UPDATE messages SET stage = 1, standing = NULL WHERE {which}");
    Ok(connection.prepare_cached(&sql)?.execute([pull as i64])?)
}

/// Whether effects are overlaid whose pull has yet to come.
pub(crate) fn has_unsettled(connection: &Connection) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM messages WHERE stage = 0 AND verdict_kind IN (0, 1))";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// Everything from this sequence on is as if it had never been sent: the server has lost it. What the user had resolved
/// stays resolved, and what was rejected stays away from the overlay until the server says otherwise.
pub(crate) fn offer_again(connection: &Connection, from: u64) -> Result<()> {
    clear_overlay(connection)?;
    connection.execute(
        "UPDATE messages SET stage = CASE WHEN stage = 1 AND is_operation THEN 0 ELSE stage END,
             verdict = CASE WHEN stage = 2 THEN verdict ELSE NULL END,
             verdict_kind = NULL, settled_by = NULL, standing = NULL
         WHERE sequence >= ?",
        [from as i64],
    )?;
    Ok(())
}

/// All that is kept is to be sent again, to hear whether its verdicts still stand; until then what they did stays. The
/// sequence from which on.
pub(crate) fn check_again(connection: &Connection) -> Result<u64> {
    let first = first(connection)?.unwrap_or(1);
    connection.execute("UPDATE messages SET verdict_kind = NULL WHERE verdict_kind IS NOT NULL", [])?;
    meta::set_number(connection, meta::TAKEN, first - 1)?;
    Ok(first)
}

/// Forgets settled and resolved messages that were decided before this moment, from the oldest on and without gaps. The
/// last one that the server has stays.
pub(crate) fn forget(connection: &Connection, before: Timestamp, taken: u64) -> Result<usize> {
    let keep: Option<i64> = connection.query_row(
        "SELECT min(sequence) FROM messages WHERE stage = 0 OR sequence >= ?2
             OR coalesce(decided_at, made_at) >= ?1 OR (is_operation AND verdict_kind IS NULL)
             OR sequence IN (SELECT i.sequence FROM inbox AS i WHERE i.resolved_by IS NULL)",
        [before.0, taken as i64],
        |row| row.get(0),
    )?;
    let keep = keep.unwrap_or_default();
    connection.execute("DELETE FROM inbox WHERE sequence < ?", [keep])?;
    Ok(connection.execute("DELETE FROM messages WHERE sequence < ?", [keep])?)
}

/// How many messages there are of each kind.
pub(crate) struct Counts {
    /// The server is not known to have them.
    pub(crate) waiting: u64,
    /// The server has them and has not decided.
    pub(crate) undecided: u64,
    /// The server keeps them.
    pub(crate) parked: u64,
    /// They would be refused as things stand.
    pub(crate) doubtful: u64,
}

pub(crate) fn counts(connection: &Connection, taken: u64) -> Result<Counts> {
    let mut statement = connection.prepare_cached(
        "SELECT count(*) FILTER (WHERE sequence > ?1),
             count(*) FILTER (WHERE sequence <= ?1 AND is_operation AND verdict_kind IS NULL AND stage = 0),
             count(*) FILTER (WHERE verdict_kind = 3), count(*) FILTER (WHERE standing IS NOT NULL)
         FROM messages WHERE stage = 0 OR sequence > ?1",
    )?;
    let number = |row: &Row<'_>, column| Ok::<_, rusqlite::Error>(row.get::<_, i64>(column)?.max(0) as u64);
    Ok(statement.query_row([taken as i64], |row| {
        Ok(Counts {
            waiting: number(row, 0)?,
            undecided: number(row, 1)?,
            parked: number(row, 2)?,
            doubtful: number(row, 3)?,
        })
    })?)
}

/// A refusal in replay, as it is kept.
pub(crate) fn refused(refusal: Refusal) -> Verdict {
    Verdict::Rejected { refusal, moved: Vec::new() }
}

/// A plugin's failure in replay, as it is kept.
pub(crate) fn failed(sentence: String) -> Verdict {
    Verdict::Parked { cause: Parked::Fault { sentence } }
}
