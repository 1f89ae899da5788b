//! Runs Lockstep plugins: wasmtime, narrowed to load, describe and evaluate.
//!
//! An [`Engine`] is wasmtime with the settings of one [`Profile`]. It makes a [`Plugin`] of a component; the plugin
//! evaluates documents, each in a sandbox of its own, of which nothing is left afterwards. A plugin imports nothing
//! and is bounded by the [`Limits`](lockstep_model::Limits) of each call. Errors say whose fault they are: the
//! package's ([`LoadError`]), the plugin's ([`PluginFault`]), the caller's ([`CallerError`]), the host's
//! ([`HostError`]).
//!
//! Nothing of wasmtime is in the interface. There is no I/O but the code cache's, in a folder that the caller gives.

#![deny(unsafe_code)]

mod bindings;
#[cfg(feature = "compiler")]
mod cache;
mod clock;
mod config;
mod contract;
mod engine;
mod error;
mod fault;
mod inspect;
mod plugin;
mod precompiled;
mod sandbox;
mod trusted;

pub use bindings::WIT_VERSION;
#[cfg(feature = "compiler")]
pub use cache::{CacheError, Cached, CodeCache, Origin};
pub use config::{
    Accept, COMPONENT_BYTES_MAX, DEVICE_STACK_BYTES, EngineConfig, LogSink, NATIVE_MEMORY_BYTES_MAX, Placement, Pool,
    Profile, SERVER_STACK_BYTES,
};
pub use engine::{Engine, WASMTIME_VERSION};
pub use error::{CallerError, EvaluateError, HostError, LoadError};
pub use fault::{FaultKind, PluginFault, Stage};
pub use inspect::{FloatFunction, FloatUse, InspectError, Inspection, Sizes, inspect};
pub use plugin::Plugin;
pub use precompiled::{Authority, CodeKey, Precompiled};
