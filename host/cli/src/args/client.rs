//! The command line of whoever talks to a server: profiles, packages, publications, keys, devices, the audit log.

use std::{num::NonZeroU32, path::PathBuf};

use clap::{ArgGroup, Args, Subcommand};

/// The subcommands that ask a server.
#[derive(Debug, Subcommand)]
pub(crate) enum ClientCommand {
    Login(Login),
    Profile(Profile),
    Upload(Upload),
    Apply(ChangePackage),
    Publish(Publish),
    Unpublish(ChangeWorkspace),
    Rollback(Rollback),
    Widen(Widen),
    Halt(ChangeWorkspace),
    Withdraw(Withdraw),
    Packages(Packages),
    Workspaces(Workspaces),
    Audit(Audit),
    Keys(Keys),
    Devices(Devices),
}

/// Which server, and as whom.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Server")]
pub(crate) struct ServerOptions {
    /// The profile to take the server and the token from; the default one unless given.
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// The server's address; `LOCKSTEP_SERVER`, else the profile's unless given.
    #[arg(long, value_name = "URL")]
    pub(crate) server: Option<String>,
    /// A file that holds the token; `LOCKSTEP_TOKEN`, else the profile's token unless given.
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// The certificates (PEM) of who may vouch for the server; the profile's, else the system's unless given.
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
}

/// Why something is changed.
#[derive(Clone, Debug, Args)]
pub(crate) struct ReasonOptions {
    /// Why, in a sentence for the audit log.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}

/// Which devices get a version first.
#[derive(Clone, Debug, Args)]
pub(crate) struct RolloutOptions {
    /// So many of a hundred devices; always the same ones.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u8).range(1..=100))]
    pub(crate) percent: Option<u8>,
    /// The devices of a ring; can be given several times.
    #[arg(long = "ring", value_name = "NAME")]
    pub(crate) rings: Vec<String>,
}

/// Keep a server's address and a token in a profile.
///
/// The token is taken from --token-file or `LOCKSTEP_TOKEN`, else asked for, else read from standard input.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep login https://lockstep.example.com
  lockstep login https://test.example.com --profile test --ca test-ca.pem --token-file token
  lockstep token --state state --subject ada --role administrator | lockstep login http://localhost:8080")]
pub(crate) struct Login {
    /// The server's address.
    pub(crate) server: String,
    /// The profile's name.
    #[arg(long, value_name = "NAME", default_value = "default")]
    pub(crate) profile: String,
    /// A file that holds the token.
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// The certificates (PEM) of who may vouch for the server; the system's unless given.
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
}

/// List, choose and remove profiles.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep profile list
  lockstep profile use test
  lockstep profile remove test")]
pub(crate) struct Profile {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: ProfileCommand,
}

/// What to do with profiles.
#[derive(Debug, Subcommand)]
pub(crate) enum ProfileCommand {
    /// Show the profiles, without their tokens.
    #[command(after_help = "Examples:\n  lockstep profile list --format json")]
    List,
    /// Make a profile the default one.
    #[command(after_help = "Examples:\n  lockstep profile use test")]
    Use {
        /// Its name.
        name: String,
    },
    /// Forget a profile and its token.
    #[command(after_help = "Examples:\n  lockstep profile remove test")]
    Remove {
        /// Its name.
        name: String,
    },
}

/// Upload a signed package; the server validates it and says all that stands against it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep upload sales-orders.wasm --reason 'release 1.4'
  lockstep upload sales-orders.wasm --reason 'release 1.4' --format json | jq '.reasons[].code'")]
pub(crate) struct Upload {
    /// The package file.
    pub(crate) package: PathBuf,
    #[command(flatten)]
    pub(crate) reason: ReasonOptions,
    #[command(flatten)]
    pub(crate) server: ServerOptions,
}

/// Accept a validated package in this environment.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep apply sales-orders@1.4.0 --reason 'tested by the pilot group'
  lockstep apply 3f9ac2 --reason 'tested by the pilot group'")]
pub(crate) struct ChangePackage {
    /// The package: NAME@VERSION, or the first digits of its digest.
    pub(crate) package: String,
    #[command(flatten)]
    pub(crate) reason: ReasonOptions,
    #[command(flatten)]
    pub(crate) server: ServerOptions,
}

/// Offer a package to devices: to all, to a share of them, or to rings.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep publish sales-orders@1.4.0 --reason 'release 1.4'
  lockstep publish sales-orders@1.4.0 --percent 10 --reason 'release 1.4, first devices'
  lockstep publish 3f9ac2 --ring pilot --ring office --reason 'release 1.4, pilots'")]
pub(crate) struct Publish {
    /// The package: NAME@VERSION, or the first digits of its digest.
    pub(crate) package: String,
    #[command(flatten)]
    pub(crate) rollout: RolloutOptions,
    /// Although published packages need the version that it replaces.
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) reason: ReasonOptions,
    #[command(flatten)]
    pub(crate) server: ServerOptions,
}

