//! The one place with `unsafe`: wasmtime runs precompiled code as it is.
//!
//! [`Vouched`] cannot be made without an [`Authority`]'s word, and is the only thing that [`deserialize`] takes.

#![expect(unsafe_code, reason = "wasmtime cannot check compiled code; who made it is checked here")]

use wasmtime::component::Component;

use crate::precompiled::Authority;

/// Bytes that an authority has vouched for, or the end of them. They are borrowed, not a file: what was checked is
/// what is loaded.
#[derive(Clone, Copy)]
pub(crate) struct Vouched<'a>(&'a [u8]);

impl<'a> Vouched<'a> {
    pub(crate) fn check(bytes: &'a [u8], proof: &[u8], authority: &dyn Authority) -> Option<Self> {
        authority.vouches_for(bytes, proof).then_some(Self(bytes))
    }

    pub(crate) fn bytes(self) -> &'a [u8] {
        self.0
    }

    /// The bytes without so many at the start.
    pub(crate) fn skip(self, count: usize) -> Self {
        Self(self.0.get(count..).unwrap_or_default())
    }
}

/// Loads code into an engine of the same version and settings; wasmtime checks these.
pub(crate) fn deserialize(engine: &wasmtime::Engine, code: Vouched<'_>) -> wasmtime::Result<Component> {
    // SAFETY: the bytes are unaltered output of `Engine::precompile_component`: an authority has vouched for them, and
    // it vouches for nothing else. wasmtime itself refuses code of another version, target or settings.
    unsafe { Component::deserialize(engine, code.0) }
}
