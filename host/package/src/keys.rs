//! Keys that sign packages and publications: ed25519 (RFC 8032), their ids and their text form.
//!
//! A private key is text as PKCS#8 in PEM (RFC 5958, RFC 7468, RFC 8410), on demand encrypted with a passphrase by PBES2
//! (RFC 8018) with scrypt (RFC 7914; N = 2^14, r = 8, p = 5, which takes 16 MiB and so is within what other tools
//! accept) and AES-256-CBC. A public key is text as `SubjectPublicKeyInfo` in PEM (RFC 5280, RFC 8410). openssl reads and
//! writes the same. Secret bytes are wiped when a key goes out of use, and no error or debug form shows them.

mod key_id;
mod pem;

use std::fmt;

use ed25519_dalek::Signer as _;
pub use key_id::{KeyId, KeyIdError};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Bytes of a signature.
pub(crate) const SIGNATURE_BYTES: usize = ed25519_dalek::SIGNATURE_LENGTH;

/// What is wrong with a key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The system gives no random bytes.
    #[error("this machine gives no random bytes to make a key of: {0}")]
    Random(getrandom::Error),
    /// The text is no key that we read.
    #[error("this is no {wanted} in PEM: {reason}; make a pair of keys with `lockstep keygen`")]
    Malformed {
        /// `private key` or `public key`.
        wanted: &'static str,
        /// What the parser says; never a part of the key.
        reason: String,
    },
    /// A public key stands where a private one must, or the other way round.
    #[error("this is a {found}, not a {wanted}: a pair's private key is in NAME.key, its public one in NAME.pub")]
    OtherHalf {
        /// What there is.
        found: &'static str,
        /// What is wanted.
        wanted: &'static str,
    },
    /// The private key is encrypted, and no passphrase was given.
    #[error("the private key is encrypted: give its passphrase")]
    PassphraseMissing,
    /// The passphrase is not the one that the key was encrypted with.
    #[error("the passphrase is wrong, or the encrypted key is damaged")]
    PassphraseWrong,
    /// An empty passphrase protects nothing.
    #[error("the passphrase is empty: choose one, or leave the key unencrypted")]
    PassphraseEmpty,
    /// The key could not be encrypted.
    #[error("the private key cannot be encrypted: {0}")]
    Encrypt(String),
    /// The public key's bytes are no point of the curve, or one for which anything would be a signature.
    #[error("these 32 bytes are no public key of ed25519")]
    NoPoint,
    /// The text is no public key in hexadecimal digits.
    #[error("`{found}` is no public key: it has 64 lower-case hexadecimal digits")]
    NotHex {
        /// The text.
        found: String,
    },
}

/// The private half of a pair of keys. Its debug form shows its id alone.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

/// The public half of a pair of keys. As text, in JSON too, it is the 32 bytes in 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct VerifyingKey(ed25519_dalek::VerifyingKey);

/// A signature that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refuted;

impl SigningKey {
    /// A new key of the system's randomness.
    ///
    /// # Errors
    /// When the system gives none.
    pub fn generate() -> Result<Self, KeyError> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *seed).map_err(KeyError::Random)?;
        Ok(Self::from_seed(&seed))
    }

    /// The key of these secret bytes (the private key of RFC 8032, section 5.1.5). They have to be random.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// The public half.
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(self.0.verifying_key())
    }

    /// The pair's id.
    pub fn id(&self) -> KeyId {
        self.verifying_key().id()
    }

    /// Signs bytes; the same bytes give the same signature.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_BYTES] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SigningKey({})", self.id())
    }
}

impl VerifyingKey {
    /// The key of these bytes (RFC 8032, section 5.1.2).
    ///
    /// # Errors
    /// When they are no point of the curve, not the encoding of one (RFC 8032, section 5.1.3), or a weak one.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::NoPoint)?;
        // The library reads other encodings of some points, too, and a key would have several ids.
        let is_encoding = key.to_edwards().compress().to_bytes() == *bytes;
        if is_encoding && !key.is_weak() { Ok(Self(key)) } else { Err(KeyError::NoPoint) }
    }

    /// The key's 32 bytes.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// The pair's id.
    pub fn id(&self) -> KeyId {
        KeyId::of(&self.to_bytes())
    }

    /// Strictly: keys and signatures that RFC 8032 leaves to the implementation are refused.
    pub(crate) fn check(&self, message: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> Result<(), Refuted> {
        self.0.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature)).map_err(|_| Refuted)
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&key_id::hex(&self.to_bytes()))
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "VerifyingKey({self})")
    }
}

impl std::str::FromStr for VerifyingKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let bytes = key_id::from_hex(text).ok_or_else(|| KeyError::NotHex { found: text.to_owned() })?;
        Self::from_bytes(&bytes)
    }
}

impl From<VerifyingKey> for String {
    fn from(key: VerifyingKey) -> Self {
        key.to_string()
    }
}

impl TryFrom<String> for VerifyingKey {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        text.parse()
    }
}
