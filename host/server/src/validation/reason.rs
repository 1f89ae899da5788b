//! What can stand against a package.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What kind of thing stands against a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReasonCode {
    /// It is not signed.
    SignatureMissing,
    /// Its signature is wrong, or something was altered after it was signed.
    SignatureWrong,
    /// Its key is not trusted here, or not for this package.
    PublisherNotTrusted,
    /// It keeps to no version of the contract that is known here.
    ContractVersion,
    /// It imports something.
    Imports,
    /// It is larger than this environment takes.
    TooLarge,
    /// It is damaged, does not compile, does not describe itself, or is no package at all.
    NotLoadable,
    /// It computes with floats, which this environment does not take.
    Floats,
    /// Its messages do not agree with the rest of it.
    Messages,
    /// Its workspace does not agree with the rest of it.
    Workspace,
    /// A case's outcome is not the one that it expects, or there is none.
    CaseDiffers,
    /// The engines do not agree on a case.
    EnginesDiffer,
    /// It brings no cases along.
    CasesMissing,
    /// Its version is not above that of the last package of its name.
    VersionNotAbove,
    /// It lacks a field that records have.
    FieldRemoved,
    /// It has a field that records have, with another type.
    FieldRetyped,
    /// A package that it needs is not here.
    PrerequisiteMissing,
    /// Its validation took too long.
    ValidationTime,
    /// Its validation took too much memory.
    ValidationMemory,
    /// Its validation broke off.
    ValidationCrashed,
    /// It needs another version of the host.
    HostVersion,
}

/// Something that stands against a package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Reason {
    /// Its kind.
    pub code: ReasonCode,
    /// A sentence: what, where, and what to do.
    pub message: String,
    /// The case, field or package that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

impl Reason {
    /// About the package as a whole.
    pub fn new(code: ReasonCode, message: impl fmt::Display) -> Self {
        Self { code, message: message.to_string(), subject: None }
    }

    /// About one thing in it.
    pub fn about(code: ReasonCode, subject: impl Into<String>, message: impl fmt::Display) -> Self {
        Self { code, message: message.to_string(), subject: Some(subject.into()) }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}
