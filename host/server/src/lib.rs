//! The server: registry of packages, their validation and publication, over HTTP.
//!
//! One server is one environment: a folder that holds all of its state ([`Environment`]). The [`Registry`] is the one
//! way to that state: every change is one transaction with its line in the audit log, and a change of what devices are
//! offered makes the environment's revision one higher. Packages are validated in processes of their own
//! ([`validation`]), so that a hostile one harms nobody else. [`rollout`] says which devices a staged version is for.
//!
//! All of it blocks and is safe to share between threads; the time is passed in, as milliseconds since 1970 in UTC.

#![forbid(unsafe_code)]

pub mod auth;
mod clock;
mod environment;
mod http;
pub mod limits;
mod listener;
pub mod metrics;
pub mod mirror;
pub mod policy;
pub mod registry;
pub mod rollout;
mod tls;
pub mod validation;

pub use clock::Clock;
pub use environment::{Environment, OpenError};
pub use http::{App, Intake, Service, document};
pub use listener::{Ended, Listener};
pub use mirror::{Mirror, MirrorError, MirrorParts};
pub use policy::Policy;
pub use registry::{Change, Registry, RegistryError, State};
pub use rollout::Rollout;
pub use tls::{Tls, TlsError};
pub use validation::{Validator, ValidatorSettings};
