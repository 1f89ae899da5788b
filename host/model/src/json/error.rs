//! Why JSON is refused: where, and why.

use crate::{
    shape::{ShapeError, ShapeReason, join},
    value::ValueError,
};

/// JSON that is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// Where: `lines[2].quantity`; empty: the whole.
    pub path: String,
    /// Why.
    pub reason: JsonReason,
}

/// Why JSON is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum JsonReason {
    #[error("not JSON: {0}")]
    Syntax(String),
    #[error("nested more than {levels} levels deep")]
    TooDeep { levels: usize },
    #[error("the key is there twice")]
    KeyTwice,
    #[error("unknown key: {}", keys(.known))]
    UnknownKey { known: Vec<String> },
    #[error("missing")]
    Missing,
    #[error("expected {expected}, found {found}")]
    WrongType { expected: &'static str, found: &'static str },
    #[error(transparent)]
    Value(#[from] ValueError),
    #[error(transparent)]
    Shape(#[from] ShapeReason),
    #[error("the plugin has no {what} `{name}`: {}", keys(.known))]
    NoSuch { what: &'static str, name: String, known: Vec<String> },
    #[error("two rows have the id `{id}`")]
    SameId { id: String },
    #[error("a row's id cannot be empty")]
    EmptyId,
    #[error("calculated by the plugin: leave it out")]
    Calculated,
    #[error("`{found}` is not a place: write it like customer, lines[2] or lines[2].quantity")]
    NotAPlace { found: String },
    #[error("there is no row with the id `{id}`")]
    NoSuchRow { id: String },
    #[error("the rows are {}, expected {}", listed(.found), listed(.expected))]
    OtherRows { found: Vec<String>, expected: Vec<String> },
    #[error("the place has no field that could take a value")]
    NoField,
    #[error("expected one of {}, found `{found}`", listed(.known))]
    NotOneOf { found: String, known: Vec<String> },
}

impl std::fmt::Display for JsonError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.path.is_empty() {
            return self.reason.fmt(formatter);
        }
        write!(formatter, "{}: {}", self.path, self.reason)
    }
}

impl std::error::Error for JsonError {}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn keys(names: &[String]) -> String {
    if names.is_empty() { "there is none".to_owned() } else { format!("there are {}", listed(names)) }
}

impl JsonError {
    pub(crate) fn new(reason: impl Into<JsonReason>) -> Self {
        Self { path: String::new(), reason: reason.into() }
    }

    /// An error that the key is not one of those that are known.
    pub fn unknown_key(key: &str, known: impl IntoIterator<Item = String>) -> Self {
        Self::new(JsonReason::UnknownKey { known: known.into_iter().collect() }).within(key)
    }

    /// An error that this key is missing.
    pub fn missing(key: &str) -> Self {
        Self::new(JsonReason::Missing).within(key)
    }

    /// The same error, one level farther up: `quantity` within `lines[2]` is `lines[2].quantity`.
    #[must_use]
    pub fn within(mut self, outer: &str) -> Self {
        self.path = join(outer, &self.path);
        self
    }
}

impl From<ValueError> for JsonError {
    fn from(error: ValueError) -> Self {
        Self::new(error)
    }
}

impl From<ShapeError> for JsonError {
    fn from(error: ShapeError) -> Self {
        Self { path: error.path, reason: error.reason.into() }
    }
}
