//! Whole-system tests of Lockstep.
