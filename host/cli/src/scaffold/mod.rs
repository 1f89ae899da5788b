//! What `lockstep new` writes: a starting plugin from a template, and the SDK's sources, which are part of the command.
//!
//! The SDK is on no registry yet, so a plugin carries it in `vendor/lockstep`, laid out as in the SDK's own repository:
//! the crates find each other and the contract by the same relative paths.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The SDK's crates and the contract: path below `vendor/lockstep`, and text.
const SDK: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/sdk_sources.rs"));

/// The versions that the SDK was tested with.
const LOCK: &str = include_str!(concat!(env!("OUT_DIR"), "/Cargo.lock"));

/// The starting plugin: path below its folder, and text in which `{{name}}` and `{{crate}}` stand for its names.
const TEMPLATE: &[(&str, &str)] = &[
    (".gitignore", include_str!("template/gitignore")),
    ("Cargo.toml", include_str!("template/Cargo.toml.in")),
    ("README.md", include_str!("template/README.md")),
    ("cases/no-lines.json", include_str!("template/cases/no-lines.json")),
    ("cases/over-budget.json", include_str!("template/cases/over-budget.json")),
    ("cases/submitted.json", include_str!("template/cases/submitted.json")),
    ("cases/wrong-lines.json", include_str!("template/cases/wrong-lines.json")),
    ("demo/request.json", include_str!("template/demo/request.json")),
    ("messages/de.ftl", include_str!("template/messages/de.ftl")),
    ("messages/en.ftl", include_str!("template/messages/en.ftl")),
    ("reference/product.csv", include_str!("template/reference/product.csv")),
    ("src/issues.rs", include_str!("template/src/issues.rs")),
    ("src/lib.rs", include_str!("template/src/lib.rs")),
    ("src/request.rs", include_str!("template/src/request.rs")),
    ("src/tables.rs", include_str!("template/src/tables.rs")),
    ("tests/rules.rs", include_str!("template/tests/rules.rs")),
    ("workspace.toml", include_str!("template/workspace.toml")),
];

/// A file that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}", path.display())]
pub(crate) struct WriteError {
    path: PathBuf,
    source: io::Error,
}

/// Writes a plugin of this name into the folder, and says which of its own files it wrote.
pub(crate) fn write_plugin(folder: &Path, name: &str) -> Result<Vec<&'static str>, WriteError> {
    let crate_name = name.replace('-', "_");
    for (path, text) in TEMPLATE {
        write(folder, path, &text.replace("{{name}}", name).replace("{{crate}}", &crate_name))?;
    }
    for (path, text) in SDK {
        write(folder, &format!("vendor/lockstep/{path}"), text)?;
    }
    write(folder, "Cargo.lock", LOCK)?;
    Ok(TEMPLATE.iter().map(|(path, _)| *path).collect())
}

fn write(folder: &Path, relative: &str, text: &str) -> Result<(), WriteError> {
    let path = folder.join(relative);
    let failed = |source| WriteError { path: path.clone(), source };
    path.parent().map_or(Ok(()), fs::create_dir_all).map_err(failed)?;
    fs::write(&path, text).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sdk_and_the_contract_are_embedded() {
        for path in ["sdk/rust/Cargo.toml", "sdk/rust/src/lib.rs", "sdk/rust-macros/src/lib.rs", "wit/1.0.0/logic.wit"]
        {
            assert!(SDK.iter().any(|(embedded, _)| *embedded == path), "{path}");
        }
    }

    #[test]
    fn embedded_manifests_inherit_nothing() {
        for (path, text) in SDK.iter().filter(|(path, _)| path.ends_with("Cargo.toml")) {
            assert!(!text.contains("workspace"), "{path} still inherits:\n{text}");
            assert!(!text.contains("dev-dependencies"), "{path} still has development dependencies");
        }
    }
}
