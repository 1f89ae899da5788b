//! The command line: every subcommand and example; `options` has what several share. It parses and decides nothing.

pub(crate) mod administration;
pub(crate) mod client;
pub(crate) mod database;
pub(crate) mod device;
mod evaluation;
pub(crate) mod mirror;
pub(crate) mod oci;
mod options;
pub(crate) mod server;
mod signing;
mod validation;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use evaluation::EvaluationOptions;
pub(crate) use options::{CacheOptions, CompilerOptions, ContextOptions, LimitOptions};
pub(crate) use signing::{Keygen, PassphraseOptions, Sign, Verify};
pub(crate) use validation::ValidatePackage;

const EXIT_CODES: &str = "\
Exit codes:
  0   done; for `run`: the action is allowed; for `test`: every case agrees; for `verify`: a named key signed it
  1   the document is refused, a case differs, the engines differ, or `verify` was named no key
  2   the command line is wrong as it stands, or asks a package for what it does not have
  3   what it names is missing, wrong or in use: a file, folder, port, document, case, reference table, key
  4   the package cannot be loaded, is not signed where it must be, or its signature does not hold
  5   the plugin failed: a trap, a limit, an answer that does not fit
  6   the toolchain is missing, or the plugin does not build
  7   the server or the registry refuses: the package, the change, the token
  8   the server or the registry cannot be reached, is busy, or gives no proper answer
  70  this machine failed: the engine, the disk

Colours follow the terminal, NO_COLOR and --color. Results go to standard output, all else to standard error.";

/// Write, build, test, run and inspect Lockstep plugins.
#[derive(Debug, Parser)]
#[command(name = "lockstep", version, max_term_width = 110, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// How results are written.
    #[command(flatten)]
    pub(crate) output: OutputOptions,
}

/// How results are written.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct OutputOptions {
    /// For people or for programs.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text, help_heading = "Output")]
    pub(crate) format: Format,
    /// Colours: when writing to a terminal, always, or never.
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN", help_heading = "Output")]
    pub(crate) color: Colour,
}

/// For whom results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Tables and sentences.
    Text,
    /// One JSON value.
    Json,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// When writing to a terminal and `NO_COLOR` is not set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    New(New),
    Build(Build),
    Test(Test),
    Run(Box<Run>),
    Inspect(Inspect),
    Keygen(Keygen),
    Sign(Sign),
    Verify(Verify),
    Push(oci::Push),
    Pull(oci::Pull),
    Serve(Box<server::Serve>),
    Token(server::Token),
    #[command(flatten)]
    Client(client::ClientCommand),
    #[command(flatten)]
    Mirror(mirror::MirrorCommand),
    Device(device::Device),
    ValidatePackage(ValidatePackage),
    Completions(Completions),
}

/// Start a plugin: an entity, a reference table, messages in two languages, cases and tests, ready to build.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep new purchase-requests
  lockstep new --path ~/plugins/requests purchase-requests")]
pub(crate) struct New {
    /// The plugin's name in kebab-case.
    pub(crate) name: String,
    /// The folder to make; the name in the current folder unless given.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) path: Option<PathBuf>,
}

/// Build a plugin crate into its component, target/lockstep/NAME.wasm.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep build
  lockstep build plugins/sales-orders
  lockstep build --development          keep panic messages and log lines; servers refuse such a package")]
pub(crate) struct Build {
    /// The plugin crate's folder.
    #[arg(default_value = ".")]
    pub(crate) plugin: PathBuf,
    /// Keep panic messages and log lines; servers refuse such a package.
    #[arg(long)]
    pub(crate) development: bool,
    #[command(flatten)]
    pub(crate) compiler: CompilerOptions,
}

/// Run a plugin's case files on both engines and compare.
///
/// Each case of cases/*.json is evaluated natively and portably. Outcome digest and fuel of the two must be equal, and
/// the outcome must be the one that the case expects.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep test
  lockstep test plugins/sales-orders tax credit     the cases whose name holds `tax` or `credit`
  lockstep test --coverage                          what the cases reach, rule by rule
  lockstep test --update                            write what came out into the cases as expected
  lockstep test --format json | jq '.cases[] | select(.result != \"agrees\")'")]
