//! Why a caller is not known, and why an issuer cannot be set up.

use std::path::PathBuf;

/// Why a request's token is refused. Texts go to the caller; none holds anything of the token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// The header is there and is not `Bearer TOKEN`.
    #[error("the header `Authorization` is no `Bearer TOKEN`")]
    Header,
    /// It is no JSON Web Token in compact form, or lacks a claim.
    #[error("the token is no signed JSON Web Token with the claims `iss`, `aud`, `exp` and `sub`")]
    Malformed,
    /// Its issuer is not one of this server's.
    #[error("the token's issuer is not known here")]
    Issuer,
    /// It is meant for someone else.
    #[error("the token is for another audience")]
    Audience,
    /// No key of its issuer fits it, or another algorithm is named than the key's.
    #[error("no key of the token's issuer has its key id and algorithm")]
    Key,
    /// A key fits, and did not sign it.
    #[error("the token's signature is wrong")]
    Signature,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// Its time has not come.
    #[error("the token is not valid yet")]
    NotYet,
    /// A claim cannot be used.
    #[error("the token's claim `{claim}` is empty, too long, or holds control characters")]
    Claim {
        /// The claim's name.
        claim: &'static str,
    },
    /// The issuer's keys could never be fetched: the token may well be fine.
    #[error("the keys of the token's issuer cannot be fetched at present")]
    KeysUnavailable,
}

impl AuthError {
    /// It in one word, as metrics have it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Malformed => "malformed",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Expired => "expired",
            Self::NotYet => "not-yet",
            Self::Claim { .. } => "claim",
            Self::KeysUnavailable => "keys-unavailable",
        }
    }
}

/// Why an issuer cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum IssuerError {
    /// The keys are not to be read.
    #[error("cannot read the issuer's keys {}; name a PEM or JWKS file", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The keys are of no use.
    #[error("the issuer's keys {from}: {says}")]
    Keys {
        /// The file or address.
        from: String,
        /// What is wrong.
        says: String,
    },
    /// The address is not one to fetch keys from.
    #[error("the address {0} is no place for keys: use https, or http on this machine")]
    Address(String),
    /// There is no development issuer.
    #[error("the folder has no development issuer: start its server once with `lockstep serve --development-issuer`")]
    Absent,
    /// The development issuer's key.
    #[error("the development issuer's key: {says}")]
    Development {
        /// What is wrong, and what to do.
        says: String,
    },
}
