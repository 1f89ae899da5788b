//! Why a case or a table could not be read.

use std::{fmt, path::Path};

use lockstep_model::json::JsonError;

/// Why a case or a table could not be read: one sentence that says what, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputError(String);

impl InputError {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// The file is there, but what is in it does not fit.
    pub(crate) fn wrong(path: &Path, error: impl fmt::Display) -> Self {
        Self(format!("{}: {error}", path.display()))
    }

    pub(crate) fn within(path: &Path, key: &str, error: JsonError) -> Self {
        Self::wrong(path, error.within(key))
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for InputError {}
