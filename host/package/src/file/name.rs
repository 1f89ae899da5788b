//! Names and texts, each with its place in the file that it was read from.

use std::{fmt, ops::Deref};

use serde::{Deserialize, Serialize};

/// A place in a file. One that was read from no file is at line 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Counted from one.
    pub line: u32,
    /// Counted from one, in characters.
    pub column: u32,
}

impl Position {
    /// Whether it is in a file.
    pub fn is_known(self) -> bool {
        self.line > 0
    }
}

/// A name or a text. Two are equal wherever they stand.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Name {
    text: String,
    #[serde(skip)]
    at: Position,
}

impl Name {
    /// A text that stands here.
    pub fn new(text: impl Into<String>, at: Position) -> Self {
        Self { text: text.into(), at }
    }

    /// Where it stands.
    pub fn at(&self) -> Position {
        self.at
    }

    /// It stands for what a file should have and has not, which was said when the file was read.
    pub fn is_missing(&self) -> bool {
        self.text.is_empty() && self.at.is_known()
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Name {}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.text)
    }
}
