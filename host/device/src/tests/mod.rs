//! The catalogue against servers that are right, wrong, hostile, or gone.

mod changes;
mod interruptions;
pub(crate) mod kit;
mod refusals;
