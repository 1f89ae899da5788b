//! Single values: integers, decimals, texts, booleans, days, moments.

/// 96 bits and a scale of 0 to 28.
pub type Decimal = rust_decimal::Decimal;

/// Days since 1970-01-01.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

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
