//! Builds Lockstep plugins: crate, module, component, package.
//!
//! The stages stand on their own, so that a build script can use the first ones for its guests:
//! [`Toolchain::detect`] finds a compiler for `wasm32-unknown-unknown`, [`compile()`] runs cargo with it,
//! [`component::componentise`] makes a component of the module, and [`build_plugin`] does all of it and adds what a
//! package holds besides code. `check_package` loads a package and looks at whether its parts agree, and
//! `build_checked_plugin` writes none whose parts do not. Without the feature `check`, which brings these two, nothing
//! here depends on the engine.
//!
//! With the same compiler a workspace gives the same bytes wherever it lies on the disk, and no path of the machine is
//! in them. A dependency by a path that leads out of the workspace is known to cargo by that path: where such a one lies,
//! counts. Nothing here reads the environment: what a command or a build script knows of it goes into
//! [`ToolchainOptions`].

#![forbid(unsafe_code)]

mod cargo;
#[cfg(feature = "check")]
pub mod check;
pub mod compile;
pub mod component;
mod files;
mod metadata;
mod names;
pub mod plugin;
mod publishing;
pub mod toolchain;
mod trim;

#[cfg(feature = "check")]
pub use check::{CheckError, build_checked_plugin, check_package};
pub use compile::{Colour, CompileError, CompileRequest, Module, compile};
pub use component::{ComponentError, componentise};
pub use plugin::{BuildError, BuildRequest, Built, Mode, build_plugin};
pub use publishing::PublishingError;
pub use toolchain::{StandardLibrary, Toolchain, ToolchainError, ToolchainOptions};
