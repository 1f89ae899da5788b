//! The command line of whoever looks after a server's mirror: imports, operations and their verdicts, replays.

use std::{num::NonZeroU32, path::PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use super::{
    CacheOptions,
    client::{ReasonOptions, ServerOptions},
};

/// The subcommands about what devices did.
#[derive(Debug, Subcommand)]
pub(crate) enum MirrorCommand {
    Import(Import),
    Operations(Operations),
    Replay(Replay),
}

/// Import rows of reference tables, or records, into a server.
///
/// A file is taken whole, or not at all; what is wrong with it is said line by line.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep import rows sales-orders customer customers.csv
  lockstep import rows sales-orders price new-prices.jsonl --add --reason 'prices of March'
  lockstep import records warehouse-stock stock stock.csv --company 1000")]
pub(crate) struct Import {
    /// What to import.
    #[command(subcommand)]
    pub(crate) command: ImportCommand,
}

/// What to import.
#[derive(Debug, Subcommand)]
pub(crate) enum ImportCommand {
    /// Rows of a reference table: the file is all of it, and devices have it at their next synchronisation.
    #[command(after_help = "Examples:\n  lockstep import rows sales-orders customer customers.csv")]
    Rows {
        /// The plugin's name.
        plugin: String,
        /// The table's name.
        table: String,
        #[command(flatten)]
        file: ImportFile,
        /// The rows come to those that are there.
        #[arg(long)]
        add: bool,
        #[command(flatten)]
        server: ServerOptions,
    },
    /// Records as they are: no rule runs.
    #[command(after_help = "Examples:\n  lockstep import records warehouse-stock stock stock.csv --company 1000")]
    Records {
        /// The plugin's name.
        plugin: String,
        /// The entity's name.
        entity: String,
        #[command(flatten)]
        file: ImportFile,
        /// The company of records that name none; all companies share them unless given.
        #[arg(long, default_value = "", hide_default_value = true)]
        company: String,
        #[command(flatten)]
        server: ServerOptions,
    },
}

/// Which file.
#[derive(Debug, Args)]
pub(crate) struct ImportFile {
    /// CSV, whose first line names the fields, or JSON lines, by its ending: .csv, .jsonl or .ndjson.
    pub(crate) file: PathBuf,
    /// Why, in a sentence for the audit log.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
}

/// List operations with their verdicts, show one, release or reject parked ones.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep operations summary
  lockstep operations list --verdict parked
  lockstep operations show phone-7#42
  lockstep operations release phone-7#42 --reason 'the package is back'
  lockstep operations reject phone-7#42 --reason 'the order was taken by phone'")]
pub(crate) struct Operations {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: OperationsCommand,
}

/// A verdict, as a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum VerdictChoice {
    /// It did at the server what it did at the device.
    Accepted,
    /// Something had moved, and it did something else.
    Rebased,
    /// It was refused.
    Rejected,
    /// It waits for somebody.
    Parked,
}

/// What to do with operations.
#[derive(Debug, Subcommand)]
pub(crate) enum OperationsCommand {
    /// List operations, the last received first, and how many there are of each verdict.
    #[command(after_help = "Examples:\n  lockstep operations list --verdict rejected --device phone-7")]
    List {
        /// Only those with this verdict.
        #[arg(long, value_enum)]
        verdict: Option<VerdictChoice>,
        /// Only those of this device.
        #[arg(long, value_name = "ID")]
        device: Option<String>,
        /// At most so many.
        #[arg(long, value_name = "COUNT", default_value = "100")]
        limit: NonZeroU32,
        #[command(flatten)]
        server: ServerOptions,
    },
    /// Count operations by verdict and why.
    #[command(after_help = "Examples:\n  lockstep operations summary\n  lockstep operations summary --device phone-7")]
    Summary {
        /// Only those of this device.
        #[arg(long, value_name = "ID")]
        device: Option<String>,
        #[command(flatten)]
        server: ServerOptions,
    },
    /// Show one in full, as JSON.
    #[command(after_help = "Examples:\n  lockstep operations show phone-7#42")]
    Show {
        /// DEVICE#SEQUENCE
        #[arg(value_parser = operation)]
        operation: (String, u64),
        #[command(flatten)]
        server: ServerOptions,
    },
    /// Run a parked one again, whatever it waited for.
    #[command(after_help = "Examples:\n  lockstep operations release phone-7#42 --reason 'the package is back'")]
    Release(Settle),
    /// Refuse a parked one: it goes to its user's inbox.
    #[command(after_help = "Examples:\n  lockstep operations reject phone-7#42 --reason 'taken by phone'")]
    Reject(Settle),
}

/// Which parked operation, and why.
#[derive(Debug, Args)]
pub(crate) struct Settle {
    /// DEVICE#SEQUENCE
    #[arg(value_parser = operation)]
    pub(crate) operation: (String, u64),
    #[command(flatten)]
    pub(crate) reason: ReasonOptions,
    #[command(flatten)]
    pub(crate) server: ServerOptions,
}

/// Run a recorded operation again on this machine, with all that it read at the server, and say what differs.
///
/// The package is the server's. The exit code is 1 where this machine comes to something else than the server.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep replay phone-7#42
  lockstep replay phone-7#42 --portable --format json")]
pub(crate) struct Replay {
    /// DEVICE#SEQUENCE
    #[arg(value_parser = operation)]
    pub(crate) operation: (String, u64),
    /// On the engine of phones instead of the servers'.
    #[arg(long)]
    pub(crate) portable: bool,
    /// The language of what is said of values (BCP 47).
    #[arg(long, default_value = "en")]
    pub(crate) locale: String,
    #[command(flatten)]
    pub(crate) cache: CacheOptions,
    #[command(flatten)]
    pub(crate) server: ServerOptions,
}

/// `DEVICE#SEQUENCE`
fn operation(text: &str) -> Result<(String, u64), String> {
    let parts = text.rsplit_once('#').filter(|(device, _)| !device.is_empty());
    let parts = parts.and_then(|(device, sequence)| Some((device.to_owned(), sequence.parse().ok()?)));
    parts.ok_or_else(|| "a device's id, `#` and a number are expected: phone-7#42".to_owned())
}
