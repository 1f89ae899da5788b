//! What a change is about.

use std::collections::BTreeSet;

/// What a change is about. Of two changes that are about the same one waits for the other, wherever the store lets
/// several go on at once; all of them read the shared scope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// The device whose messages it takes or settles.
    pub device: Option<String>,
    /// The companies whose records and rows it reads and writes; an empty one: it writes to the shared scope.
    pub scopes: BTreeSet<String>,
    /// It is about everything.
    pub is_all: bool,
}

/// What a change is about besides what was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beyond {
    /// This scope.
    Scope(String),
    /// Everything.
    All,
}

impl Reach {
    /// Everything.
    pub fn all() -> Self {
        Self { is_all: true, ..Self::default() }
    }

    /// A device's messages, and what these companies have.
    pub fn of(device: &str, scopes: BTreeSet<String>) -> Self {
        Self { device: Some(device.to_owned()), scopes, is_all: false }
    }

    /// The same and more.
    pub fn widen(&mut self, beyond: Beyond) {
        match beyond {
            Beyond::Scope(scope) => {
                self.scopes.insert(scope);
            }
            Beyond::All => self.is_all = true,
        }
    }

    /// Whether it is about a scope's records and rows.
    pub fn has(&self, scope: &str) -> bool {
        self.is_all || self.scopes.contains(scope)
    }
}

impl std::fmt::Display for Beyond {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Scope(scope) => write!(formatter, "the scope `{scope}`"),
            Self::All => formatter.write_str("every scope"),
        }
    }
}

/// Something that has changed, for those who wait.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// The scopes in which something has.
    pub scopes: BTreeSet<String>,
    /// The devices that have verdicts to fetch.
    pub devices: BTreeSet<String>,
    /// Anything may have.
    pub is_all: bool,
}

/// Who is told what other servers with the same store have changed.
pub trait Follower: Send + Sync {
    /// Devices that wait here.
    fn devices(&self) -> Vec<String>;

    /// This has changed.
    fn moved(&self, moved: &Moved);
}
