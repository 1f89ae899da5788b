//! Records: what is stored of a document between operations.
//!
//! A record names its fields instead of counting them, so that it outlives the package that wrote it: a newer package
//! finds its values, and an older one keeps those that it does not know.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{canonical::encode_record, receipt::Digest, value::Value};

/// Which record: no two of an environment have the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RecordId {
    /// The name of the plugin whose entity it is of.
    pub plugin: String,
    /// The entity's name.
    pub entity: String,
    /// The record's key: a UUID of version 7 (RFC 9562), made by the device that creates it.
    pub key: String,
}

impl std::fmt::Display for RecordId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} `{}`", self.entity, self.key)
    }
}

/// A present value, and who gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The resolved value.
    pub value: Value,
    /// The user gave it, though a rule would have. Only values of defaulted fields are marked so.
    pub entered: bool,
}

/// The present values of a header or a row, by field name.
pub type Cells = BTreeMap<String, Cell>;

/// A row of a collection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Unique within the collection.
    pub id: String,
    /// Its values.
    pub cells: Cells,
}

/// What is stored of a document: its resolved values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// To which company it belongs; empty: to all.
    pub company: String,
    /// The header's values.
    pub cells: Cells,
    /// The rows by collection name, in the order in which they were entered. A collection without rows is left out.
    pub collections: BTreeMap<String, Vec<Row>>,
}

impl Record {
    /// The digest of its canonical bytes: evaluation depends on content alone, so equal content is an equal version.
    pub fn version(&self) -> Digest {
        Digest::of(&encode_record(self))
    }

    /// A header field's value.
    pub fn value(&self, field: &str) -> Option<&Value> {
        self.cells.get(field).map(|cell| &cell.value)
    }

    /// The rows of a collection.
    pub fn rows(&self, collection: &str) -> &[Row] {
        self.collections.get(collection).map_or(&[], Vec::as_slice)
    }

    /// The row with this id.
    pub fn row(&self, collection: &str, id: &str) -> Option<&Row> {
        self.rows(collection).iter().find(|row| row.id == id)
    }
}

impl Row {
    /// A field's value.
    pub fn value(&self, field: &str) -> Option<&Value> {
        self.cells.get(field).map(|cell| &cell.value)
    }
}
