//! Taking what a registry sends, and no more of it than it said.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::AsyncWrite;

/// Bytes in memory, up to a limit.
pub(super) struct Bounded {
    bytes: Vec<u8>,
    bytes_max: u64,
}

impl Bounded {
    /// Takes so many bytes at most.
    pub(super) fn new(bytes_max: u64) -> Self {
        Self { bytes: Vec::new(), bytes_max }
    }

    /// What it took.
    pub(super) fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

impl AsyncWrite for Bounded {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, part: &[u8]) -> Poll<io::Result<usize>> {
        if (self.bytes.len() + part.len()) as u64 > self.bytes_max {
            let said = format!("the registry sends more than the {} bytes that the manifest says", self.bytes_max);
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, said)));
        }
        self.bytes.extend_from_slice(part);
        Poll::Ready(Ok(part.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
