//! The command line of a device: opening it, its lists and records, drafts and operations, synchronising; a document
//! evaluated with what is published for it.

use std::{num::NonZeroUsize, path::PathBuf};

use clap::{Args, Subcommand};

use super::{EvaluationOptions, client::ServerOptions, options::parse_pair};

/// Be a device: work in the workspaces that are published for it, offline too, and synchronise.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep device open --state tablet --server https://lockstep.example.com --token-file token
  lockstep device sync --state tablet --server https://lockstep.example.com --token-file token
  lockstep device list --state tablet sales-orders orders
  lockstep device draft --state tablet sales-orders sales-order customer=C-100 'lines[+1].item=I-1000'
  lockstep device submit --state tablet sales-orders sales-order customer=C-100 'lines[+1].item=I-1000'
  lockstep device inbox list --state tablet")]
pub(crate) struct Device {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: DeviceCommand,
}

/// What a device does.
#[derive(Debug, Subcommand)]
pub(crate) enum DeviceCommand {
    Open(DeviceOpen),
    Refresh(DeviceRefresh),
    Sync(DeviceSync),
    Status(DeviceStatus),
    List(DeviceList),
    Show(DeviceShow),
    Draft(Box<DeviceDraft>),
    Submit(Box<DeviceDraft>),
    Operations(DeviceOperations),
    Amend(Box<DeviceAmend>),
    Withdraw(DeviceWithdraw),
    Inbox(DeviceInbox),
    Run(Box<DeviceRun>),
}

/// Where a device keeps what it has.
#[derive(Debug, Args)]
pub(crate) struct StateOptions {
    /// The device's folder.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) state: PathBuf,
}

/// A device, and the language that it speaks.
#[derive(Debug, Args)]
pub(crate) struct OpenedOptions {
    #[command(flatten)]
    pub(crate) state: StateOptions,
    /// The language of titles, labels and messages (BCP 47).
    #[arg(long, default_value = "en")]
    pub(crate) locale: String,
}

/// Whose environment a device becomes part of.
#[derive(Debug, Args)]
pub(crate) struct EnrolmentOptions {
    /// The file with the environment's public key (PEM); only at the first time.
    #[arg(long, value_name = "FILE")]
    pub(crate) environment_key: Option<PathBuf>,
}

/// Open a device for a user: enrol it at the first time, sign in, fetch what is published, show its workspaces.
///
/// User, roles and the device's id are those of the token. At the first time the environment's key is the one of
/// --environment-key, else the one that the server names, and is trusted from then on. A device that is set up opens
/// without its server too.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep device open --state tablet --server https://lockstep.example.com --token-file token
  lockstep device open --state tablet --company main --locale de
  lockstep device open --state tablet --environment-key north.pub")]
pub(crate) struct DeviceOpen {
    #[command(flatten)]
    pub(crate) device: OpenedOptions,
    /// The company that the user works for; the token's only one, or the one before, unless given.
    #[arg(long, value_name = "COMPANY")]
    pub(crate) company: Option<String>,
    #[command(flatten)]
    pub(crate) enrolment: EnrolmentOptions,
    #[command(flatten)]
    pub(crate) server: ServerOptions,
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
    #[command(flatten)]
    pub(crate) enrolment: EnrolmentOptions,
    #[command(flatten)]
    pub(crate) server: ServerOptions,
}

/// Send what was made, fetch what has changed, packages too, and show what became of operations.
///
/// Where the server cannot be reached nothing is lost: the exit code is 8, and the next time it goes on.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep device sync --state tablet
  lockstep device sync --state tablet --token-file token --format json | jq '.operations[].verdict'")]
pub(crate) struct DeviceSync {
    #[command(flatten)]
    pub(crate) device: OpenedOptions,
    #[command(flatten)]
    pub(crate) server: ServerOptions,
}

/// Say whether the device is in sync, since when, and what is waiting.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep device status --state tablet
  lockstep device status --state tablet --format json | jq .waiting")]
pub(crate) struct DeviceStatus {
    #[command(flatten)]
    pub(crate) state: StateOptions,
}

/// Show what is on this device: its packages and workspaces, a workspace's pages, or a page's records.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep device list --state tablet
  lockstep device list --state tablet sales-orders
  lockstep device list --state tablet sales-orders orders --where customer=C-100 --sort requested-ship-date-
  lockstep device list --state tablet --format json | jq '.packages[].name'")]
pub(crate) struct DeviceList {
    #[command(flatten)]
    pub(crate) device: OpenedOptions,
    /// Its pages.
    pub(crate) workspace: Option<String>,
    /// The records that this page of it shows.
    #[arg(requires = "workspace")]
    pub(crate) page: Option<String>,
    /// Only records whose field has this value, or one of several; instead of what the page starts with.
    #[arg(long = "where", value_name = "FIELD=VALUE", value_parser = parse_pair, requires = "page")]
    pub(crate) conditions: Vec<(String, String)>,
    /// All records, whatever the page starts with.
    #[arg(long, requires = "page", conflicts_with = "conditions")]
    pub(crate) all: bool,
    /// Only records with all of these words in the page's search fields.
    #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true, requires = "page")]
    pub(crate) search: String,
    /// Sorted by this field, or by several; with `-` behind it from the greatest to the least.
    #[arg(long, value_name = "FIELD", requires = "page")]
    pub(crate) sort: Vec<String>,
    /// Pass over so many.
    #[arg(long, value_name = "COUNT", default_value_t = 0, requires = "page")]
    pub(crate) offset: usize,
    /// At most so many.
    #[arg(long, value_name = "COUNT", default_value = "50", requires = "page")]
    pub(crate) limit: NonZeroUsize,
}

