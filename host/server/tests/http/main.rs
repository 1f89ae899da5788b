//! The interface, called as the listener calls it: without sockets where none are needed.

mod devices;
mod document;
mod fetching;
mod listening;
mod logs;
mod packages;
mod policy;
mod refusals;
mod tokens;
mod world;
