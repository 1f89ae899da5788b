//! Whole-system tests of Lockstep.

#![forbid(unsafe_code)]

pub mod documents;
pub mod entry_points;
pub mod examples;
pub mod guests;
mod maker;
pub mod plugins;
pub mod random;
pub mod reference;
pub mod values;
