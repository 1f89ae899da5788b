//! Single values: integers, decimals, texts, booleans, days, moments; how they are written, and why one is refused.

use crate::{
    decimal::{SCALE_MAX, decimal_to_words, parse_decimal},
    schema::FieldType,
};

/// 96 bits and a scale of 0 to 28.
pub type Decimal = rust_decimal::Decimal;

pub use crate::calendar::{Date, Timestamp};

/// One value of a field, an argument or an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A 64-bit integer.
    Integer(i64),
    /// A decimal; equal ones are equal whatever their scale.
    Decimal(Decimal),
    /// Text.
    Text(String),
    /// True or false.
    Boolean(bool),
    /// A day.
    Date(Date),
    /// A moment.
    Timestamp(Timestamp),
    /// The name of an enumeration's value.
    Enumeration(String),
}

/// Why a value does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum ValueError {
    #[error("expected {expected}, found {found}")]
    WrongType { expected: &'static str, found: &'static str },
    #[error("`{found}` is not a whole number from -9223372036854775808 to 9223372036854775807")]
    NotAnInteger { found: String },
    #[error("`{found}` is not a decimal number: write it like -12.5")]
    NotADecimal { found: String },
    #[error("{decimals} decimals are too many: the field takes {takes}")]
    TooManyDecimals { decimals: u64, takes: u8 },
    #[error("too many digits: a decimal goes up to 79228162514264337593543950335")]
    TooManyDigits,
    #[error("the words {low:#x} and {high:#x} are not a decimal")]
    DecimalWords { low: u64, high: u64 },
    #[error("the decimal has trailing zeros or is a negative zero")]
    NotCanonical,
    #[error("{characters} characters are too many: the field takes {takes}")]
    TooLong { characters: usize, takes: u32 },
    #[error("`{found}` is not a boolean: write true or false")]
    NotABoolean { found: String },
    #[error("`{found}` is not one of {}", listed(.names))]
    NotOneOf { found: String, names: Vec<String> },
    #[error("`{found}` is not a date: write it like 2026-03-02")]
    NotADate { found: String },
    #[error("`{found}` is not a moment: write it like 2026-03-02T08:00:00Z, with at most three decimals of a second")]
    NotATimestamp { found: String },
    #[error("{found} is outside {from} to {to}")]
    OutOfRange { found: i64, from: i64, to: i64 },
    #[error("the cell is absent, but does not hold zero")]
    AbsentNotZero,
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

impl Value {
    /// What kind of value it is, with its article.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Integer(_) => "an integer",
            Self::Decimal(_) => "a decimal",
            Self::Text(_) => "text",
            Self::Boolean(_) => "a boolean",
            Self::Date(_) => "a date",
            Self::Timestamp(_) => "a timestamp",
            Self::Enumeration(_) => "an enumeration's value",
        }
    }

    /// Makes a decimal canonical.
    pub fn normalise(&mut self) {
        if let Self::Decimal(decimal) = self {
            *decimal = decimal.normalize();
        }
    }

    /// Whether a day or a moment is in the years 0 to 9999.
    pub(crate) fn check_range(&self) -> Result<(), ValueError> {
        match self {
            Self::Date(date) => date.check(),
            Self::Timestamp(moment) => moment.check(),
            _ => Ok(()),
        }
    }
}

/// As people write it: decimals plainly, dates and moments in ISO form, enumerations by name.
impl std::fmt::Display for Value {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Integer(value) => value.fmt(formatter),
            Self::Decimal(value) => value.normalize().fmt(formatter),
            Self::Text(value) | Self::Enumeration(value) => formatter.pad(value),
            Self::Boolean(value) => value.fmt(formatter),
            Self::Date(value) => value.fmt(formatter),
            Self::Timestamp(value) => value.fmt(formatter),
        }
    }
}

impl FieldType {
    /// What kind of value it takes, with its article.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Integer => "an integer",
            Self::Decimal(_) => "a decimal",
            Self::Text(_) => "text",
            Self::Boolean => "a boolean",
            Self::Enumeration(_) => "an enumeration's value",
            Self::Date => "a date",
            Self::Timestamp => "a timestamp",
        }
    }

    /// Reads a value that is written as [`Value`] prints it, and checks that it fits.
    ///
    /// # Errors
    /// When the text is not such a value, or the value does not fit.
    pub fn parse(&self, text: &str) -> Result<Value, ValueError> {
        let value = match self {
            Self::Integer => Value::Integer(parse_integer(text)?),
            Self::Decimal(_) => Value::Decimal(parse_decimal(text)?),
            Self::Text(_) => Value::Text(text.to_owned()),
            Self::Boolean => Value::Boolean(parse_boolean(text)?),
            Self::Enumeration(_) => Value::Enumeration(text.to_owned()),
            Self::Date => Value::Date(text.parse()?),
            Self::Timestamp => Value::Timestamp(text.parse()?),
        };
        self.check(&value)?;
        Ok(value)
    }

    /// Whether a value fits: type, decimals, length, range, name.
    ///
    /// # Errors
    /// When it does not.
    pub fn check(&self, value: &Value) -> Result<(), ValueError> {
        match (self, value) {
            (Self::Integer, Value::Integer(_)) | (Self::Boolean, Value::Boolean(_)) => Ok(()),
            (Self::Decimal(takes), Value::Decimal(value)) => check_decimals(*value, *takes),
            (Self::Text(takes), Value::Text(value)) => check_length(value, *takes),
            (Self::Enumeration(names), Value::Enumeration(name)) => check_name(name, names),
            (Self::Date, Value::Date(date)) => date.check(),
            (Self::Timestamp, Value::Timestamp(moment)) => moment.check(),
            _ => Err(ValueError::WrongType { expected: self.noun(), found: value.noun() }),
        }
    }
}

fn parse_integer(text: &str) -> Result<i64, ValueError> {
    let fault = || ValueError::NotAnInteger { found: text.to_owned() };
    if text.starts_with('+') { Err(fault()) } else { text.parse().map_err(|_| fault()) }
}

fn parse_boolean(text: &str) -> Result<bool, ValueError> {
    text.parse().map_err(|_| ValueError::NotABoolean { found: text.to_owned() })
}

fn check_decimals(value: Decimal, takes: u8) -> Result<(), ValueError> {
    let [_, high] = decimal_to_words(value.normalize());
    let decimals = crate::decimal::scale(high);
    if decimals > takes.min(SCALE_MAX) {
        return Err(ValueError::TooManyDecimals { decimals: decimals.into(), takes });
    }
    Ok(())
}

pub(crate) fn check_length(value: &str, takes: u32) -> Result<(), ValueError> {
    if value.len() <= takes as usize {
        return Ok(());
    }
    let characters = value.chars().count();
    if characters > takes as usize { Err(ValueError::TooLong { characters, takes }) } else { Ok(()) }
}

fn check_name(name: &str, names: &[String]) -> Result<(), ValueError> {
    if names.iter().any(|known| known == name) {
        return Ok(());
    }
    Err(ValueError::NotOneOf { found: name.to_owned(), names: names.to_vec() })
}
