//! What an environment offers one device, signed by the environment.
//!
//! A record is complete: what is not in it is not offered. It names one device, and its sequence number rises with every
//! change of the environment's state, so that a device tells a replayed record from the newest.
//! [`format`](mod@crate::format) specifies it.

use lockstep_model::Digest;
use serde::{Deserialize, Serialize};

use crate::{
    keys::{KeyId, SigningKey, VerifyingKey},
    sign1::{Malformed, Signed, Unverified},
};

/// The version of the format that this crate writes and reads.
pub const FORMAT: u32 = 1;

/// What the signature is for (`external_aad` of RFC 9052, section 4.3): it holds for nothing else.
pub const PURPOSE: &str = "lockstep publication 1";

/// The largest record that is read, in bytes.
pub const RECORD_BYTES_MAX: usize = 4 << 20;

/// What an environment offers one device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Publication {
    /// [`FORMAT`].
    pub format: u32,
    /// The environment's name.
    pub environment: String,
    /// The revision of the environment's state; it never falls.
    pub sequence: u64,
    /// When the record was made, in milliseconds since 1970-01-01T00:00:00Z.
    pub issued: i64,
    /// The device that it is for.
    pub device: String,
    /// The engine that precompiled code is for, by its name.
    pub engine: String,
    /// The packages that the device may run.
    pub packages: Vec<PublishedPackage>,
    /// The packages that run nowhere any more, by their digests.
    pub withdrawn: Vec<Digest>,
}

/// One package of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct PublishedPackage {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Who publishes it.
    pub publisher: String,
    /// The key that its signature has to be of.
    pub publisher_key: VerifyingKey,
    /// The digest of its content: its identity.
    pub digest: Digest,
    /// The digest of its file.
    pub file: Digest,
    /// The file's length.
    pub bytes: u64,
    /// The roles for which it is; none: for everybody.
    pub roles: Vec<String>,
    /// Its code for the record's engine; none: the server has none for it.
    pub code: Option<PublishedCode>,
}

/// Code that the server compiled of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct PublishedCode {
    /// The digest of all its bytes. Being in a verified record is what vouches for the code.
    pub digest: Digest,
    /// Their number.
    pub bytes: u64,
}

/// For whom a device takes a record, and which it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected<'a> {
    /// The environment's name.
    pub environment: &'a str,
    /// The device's id.
    pub device: &'a str,
    /// The sequence number of the record that it has; 0 where it has none.
    pub sequence: u64,
}

/// Why a record is not accepted, or none is made.
#[derive(Debug, thiserror::Error)]
pub enum PublicationError {
    /// It is larger than any record.
    #[error("the publication record has {found} bytes, and at most {RECORD_BYTES_MAX} are read")]
    TooLarge {
        /// Its length.
        found: usize,
    },
    /// It is not what we write.
    #[error("the publication record cannot be read: {reason}; refresh again")]
    Malformed {
        /// What is wrong.
        reason: String,
    },
    /// It is signed with another key than the environment's.
    #[error("the publication record is signed with the key {found}, and the environment's is {wanted}")]
    OtherKey {
        /// The id in the signature.
        found: KeyId,
        /// The environment's.
        wanted: KeyId,
    },
    /// The signature does not hold.
    #[error("the publication record was altered: its signature does not hold; refresh again")]
    Altered,
    /// It is of a newer server.
    #[error("the publication record has format {found}, and {FORMAT} is read: update this device")]
    Format {
        /// Its format.
        found: u32,
    },
    /// It is another environment's.
    #[error("the publication record is of the environment `{found}`, not of `{wanted}`")]
    OtherEnvironment {
        /// Whose it is.
        found: String,
        /// Whose it should be.
        wanted: String,
    },
    /// It is for another device.
    #[error("the publication record is for the device `{found}`, not for `{wanted}`")]
    OtherDevice {
        /// Whom it is for.
        found: String,
        /// Whom it should be for.
        wanted: String,
    },
    /// It is older than the one that the device has.
    #[error("the publication record is number {found}, older than number {known}, which is here: it was replayed")]
    Older {
        /// Its sequence number.
        found: u64,
        /// That of the record which is here.
        known: u64,
    },
}

impl From<Malformed> for PublicationError {
    fn from(error: Malformed) -> Self {
        Self::Malformed { reason: error.to_string() }
    }
}

impl Publication {
    /// The record, signed with the environment's key. The same record and key give the same bytes.
    ///
    /// # Errors
    /// When it is too large.
    pub fn sign(&self, key: &SigningKey) -> Result<Vec<u8>, PublicationError> {
        let bytes = Signed::new(self.json()?, None, PURPOSE.as_bytes(), key)?.encode()?;
        if bytes.len() > RECORD_BYTES_MAX {
            return Err(PublicationError::TooLarge { found: bytes.len() });
        }
        Ok(bytes)
    }

    /// The record that the environment's key signed. Whom it is for, [`Publication::check`] tells.
    ///
    /// # Errors
    /// When it cannot be read, another key signed it, it was altered, or its format is newer.
    pub fn verify(bytes: &[u8], key: &VerifyingKey) -> Result<Self, PublicationError> {
        if bytes.len() > RECORD_BYTES_MAX {
            return Err(PublicationError::TooLarge { found: bytes.len() });
        }
        let signed = Signed::decode(bytes)?;
        signed.verify(PURPOSE.as_bytes(), key).map_err(|unverified| match unverified {
            Unverified::OtherKey => PublicationError::OtherKey { found: signed.key_id, wanted: key.id() },
            Unverified::Wrong => PublicationError::Altered,
        })?;
        if signed.claims.is_some() {
            return Err(PublicationError::Malformed { reason: "it has claims beside its contents".to_owned() });
        }
        let json = |error: serde_json::Error| PublicationError::Malformed { reason: error.to_string() };
        let Format { format } = serde_json::from_slice(&signed.payload).map_err(json)?;
        if format != FORMAT {
            return Err(PublicationError::Format { found: format });
        }
        serde_json::from_slice(&signed.payload).map_err(json)
    }

    /// Whether a device that expects this takes the record. One with the same sequence number is taken: the user's roles
    /// may have changed.
    ///
    /// # Errors
    /// When it is another environment's, for another device, or older than the one that is there.
    pub fn check(&self, expected: &Expected<'_>) -> Result<(), PublicationError> {
        if self.environment != expected.environment {
            let (found, wanted) = (self.environment.clone(), expected.environment.to_owned());
            return Err(PublicationError::OtherEnvironment { found, wanted });
        }
        if self.device != expected.device {
            let (found, wanted) = (self.device.clone(), expected.device.to_owned());
            return Err(PublicationError::OtherDevice { found, wanted });
        }
        if self.sequence < expected.sequence {
            return Err(PublicationError::Older { found: self.sequence, known: expected.sequence });
        }
        Ok(())
    }

    fn json(&self) -> Result<Vec<u8>, PublicationError> {
        serde_json::to_vec(self).map_err(|error| PublicationError::Malformed { reason: error.to_string() })
    }
}

/// What a record of any format says first.
#[derive(Deserialize)]
struct Format {
    format: u32,
}
