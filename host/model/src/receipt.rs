//! Receipts: what an evaluation took in and gave out, in digests.

/// A BLAKE3 digest of canonical bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

/// What one evaluation took in and gave out. Two runs agree when their input and outcome digests do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The package that ran: a digest of its component's bytes.
    pub package: Digest,
    /// The engine's name, version and profile, for instance `wasmtime-48.0.2/native`.
    pub engine: String,
    /// Digest of context, document, action, arguments, part, and the look-ups used with their rows.
    pub input: Digest,
    /// Digest of the outcome's mirrored part.
    pub outcome: Digest,
    /// Units of work of the last round; absent where an engine counts none.
    pub fuel: Option<u64>,
}
