//! What goes into a check and what comes out of it, as JSON between server and child.

use lockstep_model::{Digest, Limits, schema::Descriptor};
use serde::{Deserialize, Serialize};

use super::reason::Reason;

/// By what a package is checked. There are no defaults: whoever runs a server decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CheckSettings {
    /// What one evaluation may take.
    pub limits: Limits,
    /// Largest package, in bytes.
    pub package_bytes_max: usize,
    /// Refuse packages with float instructions.
    pub float_free: bool,
    /// Refuse packages with fewer cases.
    pub cases_min: usize,
    /// This host's version, which a package's manifest may ask for.
    pub host_version: String,
    /// What the process may use of memory beyond the address space that it reserves, in bytes.
    pub memory_bytes: u64,
    /// How long the process may compute, in seconds of processor time.
    pub processor_seconds: u64,
    /// Largest file that it may write, in bytes.
    pub file_bytes: u64,
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Report {
    /// All that stands against it.
    pub reasons: Vec<Reason>,
    /// What it says of itself, where it loads.
    pub descriptor: Option<Descriptor>,
    /// The roles that have its workspace; none where it has no workspace.
    pub roles: Vec<String>,
    /// Whether it has no float instruction, where that can be seen.
    pub float_free: Option<bool>,
    /// How many cases it brings along.
    pub cases: u64,
    /// Its code by engine, in files of the folder given.
    pub code: Vec<CodeFile>,
}

/// A file with precompiled code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CodeFile {
    /// The engine that takes it: `wasmtime-48.0.8/portable`.
    pub engine: String,
    /// The file's name.
    pub file: String,
    /// The digest of its bytes.
    pub digest: Digest,
}

impl Report {
    /// Nothing but one reason.
    pub fn refused(reason: Reason) -> Self {
        Self { reasons: vec![reason], ..Self::default() }
    }
}
