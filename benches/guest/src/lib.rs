//! Order lines of ten fields, as a plugin and in plain Rust.
//!
//! What sandboxes are measured with: [`document`] has one line in its header, [`order`] has lines in a collection, and
//! [`plain`] is the same without any sandbox. All three call the functions in [`rules`].

#![forbid(unsafe_code)]

pub mod document;
pub mod issues;
pub mod order;
pub mod plain;
pub mod rules;

lockstep_sdk::plugin! {
    entities: [document::LineDocument, order::Order],
    issues: [issues::LineIssue],
}
