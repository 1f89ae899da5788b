//! What handlers take: bodies, and parts of paths and queries.

use std::collections::BTreeSet;

use lockstep_model::{Digest, Timestamp};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::{Rollout, auth::Caller, registry::Change};

/// Why something is changed.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schema(as = Change)]
pub(super) struct Because {
    /// Why; one line, for the audit log.
    #[schema(min_length = 1)]
    reason: String,
    /// The environment's revision that the decision was made on: if it is another by now, nothing is changed (409).
    revision: Option<u64>,
}

/// Why something is taken back, which others may need.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct TakeBack {
    /// Why; one line, for the audit log.
    #[schema(min_length = 1)]
    reason: String,
    /// The environment's revision that the decision was made on: if it is another by now, nothing is changed (409).
    revision: Option<u64>,
    /// Even though other packages need it, or the policy does not fit.
    #[serde(default)]
    pub(super) force: bool,
}

/// Why something is published, and to whom.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Publish {
    /// Why; one line, for the audit log.
    #[schema(min_length = 1)]
    reason: String,
    /// The environment's revision that the decision was made on: if it is another by now, nothing is changed (409).
    revision: Option<u64>,
    /// Even though other packages need it, or the policy does not fit.
    #[serde(default)]
    pub(super) force: bool,
    /// To whom; to all devices where it is left out.
    pub(super) rollout: Option<Rollout>,
}

/// Why a rollout is widened, and to whom.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Widen {
    /// Why; one line, for the audit log.
    #[schema(min_length = 1)]
    reason: String,
    /// The environment's revision that the decision was made on: if it is another by now, nothing is changed (409).
    revision: Option<u64>,
    /// To whom besides.
    pub(super) rollout: Rollout,
}

/// Why something is rolled back, and to what.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Rollback {
    /// Why; one line, for the audit log.
    #[schema(min_length = 1)]
    reason: String,
    /// The environment's revision that the decision was made on: if it is another by now, nothing is changed (409).
    revision: Option<u64>,
    /// Even though other packages need it, or the policy does not fit.
    #[serde(default)]
    pub(super) force: bool,
    /// The package to publish again; the one before unless given.
    #[schema(value_type = Option<String>, pattern = "^[0-9a-f]{64}$")]
    pub(super) digest: Option<Digest>,
}

/// A publisher's key that is to be trusted.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct AddKey {
    /// Why; one line, for the audit log.
    #[schema(min_length = 1)]
    reason: String,
    /// The environment's revision that the decision was made on: if it is another by now, nothing is changed (409).
    revision: Option<u64>,
    /// Whose it is, in kebab-case.
    #[schema(pattern = "^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length = 64)]
    pub(super) publisher: String,
    /// The Ed25519 public key in PEM.
    pub(super) key: String,
}

/// The rings of a device.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct SetRings {
    /// Why; one line, for the audit log.
    #[schema(min_length = 1)]
    reason: String,
    /// The environment's revision that the decision was made on: if it is another by now, nothing is changed (409).
    revision: Option<u64>,
    /// Their names, in kebab-case; the device is in no others.
    pub(super) rings: BTreeSet<String>,
}

/// A number that a database's integers hold.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(try_from = "u64")]
pub(super) struct Number(pub(super) u64);

impl TryFrom<u64> for Number {
    type Error = String;

    fn try_from(number: u64) -> Result<Self, String> {
        let most = i64::MAX as u64;
        if number <= most { Ok(Self(number)) } else { Err(format!("it is more than {most}")) }
    }
}

/// A package, in the path.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct PackagePath {
    /// The digest of the package's content.
    #[param(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub(super) digest: Digest,
}

/// A workspace, in the path.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct WorkspacePath {
    /// The name of its packages.
    pub(super) name: String,
}

/// A publisher's key, in the path.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct KeyPath {
    /// The key's id.
    #[param(pattern = "^[0-9a-f]{32}$")]
    pub(super) id: String,
}

/// A device, in the path.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct DevicePath {
    /// The device's id.
    pub(super) id: String,
}

/// A body that says why.
pub(super) trait Why {
    /// The reason, and the revision that it was given at.
    fn why(&self) -> (&str, Option<u64>);

    /// As a change by this caller, now.
    fn change<'a>(&'a self, caller: &'a Caller, now: Timestamp) -> Change<'a> {
        let (reason, expected) = self.why();
        Change { actor: caller.subject(), reason, now, expected }
    }
}

macro_rules! say_why {
    ($($body:ident)*) => {$(
        impl Why for $body {
            fn why(&self) -> (&str, Option<u64>) {
                (&self.reason, self.revision)
            }
        }
    )*};
}

say_why!(Because TakeBack Publish Widen Rollback AddKey SetRings);
