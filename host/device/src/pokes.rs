//! How a server says that there is something to fetch.

use crate::transport::{Token, TransportError};

/// Listens to a server that says when there is something to fetch. The call blocks for as long as the server goes on.
pub trait Pokes {
    /// Calls `heard` when it begins to listen, and for everything that the server says: with `true` where there may be
    /// something to fetch. It ends when `heard` answers `false`, and when the server ends it.
    ///
    /// # Errors
    /// When the server cannot be reached, or breaks off.
    fn listen(&self, token: &Token, heard: &mut dyn FnMut(bool) -> bool) -> Result<(), TransportError>;
}
