//! Receipts: what an evaluation took in and gave out, in digests.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    canonical::{encode_input, encode_outcome},
    document::Request,
    outcome::Outcome,
};

/// A BLAKE3 digest of canonical bytes. As text it is 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Digest(pub [u8; 32]);

/// Text that is no digest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a digest: it has 64 lower-case hexadecimal digits")]
pub struct DigestError {
    /// The text.
    pub found: String,
}

impl Digest {
    /// The digest of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }
}

/// The digest of a request with the rows that its outcome used.
pub fn input_digest(request: &Request, outcome: &Outcome) -> Digest {
    Digest::of(&encode_input(request, outcome))
}

/// The digest of an outcome's mirrored part.
pub fn outcome_digest(outcome: &Outcome) -> Digest {
    Digest::of(&encode_outcome(outcome))
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        let is_lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
        let hash = blake3::Hash::from_hex(text).ok().filter(|_| is_lower);
        hash.map(|hash| Self(*hash.as_bytes())).ok_or_else(|| DigestError { found: text.to_owned() })
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

impl TryFrom<String> for Digest {
    type Error = DigestError;

    fn try_from(text: String) -> Result<Self, DigestError> {
        text.parse()
    }
}

/// What one evaluation took in and gave out. Two runs agree when their input and outcome digests do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Receipt {
    /// The package that ran: a digest of its component's bytes.
    pub package: Digest,
    /// The engine's name, version and profile, for instance `wasmtime-48.0.2/native`.
    pub engine: String,
    /// Digest of context, document, action, arguments, part, and the look-ups used with their rows.
    pub input: Digest,
    /// Digest of the outcome's mirrored part.
    pub outcome: Digest,
    /// Units of work of the last round; absent where an engine counts none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fuel: Option<u64>,
}

impl Receipt {
    /// The receipt of an outcome.
    pub fn new(package: Digest, engine: &str, request: &Request, outcome: &Outcome, fuel: Option<u64>) -> Self {
        let (input, outcome) = (input_digest(request, outcome), outcome_digest(outcome));
        Self { package, engine: engine.to_owned(), input, outcome, fuel }
    }
}
