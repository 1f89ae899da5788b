//! The command line of a device: refresh its catalogue, list it, evaluate a document from it.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{EvaluationOptions, client::ServerOptions};

/// Be a device: fetch what is published for it, and evaluate documents with that, offline too.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep device refresh --state tablet --server https://lockstep.example.com --token-file token
  lockstep device list --state tablet
  lockstep device run --state tablet sales-orders order.json --brief")]
pub(crate) struct Device {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: DeviceCommand,
}

/// What a device does.
#[derive(Debug, Subcommand)]
pub(crate) enum DeviceCommand {
    Refresh(DeviceRefresh),
    List(DeviceList),
    Run(Box<DeviceRun>),
}

/// Where a device keeps what it has.
#[derive(Debug, Args)]
pub(crate) struct StateOptions {
    /// The device's folder.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) state: PathBuf,
}

/// Fetch what is published for this device, verified.
///
/// At the first time the device is enrolled: the environment's key is the one of --environment-key, else the one that
/// the server names, and is trusted from then on; the device's id is the one in the token.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep device refresh --state tablet --server https://lockstep.example.com --token-file token
  lockstep device refresh --state tablet --environment-key north.pub")]
pub(crate) struct DeviceRefresh {
    #[command(flatten)]
    pub(crate) state: StateOptions,
    /// The file with the environment's public key (PEM); only at the first time.
    #[arg(long, value_name = "FILE")]
    pub(crate) environment_key: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) server: ServerOptions,
}

/// Show what is on this device.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep device list --state tablet
  lockstep device list --state tablet --format json | jq '.packages[].name'")]
pub(crate) struct DeviceList {
    #[command(flatten)]
    pub(crate) state: StateOptions,
}

/// Evaluate one document with a package of this device's catalogue, as `lockstep run` does with a file.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep device run --state tablet sales-orders order.json --reference tables
  lockstep device run --state tablet sales-orders order.json --brief --locale de")]
pub(crate) struct DeviceRun {
    #[command(flatten)]
    pub(crate) state: StateOptions,
    /// The package's name.
    pub(crate) name: String,
    /// What is evaluated, and how it is shown.
    #[command(flatten)]
    pub(crate) evaluation: EvaluationOptions,
}
