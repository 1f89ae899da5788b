//! `lockstep build`: from a plugin crate to its package.

use std::io::{self, Write};

use anyhow::anyhow;
use lockstep_build::{Built, Mode, check_package};
use lockstep_engine::{Engine, EngineConfig, LogSink, Profile};
use serde_json::json;

use crate::{
    args::Build,
    failure::{Ending, Failure, Result},
    limits,
    output::Output,
    package::{self, BuildSettings},
    progress,
    render::style::{Tone, thousands},
};

/// Builds, with cargo's own messages on standard error as they come.
pub(crate) fn run(arguments: &Build, output: &Output) -> Result<Ending> {
    let mode = if arguments.development { Mode::Development } else { Mode::Release };
    let settings = BuildSettings { rustc: arguments.compiler.rustc.as_deref(), mode };
    let mut stderr = io::stderr();
    // Where standard error cannot be written to, nobody follows the build.
    let built = package::build(&arguments.plugin, settings, &mut |line| drop(writeln!(stderr, "{line}")))?;
    check(&built)?;
    if output.is_json() {
        Output::json(&json!({
            "path": built.path,
            "bytes": built.bytes.len(),
            "manifest": built.manifest,
            "locales": built.locales,
        }))?;
    } else {
        output.text(&format!(
            "{} {} {}, {} bytes, messages in {}\n  {}\n",
            Tone::Good.paint("Built"),
            built.manifest.name,
            built.manifest.version,
            thousands(built.bytes.len() as u64),
            if built.locales.is_empty() { "no language".to_owned() } else { built.locales.join(", ") },
            built.path.display(),
        ))?;
    }
    Ok(Ending::Fine)
}

/// Loads the package once, so that what no host would take is said to its author now.
fn check(built: &Built) -> Result<()> {
    let config = EngineConfig::device(Profile::Native).with_development_builds(LogSink::new(|_| ()));
    let engine = Engine::new(&config).map_err(|error| Failure::Host(anyhow!(error)))?;
    progress::during("checking the package", |_| check_package(&engine, &built.bytes, &limits::AUTHOR))
        .map(drop)
        .map_err(|error| Failure::Build(anyhow!("{}: {error}", built.path.display())))
}
