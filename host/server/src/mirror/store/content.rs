//! What stores share: contents as canonical bytes, and prefixes of keys.

use lockstep_model::{
    Record, RecordId,
    canonical::{decode_record, decode_values},
    key::SEPARATOR,
};

use super::{Result, StoreError, Values};

/// The character after the one that stands between a key's fields.
const AFTER_SEPARATOR: char = '\u{20}';

/// A record that is kept; none: it was deleted.
pub(super) fn decode_content(id: &RecordId, content: Option<Vec<u8>>) -> Result<Option<Record>> {
    let decoded = content.map(|bytes| decode_record(&bytes)).transpose();
    decoded.map_err(|error| StoreError::damaged(id, &error))
}

/// A row that is kept, of this table.
pub(super) fn decode_values_of(table: &str, content: &[u8]) -> Result<Values> {
    decode_values(content).map_err(|error| StoreError::damaged(&format!("a row of {table}"), &error))
}

/// The keys that begin with these fields: from the first on, up to the second; none: all.
pub(super) fn within_prefix(prefix: &str) -> Option<(String, String)> {
    (!prefix.is_empty()).then(|| (format!("{prefix}{SEPARATOR}"), format!("{prefix}{AFTER_SEPARATOR}")))
}
