//! What keys are called by.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

const BYTES: usize = 16;

/// What a pair of keys is called by: the first 16 bytes of BLAKE3 of the public key's 32 bytes. As text, in JSON too, it
/// is 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct KeyId([u8; BYTES]);

/// Text that is no key id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is no key id: it has 32 lower-case hexadecimal digits")]
pub struct KeyIdError {
    /// The text.
    pub found: String,
}

impl KeyId {
    /// The id of the pair with these bytes as its public key.
    pub(crate) fn of(public_key: &[u8; 32]) -> Self {
        let mut first = [0; BYTES];
        first.copy_from_slice(&blake3::hash(public_key).as_bytes()[..BYTES]);
        Self(first)
    }

    /// The id of these bytes, if they are as many as one has.
    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Its bytes.
    pub fn to_bytes(self) -> [u8; BYTES] {
        self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&hex(&self.0))
    }
}

impl FromStr for KeyId {
    type Err = KeyIdError;

    fn from_str(text: &str) -> Result<Self, KeyIdError> {
        from_hex(text).map(Self).ok_or_else(|| KeyIdError { found: text.to_owned() })
    }
}

impl From<KeyId> for String {
    fn from(id: KeyId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for KeyId {
    type Error = KeyIdError;

    fn try_from(text: String) -> Result<Self, KeyIdError> {
        text.parse()
    }
}

/// Two lower-case hexadecimal digits for each byte.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

/// The bytes of as many digits as they need; none for anything else.
pub(super) fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    let bytes: Option<Vec<u8>> = pairs.iter().map(|[high, low]| Some(value(*high)? << 4 | value(*low)?)).collect();
    bytes?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_text_that_it_was_read_from() {
        let id = KeyId::of(&[7; 32]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_bytes(), blake3::hash(&[7; 32]).as_bytes()[..16]);
        for wrong in ["", "0", "00", &"0".repeat(31), &"0".repeat(33), &"A".repeat(32), &"é".repeat(16)] {
            assert!(wrong.parse::<KeyId>().is_err(), "{wrong}");
        }
    }
}
