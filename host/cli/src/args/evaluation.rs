//! What is evaluated, whatever the plugin comes from.

use std::path::PathBuf;

use clap::Args;

use super::options::{ContextOptions, ExtentOptions, LimitOptions, RowOptions, parse_pair};

/// A document, what is done to it, and how much of the outcome is shown.
#[derive(Debug, Args)]
pub(crate) struct EvaluationOptions {
    /// The document as JSON; `-` is standard input.
    #[arg(required_unless_present = "case")]
    pub(crate) document: Option<PathBuf>,
    /// Take document, context, action, arguments and rows from a case file.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["document", "context_file", "action", "arguments", "entity"])]
    pub(crate) case: Option<PathBuf>,
    /// The document's entity, where the plugin has several and the document does not say.
    #[arg(long)]
    pub(crate) entity: Option<String>,
    /// What to do with the document.
    #[arg(long, default_value = "update")]
    pub(crate) action: String,
    /// One of the action's arguments.
    #[arg(long = "argument", value_name = "NAME=VALUE", value_parser = parse_pair)]
    pub(crate) arguments: Vec<(String, String)>,
    /// The user's reason for an issue that asks for one.
    #[arg(long = "justify", value_name = "CODE=TEXT", value_parser = parse_pair)]
    pub(crate) justifications: Vec<(String, String)>,
    #[command(flatten)]
    pub(crate) extent: ExtentOptions,
    /// The language of messages.
    #[arg(long, default_value = "en")]
    pub(crate) locale: String,
    /// Run the rules that only a server runs, and show their issues alone.
    #[arg(long)]
    pub(crate) server_only: bool,
    #[command(flatten)]
    pub(crate) context: ContextOptions,
    #[command(flatten)]
    pub(crate) rows: RowOptions,
    #[command(flatten)]
    pub(crate) limits: LimitOptions,
}
