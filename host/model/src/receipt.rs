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

    /// The digest of these bytes that only who knows the secret can make: a keyed BLAKE3 hash.
    pub fn keyed(secret: &[u8; 32], bytes: &[u8]) -> Self {
        Self(*blake3::keyed_hash(secret, bytes).as_bytes())
    }

    /// Compares in the same time whatever differs.
    pub fn is_same_as(&self, other: &Self) -> bool {
        blake3::Hash::from_bytes(self.0) == blake3::Hash::from_bytes(other.0)
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

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";

    #[test]
    fn a_digest_is_written_and_read_in_hexadecimal_digits() {
        assert_eq!(Digest::of(b"").to_string(), DIGEST);
        assert_eq!(DIGEST.parse(), Ok(Digest::of(b"")));
        for text in ["", "af13", &DIGEST.to_uppercase(), &DIGEST.replace('a', "é")] {
            let sentence = format!("`{text}` is not a digest: it has 64 lower-case hexadecimal digits");
            assert_eq!(text.parse::<Digest>().map_err(|error| error.to_string()), Err(sentence));
        }
    }

    #[test]
    fn a_receipt_comes_back_from_json() {
        let digest = Digest::of(b"");
        let engine = "wasmtime-48.0.8/native".to_owned();
        let receipt = Receipt { package: digest, engine, input: digest, outcome: digest, fuel: Some(7) };
        for receipt in [receipt.clone(), Receipt { fuel: None, ..receipt }] {
            let json = serde_json::to_string(&receipt).expect("JSON");
            assert_eq!(json.contains("fuel"), receipt.fuel.is_some());
            assert_eq!(serde_json::from_str::<Receipt>(&json).expect("a receipt"), receipt);
        }
    }
}
