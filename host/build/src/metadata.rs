//! What `cargo metadata` says of a crate, as far as a build needs it.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::{
    cargo,
    compile::CompileError,
    toolchain::{TARGET, Toolchain},
};

/// A crate, its workspace and all that it depends on.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
    pub(crate) workspace_root: PathBuf,
    pub(crate) target_directory: PathBuf,
}

/// One crate.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) manifest_path: PathBuf,
    /// None: it lies on this disk.
    pub(crate) source: Option<String>,
    pub(crate) targets: Vec<Target>,
    /// What the manifest has for other tools, by tool.
    #[serde(default)]
    pub(crate) metadata: serde_json::Value,
}

/// Something that cargo builds of a crate.
#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    pub(crate) crate_types: Vec<String>,
}

impl Metadata {
    pub(crate) fn read(toolchain: &Toolchain, manifest: &Path) -> Result<Self, CompileError> {
        let mut command = cargo::command(toolchain, "metadata", manifest);
        command.args(["--format-version", "1", "--filter-platform", TARGET]);
        let output =
            command.output().map_err(|source| CompileError::Start { cargo: toolchain.cargo.clone(), source })?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(CompileError::Manifest { path: manifest.to_owned(), said });
        }
        serde_json::from_slice(&output.stdout)
            .map_err(|error| CompileError::Manifest { path: manifest.to_owned(), said: error.to_string() })
    }

    /// The crate of this manifest; none: the manifest is that of a workspace alone.
    pub(crate) fn package_at(&self, manifest: &Path) -> Option<&Package> {
        let same = |path: &Path| path == manifest || path.canonicalize().is_ok_and(|path| path == manifest);
        self.packages.iter().find(|package| same(&package.manifest_path))
    }

    /// The version of the dependency with this name.
    pub(crate) fn version_of(&self, name: &str) -> Option<&str> {
        self.packages.iter().find(|package| package.name == name).map(|package| package.version.as_str())
    }
}

impl Package {
    pub(crate) fn folder(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(Path::new(""))
    }

    pub(crate) fn makes_a_module(&self) -> bool {
        self.targets.iter().any(|target| target.crate_types.iter().any(|kind| kind == "cdylib"))
    }
}
