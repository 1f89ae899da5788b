//! What an operation may read, as far as it was fetched, and what is yet to be fetched.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_model::{LookUp, Record, RecordId, RowSource, TableRows, rows::FoundRows};

/// What there is of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// Nothing, and there never was.
    Absent,
    /// It was deleted.
    Deleted,
    /// It is there.
    There(Record),
}

impl Base {
    /// The record, if it is there.
    pub fn record(&self) -> Option<&Record> {
        match self {
            Self::There(record) => Some(record),
            Self::Absent | Self::Deleted => None,
        }
    }
}

/// What an operation may read, as far as it was fetched: as the company of its context sees it.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Records, and that there is none.
    pub records: BTreeMap<RecordId, Base>,
    /// Answered look-ups in the tables of the operation's package, at most one for each table, in table order.
    pub rows: Vec<TableRows>,
}

/// What is to be fetched before an operation can be executed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Records.
    pub records: BTreeSet<RecordId>,
    /// Look-ups in the tables of the operation's package, ascending.
    pub rows: Vec<LookUp>,
}

impl std::fmt::Display for Needs {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} records and {} look-ups are missing", self.records.len(), self.rows.len())
    }
}

impl Snapshot {
    /// Adds answered look-ups.
    pub fn add_rows(&mut self, more: &[TableRows]) {
        let answers = self.rows.iter().chain(more).flat_map(TableRows::look_ups).collect();
        self.rows = TableRows::collect(answers);
    }

    fn found(&self, look_up: &LookUp) -> Option<FoundRows<'_>> {
        let table = self.rows.iter().find(|rows| rows.table == look_up.table)?;
        table.look_ups().find(|found| found.key == look_up.key && found.limit == look_up.limit)
    }
}

/// What an execution reads from.
pub(crate) trait Reading {
    /// # Errors
    /// What of it is missing.
    fn require(&self, wanted: &Needs) -> Result<(), Needs>;

    /// What there is of a record that is not missing.
    fn record(&self, id: &RecordId) -> Base;

    /// Those of the look-ups that are not missing.
    fn answered(&self, look_ups: &[LookUp]) -> Vec<TableRows>;
}

/// What was not fetched is missing.
impl Reading for Snapshot {
    fn require(&self, wanted: &Needs) -> Result<(), Needs> {
        let records = wanted.records.iter().filter(|id| !self.records.contains_key(*id));
        let rows = wanted.rows.iter().filter(|look_up| self.found(look_up).is_none());
        let missing = Needs { records: records.cloned().collect(), rows: rows.cloned().collect() };
        if missing == Needs::default() { Ok(()) } else { Err(missing) }
    }

    fn record(&self, id: &RecordId) -> Base {
        self.records.get(id).cloned().unwrap_or(Base::Absent)
    }

    fn answered(&self, look_ups: &[LookUp]) -> Vec<TableRows> {
        TableRows::collect(look_ups.iter().filter_map(|look_up| self.found(look_up)).collect())
    }
}

/// Answers look-ups from what is read; what is missing is needed.
impl RowSource for &dyn Reading {
    type Error = Needs;

    fn answer(&self, _company: &str, look_ups: &[LookUp]) -> Result<Vec<TableRows>, Needs> {
        self.require(&Needs { records: BTreeSet::new(), rows: look_ups.to_vec() })?;
        Ok(self.answered(look_ups))
    }
}
