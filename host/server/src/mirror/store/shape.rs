//! What goes in and out of stores.

use lockstep_model::{OperationId, Record, RecordId, Timestamp, exchange::RowId};

use super::Values;

/// A record as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRecord {
    /// Its company; that of a deleted record too.
    pub company: String,
    /// None: it was deleted.
    pub content: Option<Record>,
}

/// A record's new content.
#[derive(Clone, Debug)]
pub struct RecordWrite<'a> {
    /// Which.
    pub id: &'a RecordId,
    /// Its company; that of a deleted record too.
    pub company: &'a str,
    /// None: it is deleted.
    pub content: Option<&'a Record>,
    /// The operation that does it; none: an import.
    pub by: Option<&'a OperationId>,
}

/// Which rows of a table are wanted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowQuery {
    /// The plugin's name.
    pub plugin: String,
    /// The table's name.
    pub table: String,
    /// Who asks: the company's own rows come before shared ones.
    pub company: String,
    /// The key as text, or its first fields.
    pub key: String,
    /// Present: by prefix, and one row more than so many, if there are.
    pub limit: Option<u32>,
}

/// In which kind of table rows are looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TableKind {
    /// Its rows were imported.
    Fed,
    /// Its rows are those of records, by the current package.
    View,
}

/// A row that a record has in a view of the current package.
#[derive(Clone, Debug)]
pub struct ViewWrite {
    /// The view's name.
    pub view: String,
    /// The row's key.
    pub key: String,
    /// Its values.
    pub values: Values,
}

/// The rows that a record has in views.
#[derive(Clone, Debug)]
pub struct RecordViews<'a> {
    /// The record.
    pub record: &'a RecordId,
    /// Its company.
    pub company: &'a str,
    /// The views, all of its entity.
    pub views: Vec<&'a str>,
    /// Its rows in them.
    pub rows: Vec<ViewWrite>,
}

/// What a sequence of numbers is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Numbered {
    /// The plugin's name.
    pub plugin: String,
    /// The entity's name.
    pub entity: String,
    /// The field's name.
    pub field: String,
    /// The company.
    pub company: String,
}

/// Something that has changed in a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The scope's how many-th change it is.
    pub sequence: u64,
    /// What.
    pub what: What,
}

/// What has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A record is this now.
    Record(RecordId, StoredRecord),
    /// A row is this now; none: it is gone.
    Row(RowId, Option<Values>),
    /// A table is here, or not.
    Table {
        /// The plugin's name.
        plugin: String,
        /// The table's name.
        table: String,
        /// It is here.
        is_here: bool,
    },
}

/// A version that a record has or had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordVersion {
    /// Which record.
    pub id: RecordId,
    /// The scope's how many-th change it was.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// What it was then; none: it was deleted.
    pub content: Option<Record>,
    /// By which operation; none: it was imported.
    pub by: Option<OperationId>,
}
