//! Runs cargo: from crates to WebAssembly modules, with the settings that every guest is compiled with.
//!
//! The settings are given on cargo's command line, so that they hold whatever the crate's own manifest says, and paths
//! of this machine are mapped to names that are the same on every machine.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{ChildStdout, Command, Stdio},
    thread,
};

use serde::Deserialize;

use crate::{
    cargo,
    metadata::{Metadata, Package},
    toolchain::{StandardLibrary, Toolchain},
};

/// The guest's stack. With the data and a small heap it fits into the one page of memory that a fresh sandbox has.
pub const STACK_BYTES: u32 = 16 * 1024;

/// The name of the profile that the settings make.
const PROFILE: &str = "guest";

/// Arithmetic that overflows is a plugin fault, never a wrong number; hence `overflow-checks`.
const PROFILE_SETTINGS: &[&str] = &[
    "inherits=\"release\"",
    "opt-level=2",
    "lto=\"fat\"",
    "codegen-units=1",
    "panic=\"abort\"",
    "overflow-checks=true",
    // Decimals check every result by themselves, dates every day; what the SDK computes besides are places in memory.
    "package.rust_decimal.overflow-checks=false",
    "package.lockstep-sdk.overflow-checks=false",
    "debug-assertions=false",
    "debug=0",
    // Function names stay: a trap names its rule by them.
    "strip=\"debuginfo\"",
    "incremental=false",
];

/// Whether cargo writes in colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// It does.
    Always,
    /// It does not.
    #[default]
    Never,
}

/// What to compile.
#[derive(Clone, Debug)]
pub struct CompileRequest<'a> {
    /// The folder of a crate or a workspace.
    pub folder: &'a Path,
    /// Where cargo puts its files; none: `guest` in the target folder of the crate's workspace.
    pub target_folder: Option<&'a Path>,
    /// Features to switch on, as cargo names them.
    pub features: &'a [&'a str],
    /// Keep what panics say. Without, and where the compiler can, a panic is a trap and no more: a sandbox has nobody to
    /// tell, and the sentences with what writes them are an eighth of a package.
    pub panic_messages: bool,
    /// Whether cargo writes in colour.
    pub colour: Colour,
}

/// A compiled module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// The crate's name.
    pub name: String,
    /// The module's file.
    pub path: PathBuf,
}

/// Why a crate was not compiled.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// There is no crate.
    #[error("there is no Cargo.toml in {}: name a plugin's folder, or begin one with `lockstep new NAME`", folder.display())]
    NoCrate {
        /// The folder.
        folder: PathBuf,
    },
    /// Cargo could not be run.
    #[error("cargo cannot be run as {}: {source}; install Rust from https://rustup.rs", cargo.display())]
    Start {
        /// The command.
        cargo: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The manifest or what it depends on is not in order.
    #[error("cargo cannot read {}: {}", path.display(), said.trim())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What cargo said.
        said: String,
    },
    /// The crate has no library that becomes a module.
    #[error("{} makes no module: add `crate-type = [\"cdylib\", \"rlib\"]` to its [lib]", manifest.display())]
    NoModule {
        /// The manifest.
        manifest: PathBuf,
    },
    /// Cargo could not be followed while it ran.
    #[error("cargo was started, but what it writes cannot be read: {0}")]
    Follow(#[source] std::io::Error),
    /// The code does not compile; cargo's own lines say where.
    #[error("{} does not compile: cargo's messages say why", folder.display())]
    Failed {
        /// The crate's folder.
        folder: PathBuf,
        /// All that cargo wrote.
        said: Vec<String>,
    },
}

/// Compiles the crates of a folder that are modules. `on_line` is given each line that cargo writes for people.
///
/// # Errors
/// When there is no crate, no module comes of it, or it does not compile.
pub fn compile(
    toolchain: &Toolchain,
    request: &CompileRequest<'_>,
    on_line: &mut dyn FnMut(&str),
) -> Result<Vec<Module>, CompileError> {
    let manifest = manifest(request.folder)?;
    let metadata = Metadata::read(toolchain, &manifest)?;
    compile_described(toolchain, request, &manifest, &metadata, on_line)
}

/// The manifest in a folder, in the form in which cargo names it.
pub(crate) fn manifest(folder: &Path) -> Result<PathBuf, CompileError> {
    let no_crate = || CompileError::NoCrate { folder: folder.to_owned() };
    let manifest = folder.join("Cargo.toml").canonicalize().map_err(|_| no_crate())?;
    if manifest.is_file() { Ok(manifest) } else { Err(no_crate()) }
}

pub(crate) fn compile_described(
    toolchain: &Toolchain,
    request: &CompileRequest<'_>,
    manifest: &Path,
    metadata: &Metadata,
    on_line: &mut dyn FnMut(&str),
) -> Result<Vec<Module>, CompileError> {
    let package = metadata.package_at(manifest);
    if package.is_some_and(|package| !package.makes_a_module()) {
        return Err(CompileError::NoModule { manifest: manifest.to_owned() });
    }
    let (messages, said) = run(build_command(toolchain, request, manifest, metadata), &toolchain.cargo, on_line)?;
    let modules = messages.map(|messages| modules(&messages, metadata, package));
    modules.ok_or_else(|| CompileError::Failed { folder: request.folder.to_owned(), said })
}

