//! What the registry tells of packages, workspaces, keys, devices and changes. All of it serialises to JSON with keys in
//! kebab-case; times are milliseconds since 1970 in UTC.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_model::{Digest, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::state::State;
use crate::{rollout::Rollout, validation::Reason};

/// Who changes something, why and when.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// The user's name, as the audit log has it.
    pub actor: &'a str,
    /// Why; one line, not empty.
    pub reason: &'a str,
    /// When.
    pub now: Timestamp,
    /// The environment's revision that the decision was made on; another one is a conflict. None: whatever it is.
    pub expected: Option<u64>,
}

/// A package, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Package {
    /// The digest of its content, by which it goes.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub digest: Digest,
    /// The digest of its file, signature and all.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub file: Digest,
    /// The file's length.
    pub bytes: u64,
    /// Its name; none if its manifest cannot be read.
    pub name: Option<String>,
    /// Its version; none if its manifest cannot be read.
    pub version: Option<String>,
    /// Who signed it, as the signature says; none if there is none that can be read.
    pub publisher: Option<String>,
    /// The id of the key that it is signed with.
    pub key: Option<String>,
    /// When it was signed, in milliseconds.
    pub signed: Option<i64>,
    /// Where it stands.
    pub state: State,
    /// Why it was refused.
    pub reasons: Vec<Reason>,
    /// The roles that have its workspace; none: it has no workspace.
    pub roles: Vec<String>,
    /// The packages that it needs, and which versions of them.
    pub requires: BTreeMap<String, String>,
    /// Whether it computes without floats; none before it is validated.
    pub float_free: Option<bool>,
    /// How many cases it brought along and passed.
    pub cases: u64,
    /// Its precompiled code.
    pub code: Vec<Code>,
    /// Who uploaded it.
    pub uploaded_by: String,
    /// When, in milliseconds.
    pub uploaded: i64,
    /// When its state changed last, in milliseconds.
    pub changed: i64,
}

/// A package's code for one engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Code {
    /// The engine: `wasmtime-48.0.8/portable`.
    pub engine: String,
    /// The digest of its bytes.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub digest: Digest,
    /// Its length.
    pub bytes: u64,
}

/// What is published under one name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Workspace {
    /// The packages' name.
    pub name: String,
    /// The version for all devices that the rollout does not reach.
    pub stable: Option<Version>,
    /// The version that is being rolled out.
    pub staged: Option<Version>,
    /// To whom.
    pub rollout: Option<Rollout>,
}

/// A package that was withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Withdrawn {
    /// The package.
    #[serde(flatten)]
    pub package: Package,
    /// The workspaces of which nothing is published any more since this change.
    pub emptied: Vec<String>,
}

/// A key that was revoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Revoked {
    /// The key.
    #[serde(flatten)]
    pub key: TrustedKey,
    /// The workspaces of which nothing is published any more since this change.
    pub emptied: Vec<String>,
}

/// One version of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Version {
    /// Its digest.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub digest: Digest,
    /// Its version.
    pub version: String,
}

/// Which packages are listed; what is none is any.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Of this name.
    pub name: Option<&'a str>,
    /// In this state.
    pub state: Option<State>,
    /// Uploaded by this user, or signed by this publisher.
    pub of: Option<&'a str>,
}

/// Whether what a key signs is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// It is.
    Trusted,
    /// Nothing new is; what is here stays.
    Retired,
    /// Nothing that it signed is offered any more.
    Revoked,
}

/// A publisher's key, and how far it is trusted here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct TrustedKey {
    /// The key's id, 32 hexadecimal digits.
    pub id: String,
    /// Whose it is.
    pub publisher: String,
    /// The key in PEM (SPKI).
    pub public_key: String,
    /// How far it is trusted.
    pub trust: Trust,
    /// Who changed that last.
    pub changed_by: String,
    /// When, in milliseconds.
    pub changed: i64,
}

/// A device that has refreshed, or that was given rings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Device {
    /// Its id.
    pub id: String,
    /// Who used it last.
    pub user: Option<String>,
    /// The engine that it has.
    pub engine: Option<String>,
    /// The rings that it is in.
    pub rings: BTreeSet<String>,
    /// When it refreshed last, in milliseconds; to ten minutes.
    pub seen: Option<i64>,
}

/// A line of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct AuditEntry {
    /// From 1, without gaps.
    pub number: u64,
    /// When, in milliseconds.
    pub at: i64,
    /// Who.
    pub actor: String,
    /// What was done, as a participle: `published`.
    pub action: String,
    /// To what: a package's digest, a workspace's name, a key's id, a device's id.
    pub subject: String,
    /// The name of the package, where it is about one.
    pub name: Option<String>,
    /// The version of the package, where it is about one.
    pub version: Option<String>,
    /// More, in words.
    pub detail: Option<String>,
    /// Why.
    pub reason: String,
    /// The environment's revision afterwards.
    pub revision: u64,
}

/// Who asks what he is offered.
pub struct Asker<'a> {
    /// The device's id.
    pub device: &'a str,
    /// The user's name.
    pub user: &'a str,
    /// The name of its engine: `wasmtime-48.0.8/portable`.
    pub engine: &'a str,
    /// Whether he may have the package of this name whose workspace is for these roles; a package without a workspace
    /// has no roles.
    pub may_see: &'a dyn Fn(&str, &[String]) -> bool,
}
