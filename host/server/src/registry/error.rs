//! Why the registry does not do what it is asked for.

use lockstep_model::Digest;

use super::state::State;
use crate::rollout::RolloutError;

/// Why the registry does not do what it is asked for: one sentence, and a variant by which callers tell whose affair it
/// is. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// There is no such thing.
    #[error("there is no {what} `{id}`: see {list}")]
    NotFound {
        /// `package`, `workspace`, `key` or `device`.
        what: &'static str,
        /// What it was asked for by.
        id: String,
        /// Where those that there are can be seen.
        list: &'static str,
    },
    /// The package's state does not allow it.
    #[error("{package} is {state}: it can be {action} when it is {}", listed(allowed))]
    WrongState {
        /// Its name and version.
        package: String,
        /// Its state.
        state: State,
        /// What was wanted, as a participle: `published`.
        action: &'static str,
        /// The states in which that can be done.
        allowed: &'static [State],
    },
    /// It is what it should become already.
    #[error("{package} is {what} already{}", for_good(what))]
    Already {
        /// Its name and version, or the key's id.
        package: String,
        /// What it is.
        what: &'static str,
    },
    /// The file is here with another signature.
    #[error("{package} is here already, signed with the key {key}: upload a higher version")]
    OtherSignature {
        /// Its name and version.
        package: String,
        /// The key's id in hexadecimal digits.
        key: String,
    },
    /// Somebody else has changed the environment in between.
    #[error(
        "the environment is at revision {found}, not at {expected}: somebody has changed it; look again and repeat"
    )]
    Conflict {
        /// What the caller knew.
        expected: u64,
        /// What it is.
        found: u64,
    },
    /// Packages that it needs are not published.
    #[error("{package} needs {}: publish that first", joined(missing))]
    PrerequisitesMissing {
        /// Its name and version.
        package: String,
        /// What it needs, with what is there instead.
        missing: Vec<String>,
    },
    /// Others need it.
    #[error("{}: others would go without what they need: {}; change these first, or force it", what, joined(by))]
    Needed {
        /// What was to be changed.
        what: String,
        /// Who needs what.
        by: Vec<String>,
    },
    /// The policy does not fit it.
    #[error(
        "{}: the policy would have mistakes: {}; start the server with a policy that fits, or force it",
        what,
        mistakes.join("; ")
    )]
    Policy {
        /// What was to be changed.
        what: String,
        /// The mistakes, with their places in the policy's file.
        mistakes: Vec<String>,
    },
    /// Its key is not trusted any more.
    #[error("{package} is signed with the key {key}, which is revoked: nothing signed with it is offered")]
    KeyRevoked {
        /// Its name and version.
        package: String,
        /// The key's id in hexadecimal digits.
        key: String,
    },
    /// It does not fit what was applied meanwhile.
    #[error("{package} does not fit what came before: {}", joined(reasons))]
    Incompatible {
        /// Its name and version.
        package: String,
        /// All of it.
        reasons: Vec<String>,
    },
    /// Nothing of this name is published.
    #[error("nothing of `{0}` is published: publish a version of it")]
    NotPublished(String),
    /// No rollout is under way.
    #[error("no version of `{0}` is being rolled out: publish one to a share of the devices or to rings")]
    NoRollout(String),
    /// Nothing was published before.
    #[error("no earlier version of `{0}` was published that could be published again: name one, or unpublish it")]
    NothingBefore(String),
    /// The rollout cannot be so.
    #[error(transparent)]
    Rollout(#[from] RolloutError),
    /// What was given is not what it should be.
    #[error("{0}")]
    Invalid(String),
    /// As many packages wait for validation as may.
    #[error("{waiting} packages wait for their validation: try again in a minute")]
    Busy {
        /// How many.
        waiting: usize,
    },
    /// A file that should be there is not, or is altered.
    #[error("the file {digest} cannot be read: {reason}; restore the folder from a backup")]
    Damaged {
        /// Its digest.
        digest: Digest,
        /// Why.
        reason: String,
    },
    /// This machine's fault.
    #[error("the registry failed: {0}")]
    Host(String),
}

impl From<rusqlite::Error> for RegistryError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Host(error.to_string())
    }
}

/// What cannot be undone says so.
fn for_good(what: &str) -> &'static str {
    if what == "revoked" { ", and can never be trusted again: make another pair of keys" } else { "" }
}

fn listed(states: &[State]) -> String {
    joined(states)
}

fn joined(all: &[impl ToString]) -> String {
    let all: Vec<_> = all.iter().map(ToString::to_string).collect();
    all.join(", ")
}
