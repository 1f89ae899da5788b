//! Whole-system tests of Lockstep.

pub mod guests;
