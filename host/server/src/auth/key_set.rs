//! The public keys of an issuer: Ed25519 or RSA, from PEM (RFC 7468) or a JSON Web Key Set (RFC 7517).

use std::fmt;

use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse},
};
use rustls::pki_types::{SubjectPublicKeyInfoDer, pem::PemObject};
use serde_json::Value;
use spki::{ObjectIdentifier, SubjectPublicKeyInfoRef};

/// RFC 8410.
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// RFC 8017, appendix C.
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// 2048 bits, less leading zeros.
const RSA_MODULUS_BYTES_MIN: usize = 256;

const ED25519_BYTES: usize = 32;

/// Whoever publishes more has more issuers than one.
const KEYS_MAX: usize = 64;

/// The keys that an issuer signs with.
#[derive(Clone, Default)]
pub struct KeySet(Vec<Key>);

#[derive(Clone)]
pub(super) struct Key {
    /// None in PEM, which has no place for it: such a key fits every token of its algorithm.
    id: Option<String>,
    pub(super) algorithm: Algorithm,
    pub(super) decoding: DecodingKey,
}

/// Shows how many there are: public as they are, keys have no place in logs.
impl fmt::Debug for KeySet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "KeySet({})", self.0.len())
    }
}

impl KeySet {
    /// Reads a JSON Web Key Set, or one public key or several in PEM (`PUBLIC KEY`, RFC 5280, 4.1.2.7).
    /// Keys of a set that are for encryption or of other kinds are passed over.
    ///
    /// # Errors
    /// A sentence where it is neither, or where no key is left.
    pub fn parse(text: &str) -> Result<Self, String> {
        let keys = if text.trim_start().starts_with('{') { from_jwks(text)? } else { from_pem(text)? };
        match keys.len() {
            0 => Err("there is no public key for Ed25519, or for RSA with 2048 bits at least".to_owned()),
            count if count > KEYS_MAX => Err(format!("there are {count} keys, more than {KEYS_MAX}")),
            _ => Ok(Self(keys)),
        }
    }

    /// A set of one Ed25519 key.
    pub(super) fn of_ed25519(id: &str, public: &[u8]) -> Self {
        let decoding = DecodingKey::from_ed_der(public);
        Self(vec![Key { id: Some(id.to_owned()), algorithm: Algorithm::EdDSA, decoding }])
    }

    /// The keys that may have signed a token whose header names this key and algorithm.
    pub(super) fn fitting(&self, id: Option<&str>, algorithm: Algorithm) -> impl Iterator<Item = &Key> {
        let has_id = move |key: &&Key| match (&key.id, id) {
            (Some(own), Some(asked)) => own == asked,
            _ => true,
        };
        self.0.iter().filter(has_id).filter(move |key| key.algorithm == algorithm)
    }
}

fn from_pem(text: &str) -> Result<Vec<Key>, String> {
    let found = SubjectPublicKeyInfoDer::pem_slice_iter(text.as_bytes());
    let keys = found.map(|der| from_spki(&der.map_err(|error| format!("this is no PEM: {error}"))?));
    keys.collect()
}

fn from_spki(der: &[u8]) -> Result<Key, String> {
    let spki = SubjectPublicKeyInfoRef::try_from(der).map_err(|error| format!("this is no public key: {error}"))?;
    let bytes = spki.subject_public_key.as_bytes().unwrap_or_default();
    let (algorithm, decoding) = match spki.algorithm.oid {
        ED25519 if bytes.len() == ED25519_BYTES => (Algorithm::EdDSA, DecodingKey::from_ed_der(bytes)),
        RSA if bytes.len() > RSA_MODULUS_BYTES_MIN => (Algorithm::RS256, DecodingKey::from_rsa_der(bytes)),
        RSA => return Err("an RSA key has fewer than 2048 bits: use a longer one".to_owned()),
        other => return Err(format!("a key of kind {other} is neither Ed25519 nor RSA")),
    };
    Ok(Key { id: None, algorithm, decoding })
}

fn from_jwks(text: &str) -> Result<Vec<Key>, String> {
    let mut set: Value = serde_json::from_str(text).map_err(|error| format!("this is no JSON: {error}"))?;
    let Some(Value::Array(keys)) = set.get_mut("keys").map(Value::take) else {
        return Err("this is no JSON Web Key Set: it has no list `keys`".to_owned());
    };
    Ok(keys.into_iter().filter_map(|key| from_jwk(&serde_json::from_value(key).ok()?)).collect())
}

fn from_jwk(jwk: &Jwk) -> Option<Key> {
    if jwk.common.public_key_use == Some(PublicKeyUse::Encryption) {
        return None;
    }
    let (algorithm, named, decoding) = match &jwk.algorithm {
        AlgorithmParameters::RSA(key) => {
            let decoding = DecodingKey::from_rsa_components(&key.n, &key.e).ok()?;
            (Algorithm::RS256, KeyAlgorithm::RS256, decoding)
        }
        AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => {
            (Algorithm::EdDSA, KeyAlgorithm::EdDSA, DecodingKey::from_ed_components(&key.x).ok()?)
        }
        _ => return None,
    };
    let may_be_used = jwk.common.key_algorithm.is_none_or(|algorithm| algorithm == named);
    may_be_used.then(|| Key { id: jwk.common.key_id.clone(), algorithm, decoding })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519_PEM: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
-----END PUBLIC KEY-----
";

    #[test]
    fn a_pem_key_fits_whatever_key_id_a_token_names() {
        let keys = KeySet::parse(ED25519_PEM).expect("a key");
        assert_eq!(keys.fitting(Some("any"), Algorithm::EdDSA).count(), 1);
        assert_eq!(keys.fitting(None, Algorithm::EdDSA).count(), 1);
        assert_eq!(keys.fitting(None, Algorithm::RS256).count(), 0);
    }

    #[test]
    fn keys_of_a_set_go_by_their_id_and_others_are_passed_over() {
        // RFC 8037, appendix A.2; the second is for another curve, the third for encryption.
        let keys = KeySet::parse(
            r#"{"keys": [
                {"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
                {"kty": "EC", "crv": "P-256", "kid": "b", "x": "AA", "y": "AA"},
                {"kty": "OKP", "crv": "Ed25519", "kid": "c", "use": "enc", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
                {"kty": "new-kind", "kid": "d"}]}"#,
        );
        let keys = keys.expect("a set");
        assert_eq!(keys.0.len(), 1);
        assert_eq!(keys.fitting(Some("a"), Algorithm::EdDSA).count(), 1);
        assert_eq!(keys.fitting(Some("c"), Algorithm::EdDSA).count(), 0);
    }

    #[test]
    fn what_is_no_key_is_refused_with_a_sentence() {
        for (text, says) in [
            ("", "there is no public key"),
            ("{", "this is no JSON"),
            ("{}", "it has no list `keys`"),
            (r#"{"keys": []}"#, "there is no public key"),
            ("-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n", "this is no public key"),
        ] {
            let error = KeySet::parse(text).expect_err(text);
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
