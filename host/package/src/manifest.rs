//! The manifest: what a package is and what it was built with.
//!
//! A JSON object in the section [`SECTION`]. Keys that this version does not know are passed over, so that a host
//! reads the manifest of a package built with a newer SDK and can say so.

use std::collections::BTreeMap;

use lockstep_model::is_kebab_case;
use semver::VersionReq;
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
}

impl Manifest {
    /// Reads a package's manifest.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn read(package: &Sections<'_>) -> Result<Self, ManifestError> {
        let json = package.read(SECTION)?.ok_or(ManifestError::Missing)?;
        serde_json::from_slice(json).map_err(ManifestError::Malformed)
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
