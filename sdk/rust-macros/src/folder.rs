//! Where the crate is that a macro expands in.

use std::path::PathBuf;

/// The folder of its manifest; cargo says it by a variable.
pub(crate) fn of_crate() -> PathBuf {
    PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default())
}
