//! The workspace's plugins, built from source and loaded on both engines.

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use anyhow::Context as _;
use lockstep_build::{BuildRequest, Colour, Mode, Toolchain, ToolchainOptions, build_checked_plugin};
use lockstep_engine::{Engine, EngineConfig, Plugin, Pool, Profile};
use lockstep_model::{Limits, evaluate_in_rounds};

use crate::{documents::Documents, reference::Reference};

/// What an evaluation of these tests may take: what a server would give, and no more.
pub const LIMITS: Limits = Limits {
    fuel: 200_000_000,
    instantiation_fuel: 10_000_000,
    memory_bytes: 16 << 20,
    table_elements: 10_000,
    input_bytes: 4 << 20,
    output_bytes: 4 << 20,
    issues: 1_000,
    patches: 100,
    log_lines: 100,
    look_ups: 10_000,
    rounds: 16,
    wall_clock_ms: 20_000,
};

/// A plugin of the workspace.
pub struct Workspace {
    /// The crate's name.
    pub name: String,
    /// Where it lies.
    pub folder: PathBuf,
    /// The package's bytes.
    pub component: Vec<u8>,
    /// As a server runs it.
    pub native: Plugin,
    /// As a phone without a compiler runs it.
    pub portable: Plugin,
    /// Its reference tables.
    pub reference: Reference,
}

/// An engine as servers have it.
///
/// # Panics
/// When the host cannot give what it needs.
pub fn server() -> Engine {
    Engine::new(&EngineConfig::server(Profile::Native, Pool::STANDARD)).expect("a native engine")
}

/// An engine as phones have it.
///
/// # Panics
/// When the host cannot give what it needs.
pub fn phone() -> Engine {
    Engine::new(&EngineConfig::device(Profile::Portable)).expect("a portable engine")
}

/// All plugins, in the order of their names.
///
/// # Panics
/// When one does not build or load, or its messages or its workspace do not fit it.
pub fn all() -> &'static [Workspace] {
    static ALL: LazyLock<Vec<Workspace>> = LazyLock::new(|| read_all().unwrap_or_else(|error| panic!("{error:#}")));
    &ALL
}

impl Workspace {
    /// Makes random requests for it.
    pub fn documents(&self) -> Documents<'_> {
        Documents { descriptor: self.native.descriptor(), reference: &self.reference }
    }
}

fn read_all() -> anyhow::Result<Vec<Workspace>> {
    let toolchain = Toolchain::detect(&ToolchainOptions::from_variables(|name| env::var_os(name)))?;
    let (server, phone) = (server(), phone());
    let folders = plugin_folders()?;
    anyhow::ensure!(!folders.is_empty(), "there is no plugin");
    folders.iter().map(|folder| read(folder, &toolchain, &server, &phone)).collect()
}

/// The folders in `plugins` with a crate.
fn plugin_folders() -> anyhow::Result<Vec<PathBuf>> {
    let plugins = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins");
    let entries = fs::read_dir(plugins)?.collect::<Result<Vec<_>, _>>()?;
    let mut folders: Vec<_> = entries.into_iter().map(|entry| entry.path()).collect();
    folders.retain(|folder| folder.join("Cargo.toml").is_file());
    folders.sort();
    Ok(folders)
}

fn read(folder: &Path, toolchain: &Toolchain, server: &Engine, phone: &Engine) -> anyhow::Result<Workspace> {
    let request = BuildRequest { folder, toolchain, mode: Mode::Release, target_folder: None, colour: Colour::Never };
    let mut said = Vec::new();
    let built = build_checked_plugin(&request, server, &LIMITS, &mut |line| said.push(line.to_owned()))
        .with_context(|| format!("{}: {}", folder.display(), said.join("\n")))?;
    let native = server.load(&built.bytes, &LIMITS)?;
    let portable = phone.load(&built.bytes, &LIMITS)?;
    let descriptor = native.descriptor();
    let reference = Reference::read(folder, descriptor)?;
    let documents = Documents { descriptor, reference: &reference };
    let records = documents.records(|sample| {
        let tables = documents.tables(sample);
        let concluded = evaluate_in_rounds(&native, descriptor, sample.request.clone(), &*tables, &LIMITS).ok()?;
        Some(concluded.outcome.derived)
    });
    let reference = reference.with_records(descriptor, &records)?;
    Ok(Workspace {
        name: built.manifest.name,
        folder: folder.to_owned(),
        component: built.bytes,
        native,
        portable,
        reference,
    })
}
