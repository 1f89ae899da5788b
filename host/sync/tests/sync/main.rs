//! Operations on a small plugin of their own, written here in Rust.

mod executing;
mod merging;
mod plugin;
mod verdicts;
mod world;
