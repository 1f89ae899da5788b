//! Options that several subcommands share: context, rows, limits, compiled code, compiler.

use std::{num::NonZeroU32, path::PathBuf};

use clap::Args;

/// What the evaluation may know of the world.
#[derive(Debug, Args)]
#[command(next_help_heading = "Context")]
pub(crate) struct ContextOptions {
    /// The context as JSON; the options below go before it.
    #[arg(long = "context", value_name = "FILE")]
    pub(crate) context_file: Option<PathBuf>,
    /// The moment, for instance 2026-03-02T08:00:00Z; this machine's clock unless given.
    #[arg(long, value_name = "TIMESTAMP")]
    pub(crate) now: Option<String>,
    /// The day where the user is; the day of the moment in UTC unless given.
    #[arg(long, value_name = "DATE")]
    pub(crate) today: Option<String>,
    /// The random seed [default: 0]
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// The user; `author` unless given.
    #[arg(long)]
    pub(crate) user: Option<String>,
    /// The company whose rows are seen; the shared rows alone unless given.
    #[arg(long)]
    pub(crate) company: Option<String>,
    /// A role of the user.
    #[arg(long = "role", value_name = "ROLE")]
    pub(crate) roles: Vec<String>,
}

/// How much of an evaluation is shown.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct ExtentOptions {
    /// Show each run of a rule too, in order, with the values and rows that it read.
    #[arg(long)]
    pub(crate) explain: bool,
    /// Show the outcome in a few lines: the header's values, the gravest issues, whether the engines agree.
    #[arg(long, conflicts_with = "explain")]
    pub(crate) brief: bool,
}

/// Where reference rows come from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reference rows")]
pub(crate) struct RowOptions {
    /// The folder of TABLE.csv files; where a plugin crate's folder is named, its own `reference` unless given.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) reference: Option<PathBuf>,
    /// A row, added to its table or put in place of the one with its key.
    #[arg(long = "row", value_name = "TABLE=JSON", value_parser = parse_pair)]
    pub(crate) rows: Vec<(String, String)>,
    /// The plugin's own records as a JSON list; views on them have their rows.
    #[arg(long, value_name = "FILE")]
    pub(crate) records: Option<PathBuf>,
    /// A table that is not on the device.
    #[arg(long = "unavailable", value_name = "TABLE")]
    pub(crate) unavailable: Vec<String>,
}

/// Overrides of the `author` limits (see `limits.rs`).
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitOptions {
    /// Units of work for an evaluation, about one an instruction [default: 2000000000]
    #[arg(long, value_name = "UNITS")]
    pub(crate) fuel: Option<u64>,
    /// Linear memory, in MiB, 64 at most [default: 64]
    #[arg(long = "memory", value_name = "MIB", value_parser = memory_mib)]
    pub(crate) memory_mib: Option<NonZeroU32>,
    /// Size of documents with their rows, in MiB [default: 32]
    #[arg(long = "input", value_name = "MIB")]
    pub(crate) input_mib: Option<NonZeroU32>,
    /// Size of answers, in MiB [default: 32]
    #[arg(long = "output", value_name = "MIB")]
    pub(crate) output_mib: Option<NonZeroU32>,
    /// Look-ups answered for one outcome [default: 100000]
    #[arg(long = "look-ups", value_name = "COUNT")]
    pub(crate) look_ups: Option<usize>,
    /// Evaluations until there is an outcome [default: 32]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rounds: Option<u32>,
    /// The backstop by the clock, in milliseconds [default: 30000]
    #[arg(long = "wall-clock", value_name = "MS")]
    pub(crate) wall_clock_ms: Option<u64>,
}

/// What builds plugins.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Compiler")]
pub(crate) struct CompilerOptions {
    /// The Rust compiler for wasm32-unknown-unknown; cargo's own, else the system's, unless given.
    #[arg(long, value_name = "PATH")]
    pub(crate) rustc: Option<PathBuf>,
}

/// Where compiled code is kept.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Compiled code")]
pub(crate) struct CacheOptions {
    /// The folder for compiled code; `lockstep` in the user's cache folder unless given.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) cache_dir: Option<PathBuf>,
    /// Compile anew and keep nothing.
    #[arg(long, conflicts_with = "cache_dir")]
    pub(crate) no_cache: bool,
}

/// `NAME=VALUE`
pub(super) fn parse_pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("a name, `=` and a value are expected".to_owned()),
    }
}

/// What the native engine can give.
const MEMORY_MIB_MAX: u32 = 64;

fn memory_mib(text: &str) -> Result<NonZeroU32, String> {
    let number = text.parse::<NonZeroU32>().ok().filter(|number| number.get() <= MEMORY_MIB_MAX);
    number.ok_or_else(|| format!("a whole number from 1 to {MEMORY_MIB_MAX} is wanted"))
}
