//! Executing operations: what devices do at once, what servers do again, and what becomes of it.
//!
//! [`Executor::execute`] takes an operation, a [`Snapshot`] of what it may read, and an evaluator; it answers with what
//! the operation does ([`Done`]), with why it is refused, or with what it [`Needs`]: the caller fetches that and
//! executes again. [`decide`] compares what it does here with what it did at the device and gives the
//! [`Verdict`](lockstep_model::Verdict).
//!
//! [`session`] is what a device does next with its server, [`intake`] how a server takes a batch, [`cursor`] how far a
//! device has followed, [`views`] which rows of views a record has, and [`rows`] stored rows as a package has them.
//!
//! Nothing here knows a clock, a database or a network, and nothing waits: both sides run this very code.

#![forbid(unsafe_code)]

pub mod cursor;
mod document;
mod execute;
pub mod intake;
mod merge;
mod patch;
mod reads;
pub mod rows;
pub mod session;
mod snapshot;
mod source;
mod touched;
mod verdict;
pub mod views;

pub use document::record_of;
pub use execute::{Authority, Done, Executed, Executor, Fault, Preview, Previewed, Refused};
pub use snapshot::{Base, Needs, Snapshot};
pub use source::{Ended, PreviewEnded, RunError, Source};
pub use verdict::{decide, moved};
