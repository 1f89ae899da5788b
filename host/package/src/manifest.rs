//! The manifest: what a package is and what it was built with.
//!
//! A JSON object in the section [`SECTION`]. Keys that this version does not know are passed over, so that a host
//! reads the manifest of a package built with a newer SDK and can say so.

use std::collections::BTreeMap;

use lockstep_model::is_kebab_case;
use semver::{Version, VersionReq};
use serde::{Deserialize, Serialize};

use crate::sections::{self, SectionError, Sections};

/// The section's name.
pub const SECTION: &str = "lockstep:manifest";

/// What a package is and what it was built with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Manifest {
    /// The plugin's name, that of its crate.
    pub name: String,
    /// The plugin's version, that of its crate.
    pub version: String,
    /// The SDK's version, if it was written with the SDK.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sdk: Option<String>,
    /// The contract's version.
    pub wit: String,
    /// Who publishes it, if the plugin says so: then nobody else's signature is taken for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// The packages that have to be published beside it, and which of their versions will do (as Cargo writes these).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub requires: BTreeMap<String, VersionReq>,
    /// Which versions of the host will do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<VersionReq>,
}

/// The longest name of a publisher, in bytes.
pub const PUBLISHER_BYTES_MAX: usize = 64;

/// Whether a publisher can be called so: in kebab-case, with at most [`PUBLISHER_BYTES_MAX`] bytes.
pub fn is_publisher_name(name: &str) -> bool {
    name.len() <= PUBLISHER_BYTES_MAX && is_kebab_case(name)
}

/// The longest name of a package and the longest version, in bytes.
const TEXT_BYTES_MAX: usize = 64;

/// Most packages that one can need.
const REQUIRES_MAX: usize = 32;

/// Why a manifest could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The file's sections could not be read.
    #[error(transparent)]
    Section(#[from] SectionError),
    /// There is none.
    #[error("the file has no manifest: it is not a Lockstep package; build it with `lockstep build`")]
    Missing,
    /// It is not what a manifest should be.
    #[error("the package's manifest cannot be read: {0}")]
    Malformed(#[source] serde_json::Error),
    /// It says what no manifest may say.
    #[error("the package's manifest is wrong: {}", mistakes.join("; "))]
    Wrong {
        /// All that is wrong, a sentence each, with nothing in it that a terminal obeys.
        mistakes: Vec<String>,
    },
}

fn is_name(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=TEXT_BYTES_MAX).contains(&name.len()) && name.bytes().all(is_letter)
}

impl Manifest {
    /// Reads a package's manifest.
    ///
    /// # Errors
    /// When there is none, it cannot be read, or its name, version or prerequisites are none.
    pub fn read(package: &Sections<'_>) -> Result<Self, ManifestError> {
        let json = package.read(SECTION)?.ok_or(ManifestError::Missing)?;
        let manifest: Self = serde_json::from_slice(json).map_err(ManifestError::Malformed)?;
        let mistakes = manifest.mistakes();
        if mistakes.is_empty() { Ok(manifest) } else { Err(ManifestError::Wrong { mistakes }) }
    }

    fn mistakes(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        let shown = |text: &str| text.chars().take(TEXT_BYTES_MAX).collect::<String>().escape_debug().to_string();
        if !is_name(&self.name) {
            let name = shown(&self.name);
            mistakes.push(format!(
                "`{name}` is no name of a package: it has letters, digits, `-` and `_`, at most {TEXT_BYTES_MAX} of them"
            ));
        }
        if self.version.len() > TEXT_BYTES_MAX || Version::parse(&self.version).is_err() {
            mistakes.push(format!("`{}` is no version: write it like 1.2.3", shown(&self.version)));
        }
        if self.requires.len() > REQUIRES_MAX {
            mistakes.push(format!("it needs {} packages: {REQUIRES_MAX} are the most", self.requires.len()));
        }
        if let Some(name) = self.requires.keys().find(|name| !is_name(name)) {
            mistakes.push(format!("it needs `{}`, which is no name of a package", shown(name)));
        }
        if self.requires.contains_key(&self.name) {
            mistakes.push("it needs itself: take that out of its `requires`".to_owned());
        }
        mistakes
    }

    /// Appends it to a component.
    ///
    /// # Errors
    /// When the bytes are not a whole WebAssembly file, or have a manifest already.
    pub fn append_to(&self, component: &mut Vec<u8>) -> Result<(), ManifestError> {
        let json = serde_json::to_vec(self).map_err(ManifestError::Malformed)?;
        Ok(sections::append(component, SECTION, &json)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Manifest, ManifestError> {
        let mut component = b"\0asm\x0d\0\x01\0".to_vec();
        sections::append(&mut component, SECTION, json.as_bytes()).expect("a component");
        Manifest::read(&Sections::parse(&component).expect("sections"))
    }

    #[test]
    fn a_usual_manifest_is_read() {
        let usual = r#"{"name": "sales-orders", "version": "1.2.3", "wit": "1.0.0", "requires": {"stock": "^1"}}"#;
        assert_eq!(read(usual).expect("it is fine").name, "sales-orders");
    }

    #[test]
    fn all_mistakes_are_said_at_once_and_nothing_reaches_a_terminal() {
        let wrong =
            r#"{"name": "../a\n", "version": "1.2\u001b[8m", "wit": "1.0.0", "requires": {"/": "*", "../a\n": "*"}}"#;
        let error = read(wrong).expect_err("it is wrong");
        let said = error.to_string();
        assert!(!said.contains(char::is_control), "{said:?}");
        let ManifestError::Wrong { mistakes } = error else { panic!("{said}") };
        assert_eq!(mistakes.len(), 4, "{mistakes:?}");
        assert!(mistakes[0].starts_with("`../a\\n` is no name"), "{mistakes:?}");
        assert!(mistakes[1].contains("is no version"), "{mistakes:?}");
        assert!(mistakes[3].contains("needs itself"), "{mistakes:?}");
    }
}
