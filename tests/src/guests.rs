//! The guests' components, compiled from `guests/` by the build script.

include!(concat!(env!("OUT_DIR"), "/guests.rs"));
