//! The macros of the Lockstep SDK.