/// Change what is published under a name: `unpublish` takes it back, `halt` ends its rollout in favour of what was
/// there before.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep unpublish sales-orders --reason 'not sold any more'
  lockstep halt sales-orders --reason 'wrong discounts on two devices'")]
pub(crate) struct ChangeWorkspace {
    /// The packages' name.
    pub(crate) name: String,
    /// Although published packages need it.
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) reason: ReasonOptions,
    #[command(flatten)]
    pub(crate) server: ServerOptions,
}

/// Publish an earlier version of a package again.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep rollback sales-orders --reason 'wrong discounts'
  lockstep rollback sales-orders --to 3f9ac2 --reason 'wrong discounts'
  lockstep rollback sales-orders --to sales-orders@1.2.0 --reason 'wrong discounts'")]
pub(crate) struct Rollback {
    /// The packages' name.
    pub(crate) name: String,
    /// The version to go back to: NAME@VERSION, or the first digits of its digest; the one before unless given.
    #[arg(long, value_name = "PACKAGE")]
    pub(crate) to: Option<String>,
    /// Although published packages need the version that it replaces.
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) reason: ReasonOptions,
    #[command(flatten)]
    pub(crate) server: ServerOptions,
}

/// Offer the version that is being rolled out to more devices; 100 percent ends the rollout.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("to").args(["percent", "rings"]).required(true).multiple(true))]
#[command(after_help = "\
Examples:
  lockstep widen sales-orders --percent 50 --reason 'no complaints for a week'
  lockstep widen sales-orders --ring office --reason 'the office asked for it'
  lockstep widen sales-orders --percent 100 --reason 'for everybody'")]
pub(crate) struct Widen {
    /// The packages' name.
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) rollout: RolloutOptions,
    /// Although published packages need the version that it replaces for everybody.
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) reason: ReasonOptions,
    #[command(flatten)]
    pub(crate) server: ServerOptions,
}

/// Take a package out of use for ever: no device runs it after its next refresh.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep withdraw sales-orders@1.4.0 --reason 'computes wrong taxes'")]
pub(crate) struct Withdraw {
    /// The package: NAME@VERSION, or the first digits of its digest.
    pub(crate) package: String,
    /// Although published packages need it.
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) reason: ReasonOptions,
    #[command(flatten)]
    pub(crate) server: ServerOptions,
}

/// List the packages of a server, or show one in full.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep packages
  lockstep packages --name sales-orders --state published
  lockstep packages sales-orders@1.4.0           one in full, with what stands against it
  lockstep packages --format json | jq '.[].digest'")]
pub(crate) struct Packages {
    /// One package: NAME@VERSION, or the first digits of its digest.
    #[arg(conflicts_with_all = ["name", "state"])]
    pub(crate) package: Option<String>,
    /// Only those of this name.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Only those in this state: uploaded, validated, refused, applied, published, superseded, unpublished, withdrawn.
    #[arg(long)]
    pub(crate) state: Option<String>,
    #[command(flatten)]
    pub(crate) server: ServerOptions,
}

/// List what is published, and what is being rolled out to whom.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep workspaces
  lockstep workspaces --format json | jq '.[] | select(.staged)'")]
pub(crate) struct Workspaces {
    #[command(flatten)]
    pub(crate) server: ServerOptions,
}

/// Show who changed what, when and why.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep audit
  lockstep audit --after 120 --limit 50
  lockstep audit --format json | jq '.[] | select(.action == \"withdrawn\")'")]
pub(crate) struct Audit {
    /// Only entries with a higher number.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub(crate) after: u64,
    /// At most so many.
    #[arg(long, value_name = "COUNT", default_value = "100")]
    pub(crate) limit: NonZeroU32,
    #[command(flatten)]
    pub(crate) server: ServerOptions,
}

/// List, trust, retire and revoke publishers' keys.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep keys list
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
    /// Take packages that this key signs for this publisher.
    #[command(after_help = "Examples:\n  lockstep keys trust lockstep-samples samples.pub --reason 'contract signed'")]
    Trust {
        /// The publisher's name.
        publisher: String,
        /// The file with the public key (PEM).
        key: PathBuf,
        #[command(flatten)]
        reason: ReasonOptions,
        #[command(flatten)]
        server: ServerOptions,
    },
    /// Take nothing new that this key signs; what is here stays.
    #[command(after_help = "Examples:\n  lockstep keys retire 5d41402a --reason 'rotated'")]
    Retire {
        /// The key's id, or its first digits.
        id: String,
        #[command(flatten)]
        reason: ReasonOptions,
        #[command(flatten)]
        server: ServerOptions,
    },
    /// Offer nothing any more that this key signed.
    #[command(after_help = "Examples:\n  lockstep keys revoke 5d41402a --reason 'stolen'")]
    Revoke {
        /// The key's id, or its first digits.
        id: String,
        #[command(flatten)]
        reason: ReasonOptions,
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
        reason: ReasonOptions,
        #[command(flatten)]
        server: ServerOptions,
    },
}
