//! `lockstep import`: reference rows and records.

use std::{fs, path::Path};

use anyhow::{Context, anyhow};
use lockstep_device::http::encoded;
use serde::Deserialize;

use crate::{
    args::mirror::{Import, ImportCommand},
    client::{Client, parsed},
    failure::{Ending, Failure, Result},
    output::Output,
    render::style::thousands,
};

/// What came of an import.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Imported {
    read: u64,
    changed: u64,
    removed: u64,
}

/// Sends a file to the server.
pub(crate) fn run(arguments: &Import, output: &Output) -> Result<Ending> {
    let (what, path, file, server) = match &arguments.command {
        ImportCommand::Rows { plugin, table, file, add, server } => {
            ("rows", format!("/v1/tables/{}/{}?add={add}", encoded(plugin), encoded(table)), file, server)
        }
        ImportCommand::Records { plugin, entity, file, company, server } => {
            let path = format!("/v1/records/{}/{}?company={}", encoded(plugin), encoded(entity), encoded(company));
            ("records", path, file, server)
        }
    };
    let reason = file.reason.as_ref().map(|reason| format!("&reason={}", encoded(reason))).unwrap_or_default();
    let path = path + &reason;
    let media_type = media_type(&file.file)?;
    let bytes = fs::read(&file.file)
        .with_context(|| format!("cannot read {}; name a readable file", file.file.display()))
        .map_err(Failure::Input)?;
    let name = file.file.display().to_string();
    let answer = Client::open(server)?.import(&path, media_type, &name, &bytes)?;
    if output.is_json() {
        Output::json(&answer)?;
        return Ok(Ending::Fine);
    }
    let Imported { read, changed, removed } = parsed(answer)?;
    let removed = if removed > 0 { format!(", {} removed", thousands(removed)) } else { String::new() };
    output.text(&format!("{} {what} of {name}: {} new or changed{removed}\n", thousands(read), thousands(changed)))?;
    Ok(Ending::Fine)
}

fn media_type(file: &Path) -> Result<&'static str> {
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => Ok("text/csv"),
        Some("jsonl" | "ndjson") => Ok("application/x-ndjson"),
        _ => Err(Failure::Usage(anyhow!("{} ends in none of .csv, .jsonl and .ndjson: name it so", file.display()))),
    }
}
