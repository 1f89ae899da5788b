//! How a device gives its messages to its server, and fetches what has changed; what carries them is the embedder's
//! choice.

use crate::transport::{Token, TransportError};

/// Carries canonical bytes ([`lockstep_model::canonical`]) between a device and its server. Calls block; each is one
/// request.
pub trait Exchange {
    /// Gives the server a [`Push`](lockstep_model::exchange::Push); the answer is a
    /// [`Pushed`](lockstep_model::exchange::Pushed).
    ///
    /// # Errors
    /// When there is no whole answer; the server may have taken the messages all the same.
    fn push(&self, token: &Token, push: &[u8]) -> Result<Vec<u8>, TransportError>;

    /// Asks what has changed since the cookie, or for everything without one; the answer is a
    /// [`Page`](lockstep_model::exchange::Page).
    ///
    /// # Errors
    /// When there is no whole answer.
    fn pull(&self, token: &Token, cookie: Option<&[u8]>) -> Result<Vec<u8>, TransportError>;
}
