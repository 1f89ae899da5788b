//! How a device asks its server; what carries the questions is the embedder's choice.

use std::fmt;

use lockstep_model::Digest;

/// A bearer token (RFC 6750) that says for which device and user a question is asked. It never shows in `Debug`.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A token as the issuer gave it; space around it is left out. None when nothing is left, or it holds what no header
    /// can.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_fine = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_fine.then(|| Self(text.to_owned()))
    }

    /// The text that goes behind `Bearer`. A secret.
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// What a server says of its publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// It is the one whose mark was sent.
    Unchanged,
    /// Another one.
    Record {
        /// The signed record.
        bytes: Vec<u8>,
        /// The mark by which to ask for changes (the entity tag of RFC 9110), if the server gave one.
        etag: Option<String>,
    },
}

/// Asks a server. Calls block; each is one request.
pub trait Transport {
    /// The publication record for the token's device and this engine, at most so many bytes; with `etag` only if it is
    /// another one than that.
    ///
    /// # Errors
    /// When there is no whole answer.
    fn publication(
        &self,
        token: &Token,
        engine: &str,
        etag: Option<&str>,
        bytes_max: u64,
    ) -> Result<Offer, TransportError>;

    /// The file of the package with this digest (of its content), at most so many bytes.
    ///
    /// # Errors
    /// When there is no whole answer.
    fn package(&self, token: &Token, digest: &Digest, bytes_max: u64) -> Result<Vec<u8>, TransportError>;

    /// Code of the package with this digest (of its content) for this engine, at most so many bytes.
    ///
    /// # Errors
    /// When there is no whole answer.
    fn code(&self, token: &Token, digest: &Digest, engine: &str, bytes_max: u64) -> Result<Vec<u8>, TransportError>;
}

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The server cannot be reached, or the connection broke.
    #[error("the server cannot be reached: {0}")]
    Offline(String),
    /// The token is not taken for this.
    #[error("the server does not take the token: {0}")]
    NotAllowed(String),
    /// The server has taken other messages under this device's id.
    #[error("the server has other messages of this device: {0}")]
    OtherMessage(String),
    /// The server has no such thing, or not any more.
    #[error("the server has no such thing: {0}")]
    NotFound(String),
    /// The answer is larger than it may be.
    #[error("the answer has more than {bytes_max} bytes")]
    TooLarge {
        /// What was allowed.
        bytes_max: u64,
    },
    /// The server failed, or gave no answer of the kind that was asked for.
    #[error("the server gave no proper answer: {0}")]
    BadAnswer(String),
}
