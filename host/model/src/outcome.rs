//! Outcomes: all that comes out of an evaluation.

use crate::{document::Derived, record_set::RecordSet, rows::LookUp, schema::Severity, value::Value};

/// What an evaluation returns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The outcome, or what is missing for it.
    pub conclusion: Conclusion,
    /// What the rules logged, in order.
    pub log: Vec<String>,
    /// How it came about, if asked for.
    pub steps: Vec<Step>,
}

/// The outcome, or what is missing for it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "an outcome is the rule, and one is held at a time")]
pub enum Conclusion {
    /// All look-ups were answered.
    Outcome(Outcome),
    /// Look-ups that were not among the request's rows.
    Needs(Vec<LookUp>),
}

/// What the rules say of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Derived values.
    pub derived: Derived,
    /// The action's patches.
    pub patches: Vec<Patch>,
    /// What conditions make of fields; only those that say something.
    pub field_states: Vec<FieldState>,
    /// Positions of the actions that the document's status allows now.
    pub actions: Vec<u16>,
    /// What the validations found.
    pub issues: Vec<Issue>,
    /// The look-ups that it depends on, counted through all of the request's rows, ascending.
    pub used: Vec<u32>,
}

/// What a validation found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// One of the descriptor's, or of [`STANDARD_CODES`].
    pub code: String,
    /// How grave it is.
    pub severity: Severity,
    /// Where it is.
    pub place: Place,
    /// Named values for its message.
    pub arguments: Vec<(String, Value)>,
    /// A value for the place's field that would resolve it.
    pub offer: Option<Value>,
    /// Position of the rule that raised it.
    pub rule: Option<u16>,
}

/// Codes that every plugin has, with the names of their arguments.
pub const STANDARD_CODES: [(&str, &[&str]); 4] = [
    ("required", &["field"]),
    ("unknown-key", &["field", "table", "key"]),
    ("not-checked", &["table"]),
    ("action-not-allowed", &["action", "status", "allowed"]),
];

/// Where in a document an issue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The document as a whole.
    Document,
    /// Position of a header field.
    Field(u16),
    /// A collection's row.
    Row {
        /// Position of the collection.
        collection: u16,
        /// Position of the row.
        row: u32,
    },
    /// A field of a collection's row.
    Cell {
        /// Position of the collection.
        collection: u16,
        /// Position of the row.
        row: u32,
        /// Position of the field.
        field: u16,
    },
    /// Position of one of the action's arguments.
    Argument(u16),
}

/// What a condition makes of a field beyond what its schema says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldState {
    /// A field or a cell.
    pub place: Place,
    /// Not shown, and not to be entered.
    pub hidden: bool,
    /// Shown, and not to be entered.
    pub read_only: bool,
    /// To be entered.
    pub required: bool,
}

/// Changes to a record: present cells are set, cleared ones made absent, all others stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    /// Position of the entity.
    pub entity: u16,
    /// The record's key; empty: the document itself.
    pub key: String,
    /// One row, laid out as a document's header.
    pub header: RecordSet,
    /// Positions of header fields made absent.
    pub cleared: Vec<u16>,
    /// Laid out as a document's collections; a row with an unknown id is added, an empty id asks for a new one.
    pub collections: Vec<RecordSet>,
    /// Rows taken away: position of the collection, id.
    pub removed: Vec<(u16, String)>,
}

/// One run of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Position of the rule.
    pub rule: u16,
    /// The collection's row that it ran for.
    pub row: Option<u32>,
    /// It yielded a value, a row, an issue or a patch.
    pub yielded: bool,
    /// The look-ups that it made, counted through all of the request's rows, ascending.
    pub used: Vec<u32>,
}
