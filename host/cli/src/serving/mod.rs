//! What a server needs of its command: its settings and its log.

pub(crate) mod log;
pub(crate) mod settings;
pub(crate) mod start;
