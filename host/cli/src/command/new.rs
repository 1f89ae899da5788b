//! `lockstep new`: a starting plugin.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use lockstep_model::is_kebab_case;
use serde_json::json;

use crate::{
    args::New,
    failure::{Ending, Failure, Result},
    output::Output,
    scaffold,
};

/// Words that no crate can be called by.
const KEYWORDS: [&str; 51] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "core", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "std", "struct",
    "super", "test", "trait", "true", "try", "type", "unsafe", "use", "where", "while", "yield",
];

const NAME_LENGTH_MAX: usize = 64;

/// Writes a starting plugin into a new folder.
pub(crate) fn run(arguments: &New, output: &Output) -> Result<Ending> {
    check_name(&arguments.name)?;
    let folder = arguments.path.clone().unwrap_or_else(|| PathBuf::from(&arguments.name));
    check_is_free(&folder)?;
    let files = scaffold::write_plugin(&folder, &arguments.name).map_err(|error| Failure::Host(anyhow!(error)))?;
    if output.is_json() {
        Output::json(&json!({ "name": arguments.name, "folder": folder, "files": files }))?;
    } else {
        output.text(&format!(
            "Wrote the plugin {} to {}.\n\nNext:\n  cd {}\n  lockstep test\n  lockstep run . demo/request.json --explain\n",
            arguments.name,
            folder.display(),
            folder.display(),
        ))?;
    }
    Ok(Ending::Fine)
}

fn check_name(name: &str) -> Result<()> {
    if !is_kebab_case(name) || name.len() > NAME_LENGTH_MAX {
        return Err(Failure::Usage(anyhow!(
            "`{name}` is no name for a plugin: use lower-case letters, digits and single hyphens, a letter first, \
             {NAME_LENGTH_MAX} characters at most, for instance `purchase-requests`"
        )));
    }
    if KEYWORDS.contains(&name) {
        return Err(Failure::Usage(anyhow!(
            "`{name}` is a word of Rust: choose another name, for instance `my-{name}`"
        )));
    }
    Ok(())
}

fn check_is_free(folder: &Path) -> Result<()> {
    let is_free = match folder.read_dir() {
        Ok(mut entries) => entries.next().is_none(),
        Err(_) => !folder.exists(),
    };
    if is_free {
        return Ok(());
    }
    Err(Failure::Input(anyhow!(
        "{} is there already: choose another name, or another folder with --path",
        folder.display()
    )))
}

#[cfg(test)]
mod tests {
    use super::check_name;

    #[test]
    fn only_kebab_case_names_are_taken() {
        for good in ["orders", "sales-orders", "a1"] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        for bad in ["", "Orders", "sales_orders", "1st", "-a", "a-", "a--b", "crate", "käse", "../up"] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }
}
