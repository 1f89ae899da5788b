//! The command line of what an administrator looks after besides packages: the audit log, keys, devices.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::client::{ChangeOptions, ServerOptions};

/// Show who changed what, when and why: the newest entries, in order.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep audit
  lockstep audit --before 421                    the page before
  lockstep audit --after 120 --limit 50
  lockstep audit --format json | jq '.[] | select(.action == \"withdrawn\")'")]
pub(crate) struct Audit {
    /// The entries after this number, instead of the newest.
    #[arg(long, value_name = "NUMBER", conflicts_with = "before")]
    pub(crate) after: Option<u64>,
    /// The newest of those before this number.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) before: Option<u64>,
    /// At most so many.
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) limit: u16,
    #[command(flatten)]
    pub(crate) server: ServerOptions,
}

/// List, trust, retire and revoke publishers' keys.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep keys list
  lockstep keys environment > north.pub
  lockstep keys trust lockstep-samples samples.pub --reason 'contract signed'
  lockstep keys retire 5d41402abc4b2a76b9719d911017c592 --reason 'rotated'
  lockstep keys revoke 5d41402abc4b2a76b9719d911017c592 --reason 'stolen'")]
pub(crate) struct Keys {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: KeysCommand,
}

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Show the publishers' keys, and how far each is trusted.
    #[command(after_help = "Examples:\n  lockstep keys list")]
    List {
        #[command(flatten)]
        server: ServerOptions,
    },
    /// Print the environment's own public key (PEM), which devices are given with `device refresh --environment-key`.
    #[command(after_help = "\
Examples:
  lockstep keys environment > north.pub
  lockstep keys environment --format json | jq .revision")]
    Environment {
        #[command(flatten)]
        server: ServerOptions,
    },
    /// Take packages that this key signs for this publisher.
    #[command(after_help = "Examples:\n  lockstep keys trust lockstep-samples samples.pub --reason 'contract signed'")]
    Trust {
        /// The publisher's name.
        publisher: String,
        /// The file with the public key (PEM).
        key: PathBuf,
        #[command(flatten)]
        change: ChangeOptions,
        #[command(flatten)]
        server: ServerOptions,
    },
    /// Take nothing new that this key signs; what is here stays.
    #[command(after_help = "Examples:\n  lockstep keys retire 5d41402a --reason 'rotated'")]
    Retire {
        /// The key's id, or its first digits.
        id: String,
        #[command(flatten)]
        change: ChangeOptions,
        #[command(flatten)]
        server: ServerOptions,
    },
    /// Offer nothing any more that this key signed; it can never be trusted again.
    #[command(after_help = "Examples:\n  lockstep keys revoke 5d41402a --reason 'stolen'")]
    Revoke {
        /// The key's id, or its first digits.
        id: String,
        #[command(flatten)]
        change: ChangeOptions,
        #[command(flatten)]
        server: ServerOptions,
    },
}

/// List the devices that a server knows, and put them into rings.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep devices list
  lockstep devices rings tablet-7 pilot office --reason 'tries new versions'")]
pub(crate) struct Devices {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: DevicesCommand,
}

/// What to do with devices.
#[derive(Debug, Subcommand)]
pub(crate) enum DevicesCommand {
    /// Show the devices that have refreshed or are in a ring.
    #[command(after_help = "Examples:\n  lockstep devices list")]
    List {
        #[command(flatten)]
        server: ServerOptions,
    },
    /// Set the rings that a device is in; none given, it is in none.
    #[command(after_help = "Examples:\n  lockstep devices rings tablet-7 pilot --reason 'tries new versions'")]
    Rings {
        /// The device's id.
        device: String,
        /// The rings' names.
        rings: Vec<String>,
        #[command(flatten)]
        change: ChangeOptions,
        #[command(flatten)]
        server: ServerOptions,
    },
}
