//! Documents, contexts and requests: all that goes into an evaluation.

use crate::{
    record_set::RecordSet,
    rows::TableRows,
    value::{Date, Timestamp},
};

/// All that an evaluation may know of the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// The moment, as recorded with the operation.
    pub now: Timestamp,
    /// Today where the user is.
    pub today: Date,
    /// For whatever should look random and be replayed the same.
    pub seed: u64,
    /// Who asks.
    pub user: String,
    /// The company whose rows, with the shared ones, look-ups see.
    pub company: String,
    /// The user's roles.
    pub roles: Vec<String>,
}

/// One entity's given values for one evaluation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The record's key; empty where there is none yet.
    pub key: String,
    /// One row: [`Layout::given_header`](crate::Layout::given_header).
    pub header: RecordSet,
    /// One for each of the entity's collections: [`Layout::given_rows`](crate::Layout::given_rows). A derived one has no
    /// rows.
    pub collections: Vec<RecordSet>,
    /// The derived values as they are stored: given when the status is a frozen one.
    pub stored: Option<Derived>,
}

/// The derived values of a document, row by row beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Derived {
    /// One row: [`Layout::derived`](crate::Layout::derived).
    pub header: RecordSet,
    /// One for each collection, with the document's rows, or with its own where it is a derived one:
    /// [`Layout::derived_rows`](crate::Layout::derived_rows).
    pub collections: Vec<RecordSet>,
}

/// Which rules run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Those that run on devices and servers alike.
    Mirrored,
    /// Those too that only a server runs; the outcome holds their issues alone.
    ServerOnly,
}

/// One evaluation's input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What the evaluation may know of the world.
    pub context: Context,
    /// Position of the entity in the descriptor.
    pub entity: u16,
    /// The given values.
    pub document: Document,
    /// Position of the action in the entity.
    pub action: u16,
    /// One row: [`Layout::all`](crate::Layout::all) of the action's arguments.
    pub arguments: RecordSet,
    /// Which rules run.
    pub part: Part,
    /// The look-ups answered so far: at most one for each table, in table order.
    pub rows: Vec<TableRows>,
    /// Ask for the steps.
    pub explain: bool,
}
