//! Finds a compiler for `wasm32-unknown-unknown` and says how its standard library is to be had.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

/// What guests are compiled for.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Where Debian's `rustc-web` puts its compiler.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";

/// Where to look for a compiler.
#[derive(Clone, Debug)]
pub struct ToolchainOptions {
    /// The compiler that the user named: this one or none.
    pub named_rustc: Option<PathBuf>,
    /// The cargo to run.
    pub cargo: PathBuf,
    /// The compiler that this cargo runs by itself.
    pub cargo_rustc: PathBuf,
    /// The distribution's compiler.
    pub system_rustc: PathBuf,
    /// Where cargo keeps the sources of dependencies; none: these sources' paths may be found in what is built.
    pub cargo_home: Option<PathBuf>,
}

impl ToolchainOptions {
    /// What the variables that cargo and rustup know say; `variable` looks one up.
    pub fn from_variables(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let home =
            || variable("HOME").or_else(|| variable("USERPROFILE")).map(|home| PathBuf::from(home).join(".cargo"));
        let cargo_home = variable("CARGO_HOME").map(PathBuf::from).or_else(home);
        let tool = |name: &str| {
            let installed = cargo_home.as_ref().map(|home| home.join("bin").join(name)).filter(|path| path.is_file());
            installed.unwrap_or_else(|| PathBuf::from(name))
        };
        Self {
            named_rustc: None,
            cargo: variable("CARGO").map_or_else(|| tool("cargo"), PathBuf::from),
            cargo_rustc: variable("RUSTC").map_or_else(|| tool("rustc"), PathBuf::from),
            system_rustc: PathBuf::from(DEBIAN_RUSTC),
            cargo_home,
        }
    }
}

/// The 1.x version of Rust that has `-Cpanic=immediate-abort`.
const IMMEDIATE_ABORT_SINCE: u32 = 92;

/// Where the standard library for the guest comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StandardLibrary {
    /// It is installed beside the compiler.
    Installed,
    /// Cargo builds it.
    FromSource {
        /// The folder of its sources, as cargo names it.
        source: PathBuf,
        /// The linker for the guest, which such a compiler does not bring.
        linker: PathBuf,
    },
}

/// A compiler that can build guests.
#[derive(Clone, Debug)]
pub struct Toolchain {
    pub(crate) cargo: PathBuf,
    pub(crate) cargo_home: Option<PathBuf>,
    rustc: PathBuf,
    version: String,
    standard_library: StandardLibrary,
}

/// Why there is no compiler for guests.
#[derive(Debug, thiserror::Error)]
pub enum ToolchainError {
    /// None was found.
    #[error(
        "no Rust compiler for {TARGET} was found: run `rustup target add {TARGET}`, or `apt-get install rustc-web \
         rust-web-src`, or name a compiler that has it with `--rustc PATH`"
    )]
    NotFound,
    /// The one that the user named does not do.
    #[error("the compiler {} cannot build for {TARGET}: {reason}", path.display())]
    Unusable {
        /// The compiler.
        path: PathBuf,
        /// What it lacks.
        reason: Lack,
    },
}

/// What a compiler lacks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lack {
    /// It does not run.
    #[error("it does not run ({0})")]
    Running(String),
    /// It has no standard library for the guest, and no sources of it.
    #[error("beside it is neither a standard library for this target nor the library's sources")]
    StandardLibrary,
    /// It has the sources, but there is no linker.
    #[error("it has the standard library's sources, but no rust-lld was found beside it or beside cargo's compiler")]
    Linker,
}

impl Toolchain {
    /// Finds a compiler: the one that the user named, else cargo's own, else the distribution's.
    ///
    /// # Errors
    /// When there is none, or the named one does not do.
    pub fn detect(options: &ToolchainOptions) -> Result<Self, ToolchainError> {
        let examine = |rustc: &Path| examine(rustc, options);
        if let Some(path) = &options.named_rustc {
            return examine(path).map_err(|reason| ToolchainError::Unusable { path: path.clone(), reason });
        }
        let candidates = [&options.cargo_rustc, &options.system_rustc];
        candidates.into_iter().find_map(|rustc| examine(rustc).ok()).ok_or(ToolchainError::NotFound)
    }

    /// The compiler's path.
    pub fn rustc(&self) -> &Path {
        &self.rustc
    }

    /// The compiler's version, as it says it.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Whether it can make a panic a trap and no more: the standard library has to be built so.
    pub(crate) fn can_abort_at_once(&self) -> bool {
        let minor = self.version.strip_prefix("rustc 1.").and_then(|rest| rest.split('.').next());
        let is_new =
            minor.and_then(|minor| minor.parse().ok()).is_some_and(|minor: u32| minor >= IMMEDIATE_ABORT_SINCE);
        is_new && matches!(self.standard_library, StandardLibrary::FromSource { .. })
    }

    /// Where the standard library comes from.
    pub fn standard_library(&self) -> &StandardLibrary {
        &self.standard_library
    }
}

fn examine(rustc: &Path, options: &ToolchainOptions) -> Result<Toolchain, Lack> {
    let version = ask(rustc, &["--version"]).map_err(Lack::Running)?;
    Ok(Toolchain {
        cargo: options.cargo.clone(),
        cargo_home: options.cargo_home.clone(),
        rustc: rustc.to_owned(),
        version,
        standard_library: standard_library(rustc, &options.cargo_rustc)?,
    })
}

fn standard_library(rustc: &Path, cargo_rustc: &Path) -> Result<StandardLibrary, Lack> {
    if has_library(rustc) {
        return Ok(StandardLibrary::Installed);
    }
    let source = sysroot(rustc)?.join("lib/rustlib/src/rust");
    if !source.join("library/std/Cargo.toml").is_file() {
        return Err(Lack::StandardLibrary);
    }
    let linker = [rustc, cargo_rustc].into_iter().find_map(linker_beside).ok_or(Lack::Linker)?;
    Ok(StandardLibrary::FromSource { source, linker })
}

fn has_library(rustc: &Path) -> bool {
    let folder = ask(rustc, &["--print", "target-libdir", "--target", TARGET]);
    let entries = folder.ok().and_then(|folder| std::fs::read_dir(folder).ok());
    entries.is_some_and(|entries| {
        entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
    })
}

fn linker_beside(rustc: &Path) -> Option<PathBuf> {
    let libraries = PathBuf::from(ask(rustc, &["--print", "target-libdir"]).ok()?);
    let tools = libraries.parent()?.join("bin");
    let linker = tools.join(format!("rust-lld{}", std::env::consts::EXE_SUFFIX));
    linker.is_file().then_some(linker)
}

fn sysroot(rustc: &Path) -> Result<PathBuf, Lack> {
    ask(rustc, &["--print", "sysroot"]).map(PathBuf::from).map_err(Lack::Running)
}

fn ask(rustc: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(rustc).args(arguments).output().map_err(|error| error.to_string())?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or("it failed").to_owned())
    }
}
