//! From a publisher's key to a device's document: the command against a server that a test starts.

pub(crate) mod kit;
mod lifecycle;
mod profiles;
mod refusals;
mod rollouts;
