//! What a server tells of itself, as far as it is shown. Keys that are not known here are passed over.

use std::collections::BTreeSet;

use lockstep_model::Digest;
use serde::{Deserialize, Serialize};

/// Why a request does not get what it asks for (RFC 9457).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Problem {
    /// A sentence.
    pub(crate) detail: String,
    /// All that stands against a package.
    #[serde(default)]
    pub(crate) reasons: Vec<Reason>,
}

/// Something that stands against a package.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Reason {
    /// Its kind, in a word.
    pub(crate) code: String,
    /// A sentence.
    pub(crate) message: String,
}

/// A package on a server.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct PackageView {
    /// By which it goes.
    pub(crate) digest: Digest,
    /// None if its manifest cannot be read.
    pub(crate) name: Option<String>,
    /// None if its manifest cannot be read.
    pub(crate) version: Option<String>,
    /// Who signed it.
    pub(crate) publisher: Option<String>,
    /// With which key.
    pub(crate) key: Option<String>,
    /// Where it stands.
    pub(crate) state: String,
    /// Why it was refused.
    #[serde(default)]
    pub(crate) reasons: Vec<Reason>,
    /// Its file's length.
    pub(crate) bytes: u64,
    /// For which roles it is.
    #[serde(default)]
    pub(crate) roles: Vec<String>,
    /// How many cases it passed.
    #[serde(default)]
    pub(crate) cases: u64,
    /// The server's code of it.
    #[serde(default)]
    pub(crate) code: Vec<CodeView>,
    /// By whom it came.
    pub(crate) uploaded_by: String,
    /// When it came, in milliseconds since 1970 in UTC, as all moments here.
    pub(crate) uploaded: i64,
    /// When its state changed last.
    pub(crate) changed: i64,
}

/// A package's code for an engine.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct CodeView {
    /// The engine's name.
    pub(crate) engine: String,
    /// Its length.
    pub(crate) bytes: u64,
}

/// What is published under a name.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct WorkspaceView {
    /// The packages' name.
    pub(crate) name: String,
    /// For those whom the rollout does not reach.
    pub(crate) stable: Option<VersionView>,
    /// What is being rolled out.
    pub(crate) staged: Option<VersionView>,
    /// To whom.
    pub(crate) rollout: Option<RolloutView>,
}

/// A version of a package.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct VersionView {
    /// Its digest.
    pub(crate) digest: Digest,
    /// Its number.
    pub(crate) version: String,
}

/// Who gets a version first.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct RolloutView {
    /// Of a hundred devices.
    #[serde(default)]
    pub(crate) percent: u8,
    /// Named rings.
    #[serde(default)]
    pub(crate) rings: BTreeSet<String>,
}

/// A publisher's key.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct KeyView {
    /// Its id.
    pub(crate) id: String,
    /// Whose it is.
    pub(crate) publisher: String,
    /// How far it is trusted.
    pub(crate) trust: String,
    /// Who changed that last.
    pub(crate) changed_by: String,
    /// When.
    pub(crate) changed: i64,
    /// The names under which nothing is published any more by this change.
    #[serde(default)]
    pub(crate) emptied: Vec<String>,
}

/// A device that a server knows.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct DeviceView {
    /// Its id.
    pub(crate) id: String,
    /// Who used it last.
    pub(crate) user: Option<String>,
    /// Its engine.
    pub(crate) engine: Option<String>,
    /// The rings that it is in.
    #[serde(default)]
    pub(crate) rings: BTreeSet<String>,
    /// When it refreshed last.
    pub(crate) seen: Option<i64>,
}

/// An entry of the audit log.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct AuditView {
    /// From 1, without gaps.
    pub(crate) number: u64,
    /// When.
    pub(crate) at: i64,
    /// Who.
    pub(crate) actor: String,
    /// What was done.
    pub(crate) action: String,
    /// To what.
    pub(crate) subject: String,
    /// The package's name, where it is about one.
    pub(crate) name: Option<String>,
    /// The package's version, where it is about one.
    pub(crate) version: Option<String>,
    /// More.
    pub(crate) detail: Option<String>,
    /// Why.
    pub(crate) reason: String,
}

/// An environment, as it introduces itself.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct EnvironmentView {
    /// Its name.
    pub(crate) name: String,
    /// Its public key in PEM.
    pub(crate) public_key: String,
    /// It rises with every change of what devices are offered.
    pub(crate) revision: u64,
    /// The server's version.
    pub(crate) version: String,
}
