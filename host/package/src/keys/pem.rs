//! Keys as PEM, written and read.

use ed25519_dalek::pkcs8::KeypairBytes;
use pkcs8::{
    DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _,
    EncryptedPrivateKeyInfoRef, LineEnding, PrivateKeyInfoRef, SecretDocument,
    der::{Decode as _, pem::PemLabel as _},
    pkcs5::{pbes2, scrypt},
};
use zeroize::Zeroizing;

use super::{KeyError, SigningKey, VerifyingKey};

const PRIVATE: &str = "private key";
const PUBLIC: &str = "public key";

/// The base-two logarithm of scrypt's N.
const SCRYPT_LOG_N: u8 = 14;
const SCRYPT_R: u32 = 8;
const SCRYPT_P: u32 = 5;

impl SigningKey {
    /// The key as PKCS#8 in PEM, not encrypted.
    ///
    /// # Errors
    /// When it cannot be encoded.
    pub fn to_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        let document = self.document()?;
        document.to_pem(PrivateKeyInfoRef::PEM_LABEL, LineEnding::LF).map_err(|error| malformed(PRIVATE, &error))
    }

    /// The key as PKCS#8 in PEM, encrypted with a passphrase. Salt and initialisation vector are the system's
    /// randomness.
    ///
    /// # Errors
    /// When the passphrase is empty, the system gives no randomness, or the key cannot be encrypted.
    pub fn to_encrypted_pem(&self, passphrase: &str) -> Result<Zeroizing<String>, KeyError> {
        if passphrase.is_empty() {
            return Err(KeyError::PassphraseEmpty);
        }
        let mut random = [[0; 16]; 2];
        getrandom::fill(random.as_flattened_mut()).map_err(KeyError::Random)?;
        let [salt, vector] = random;
        let refused = |error: &dyn std::fmt::Display| KeyError::Encrypt(error.to_string());
        let cost = scrypt::Params::new(SCRYPT_LOG_N, SCRYPT_R, SCRYPT_P).map_err(|error| refused(&error))?;
        let parameters = pbes2::Parameters::generate_scrypt_aes256cbc(cost, &salt, vector);
        let parameters = parameters.map_err(|error| refused(&error))?;
        let document = self.document()?;
        let plain = PrivateKeyInfoRef::from_der(document.as_bytes()).map_err(|error| malformed(PRIVATE, &error))?;
        let encrypted = plain.encrypt_with_params(parameters, passphrase).map_err(|error| refused(&error))?;
        encrypted.to_pem(EncryptedPrivateKeyInfoRef::PEM_LABEL, LineEnding::LF).map_err(|error| refused(&error))
    }

    /// The first version of the format, without the public key: openssl 3.0 reads no other.
    fn document(&self) -> Result<SecretDocument, KeyError> {
        let pair = KeypairBytes { secret_key: self.0.to_bytes(), public_key: None };
        pair.to_pkcs8_der().map_err(|error| malformed(PRIVATE, &error))
    }

    /// Reads a private key in PEM. The passphrase is needed for an encrypted one, and not looked at for another.
    ///
    /// # Errors
    /// When it is no private key of ed25519, or the passphrase is missing or wrong.
    pub fn from_pem(pem: &str, passphrase: Option<&str>) -> Result<Self, KeyError> {
        if pem.contains("-----BEGIN PUBLIC KEY-----") {
            return Err(KeyError::OtherHalf { found: PUBLIC, wanted: PRIVATE });
        }
        check_is_pem(pem, PRIVATE)?;
        if !pem.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") {
            let key = ed25519_dalek::SigningKey::from_pkcs8_pem(pem.trim());
            return key.map(Self).map_err(|error| malformed(PRIVATE, &error));
        }
        let (label, document) = SecretDocument::from_pem(pem.trim()).map_err(|error| malformed(PRIVATE, &error))?;
        EncryptedPrivateKeyInfoRef::validate_pem_label(label).map_err(|error| malformed(PRIVATE, &error))?;
        let encrypted = EncryptedPrivateKeyInfoRef::from_der(document.as_bytes());
        let encrypted = encrypted.map_err(|error| malformed(PRIVATE, &error))?;
        let passphrase = passphrase.ok_or(KeyError::PassphraseMissing)?;
        // A wrong passphrase may give bytes, but they are no key.
        let plain = encrypted.decrypt(passphrase).map_err(|_| KeyError::PassphraseWrong)?;
        let key = ed25519_dalek::SigningKey::from_pkcs8_der(plain.as_bytes());
        key.map(Self).map_err(|_| KeyError::PassphraseWrong)
    }
}

impl VerifyingKey {
    /// The key as `SubjectPublicKeyInfo` in PEM.
    ///
    /// # Errors
    /// When it cannot be encoded.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        self.0.to_public_key_pem(LineEnding::LF).map_err(|error| malformed(PUBLIC, &error))
    }

    /// Reads a public key in PEM.
    ///
    /// # Errors
    /// When it is no public key of ed25519.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        if pem.contains("PRIVATE KEY-----") {
            return Err(KeyError::OtherHalf { found: PRIVATE, wanted: PUBLIC });
        }
        check_is_pem(pem, PUBLIC)?;
        let key = ed25519_dalek::VerifyingKey::from_public_key_pem(pem.trim());
        Self::from_bytes(&key.map_err(|error| malformed(PUBLIC, &error))?.to_bytes())
    }
}

/// The parser takes text without a block for one with NUL bytes.
fn check_is_pem(pem: &str, wanted: &'static str) -> Result<(), KeyError> {
    if pem.contains("-----BEGIN ") {
        return Ok(());
    }
    let reason = if pem.trim().is_empty() { "it is empty" } else { "it has no line that begins with `-----BEGIN `" };
    Err(KeyError::Malformed { wanted, reason: reason.to_owned() })
}

fn malformed(wanted: &'static str, error: &impl std::fmt::Display) -> KeyError {
    KeyError::Malformed { wanted, reason: error.to_string() }
}
