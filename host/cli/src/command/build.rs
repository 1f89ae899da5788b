//! `lockstep build`: from a plugin crate to its package.

use std::io::{self, Write};

use lockstep_build::Mode;
use serde_json::json;

use crate::{
    args::Build,
    failure::{Ending, Result},
    output::Output,
    package::{self, BuildSettings},
    render::style::{Tone, thousands},
};

/// Builds, with cargo's own messages on standard error as they come.
pub(crate) fn run(arguments: &Build, output: &Output) -> Result<Ending> {
    let mode = if arguments.development { Mode::Development } else { Mode::Release };
    let settings = BuildSettings { rustc: arguments.compiler.rustc.as_deref(), mode };
    let mut stderr = io::stderr();
    // Where standard error cannot be written to, nobody follows the build.
    let built = package::build(&arguments.plugin, settings, &mut |line| drop(writeln!(stderr, "{line}")))?;
    if output.is_json() {
        Output::json(&json!({
            "path": built.path,
            "bytes": built.bytes.len(),
            "manifest": built.manifest,
            "locales": built.locales,
            "workspace": built.workspace,
        }))?;
    } else {
        output.text(&format!(
            "{} {} {}, {} bytes, messages in {}{}\n  {}\n",
            Tone::Good.paint("Built"),
            built.manifest.name,
            built.manifest.version,
            thousands(built.bytes.len() as u64),
            if built.locales.is_empty() { "no language".to_owned() } else { built.locales.join(", ") },
            if built.workspace.is_some() { "" } else { ", without a workspace" },
            built.path.display(),
        ))?;
    }
    Ok(Ending::Fine)
}
