//! Who calls: bearer tokens (RFC 6750) that are JSON Web Tokens (RFC 7519), and what they say of the caller.
//!
//! A token is signed with Ed25519 (`EdDSA`) or RSA with SHA-256 (`RS256`) and nothing else. The algorithm is the key's:
//! one that the token names otherwise is refused, `none` among them. The key is one of its issuer's, from a file or an
//! address ([`KeySource`]); a server may have an issuer of its own for development ([`DevelopmentIssuer`]).
//!
//! No error here holds a token or a part of it that its sender could have made up.

mod claims;
mod cryptography;
mod development;
mod error;
mod key_set;
mod key_source;
mod verify;

pub use claims::{ADMINISTRATOR, Caller, Claims, NumericDate, PUBLISHER};
pub use development::{DevelopmentIssuer, Grant};
pub use error::{AuthError, IssuerError};
pub use key_set::KeySet;
pub use key_source::{Fetch, KeySource, RefreshSettings};
pub use verify::{Authenticator, Issuer};
