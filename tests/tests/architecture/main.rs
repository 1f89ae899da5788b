//! Rules on the code itself: who depends on whom, what libraries never do, how files are kept.
//!
//! A crate that no table here names fails the tests: whoever adds one says where it stands.

mod contract;
mod dependencies;
mod files;
mod sources;
mod workspace;
