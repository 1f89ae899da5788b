//! Look-ups and their answers, and where a host takes them from.

use crate::record_set::RecordSet;

/// Which rows of a table: the one with this key, or all under a prefix, in key order, up to a limit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LookUp {
    /// Position of the table in the descriptor.
    pub table: u16,
    /// The key as text (`wit/1.0.0/schema.wit`, `table`), or its first fields.
    pub key: String,
    /// Present: by prefix, at most so many rows.
    pub limit: Option<u32>,
}

/// What became of a look-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Found {
    /// The rows are all that there are.
    Whole,
    /// There are more rows than the limit.
    CutShort,
    /// The table is not here.
    NotHere,
}

/// One answered look-up of a [`TableRows`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Where the look-up's key ends in [`TableRows::keys`], in bytes.
    pub key_end: u32,
    /// Present: by prefix, at most so many rows.
    pub limit: Option<u32>,
    /// What became of it.
    pub found: Found,
    /// How many of the rows are its answer.
    pub rows: u32,
}

/// The answered look-ups in one table, sorted by key, then by limit (none first).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableRows {
    /// Position of the table in the descriptor.
    pub table: u16,
    /// The keys, one after the other.
    pub keys: String,
    /// The look-ups, with how many of the rows belong to each.
    pub answers: Vec<Answered>,
    /// All fields of the table.
    pub rows: RecordSet,
}
