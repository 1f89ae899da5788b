//! The packages that are measured, built from source before anything is timed.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use lockstep_build::{BuildRequest, Built, Colour, Mode, Toolchain, ToolchainOptions, build_plugin};
use lockstep_engine::{Engine, EngineConfig, Plugin, Pool, Profile};

use crate::LIMITS;

/// The project's folder.
pub fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Order lines of ten fields: `benches/guest`.
///
/// # Errors
/// When it does not build.
pub fn lines() -> anyhow::Result<Built> {
    build(&project().join("benches/guest"))
}

/// The folder of the plugin with this name.
pub fn folder(plugin: &str) -> PathBuf {
    project().join("plugins").join(plugin)
}

/// The plugin with this name.
///
/// # Errors
/// When it does not build.
pub fn plugin(name: &str) -> anyhow::Result<Built> {
    build(&folder(name))
}

fn build(folder: &Path) -> anyhow::Result<Built> {
    let toolchain = Toolchain::detect(&ToolchainOptions::from_variables(|name| std::env::var_os(name)))?;
    let target_folder = target_folder();
    let request = BuildRequest {
        folder,
        toolchain: &toolchain,
        mode: Mode::Release,
        target_folder: Some(&target_folder),
        colour: Colour::Never,
    };
    build_plugin(&request, &mut |line| eprintln!("{line}"))
        .with_context(|| format!("{} was not built", folder.display()))
}

/// Where builds and figures go.
pub fn target_folder() -> PathBuf {
    project().join("target")
}

/// An engine as it is where the profile is used: native on servers, portable on phones.
///
/// # Errors
/// When this host cannot give what it takes.
pub fn engine(profile: Profile) -> anyhow::Result<Engine> {
    let config = match profile {
        Profile::Native => EngineConfig::server(profile, Pool::STANDARD),
        Profile::Portable => EngineConfig::device(profile),
    };
    Ok(Engine::new(&config)?)
}

/// A plugin in such an engine.
///
/// # Errors
/// When it does not load.
pub fn load(package: &Built, profile: Profile) -> anyhow::Result<Plugin> {
    Ok(engine(profile)?.load(&package.bytes, &LIMITS)?)
}
