//! Keys of reference tables as text, in the order of their values.
//!
//! The contract (`wit/1.0.0/schema.wit`, `table`) says how each value is written, so that the order of keys by code
//! point is the order of their values.

use crate::{
    record_set::{Layout, RecordSet},
    schema::Table,
    value::Value,
};

/// Stands between a key's fields.
pub const SEPARATOR: char = '\u{1f}';

/// Why values are no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum KeyError {
    #[error("the key field `{field}` is absent")]
    Absent { field: String },
    #[error("a decimal cannot be part of a key")]
    Decimal,
    #[error("`{}` cannot be part of a key: it has a control character", .text.escape_debug())]
    ControlCharacter { text: String },
}

/// The key, or its first fields, as text.
///
/// # Errors
/// When a value cannot be part of a key.
pub fn key_text<'v>(values: impl IntoIterator<Item = &'v Value>) -> Result<String, KeyError> {
    let parts: Result<Vec<_>, _> = values.into_iter().map(key_part).collect();
    Ok(parts?.join("\u{1f}"))
}

fn key_part(value: &Value) -> Result<String, KeyError> {
    match value {
        Value::Integer(value) => Ok(ordered_hex(*value)),
        Value::Timestamp(moment) => Ok(ordered_hex(moment.0)),
        Value::Boolean(value) => Ok(u8::from(*value).to_string()),
        Value::Date(date) => Ok(date.to_string()),
        Value::Decimal(_) => Err(KeyError::Decimal),
        Value::Text(text) | Value::Enumeration(text) if text.chars().any(|character| character < ' ') => {
            Err(KeyError::ControlCharacter { text: text.clone() })
        }
        Value::Text(text) | Value::Enumeration(text) => Ok(text.clone()),
    }
}

fn ordered_hex(value: i64) -> String {
    format!("{:016x}", value as u64 ^ (1 << 63))
}

impl Table {
    /// The key of a row.
    ///
    /// # Errors
    /// When a key field is absent or cannot be part of a key.
    pub fn key_of(&self, layout: &Layout, rows: &RecordSet, row: u32) -> Result<String, KeyError> {
        let value = |field: &u16| {
            let absent = || KeyError::Absent { field: self.fields[usize::from(*field)].name.clone() };
            rows.field(layout, &self.fields, *field, row).ok_or_else(absent)
        };
        let values: Result<Vec<_>, _> = self.key.iter().map(value).collect();
        key_text(&values?)
    }

    /// The key as people read it: its fields with a comma between them.
    pub fn key_for_people(key: &str) -> String {
        key.replace(SEPARATOR, ", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Date, Timestamp};
    use proptest::prelude::*;

    #[test]
    fn each_type_is_written_as_the_contract_says() {
        let values = [
            Value::Text("C-100".into()),
            Value::Date(Date(0)),
            Value::Boolean(true),
            Value::Integer(-1),
            Value::Timestamp(Timestamp(1)),
            Value::Enumeration("all".into()),
        ];
        let expected = "C-100\u{1f}1970-01-01\u{1f}1\u{1f}7fffffffffffffff\u{1f}8000000000000001\u{1f}all";
        assert_eq!(key_text(&values), Ok(expected.to_owned()));
    }

    #[test]
    fn what_cannot_be_in_a_key_is_said() {
        let refused = |value: Value| key_text(&[value]).unwrap_err().to_string();
        assert_eq!(refused(Value::Decimal(1.into())), "a decimal cannot be part of a key");
        assert_eq!(
            refused(Value::Text("a\u{1f}b".into())),
            "`a\\u{1f}b` cannot be part of a key: it has a control character"
        );
    }

    proptest! {
        #[test]
        fn the_order_of_keys_is_the_order_of_integers(one: i64, other: i64) {
            let key = |value| key_text(&[Value::Integer(value)]).expect("an integer");
            prop_assert_eq!(key(one).cmp(&key(other)), one.cmp(&other));
        }
    }
}
