//! The command line of the process in which a server has a package validated.

use std::path::PathBuf;

use clap::Args;

/// Validate one package in this process, which limits itself. Servers call this; people use `lockstep test`.
#[derive(Debug, Args)]
#[command(
    hide = true,
    after_help = "\
Examples:
  lockstep validate-package settings.json code/ package.wasm"
)]
pub(crate) struct ValidatePackage {
    /// By what the package is checked, as JSON.
    pub(crate) settings: PathBuf,
    /// The folder for the code that is made of it.
    pub(crate) code: PathBuf,
    /// The package's file.
    pub(crate) package: PathBuf,
}
