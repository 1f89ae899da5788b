//! Reading what the user names: files, standard input, JSON; errors say which file.

use std::{
    fs,
    io::{self, Read},
    path::Path,
};

use anyhow::{Context, anyhow};
use lockstep_model::json::{Json, JsonError};

use crate::failure::{Failure, Result};

/// A text file, or standard input for `-`. `what` it is goes into the error.
pub(crate) fn read_text(path: &Path, what: &str) -> Result<String> {
    let read = if path == Path::new("-") {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(path)
    };
    read.with_context(|| format!("cannot read the {what} {}; name a readable text file", shown(path)))
        .map_err(Failure::Input)
}

/// A JSON file, or standard input for `-`.
pub(crate) fn read_json(path: &Path, what: &str) -> Result<Json> {
    Json::parse(&read_text(path, what)?).map_err(|error| wrong(path, &error))
}

/// The file is there, but what is in it does not fit.
pub(crate) fn wrong(path: &Path, error: &JsonError) -> Failure {
    Failure::Input(anyhow!("{}: {error}", shown(path)))
}

fn shown(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}
