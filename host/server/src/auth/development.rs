//! The issuer that a server has for development: its key lies in the server's state folder, and whoever can read that
//! makes tokens. Nothing accepts them but a server that was started for it.

use std::{path::Path, time::Duration};

use cap_std::fs::Dir;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use lockstep_model::Timestamp;
use lockstep_package::{
    SigningKey, VerifyingKey,
    key_file::{self, KeyFileError},
};
use rustls::pki_types::{PrivatePkcs8KeyDer, pem::PemObject};

use super::{AuthError, Caller, Claims, Issuer, IssuerError, KeySet, KeySource, NumericDate, cryptography};

/// Its key in the state folder: Ed25519, PKCS #8 in PEM.
const FILE: &str = "development-issuer.key";

/// The claim `iss` of its tokens.
const NAME: &str = "lockstep development";

/// The claim `aud` of its tokens.
const AUDIENCE: &str = "lockstep";

/// The id of its one key.
const KEY_ID: &str = "development";

/// Makes tokens with a key in a state folder.
pub struct DevelopmentIssuer {
    signing: EncodingKey,
    public: VerifyingKey,
}

/// What a token is to say.
#[derive(Clone, Debug, Default)]
pub struct Grant {
    /// Whose it is.
    pub subject: String,
    /// What they may do.
    pub roles: Vec<String>,
    /// To which companies it is narrowed; none: it is not.
    pub companies: Option<Vec<String>>,
    /// On which device it is used.
    pub device: Option<String>,
    /// The subject's language.
    pub locale: Option<String>,
}

fn wrong(says: &dyn ToString) -> IssuerError {
    IssuerError::Development { says: says.to_string() }
}

impl Grant {
    /// Whether a token that says so would be taken.
    ///
    /// # Errors
    /// [`AuthError::Claim`] where something is empty, too long, or holds control characters.
    pub fn check(&self) -> Result<(), AuthError> {
        Caller::of(self.claims(NumericDate(Timestamp(0)))).map(drop)
    }

    fn claims(&self, exp: NumericDate) -> Claims {
        let Self { subject, roles, companies, device, locale } = self.clone();
        Claims { sub: subject, exp, nbf: None, roles, companies, device, locale }
    }
}

impl DevelopmentIssuer {
    /// The issuer whose key lies in this state folder; the key is made if there is none, readable by its owner alone.
    ///
    /// # Errors
    /// [`IssuerError::Development`] where the key cannot be read or made, or others may read it.
    pub fn open(state: &Dir) -> Result<Self, IssuerError> {
        cryptography::install();
        if !state.exists(FILE) {
            let made = SigningKey::generate().map_err(|error| wrong(&error))?;
            match key_file::write_new(state, Path::new(FILE), &made, None) {
                // Another process was faster: its key is the one.
                Ok(()) | Err(KeyFileError::Exists { .. }) => {}
                Err(error) => return Err(wrong(&error)),
            }
        }
        Self::read(state)
    }

    /// The issuer whose key lies in this state folder.
    ///
    /// # Errors
    /// [`IssuerError::Absent`] where a server has made none; [`IssuerError::Development`] where it cannot be read, or
    /// others may read it.
    pub fn existing(state: &Dir) -> Result<Self, IssuerError> {
        cryptography::install();
        if state.exists(FILE) { Self::read(state) } else { Err(IssuerError::Absent) }
    }

    fn read(state: &Dir) -> Result<Self, IssuerError> {
        let key = key_file::read(state, Path::new(FILE), None).map_err(|error| wrong(&error))?;
        let pem = key.to_pem().map_err(|error| wrong(&error))?;
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).map_err(|error| wrong(&error))?;
        Ok(Self { public: key.verifying_key(), signing: EncodingKey::from_ed_der(der.secret_pkcs8_der()) })
    }

    /// As an issuer whose tokens a server accepts.
    pub fn issuer(&self) -> Issuer {
        let keys = KeySource::fixed(KeySet::of_ed25519(KEY_ID, &self.public.to_bytes()));
        Issuer { name: NAME.to_owned(), audience: AUDIENCE.to_owned(), keys }
    }

    /// A token for this grant, valid from now for this time.
    ///
    /// # Errors
    /// [`IssuerError::Development`] where it cannot be signed.
    pub fn token(&self, grant: &Grant, now: Timestamp, valid: Duration) -> Result<String, IssuerError> {
        #[derive(serde::Serialize)]
        struct Issued<'c> {
            iss: &'static str,
            aud: &'static str,
            iat: i64,
            #[serde(flatten)]
            claims: &'c Claims,
        }
        let iat = now.0.div_euclid(1000);
        let exp = NumericDate(Timestamp(now.0.saturating_add(valid.as_millis() as i64)));
        let claims = grant.claims(exp);
        let header = Header { kid: Some(KEY_ID.to_owned()), ..Header::new(Algorithm::EdDSA) };
        let issued = Issued { iss: NAME, aud: AUDIENCE, iat, claims: &claims };
        encode(&header, &issued, &self.signing).map_err(|_| wrong(&"the token cannot be signed"))
    }
}
