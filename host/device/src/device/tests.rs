//! A device and a server in memory that share a plugin.

mod amending;
mod crashes;
mod drafts;
mod handles;
pub(crate) mod kit;
mod offline;
mod pages;
mod server;
mod storage;
mod verdicts;
mod volume;
