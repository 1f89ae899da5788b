//! What was measured, kept in the target folder until the table is made of it.

use std::fmt;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::packages::target_folder;

/// The answer to one question.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Figure {
    /// The question.
    pub question: String,
    /// What was measured.
    pub measured: Quantity,
    /// What it may be at most, or at least, where something was promised.
    pub limit: Option<Quantity>,
    /// The limit is the least that it may be.
    #[serde(default)]
    pub is_least: bool,
    /// What the figure is made of.
    pub of: String,
}

/// A number and what it counts.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub enum Quantity {
    /// So many times as much.
    Times(f64),
    /// So much more, in percent.
    Percent(f64),
    /// A time, in nanoseconds.
    Nanoseconds(f64),
    /// Memory, in bytes.
    Bytes(f64),
    /// So many in each second.
    PerSecond(f64),
}

impl Quantity {
    /// How long these bytes are.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.len() as f64)
    }

    fn number(self) -> f64 {
        match self {
            Self::Times(number)
            | Self::Percent(number)
            | Self::Nanoseconds(number)
            | Self::Bytes(number)
            | Self::PerSecond(number) => number,
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Times(number) if number < 20.0 => write!(out, "{number:.2} ×"),
            Self::Times(number) => write!(out, "{number:.1} ×"),
            Self::Percent(number) => write!(out, "{number:.1} %"),
            Self::Nanoseconds(number) if number < 1e3 => write!(out, "{number:.0} ns"),
            Self::Nanoseconds(number) if number < 1e6 => write!(out, "{:.2} µs", number / 1e3),
            Self::Nanoseconds(number) => write!(out, "{:.2} ms", number / 1e6),
            Self::Bytes(number) => write!(out, "{:.0} KiB", number / 1024.0),
            Self::PerSecond(number) => write!(out, "{number:.0}/s"),
        }
    }
}

impl Figure {
    /// For a question with a limit of the same kind.
    pub fn limited(question: &str, measured: Quantity, limit: Quantity, of: String) -> Self {
        Self { limit: Some(limit), ..Self::plain(question, measured, of) }
    }

    /// For a question whose answer has to be at least so much, of the same kind.
    pub fn at_least(question: &str, measured: Quantity, limit: Quantity, of: String) -> Self {
        Self { is_least: true, ..Self::limited(question, measured, limit, of) }
    }

    /// For a question that is asked for the number alone.
    pub fn plain(question: &str, measured: Quantity, of: String) -> Self {
        Self { question: question.to_owned(), measured, limit: None, is_least: false, of }
    }

    fn verdict(&self) -> &'static str {
        let Some(limit) = self.limit else { return "" };
        let (measured, limit) = (self.measured.number(), limit.number());
        let is_met = if self.is_least { measured >= limit } else { measured <= limit };
        if is_met { "met" } else { "**missed**" }
    }
}

/// Figures as a table.
pub fn table(figures: &[Figure]) -> String {
    let mut table = "| question | measured | promised | | of |\n| --- | --- | --- | --- | --- |\n".to_owned();
    for figure in figures {
        let sign = if figure.is_least { "≥" } else { "≤" };
        let limit = figure.limit.map(|limit| format!("{sign} {limit}")).unwrap_or_default();
        let Figure { question, measured, of, .. } = figure;
        let verdict = figure.verdict();
        table.extend(["| ", question, " | ", &measured.to_string(), " | ", &limit, " | ", verdict, " | ", of, " |\n"]);
    }
    table
}

/// Prints what one file found and keeps it for the table.
///
/// # Errors
/// When it cannot be kept.
pub fn keep(file: &str, figures: &[Figure]) -> anyhow::Result<()> {
    println!("\n{}", table(figures));
    let folder = target_folder().join("figures");
    std::fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{file}.json"));
    std::fs::write(&path, serde_json::to_vec_pretty(figures)?).with_context(|| path.display().to_string())
}

/// What a file found when it ran last.
///
/// # Errors
/// When it never ran.
pub fn kept(file: &str) -> anyhow::Result<Vec<Figure>> {
    let path = target_folder().join("figures").join(format!("{file}.json"));
    let bytes = std::fs::read(&path).with_context(|| format!("{}: run `cargo bench` first", path.display()))?;
    Ok(serde_json::from_slice(&bytes)?)
}
