//! The states of a package, and which change leads from where to where.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Where a package stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It is here, and nobody has looked at it yet.
    Uploaded,
    /// Nothing stands against it.
    Validated,
    /// Something does; the reasons are with it. It can be uploaded again.
    Refused,
    /// An administrator has accepted it here.
    Applied,
    /// Devices are offered it, all of them or those of its rollout.
    Published,
    /// Another version has taken its place.
    Superseded,
    /// It was taken back, and can be published again.
    Unpublished,
    /// It runs nowhere, ever again.
    Withdrawn,
}

/// What is done to a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    /// Validation ended, and nothing stands against it.
    Pass,
    /// Validation ended, and something does.
    Refuse,
    /// Accepted by an administrator.
    Apply,
    /// Offered to devices.
    Publish,
    /// Another version takes its place.
    Supersede,
    /// Taken back.
    Unpublish,
    /// Taken out of use for ever.
    Withdraw,
    /// The same, of one that was offered once and was refused when it was uploaded again.
    WithdrawRefused,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Uploaded,
        Self::Validated,
        Self::Refused,
        Self::Applied,
        Self::Published,
        Self::Superseded,
        Self::Unpublished,
        Self::Withdrawn,
    ];

    /// Its name, in kebab-case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Uploaded => "uploaded",
            Self::Validated => "validated",
            Self::Refused => "refused",
            Self::Applied => "applied",
            Self::Published => "published",
            Self::Superseded => "superseded",
            Self::Unpublished => "unpublished",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether it passed its validation once.
    pub fn is_valid(self) -> bool {
        !matches!(self, Self::Uploaded | Self::Refused)
    }
}

impl Step {
    /// The states in which it can be done.
    pub(crate) fn from(self) -> &'static [State] {
        use State::{Applied, Published, Refused, Superseded, Unpublished, Uploaded, Validated};
        match self {
            Self::Pass | Self::Refuse => &[Uploaded],
            Self::Apply => &[Validated],
            Self::Publish => &[Applied, Superseded, Unpublished],
            Self::Supersede | Self::Unpublish => &[Published],
            Self::Withdraw => &[Validated, Applied, Published, Superseded, Unpublished],
            Self::WithdrawRefused => &[Refused],
        }
    }

    /// The state that it leads to.
    pub(crate) fn to(self) -> State {
        match self {
            Self::Pass => State::Validated,
            Self::Refuse => State::Refused,
            Self::Apply => State::Applied,
            Self::Publish => State::Published,
            Self::Supersede => State::Superseded,
            Self::Unpublish => State::Unpublished,
            Self::Withdraw | Self::WithdrawRefused => State::Withdrawn,
        }
    }

    /// It, as a participle.
    pub(crate) fn done(self) -> &'static str {
        self.to().name()
    }
}

impl fmt::Display for State {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// A word that is no state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no state of a package: there are uploaded, validated, refused, applied, published, superseded, \
         unpublished and withdrawn"
)]
pub struct StateError(pub String);

impl FromStr for State {
    type Err = StateError;

    fn from_str(text: &str) -> Result<Self, StateError> {
        Self::ALL.into_iter().find(|state| state.name() == text).ok_or_else(|| StateError(text.to_owned()))
    }
}