pub(crate) struct Test {
    /// The plugin crate's folder.
    #[arg(default_value = ".")]
    pub(crate) plugin: PathBuf,
    /// Only cases whose name holds one of these.
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// Write what came out into the case files as expected.
    #[arg(long)]
    pub(crate) update: bool,
    /// Show in how many cases each rule ran and each issue was raised, and end with 1 where one is not reached.
    #[arg(long, conflicts_with = "names")]
    pub(crate) coverage: bool,
    #[command(flatten)]
    pub(crate) limits: LimitOptions,
    #[command(flatten)]
    pub(crate) cache: CacheOptions,
    #[command(flatten)]
    pub(crate) compiler: CompilerOptions,
}

/// Evaluate one document and show all that came of it.
///
/// Shows what was entered, what was defaulted and calculated, field states, allowed actions, patches, the issues in
/// words, and the receipt of each engine.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep run . demo/request.json
  lockstep run plugins/sales-orders order.json --explain --locale de
  lockstep run plugins/sales-orders order.json --brief
  lockstep run . order.json --action cancel --argument reason='ordered twice'
  jq '.order' all.json | lockstep run orders.wasm - --reference tables/ --today 2026-03-02
  lockstep run . --case cases/below-minimum.json --explain")]
pub(crate) struct Run {
    /// A package file, or the folder of a plugin crate: then its component is built if it is missing or out of date.
    pub(crate) plugin: PathBuf,
    /// What is evaluated, and how it is shown.
    #[command(flatten)]
    pub(crate) evaluation: EvaluationOptions,
    /// The engine to run on.
    #[arg(long, value_enum, default_value_t = EngineChoice::Both)]
    pub(crate) engine: EngineChoice,
    /// Build and run for development: with panic messages and log lines.
    #[arg(long)]
    pub(crate) development: bool,
    #[command(flatten)]
    pub(crate) cache: CacheOptions,
    #[command(flatten)]
    pub(crate) compiler: CompilerOptions,
}

/// Where the evaluation takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EngineChoice {
    /// Machine code, as on servers.
    Native,
    /// The interpreter, as on phones.
    Portable,
    /// Both, compared.
    Both,
}

/// Show what a package holds: workspace, schema, rules and their graph, imports, sizes, limits.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep inspect plugins/sales-orders
  lockstep inspect plugins/sales-orders --brief --locale de
  lockstep inspect orders.wasm --graph text
  lockstep inspect . --graph dot | dot -Tsvg > rules.svg
  lockstep inspect . --format json | jq '.descriptor.tables[].name'")]
pub(crate) struct Inspect {
    /// A package file, or the folder of a plugin crate.
    #[arg(default_value = ".")]
    pub(crate) plugin: PathBuf,
    /// Only the graph of what each rule reads and gives, as text or for Graphviz.
    #[arg(long, value_enum, value_name = "FORM")]
    pub(crate) graph: Option<GraphForm>,
    /// Only the workspace, below a line that says what the package is.
    #[arg(long, conflicts_with = "graph")]
    pub(crate) brief: bool,
    /// The language of titles and labels.
    #[arg(long, default_value = "en")]
    pub(crate) locale: String,
    #[command(flatten)]
    pub(crate) limits: LimitOptions,
    #[command(flatten)]
    pub(crate) cache: CacheOptions,
    #[command(flatten)]
    pub(crate) compiler: CompilerOptions,
}

/// How the graph is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphForm {
    /// One line for each rule, in the order in which they run.
    Text,
    /// For Graphviz.
    Dot,
}

/// Write the completions of a shell to standard output.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep completions bash > ~/.local/share/bash-completion/completions/lockstep
  lockstep completions zsh > ~/.zfunc/_lockstep
  lockstep completions fish > ~/.config/fish/completions/lockstep.fish")]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_subcommand_shows_examples() {
        check_examples(&Arguments::command());
    }

    fn check_examples(command: &clap::Command) {
        for command in command.get_subcommands() {
            let help = command.get_after_help().unwrap_or_else(|| panic!("{} has no examples", command.get_name()));
            assert!(help.to_string().starts_with("Examples:"), "{}", command.get_name());
            check_examples(command);
        }
    }
}
