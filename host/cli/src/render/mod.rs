//! Results as people read them: text with styles, which the output strips where no terminal shows it.
//!
//! Nothing here evaluates, reads files or decides; it gets values and gives text.

pub(crate) mod brief;
pub(crate) mod cases;
pub(crate) mod coverage;
pub(crate) mod device;
pub(crate) mod differences;
mod effects;
pub(crate) mod evaluation;
pub(crate) mod graph;
mod look_up;
pub(crate) mod package;
pub(crate) mod receipts;
pub(crate) mod schema;
pub(crate) mod server;
mod steps;
pub(crate) mod style;
mod tree;
pub(crate) mod workspace;
