//! A plugin's cases: reading them, holding outcomes against them, and what they reach.
//!
//! Whoever has an engine evaluates; this crate knows the files of a plugin crate, or their texts from a package, and the
//! model alone.

#![forbid(unsafe_code)]

pub mod case;
pub mod coverage;
pub mod difference;
mod error;
pub mod expectation;
mod names;
pub mod reference;

pub use case::Case;
pub use coverage::Coverage;
pub use difference::Difference;
pub use error::InputError;
pub use names::{action_named, entity_named};
