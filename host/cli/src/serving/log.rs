//! The server's log, on standard error.

use std::io;

use anyhow::anyhow;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::{Layer, filter::Targets, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    args::server::{LogFormat, LogLevel},
    failure::{Failure, Result},
};

/// Whose lines are written: what other crates would tell of headers and bodies is none of the log's affair.
const TARGETS: [&str; 2] = ["lockstep", "lockstep_server"];

/// Writes what this process tells from here on.
pub(crate) fn start(format: LogFormat, level: LogLevel) -> Result<()> {
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    let targets = Targets::new().with_targets(TARGETS.map(|target| (target, level)));
    let lines = fmt::layer().with_writer(io::stderr);
    let lines = match format {
        LogFormat::Text => lines.with_ansi(false).boxed(),
        LogFormat::Json => lines.json().boxed(),
    };
    let started = tracing_subscriber::registry().with(lines.with_filter(targets)).try_init();
    started.map_err(|error| Failure::Host(anyhow!("the log cannot be started: {error}")))
}