/// Show a record as it stands here, pending operations included, and what can be done with it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep device show --state tablet sales-orders sales-order SO-2041")]
pub(crate) struct DeviceShow {
    #[command(flatten)]
    pub(crate) device: OpenedOptions,
    /// The workspace's name.
    pub(crate) workspace: String,
    /// The entity's name.
    pub(crate) entity: String,
    /// The record's key.
    pub(crate) key: String,
}

/// What a user enters, and what he does with it.
#[derive(Debug, Args)]
pub(crate) struct EntryOptions {
    /// What is entered: `customer=C-100`, `lines[ID].quantity=2`, `lines[+1].item=I-1000` in a new row that goes by `1`
    /// in this command; nothing behind `=` clears the field.
    #[arg(value_name = "FIELD=VALUE", value_parser = parse_pair)]
    pub(crate) fields: Vec<(String, String)>,
    /// A row that is taken away.
    #[arg(long = "remove", value_name = "COLLECTION[ID]")]
    pub(crate) removed: Vec<String>,
    /// The action; what saves the fields unless given.
    #[arg(long)]
    pub(crate) action: Option<String>,
    /// One of the action's arguments.
    #[arg(long = "argument", value_name = "NAME=VALUE", value_parser = parse_pair)]
    pub(crate) arguments: Vec<(String, String)>,
    /// The user's reason for an issue that asks for one.
    #[arg(long = "justify", value_name = "CODE=TEXT", value_parser = parse_pair)]
    pub(crate) justifications: Vec<(String, String)>,
    /// The day where the user is; the day in UTC unless given.
    #[arg(long, value_name = "DATE")]
    pub(crate) today: Option<String>,
}

/// Fill in a new record, or change one: `draft` shows what comes of it and keeps nothing, `submit` stores the operation
/// durably, to be sent by `lockstep device sync`.
///
/// Shows derived values, issues with what is offered for them, and the actions allowed now. The exit code is 1 where the
/// operation is refused; nothing is stored then.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep device draft --state tablet sales-orders sales-order customer=C-100 'lines[+1].item=I-1000' \
      'lines[+1].quantity=12'
  lockstep device submit --state tablet sales-orders sales-order --key SO-2041 requested-ship-date=2026-03-09
  lockstep device submit --state tablet inventory-on-hand on-hand --key BIN-7 --action reserve --argument quantity=5")]
pub(crate) struct DeviceDraft {
    #[command(flatten)]
    pub(crate) device: OpenedOptions,
    /// The workspace's name.
    pub(crate) workspace: String,
    /// The entity's name.
    pub(crate) entity: String,
    /// The record that is changed; a new one unless given.
    #[arg(long)]
    pub(crate) key: Option<String>,
    /// Make a new record under the key that is given.
    #[arg(long, requires = "key")]
    pub(crate) new: bool,
    #[command(flatten)]
    pub(crate) entry: EntryOptions,
}

/// List what was done on this device and what became of it, or show one operation in full.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep device operations --state tablet
  lockstep device operations --state tablet 3
  lockstep device operations --state tablet --format json | jq '.[] | select(.state == \"rejected\")'")]
pub(crate) struct DeviceOperations {
    #[command(flatten)]
    pub(crate) device: OpenedOptions,
    /// One operation's number.
    pub(crate) sequence: Option<u64>,
}

/// Change an operation that was never sent; what was made after it is made anew.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep device amend --state tablet 3 requested-ship-date=2026-03-10")]
pub(crate) struct DeviceAmend {
    #[command(flatten)]
    pub(crate) device: OpenedOptions,
    /// The operation's number.
    pub(crate) sequence: u64,
    #[command(flatten)]
    pub(crate) entry: EntryOptions,
}

/// Take an operation back that was never sent; later ones move up.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep device withdraw --state tablet 3")]
pub(crate) struct DeviceWithdraw {
    #[command(flatten)]
    pub(crate) device: OpenedOptions,
    /// The operation's number.
    pub(crate) sequence: u64,
}

/// See to what the server has rejected: list it, do it again in another way, or give it up.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep device inbox list --state tablet
  lockstep device inbox retry --state tablet 3 'lines[1].quantity=4'
  lockstep device inbox discard --state tablet 3")]
pub(crate) struct DeviceInbox {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: InboxCommand,
}

/// What to do with the inbox.
#[derive(Debug, Subcommand)]
pub(crate) enum InboxCommand {
    /// Show each rejected operation: why, what it was, what the user made of it, what it is now.
    #[command(after_help = "Examples:\n  lockstep device inbox list --state tablet --locale de")]
    List {
        #[command(flatten)]
        device: OpenedOptions,
    },
    /// Submit an operation in the place of a rejected one: with what was entered then, and what is entered now.
    #[command(after_help = "Examples:\n  lockstep device inbox retry --state tablet 3 'lines[1].quantity=4'")]
    Retry(Box<DeviceAmend>),
    /// Give a rejected or parked operation up; what builds on it is rejected with it.
    #[command(after_help = "Examples:\n  lockstep device inbox discard --state tablet 3")]
    Discard(DeviceWithdraw),
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
