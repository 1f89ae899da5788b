//! Some names, or all that there are.

use lockstep_package::file::Name;
use serde::{Serialize, Serializer};

/// Stands for all names, alone in its list.
pub(super) const ALL: &str = "*";

/// Some names, or all that there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Names {
    /// `["*"]`
    All,
    /// These, in the order of the file.
    Only(Vec<Name>),
}

impl Names {
    /// Whether it is one of them.
    pub fn contains(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(names) => names.iter().any(|own| **own == *name),
        }
    }

    /// Those that are named; none where all are meant.
    pub fn named(&self) -> &[Name] {
        match self {
            Self::All => &[],
            Self::Only(names) => names,
        }
    }
}

impl Serialize for Names {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => [ALL].serialize(serializer),
            Self::Only(names) => names.serialize(serializer),
        }
    }
}
