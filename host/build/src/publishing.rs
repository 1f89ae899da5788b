//! What a crate says of its publishing, in `[package.metadata.lockstep]` of its Cargo.toml.

use std::{collections::BTreeMap, path::PathBuf};

use lockstep_package::manifest::{PUBLISHER_BYTES_MAX, is_publisher_name};
use semver::VersionReq;
use serde_json::{Map, Value};

use crate::metadata::Package;

const TABLE: &str = "package.metadata.lockstep";

const KEYS: [&str; 3] = ["publisher", "requires", "host"];

/// A value that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: `{key}` {reason}", path.display())]
pub struct PublishingError {
    /// The crate's Cargo.toml.
    pub path: PathBuf,
    /// The value's key, with its table.
    pub key: String,
    /// What is wrong, and what would be right.
    pub reason: String,
}

/// By whom a plugin is published, and what it needs there.
#[derive(Debug, Default)]
pub(crate) struct Publishing {
    pub(crate) publisher: Option<String>,
    pub(crate) requires: BTreeMap<String, VersionReq>,
    pub(crate) host: Option<VersionReq>,
}

impl Publishing {
    /// What the crate says; nothing, if it does not.
    pub(crate) fn read(package: &Package) -> Result<Self, PublishingError> {
        let read = match package.metadata.get("lockstep") {
            None => Ok(Self::default()),
            Some(Value::Object(table)) => Self::of_table(table),
            Some(_) => Err((TABLE.to_owned(), "is a table, with publisher, requires and host".to_owned())),
        };
        read.map_err(|(key, reason)| PublishingError { path: package.manifest_path.clone(), key, reason })
    }

    fn of_table(table: &Map<String, Value>) -> Result<Self, (String, String)> {
        if let Some(unknown) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err((format!("{TABLE}.{unknown}"), format!("is not known: choose one of {}", KEYS.join(", "))));
        }
        let publisher = table.get("publisher").map(publisher).transpose()?;
        let requires = match table.get("requires") {
            None => BTreeMap::new(),
            Some(Value::Object(required)) => required.iter().map(requirement).collect::<Result<_, _>>()?,
            Some(_) => {
                let reason = "is a table of packages, such as { sales-orders = \"1.2\" }".to_owned();
                return Err((format!("{TABLE}.requires"), reason));
            }
        };
        let host = table.get("host").map(|versions| self::versions(format!("{TABLE}.host"), versions)).transpose()?;
        Ok(Self { publisher, requires, host })
    }
}

fn publisher(name: &Value) -> Result<String, (String, String)> {
    match name.as_str() {
        Some(name) if is_publisher_name(name) => Ok(name.to_owned()),
        _ => {
            let reason = format!(
                "is {name}: write a name in kebab-case such as \"lockstep-samples\", {PUBLISHER_BYTES_MAX} characters at \
                 most"
            );
            Err((format!("{TABLE}.publisher"), reason))
        }
    }
}

fn requirement((package, versions): (&String, &Value)) -> Result<(String, VersionReq), (String, String)> {
    let key = format!("{TABLE}.requires.{package}");
    let is_of_names = |character: char| character.is_ascii_alphanumeric() || ['-', '_'].contains(&character);
    if package.is_empty() || !package.chars().all(is_of_names) {
        return Err((key, "is no package's name: it has letters, digits and hyphens".to_owned()));
    }
    Ok((package.clone(), self::versions(key, versions)?))
}

fn versions(key: String, versions: &Value) -> Result<VersionReq, (String, String)> {
    let read = versions.as_str().map(str::parse);
    match read {
        Some(Ok(versions)) => Ok(versions),
        Some(Err(error)) => {
            Err((key, format!("is {versions}, which names no versions ({error}): write \"1.2\" or \">=1.2, <3\"")))
        }
        None => Err((key, format!("is {versions}: write versions in quotes, \"1.2\" or \">=1.2, <3\""))),
    }
}
