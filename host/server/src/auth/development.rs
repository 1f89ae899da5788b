//! The issuer that a server has for development: its key lies in the server's state folder, and whoever can read that
//! makes tokens. Nothing accepts them but a server that was started for it.

use std::{
    io::{Read as _, Write as _},
    time::Duration,
};

use cap_std::fs::{Dir, MetadataExt, OpenOptions, OpenOptionsExt};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use lockstep_model::Timestamp;
use ring::{
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair},
};

use super::{Claims, Issuer, IssuerError, KeySet, KeySource, cryptography};

/// Its key in the state folder: Ed25519, PKCS #8 in DER (RFC 5958).
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
    public: Vec<u8>,
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

fn wrong(says: impl Into<String>) -> IssuerError {
    IssuerError::Development { says: says.into() }
}

impl DevelopmentIssuer {
    /// The issuer whose key lies in this state folder; the key is made if there is none, readable by its owner alone.
    ///
    /// # Errors
    /// [`IssuerError::Development`] where the key cannot be read or made, or others may read it.
    pub fn open(state: &Dir) -> Result<Self, IssuerError> {
        cryptography::install();
        let pkcs8 = match read(state)? {
            Some(pkcs8) => pkcs8,
            None => make(state)?,
        };
        let pair = Ed25519KeyPair::from_pkcs8(&pkcs8)
            .map_err(|_| wrong(format!("{FILE} holds no Ed25519 key; remove it, and a new one is made")))?;
        Ok(Self { public: pair.public_key().as_ref().to_vec(), signing: EncodingKey::from_ed_der(&pkcs8) })
    }

    /// As an issuer whose tokens a server accepts.
    pub fn issuer(&self) -> Issuer {
        let keys = KeySource::fixed(KeySet::of_ed25519(KEY_ID, &self.public));
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
        let Grant { subject, roles, companies, device, locale } = grant.clone();
        let iat = now.0.div_euclid(1000);
        let exp = iat.saturating_add_unsigned(valid.as_secs()) as f64;
        let claims = Claims { sub: subject, exp, nbf: None, roles, companies, device, locale };
        let header = Header { kid: Some(KEY_ID.to_owned()), ..Header::new(Algorithm::EdDSA) };
        let issued = Issued { iss: NAME, aud: AUDIENCE, iat, claims: &claims };
        encode(&header, &issued, &self.signing).map_err(|_| wrong("the token cannot be signed"))
    }
}

fn read(state: &Dir) -> Result<Option<Vec<u8>>, IssuerError> {
    let mut file = match state.open(FILE) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(wrong(format!("cannot open {FILE}: {error}"))),
    };
    let mode = file.metadata().map(|metadata| metadata.mode()).unwrap_or(0o777);
    if mode & 0o077 != 0 {
        return Err(wrong(format!("others than its owner may use {FILE}: chmod 600 it, or remove it")));
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|error| wrong(format!("cannot read {FILE}: {error}")))?;
    Ok(Some(bytes))
}

fn make(state: &Dir) -> Result<Vec<u8>, IssuerError> {
    let pkcs8 =
        Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| wrong("this machine has no randomness"))?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let mut file = match state.open_with(FILE, &options) {
        // Another process was faster: its key is the one.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return read(state)?.ok_or_else(|| wrong(format!("{FILE} comes and goes")));
        }
        made => made.map_err(|error| wrong(format!("cannot make {FILE}: {error}")))?,
    };
    let written = file.write_all(pkcs8.as_ref()).and_then(|()| file.sync_all());
    written.map_err(|error| wrong(format!("cannot write {FILE}: {error}")))?;
    Ok(pkcs8.as_ref().to_vec())
}
