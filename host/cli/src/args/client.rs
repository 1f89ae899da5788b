//! The command line of whoever talks to a server about packages: profiles, uploads, publications.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};

use super::administration::{Audit, Devices, Keys};

/// The subcommands that ask a server.
#[derive(Debug, Subcommand)]
pub(crate) enum ClientCommand {
    Login(Login),
    Profile(Profile),
    Upload(Upload),
    Apply(ChangePackage),
    Publish(Publish),
    Unpublish(Unpublish),
    Rollback(Rollback),
    Widen(Widen),
    Halt(Halt),
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

/// Why something is changed, and on what knowledge.
#[derive(Clone, Debug, Args)]
pub(crate) struct ChangeOptions {
    #[command(flatten)]
    pub(crate) reason: ReasonOptions,
    /// Only if the environment is still at this revision, as `packages` and `workspaces` show it.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) revision: Option<u64>,
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
    pub(crate) change: ChangeOptions,
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
    pub(crate) change: ChangeOptions,
    #[command(flatten)]
    pub(crate) server: ServerOptions,
}

/// Take what is published under a name back: no device has it after its next refresh, and it can be published again.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep unpublish sales-orders --reason 'not sold any more'
  lockstep unpublish sales-orders --force --reason 'with all that builds on it'")]
pub(crate) struct Unpublish {
    /// The packages' name.
    pub(crate) name: String,
    /// Although published packages need it.
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) change: ChangeOptions,
    #[command(flatten)]
    pub(crate) server: ServerOptions,
}

/// Stop rolling a version out: devices that have it go back to the version for all, or to none.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep halt sales-orders --reason 'wrong discounts on two devices'
  lockstep halt sales-orders --revision 41 --reason 'wrong discounts on two devices'")]
pub(crate) struct Halt {
    /// The packages' name.
    pub(crate) name: String,
    /// Although published packages need the version that is being rolled out.
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) change: ChangeOptions,
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
    pub(crate) change: ChangeOptions,
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
    pub(crate) change: ChangeOptions,
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
    pub(crate) change: ChangeOptions,
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
    /// Only those in this state.
    #[arg(long, value_enum)]
    pub(crate) state: Option<PackageState>,
    #[command(flatten)]
    pub(crate) server: ServerOptions,
}

/// Where a package stands.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum PackageState {
    /// Not validated yet.
    Uploaded,
    /// Nothing stands against it.
    Validated,
    /// Something stands against it.
    Refused,
    /// Accepted in this environment.
    Applied,
    /// Offered to devices.
    Published,
    /// Another version is offered in its place.
    Superseded,
    /// Taken back.
    Unpublished,
    /// Out of use for ever.
    Withdrawn,
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
