//! `COSE_Sign1` (RFC 9052) in the one encoding that we write.
//!
//! Reading encodes what was read anew and refuses all other bytes: no two files say the same.

use coset::{
    AsCborValue as _, CoseSign1, CoseSign1Builder, Header, HeaderBuilder, Label, TaggedCborSerializable as _,
    cbor::value::Value,
    cwt::{ClaimsSet, ClaimsSetBuilder, Timestamp as Seconds},
    iana,
};

use crate::keys::{KeyId, SIGNATURE_BYTES, SigningKey, VerifyingKey};

/// The header parameter "CWT Claims" (RFC 9597).
const CWT_CLAIMS: Label = Label::Int(iana::HeaderParameter::CwtClaims as i64);

/// Bytes that are no signed message of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Malformed(String);

/// Why a signature does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unverified {
    /// It names another key.
    OtherKey,
    /// It is not this key's signature of this message.
    Wrong,
}

/// What a message says of its signer, as claims of RFC 8392.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claims {
    /// `iss`.
    pub(crate) issuer: String,
    /// `iat`, in seconds since 1970-01-01T00:00:00Z.
    pub(crate) issued_at: i64,
}

/// A message with one signature, which holds or not.
#[derive(Clone, Debug)]
pub(crate) struct Signed {
    pub(crate) key_id: KeyId,
    pub(crate) claims: Option<Claims>,
    pub(crate) payload: Vec<u8>,
    signature: [u8; SIGNATURE_BYTES],
}

impl Signed {
    /// Signs a payload, for the purpose that `aad` names.
    pub(crate) fn new(
        payload: Vec<u8>,
        claims: Option<Claims>,
        aad: &[u8],
        key: &SigningKey,
    ) -> Result<Self, Malformed> {
        let mut signed = Self { key_id: key.id(), claims, payload, signature: [0; SIGNATURE_BYTES] };
        signed.signature = key.sign(&signed.message()?.tbs_data(aad));
        Ok(signed)
    }

    /// Reads a message; whether its signature holds is not looked at.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let message = CoseSign1::from_tagged_slice(bytes).map_err(malformed)?;
        let header = message.protected.header;
        let key_id = KeyId::from_slice(&header.key_id).ok_or_else(|| Malformed("it names no key".to_owned()))?;
        let claims = header.rest.into_iter().find(|(label, _)| *label == CWT_CLAIMS);
        let signature = message.signature.try_into().map_err(|_| Malformed("it has no signature".to_owned()))?;
        let signed = Self {
            key_id,
            claims: claims.map(|(_, value)| read_claims(value)).transpose()?,
            payload: message.payload.ok_or_else(|| Malformed("it has no payload".to_owned()))?,
            signature,
        };
        if signed.encode()? == bytes {
            Ok(signed)
        } else {
            Err(Malformed("it is not in the encoding that signatures have".to_owned()))
        }
    }

    /// The message's bytes.
    pub(crate) fn encode(&self) -> Result<Vec<u8>, Malformed> {
        self.message()?.to_tagged_vec().map_err(malformed)
    }

    /// Whether it is this key's, for the purpose that `aad` names.
    pub(crate) fn verify(&self, aad: &[u8], key: &VerifyingKey) -> Result<(), Unverified> {
        if self.key_id != key.id() {
            return Err(Unverified::OtherKey);
        }
        let message = self.message().map_err(|_| Unverified::Wrong)?;
        key.check(&message.tbs_data(aad), &self.signature).map_err(|_| Unverified::Wrong)
    }

    fn message(&self) -> Result<CoseSign1, Malformed> {
        let message = CoseSign1Builder::new().protected(self.header()?).payload(self.payload.clone());
        Ok(message.signature(self.signature.to_vec()).build())
    }

    fn header(&self) -> Result<Header, Malformed> {
        let header = HeaderBuilder::new().algorithm(iana::Algorithm::EdDSA).key_id(self.key_id.to_bytes().to_vec());
        let mut header = header.build();
        if let Some(Claims { issuer, issued_at }) = &self.claims {
            let claims = ClaimsSetBuilder::new().issuer(issuer.clone()).issued_at(Seconds::WholeSeconds(*issued_at));
            header.rest.push((CWT_CLAIMS, claims.build().to_cbor_value().map_err(malformed)?));
        }
        Ok(header)
    }
}

fn read_claims(value: Value) -> Result<Claims, Malformed> {
    let claims = ClaimsSet::from_cbor_value(value).map_err(malformed)?;
    match (claims.issuer, claims.issued_at) {
        (Some(issuer), Some(Seconds::WholeSeconds(issued_at))) => Ok(Claims { issuer, issued_at }),
        _ => Err(Malformed("it does not say who signed it and when".to_owned())),
    }
}

fn malformed(error: impl std::fmt::Display) -> Malformed {
    Malformed(error.to_string())
}
