//! The command line of who exchanges packages with a registry of OCI artifacts.

use std::path::PathBuf;

use clap::Args;

/// How to reach a registry.
#[derive(Debug, Args)]
#[command(next_help_heading = "Registry")]
pub(crate) struct RegistryOptions {
    /// The user's name at the registry; the password is in `LOCKSTEP_REGISTRY_PASSWORD` or in --password-file.
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// A file that holds the password, or the registry's token.
    #[arg(long, value_name = "FILE", requires = "user")]
    pub(crate) password_file: Option<PathBuf>,
    /// The certificates (PEM) of who may vouch for the registry besides the system's.
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
}

/// Put a package into an OCI registry, as a WebAssembly artifact that other tools read too.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep push --oci registry.example.com/plugins/sales-orders:1.4.0 sales-orders.wasm
  LOCKSTEP_REGISTRY_PASSWORD=… lockstep push --oci registry.example.com/orders:1.4.0 orders.wasm --user ada
  lockstep push --oci localhost:5000/sales-orders:1.4.0 sales-orders.wasm")]
pub(crate) struct Push {
    /// The package file.
    pub(crate) package: PathBuf,
    /// Where to: REGISTRY/REPOSITORY:TAG. A registry on this machine is reached without TLS.
    #[arg(long, value_name = "REFERENCE")]
    pub(crate) oci: String,
    #[command(flatten)]
    pub(crate) registry: RegistryOptions,
}

/// Get a package from an OCI registry, and verify it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep pull --oci registry.example.com/plugins/sales-orders:1.4.0
  lockstep pull --oci registry.example.com/plugins/sales-orders:1.4.0 --key samples.pub --output orders.wasm
  lockstep pull --oci registry.example.com/plugins/sales-orders@sha256:2c26b46b68ffc68ff99b453c1d304134…")]
pub(crate) struct Pull {
    /// Where from: REGISTRY/REPOSITORY:TAG or REGISTRY/REPOSITORY@DIGEST.
    #[arg(long, value_name = "REFERENCE")]
    pub(crate) oci: String,
    /// The file with the public key (PEM) that has to have signed the package.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// The file to write; NAME.wasm in the current folder unless given. It must not be there yet.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) registry: RegistryOptions,
}
