//! The device core: what is published for a device, verified and kept.

#![forbid(unsafe_code)]
