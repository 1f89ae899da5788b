//! What is wrong with a record set, a request or an answer: where, and why.

use crate::value::ValueError;

/// Something that does not fit its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeError {
    /// Where: `customer`, `lines[2].quantity` (the row by its id, else counted from 1), `arguments.reason`.
    pub path: String,
    /// Why.
    pub reason: ShapeReason,
}

/// Why something does not fit its schema.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum ShapeReason {
    #[error(transparent)]
    Value(#[from] ValueError),
    #[error("{found} words of presence bits, expected {expected}")]
    PresentLength { found: u64, expected: u64 },
    #[error("{found} words in the integer pool, expected {expected}")]
    IntegersLength { found: u64, expected: u64 },
    #[error("{found} words in the decimal pool, expected {expected}")]
    DecimalsLength { found: u64, expected: u64 },
    #[error("{found} ends in the text pool, expected {expected}")]
    TextEndsLength { found: u64, expected: u64 },
    #[error("a presence bit is set past the last cell")]
    BitPastTheEnd,
    #[error("text {position} of the pool ends before it begins, outside the texts or within a character")]
    TextEnd { position: usize },
    #[error("the texts go on after the last end")]
    TextsGoOn,
    #[error("{found} rows, expected {expected}")]
    RowCount { found: u32, expected: u32 },
    #[error("{found} collections, expected {expected}")]
    CollectionCount { found: usize, expected: usize },
    #[error("there is no {what} {position}: there are {count}, counted from 0")]
    NoSuch { what: &'static str, position: u64, count: usize },
    #[error("the rows are given by the collection's rule: leave them out")]
    DerivedRows,
    #[error("a row has no id")]
    NoId,
    #[error("two rows have the id `{id}`")]
    SameId { id: String },
    #[error("{what} are not in ascending order, or one is there twice")]
    NotAscending { what: &'static str },
    #[error("the status `{status}` is a frozen one, but the stored derived values are not given")]
    StoredMissing { status: String },
    #[error("stored derived values are given, but the document's status is not a frozen one")]
    StoredNotFrozen,
    #[error("the answers count {found} rows, the record set has {expected}")]
    AnswerRows { found: u64, expected: u32 },
    #[error("a table that is not here cannot have rows")]
    RowsOfAbsentTable,
    #[error("{found} rows for a look-up of at most {limit}")]
    MoreThanLimit { found: u32, limit: u32 },
    #[error("a look-up by key cannot be cut short")]
    KeyCutShort,
}

impl ShapeError {
    pub(crate) fn new(path: impl Into<String>, reason: impl Into<ShapeReason>) -> Self {
        Self { path: path.into(), reason: reason.into() }
    }

    /// The same error, one level farther up: `[2].quantity` within `lines` is `lines[2].quantity`.
    #[must_use]
    pub fn within(mut self, outer: &str) -> Self {
        self.path = join(outer, &self.path);
        self
    }
}

impl std::fmt::Display for ShapeError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.path.is_empty() {
            return self.reason.fmt(formatter);
        }
        write!(formatter, "{}: {}", self.path, self.reason)
    }
}

impl std::error::Error for ShapeError {}

/// An outer and an inner path, with a dot between names.
pub(crate) fn join(outer: &str, inner: &str) -> String {
    let dot = if inner.is_empty() || inner.starts_with('[') { "" } else { "." };
    format!("{outer}{dot}{inner}")
}

/// The thing at a position, or that there is none.
pub(crate) fn at<'a, T>(path: &str, what: &'static str, all: &'a [T], position: u16) -> Result<&'a T, ShapeError> {
    all.get(usize::from(position))
        .ok_or_else(|| ShapeError::new(path, ShapeReason::NoSuch { what, position: position.into(), count: all.len() }))
}

/// Whether each is greater than the one before it.
pub(crate) fn check_ascending<T: PartialOrd>(path: &str, what: &'static str, all: &[T]) -> Result<(), ShapeError> {
    if all.windows(2).all(|pair| pair[0] < pair[1]) {
        return Ok(());
    }
    Err(ShapeError::new(path, ShapeReason::NotAscending { what }))
}
