//! Cursors: how far a device has followed its server, and whether it can go on from there.
//!
//! A cursor travels as a cookie: bytes that a device keeps and gives back, and that it cannot make up. A cookie is the
//! byte 1, the epoch (16 bytes), the schema (`u32`), the digest of what the user may see (32 bytes), how many scopes
//! (`u32`), each scope's length (`u32`), name and commit sequence (`u64`), ascending; then a keyed BLAKE3 hash of all
//! that (32 bytes). Numbers are little-endian.

use std::collections::BTreeMap;

use lockstep_model::Digest;

const VERSION: u8 = 1;

/// How far a device has followed its server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The server's: a server that was restored from an old copy has another.
    pub epoch: [u8; 16],
    /// The version of what pages hold.
    pub schema: u32,
    /// Of what the user may see.
    pub authorisation: Digest,
    /// The last commit that was seen of each scope.
    pub scopes: BTreeMap<String, u64>,
}

/// Why a device has to fetch everything anew. What it has made itself stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restart {
    /// It has no cursor yet.
    First,
    /// The server was restored from an old copy: the device sends again what that one lost.
    Epoch,
    /// Pages hold something else now.
    Schema,
    /// The user may see other things than before.
    Authorisation,
}

/// Bytes that are no cookie of this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the cookie is not one of this server: leave it out to fetch everything anew")]
pub struct CookieError;

impl Cursor {
    /// The cookie, made with the server's secret.
    pub fn to_cookie(&self, secret: &[u8; 32]) -> Vec<u8> {
        let mut cookie = vec![VERSION];
        cookie.extend(self.epoch);
        cookie.extend(self.schema.to_le_bytes());
        cookie.extend(self.authorisation.0);
        cookie.extend((self.scopes.len() as u32).to_le_bytes());
        for (scope, sequence) in &self.scopes {
            cookie.extend((scope.len() as u32).to_le_bytes());
            cookie.extend(scope.as_bytes());
            cookie.extend(sequence.to_le_bytes());
        }
        let proof = Digest::keyed(secret, &cookie);
        cookie.extend(proof.0);
        cookie
    }

    /// The cursor of a cookie that was made with this secret.
    ///
    /// # Errors
    /// When it was not, or was altered.
    pub fn from_cookie(cookie: &[u8], secret: &[u8; 32]) -> Result<Self, CookieError> {
        let (content, proof) = cookie.split_last_chunk::<32>().ok_or(CookieError)?;
        if !Digest::keyed(secret, content).is_same_as(&Digest(*proof)) {
            return Err(CookieError);
        }
        Self::read(content).ok_or(CookieError)
    }

    fn read(content: &[u8]) -> Option<Self> {
        let rest = content.strip_prefix(&[VERSION])?;
        let (epoch, rest) = rest.split_first_chunk::<16>()?;
        let (schema, rest) = rest.split_first_chunk::<4>()?;
        let (authorisation, rest) = rest.split_first_chunk::<32>()?;
        let (count, mut rest) = rest.split_first_chunk::<4>()?;
        let mut scopes = BTreeMap::new();
        for _ in 0..u32::from_le_bytes(*count) {
            let (length, after) = rest.split_first_chunk::<4>()?;
            let (scope, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
            let (sequence, after) = after.split_first_chunk::<8>()?;
            scopes.insert(String::from_utf8(scope.to_vec()).ok()?, u64::from_le_bytes(*sequence));
            rest = after;
        }
        let cursor =
            Self { epoch: *epoch, schema: u32::from_le_bytes(*schema), authorisation: Digest(*authorisation), scopes };
        rest.is_empty().then_some(cursor)
    }

    /// Whether a device can go on from `from` where the server is now; else why not.
    pub fn restart(&self, from: Option<&Self>) -> Option<Restart> {
        let Some(from) = from else { return Some(Restart::First) };
        let is_behind = |(scope, sequence): (&String, &u64)| self.scopes.get(scope).is_none_or(|now| sequence <= now);
        if from.epoch != self.epoch || !from.scopes.iter().all(is_behind) {
            Some(Restart::Epoch)
        } else if from.schema != self.schema {
            Some(Restart::Schema)
        } else if from.authorisation != self.authorisation {
            Some(Restart::Authorisation)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: [u8; 32] = [7; 32];

    fn cursor() -> Cursor {
        let scopes = [("c1".to_owned(), 5), ("shared".to_owned(), 9)].into();
        Cursor { epoch: [1; 16], schema: 1, authorisation: Digest::of(b"roles"), scopes }
    }

    #[test]
    fn a_cookie_comes_back() {
        assert_eq!(Cursor::from_cookie(&cursor().to_cookie(&SECRET), &SECRET), Ok(cursor()));
    }

    #[test]
    fn no_byte_of_a_cookie_can_be_altered_and_no_cookie_made_up() {
        let cookie = cursor().to_cookie(&SECRET);
        for position in 0..cookie.len() {
            let mut altered = cookie.clone();
            altered[position] ^= 1;
            assert_eq!(Cursor::from_cookie(&altered, &SECRET), Err(CookieError), "byte {position}");
            assert_eq!(Cursor::from_cookie(&cookie[..position], &SECRET), Err(CookieError));
        }
        assert_eq!(Cursor::from_cookie(&cursor().to_cookie(&[8; 32]), &SECRET), Err(CookieError));
    }

    #[test]
    fn a_device_goes_on_only_where_nothing_but_sequences_has_moved() {
        let now = Cursor { scopes: [("c1".to_owned(), 7), ("shared".to_owned(), 9)].into(), ..cursor() };
        assert_eq!(now.restart(Some(&cursor())), None);
        assert_eq!(now.restart(None), Some(Restart::First));
        assert_eq!(now.restart(Some(&Cursor { epoch: [2; 16], ..cursor() })), Some(Restart::Epoch));
        assert_eq!(cursor().restart(Some(&now)), Some(Restart::Epoch), "the device has seen more than there is");
        assert_eq!(now.restart(Some(&Cursor { schema: 2, ..cursor() })), Some(Restart::Schema));
        let other = Cursor { authorisation: Digest::of(b"other"), ..cursor() };
        assert_eq!(now.restart(Some(&other)), Some(Restart::Authorisation));
    }
}