fn build_command(toolchain: &Toolchain, request: &CompileRequest<'_>, manifest: &Path, metadata: &Metadata) -> Command {
    let mut command = cargo::command(toolchain, "build", manifest);
    command.args(cargo::build_arguments(toolchain)).args(["--profile", PROFILE, "--lib"]);
    for setting in PROFILE_SETTINGS {
        command.arg("--config").arg(format!("profile.{PROFILE}.{setting}"));
    }
    for feature in request.features {
        command.args(["--features", feature]);
    }
    let target_folder = request.target_folder.map_or_else(|| metadata.target_directory.join("guest"), Path::to_owned);
    command.arg("--target-dir").arg(target_folder);
    command.args(["--message-format", "json-render-diagnostics", "--color"]);
    command.arg(if request.colour == Colour::Always { "always" } else { "never" });
    command.env("CARGO_ENCODED_RUSTFLAGS", flags(toolchain, metadata, request.panic_messages));
    command
}

/// Numbers that the linker fills in take five bytes each unless it shortens them. A lower limit for inlining would make
/// packages a tenth smaller, too, and documents of many lines a tenth slower.
const SMALL: [&str; 1] = ["-Clink-arg=--compress-relocations"];

/// A panic is a trap and no more.
const ABORT_AT_ONCE: [&str; 2] = ["-Zunstable-options", "-Cpanic=immediate-abort"];

/// The compiler's flags, separated as cargo wants them. Where several prefixes fit a path, the last counts.
fn flags(toolchain: &Toolchain, metadata: &Metadata, panic_messages: bool) -> OsString {
    let mut flags = OsString::from(format!("-Clink-arg=-zstack-size={STACK_BYTES}"));
    flags.push("\x1f-Csymbol-mangling-version=v0");
    let silent: &[&str] = if toolchain.can_abort_at_once() && !panic_messages { &ABORT_AT_ONCE } else { &[] };
    for flag in SMALL.iter().chain(silent) {
        flags.push("\x1f");
        flags.push(flag);
    }
    for (from, to) in path_names(toolchain, metadata) {
        flags.push("\x1f--remap-path-prefix=");
        flags.push(from);
        flags.push("=");
        flags.push(to);
    }
    flags
}

/// Names for the folders of this machine that source files lie in. Cargo names those of the workspace from its root.
fn path_names(toolchain: &Toolchain, metadata: &Metadata) -> Vec<(PathBuf, String)> {
    let mut names = Vec::new();
    if let Some(cargo_home) = &toolchain.cargo_home {
        names.push((cargo_home.clone(), "/cargo".to_owned()));
    }
    let registries = metadata.packages.iter().filter(|package| package.source.is_some());
    let registries = registries.filter_map(|package| package.folder().parent().map(Path::to_owned));
    names.extend(registries.collect::<BTreeSet<_>>().into_iter().map(|folder| (folder, "/crates".to_owned())));
    if let StandardLibrary::FromSource { source, .. } = toolchain.standard_library() {
        let real = source.canonicalize().unwrap_or_else(|_| source.clone());
        names.extend([(source.clone(), "/rust".to_owned()), (real, "/rust".to_owned())]);
    }
    let elsewhere =
        |package: &&Package| package.source.is_none() && !package.manifest_path.starts_with(&metadata.workspace_root);
    let beside = metadata.packages.iter().filter(elsewhere);
    names.extend(beside.map(|package| (package.folder().to_owned(), format!("/{}", package.name))));
    names
}

/// Runs cargo; the first value is what it wrote for programs, if it succeeded, the second what it wrote for people.
fn run(
    mut command: Command,
    cargo: &Path,
    on_line: &mut dyn FnMut(&str),
) -> Result<(Option<Vec<u8>>, Vec<String>), CompileError> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|source| CompileError::Start { cargo: cargo.to_owned(), source })?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        let messages = scope.spawn(move || read_all(stdout));
        let mut said = Vec::new();
        for line in stderr.into_iter().flat_map(|stderr| BufReader::new(stderr).split(b'\n')) {
            let line = String::from_utf8_lossy(&line.map_err(CompileError::Follow)?).trim_end().to_owned();
            on_line(&line);
            said.push(line);
        }
        let messages = messages.join().unwrap_or_else(|_| Ok(Vec::new())).map_err(CompileError::Follow)?;
        let status = child.wait().map_err(CompileError::Follow)?;
        Ok((status.success().then_some(messages), said))
    })
}

fn read_all(stdout: Option<ChildStdout>) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(mut stdout) = stdout {
        stdout.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// A line that cargo writes for programs; other kinds of line lack these fields.
#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    package_id: String,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

/// The modules among what cargo made: the one of `package`, or all of the workspace.
fn modules(messages: &[u8], metadata: &Metadata, package: Option<&Package>) -> Vec<Module> {
    let lines = messages.split(|byte| *byte == b'\n');
    let messages = lines.filter_map(|line| serde_json::from_slice::<Message>(line).ok());
    let wanted = messages.filter(|message| package.is_none_or(|package| package.id == message.package_id));
    wanted.filter_map(|message| module_of(message, metadata)).collect()
}

fn module_of(message: Message, metadata: &Metadata) -> Option<Module> {
    let path = message.filenames.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "wasm"))?;
    let package = metadata.packages.iter().find(|package| package.id == message.package_id)?;
    Some(Module { name: package.name.clone(), path })
}
