//! Verdicts: what becomes of an operation, and why.

use crate::{
    operation::RowsRead,
    outcome::Issue,
    record::{Cells, RecordId},
    value::Value,
};

/// What the server decides of an operation. All four advance the device's queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It did at the server what it did at the device; perhaps though something that it read has moved.
    Accepted {
        /// What has moved.
        moved: Vec<Moved>,
    },
    /// Something that it read has moved, and it did something else than at the device.
    Rebased {
        /// What has moved.
        moved: Vec<Moved>,
    },
    /// It is refused: it goes to the user's inbox.
    Rejected {
        /// Why.
        refusal: Refusal,
        /// What has moved.
        moved: Vec<Moved>,
    },
    /// It is kept, and an administrator or another operation decides its fate.
    Parked {
        /// Why.
        cause: Parked,
    },
}

/// Something that an operation read and that is another now.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moved {
    /// Who the user is or may be.
    Identity,
    /// A record.
    Record(RecordId),
    /// What a look-up finds.
    Rows(RowsRead),
}

/// Why an operation waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parked {
    /// Its package was withdrawn, or is not here.
    Package,
    /// The plugin failed: a trap, a limit, an answer that does not fit.
    Fault {
        /// In a sentence.
        sentence: String,
    },
    /// Nothing that it read has moved, and yet it does something else here.
    Determinism,
    /// An earlier operation of the device that it builds on was not accepted: by sequence.
    Dependency {
        /// The operation's sequence.
        sequence: u64,
    },
}

/// Why an operation is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The package has no such entity, action, field or argument, or a value does not fit it.
    DoesNotFit {
        /// In a sentence, with the place.
        sentence: String,
    },
    /// `create`, and the record is there.
    Exists,
    /// There is no such record.
    NotFound {
        /// Which.
        record: RecordId,
    },
    /// The record was deleted.
    Deleted,
    /// `delete`, and the record is no longer as the user saw it.
    HasMoved,
    /// The same fields were edited on two sides.
    Conflicts(Vec<Conflict>),
    /// A field that nobody may enter, or not now.
    NotWritable {
        /// Its path: `total`, `lines[3f].price`.
        path: String,
        /// Why not.
        why: NotWritable,
    },
    /// The plugin refuses it.
    Issues(Vec<Issue>),
    /// The plugin refuses what it does to another record.
    OtherRecord {
        /// Which.
        record: RecordId,
        /// The issues that block it.
        issues: Vec<Issue>,
    },
    /// The rules that only a server runs refuse it.
    ServerOnly(Vec<Issue>),
    /// The user may not.
    NotAuthorised {
        /// In a sentence.
        sentence: String,
    },
    /// The operation that it builds on was discarded: by sequence.
    Discarded {
        /// The operation's sequence.
        sequence: u64,
    },
}

/// Why a field is not for entering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotWritable {
    /// Rules, actions or the mirror give it its value.
    Derived,
    /// It is set at creation alone.
    SetAtCreation,
    /// A condition makes it read-only.
    ReadOnly,
    /// A condition hides it.
    Hidden,
    /// The action changes no fields.
    Action,
}

/// A field, or a row, that was edited on two sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// `delivery-terms`, `lines[3f].quantity`, `lines[3f]`.
    pub path: String,
    /// What it was.
    pub base: Side,
    /// What the user makes of it.
    pub mine: Side,
    /// What it is.
    pub theirs: Side,
}

/// One side of a conflict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Side {
    /// A field's value; none: absent.
    Field(Option<Value>),
    /// A row's values; none: there is no such row.
    Row(Option<Cells>),
}

impl std::fmt::Display for NotWritable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Derived => "rules and actions give it its value",
            Self::SetAtCreation => "it is set at creation alone",
            Self::ReadOnly => "it is read-only now",
            Self::Hidden => "it is hidden now",
            Self::Action => "the action changes no fields",
        })
    }
}
