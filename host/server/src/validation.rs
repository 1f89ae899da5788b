//! Whether a package may be used here: all that stands against it, at once.
//!
//! [`check`] looks at one package alone: it loads it into both engines, runs its cases and compiles it. It
//! runs code that somebody else wrote and a compiler on what somebody else made, so it does so in a process of its own
//! ([`child`]) that limits its own memory and processor time, and that the server ([`Validator`]) ends when it takes too
//! long. What the registry knows (who is trusted, what came before) is added there.

mod cases;
mod check;
pub mod child;
mod compatible;
pub(crate) mod manifest;
mod process;
mod reason;
mod report;
mod validator;

pub use check::{CheckError, Checked, check, engine_names};
pub use compatible::breaks;
pub use reason::{Reason, ReasonCode};
pub use report::{CheckSettings, CodeFile, Report};
pub use validator::{Done, StartError, Validator, ValidatorSettings};
