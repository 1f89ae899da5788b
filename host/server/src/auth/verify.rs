//! From a token to its caller.

use std::{collections::HashSet, time::Duration};

use jsonwebtoken::{Validation, dangerous::insecure_decode_claims, decode, decode_header, errors::ErrorKind};
use lockstep_model::Timestamp;
use serde::Deserialize;

use super::{AuthError, Caller, Claims, KeySet, KeySource, NumericDate, cryptography, key_set::Key};
use crate::Clock;

/// The longest token that is looked at, in bytes.
const TOKEN_BYTES_MAX: usize = 16 << 10;

/// Who issues tokens, for whom, and with which keys.
pub struct Issuer {
    /// The claim `iss` of its tokens.
    pub name: String,
    /// One of the claim `aud` of its tokens.
    pub audience: String,
    /// Its keys.
    pub keys: KeySource,
}

/// Holds tokens against the issuers of this server.
pub struct Authenticator {
    issuers: Vec<Issuer>,
    /// By how much clocks may differ.
    leeway: Duration,
    clock: Clock,
}

/// The issuer that a token claims, before anything is checked.
#[derive(Deserialize)]
struct Claimed {
    iss: String,
}

impl Authenticator {
    /// Accepts tokens of these issuers, with clocks that differ by `leeway` at most.
    pub fn new(issuers: Vec<Issuer>, leeway: Duration, clock: Clock) -> Self {
        cryptography::install();
        Self { issuers, leeway, clock }
    }

    /// The caller whose token the value of a header `Authorization` holds. `may_fetch` is asked before its issuer's keys
    /// are fetched.
    ///
    /// # Errors
    /// Why it is refused.
    pub async fn of_header(&self, value: &[u8], may_fetch: impl FnOnce() -> bool) -> Result<Caller, AuthError> {
        let (scheme, token) = value.split_at_checked(7).ok_or(AuthError::Header)?;
        if !scheme.eq_ignore_ascii_case(b"bearer ") {
            return Err(AuthError::Header);
        }
        self.caller(token.trim_ascii(), may_fetch).await
    }

    /// The caller whose token this is.
    ///
    /// # Errors
    /// Why it is refused.
    pub async fn of_token(&self, token: &[u8]) -> Result<Caller, AuthError> {
        self.caller(token, || true).await
    }

    async fn caller(&self, token: &[u8], may_fetch: impl FnOnce() -> bool) -> Result<Caller, AuthError> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(AuthError::Malformed);
        }
        let header = decode_header(token).map_err(|_| AuthError::Malformed)?;
        // RFC 7515, 4.1.11: what must be understood and is not.
        if header.crit.is_some() {
            return Err(AuthError::Malformed);
        }
        let claimed: Claimed = insecure_decode_claims(token).map_err(|_| AuthError::Malformed)?;
        let issuer = self.issuers.iter().find(|issuer| issuer.name == claimed.iss).ok_or(AuthError::Issuer)?;
        let (id, algorithm) = (header.kid.as_deref(), header.alg);
        let fits = |keys: &KeySet| keys.fitting(id, algorithm).next().is_some();
        let keys = issuer.keys.keys(fits, may_fetch).await.ok_or(AuthError::KeysUnavailable)?;
        let mut refusal = AuthError::Key;
        for key in keys.fitting(id, algorithm) {
            match verified(token, key, issuer) {
                Ok(claims) => return self.in_time(&claims).and_then(|()| Caller::of(claims)),
                Err(error) => refusal = error,
            }
        }
        Err(refusal)
    }

    fn in_time(&self, claims: &Claims) -> Result<(), AuthError> {
        let (Timestamp(now), leeway) = ((self.clock)(), self.leeway.as_millis() as i64);
        let NumericDate(Timestamp(until)) = claims.exp;
        if until.saturating_add(leeway) <= now {
            Err(AuthError::Expired)
        } else if claims.nbf.is_some_and(|NumericDate(from)| from.0.saturating_sub(leeway) > now) {
            Err(AuthError::NotYet)
        } else {
            Ok(())
        }
    }
}

/// The claims of a token that the key signed, for this issuer's audience; its times are yet to be looked at.
fn verified(token: &[u8], key: &Key, issuer: &Issuer) -> Result<Claims, AuthError> {
    let mut validation = Validation::new(key.algorithm);
    // The library would ask the machine's clock.
    (validation.validate_exp, validation.validate_nbf) = (false, false);
    validation.required_spec_claims = ["iss", "aud", "exp", "sub"].map(str::to_owned).into();
    validation.iss = Some(HashSet::from([issuer.name.clone()]));
    validation.aud = Some(HashSet::from([issuer.audience.clone()]));
    decode(token, &key.decoding, &validation).map(|data| data.claims).map_err(|error| match error.kind() {
        ErrorKind::InvalidSignature => AuthError::Signature,
        ErrorKind::InvalidAlgorithm => AuthError::Key,
        ErrorKind::InvalidAudience => AuthError::Audience,
        ErrorKind::InvalidIssuer => AuthError::Issuer,
        _ => AuthError::Malformed,
    })
}
