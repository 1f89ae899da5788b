//! Values as other languages have them.

use lockstep_model::{self as model, ValueError, verdict::Side};

/// One value of a field.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Value {
    /// A 64-bit integer.
    Integer {
        /// The integer.
        value: i64,
    },
    /// A decimal number.
    Decimal {
        /// As `-12.5`.
        digits: String,
    },
    /// Text.
    Text {
        /// The text.
        text: String,
    },
    /// True or false.
    Boolean {
        /// Which of them.
        value: bool,
    },
    /// A day.
    Date {
        /// As `2026-03-02`.
        day: String,
    },
    /// A moment.
    Timestamp {
        /// In ms since 1970-01-01, UTC.
        ms: i64,
    },
    /// One of an enumeration.
    Enumeration {
        /// Its name.
        name: String,
    },
}

impl From<model::Value> for Value {
    fn from(value: model::Value) -> Self {
        match value {
            model::Value::Integer(value) => Self::Integer { value },
            model::Value::Decimal(value) => Self::Decimal { digits: value.to_string() },
            model::Value::Text(text) => Self::Text { text },
            model::Value::Boolean(value) => Self::Boolean { value },
            model::Value::Date(day) => Self::Date { day: day.to_string() },
            model::Value::Timestamp(moment) => Self::Timestamp { ms: moment.0 },
            model::Value::Enumeration(name) => Self::Enumeration { name },
        }
    }
}

impl TryFrom<Value> for model::Value {
    type Error = ValueError;

    fn try_from(value: Value) -> Result<Self, ValueError> {
        Ok(match value {
            Value::Integer { value } => Self::Integer(value),
            Value::Decimal { digits } => Self::Decimal(model::decimal::parse_decimal(&digits)?),
            Value::Text { text } => Self::Text(text),
            Value::Boolean { value } => Self::Boolean(value),
            Value::Date { day } => Self::Date(day.parse()?),
            Value::Timestamp { ms } => Self::Timestamp(model::Timestamp(ms)),
            Value::Enumeration { name } => Self::Enumeration(name),
        })
    }
}

/// A value of the model where there is one.
pub(crate) fn given(value: Option<Value>) -> Result<Option<model::Value>, ValueError> {
    value.map(TryInto::try_into).transpose()
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum FieldType {
    /// A 64-bit integer.
    Integer,
    /// A decimal number.
    Decimal {
        /// With at most so many decimals.
        decimals: u8,
    },
    /// Text.
    Text {
        /// Of at most so many code points.
        length: u32,
    },
    /// True or false.
    Boolean,
    /// One of these names.
    Enumeration {
        /// In their order.
        names: Vec<String>,
    },
    /// A day.
    Date,
    /// A moment.
    Timestamp,
}

impl From<model::schema::FieldType> for FieldType {
    fn from(of: model::schema::FieldType) -> Self {
        match of {
            model::schema::FieldType::Integer => Self::Integer,
            model::schema::FieldType::Decimal(decimals) => Self::Decimal { decimals },
            model::schema::FieldType::Text(length) => Self::Text { length },
            model::schema::FieldType::Boolean => Self::Boolean,
            model::schema::FieldType::Enumeration(names) => Self::Enumeration { names },
            model::schema::FieldType::Date => Self::Date,
            model::schema::FieldType::Timestamp => Self::Timestamp,
        }
    }
}

/// One side of a difference, as text: a field's value, or a row's values by their fields' names.
pub(crate) fn side(side: &Side) -> Option<String> {
    match side {
        Side::Field(value) => value.as_ref().map(ToString::to_string),
        Side::Row(cells) => cells.as_ref().map(|cells| {
            let cells = cells.iter().map(|(name, cell)| format!("{name}: {}", cell.value));
            cells.collect::<Vec<_>>().join(", ")
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_go_there_and_come_back() {
        let values = [
            model::Value::Integer(i64::MIN),
            model::Value::Decimal("-12.50".parse().expect("a decimal")),
            model::Value::Text("Größe".into()),
            model::Value::Boolean(true),
            model::Value::Date("2026-03-02".parse().expect("a day")),
            model::Value::Timestamp(model::Timestamp(1_772_438_400_000)),
            model::Value::Enumeration("sea-freight".into()),
        ];
        for value in values {
            assert_eq!(model::Value::try_from(Value::from(value.clone())), Ok(value));
        }
        for wrong in [Value::Decimal { digits: "1,5".into() }, Value::Date { day: "2026-02-30".into() }] {
            assert!(model::Value::try_from(wrong).is_err());
        }
    }
}
