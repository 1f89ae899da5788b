//! Operations: a user's actions with all that is needed to run them again elsewhere.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use crate::{
    document::Context,
    receipt::{Digest, Receipt},
    record::RecordId,
    value::Value,
};

/// Which operation: devices count theirs without gaps, from 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct OperationId {
    /// The device that made it.
    pub device: String,
    /// The device's how many-th it is.
    pub sequence: u64,
}

impl fmt::Display for OperationId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}#{}", self.device, self.sequence)
    }
}

/// A user's action with its arguments, as it was made on a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Which it is.
    pub id: OperationId,
    /// The package that it was made with, and is run with.
    pub package: Digest,
    /// The record that it is about.
    pub record: RecordId,
    /// The action's name.
    pub action: String,
    /// What `create` and `update` give the record's fields; other actions change nothing by themselves.
    pub change: Change,
    /// The action's arguments by name.
    pub arguments: BTreeMap<String, Value>,
    /// The user's reasons by issue code.
    pub justifications: BTreeMap<String, String>,
    /// As it was at the device.
    pub context: Context,
    /// All that the evaluation read.
    pub reads: ReadSet,
    /// The earlier operations of this device, not known to be accepted then, that wrote the record: by sequence,
    /// ascending.
    pub depends_on: Vec<u64>,
    /// The rejected operation of this device that it is made in place of: by sequence.
    pub replaces: Option<u64>,
    /// What the evaluation took in and gave out at the device.
    pub receipt: Receipt,
    /// The digest of all that it did at the device.
    pub effect: Digest,
}

/// A field's new value and the one that it had; absent is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What the user saw.
    pub base: Option<Value>,
    /// What he made of it.
    pub value: Option<Value>,
}

/// Edits by field name.
pub type Edits = BTreeMap<String, Edit>;

/// What becomes of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowChange {
    /// It is new; its edits have no bases.
    Added(Edits),
    /// Some of its fields change.
    Changed(Edits),
    /// It is taken away; with the values of the entered and defaulted fields that the user saw.
    Removed(BTreeMap<String, Value>),
}

/// What `create` and `update` give a record's fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The header's edits.
    pub fields: Edits,
    /// The rows that change, by collection and id. Added ones come in the order of their ids.
    pub rows: BTreeMap<String, BTreeMap<String, RowChange>>,
}

impl Change {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.rows.values().all(BTreeMap::is_empty)
    }
}

/// A look-up in a table by its name, so that it can be compared across packages.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowsRead {
    /// The table's name.
    pub table: String,
    /// The key as text, or its first fields.
    pub key: String,
    /// Present: by prefix, at most so many rows.
    pub limit: Option<u32>,
}

/// All that an operation read: what was there, in which version, and what was not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadSet {
    /// The records' versions; none: there was no such record.
    pub records: BTreeMap<RecordId, Option<Digest>>,
    /// The digests of what was found, rows and their absence; none: the table was not there.
    pub rows: BTreeMap<RowsRead, Option<Digest>>,
}

/// What a device sends, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "an operation is the rule")]
pub enum Message {
    /// Run it.
    Operation(Operation),
    /// The user gives up an operation that was rejected.
    Discard {
        /// Which this is; it has a place in the device's sequence like any operation.
        id: OperationId,
        /// The rejected operation's sequence.
        of: u64,
    },
}

impl Message {
    /// Which it is.
    pub fn id(&self) -> &OperationId {
        match self {
            Self::Operation(operation) => &operation.id,
            Self::Discard { id, .. } => id,
        }
    }
}
