//! The plugin that a command line names: a package file, or a crate's folder whose package is built when it must be.

use std::{
    fs,
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow};
use lockstep_build::{
    BuildError, BuildRequest, CheckError, Colour, CompileError, Mode, Toolchain, ToolchainError, ToolchainOptions,
    build_checked_plugin,
};
use lockstep_engine::{Engine, EngineConfig, LoadError, LogSink, Profile};
use lockstep_package::{CaseFiles, Messages, Package, Sections, Signature, SignatureError, Workspace};

use crate::{
    failure::{Failure, Result},
    freshness, limits, progress,
};

/// A package's bytes and where they come from.
pub(crate) struct PackageFile {
    /// The file.
    pub(crate) path: PathBuf,
    /// What is in it, without its signature.
    pub(crate) bytes: Vec<u8>,
    /// What its signature says, if it has one; it was not held against a key.
    pub(crate) signature: Option<Signature>,
    /// The folder of the crate that it was built from, if that is what the command line names.
    pub(crate) folder: Option<PathBuf>,
}

impl PackageFile {
    /// Its messages.
    pub(crate) fn messages(&self) -> Result<Messages> {
        self.read(|sections| Ok(Messages::read(sections)?))
    }

    /// Its workspace, if it has one.
    pub(crate) fn workspace(&self) -> Result<Option<Workspace>> {
        self.read(|sections| Ok(Workspace::read(sections)?))
    }

    /// Its cases.
    pub(crate) fn cases(&self) -> Result<CaseFiles> {
        self.read(|sections| Ok(CaseFiles::read(sections)?))
    }

    fn read<T>(&self, read: impl FnOnce(&Sections<'_>) -> anyhow::Result<T>) -> Result<T> {
        let read = Sections::parse(&self.bytes).map_err(Into::into).and_then(|sections| read(&sections));
        read.with_context(|| self.path.display().to_string()).map_err(Failure::Package)
    }
}

/// How a package is built.
#[derive(Clone, Copy)]
pub(crate) struct BuildSettings<'a> {
    /// The compiler that the user names.
    pub(crate) rustc: Option<&'a Path>,
    /// What it is for.
    pub(crate) mode: Mode,
}

/// Reads the package, after building it if it is a folder's and is missing or older than its sources.
pub(crate) fn open(plugin: &Path, settings: BuildSettings<'_>) -> Result<PackageFile> {
    if !plugin.is_dir() {
        let bytes = fs::read(plugin)
            .with_context(|| {
                format!("cannot read the plugin {}; name a package file or a plugin crate's folder", plugin.display())
            })
            .map_err(Failure::Input)?;
        return taken_apart(plugin.to_owned(), bytes, None);
    }
    let folder = Some(plugin.to_owned());
    if let Some((path, bytes)) = fresh_package(plugin, settings.mode) {
        return taken_apart(path, bytes, folder);
    }
    let mut lines = Vec::new();
    let built = progress::during(&format!("building {}", plugin.display()), |progress| {
        build(plugin, settings, &mut |line| {
            progress.stage(line);
            lines.push(line.to_owned());
        })
    });
    let built = built.inspect_err(|_| {
        let mut stderr = io::stderr().lock();
        // Where standard error cannot be written to, there is nobody to tell.
        let _ = lines.iter().try_for_each(|line| writeln!(stderr, "{line}"));
    })?;
    taken_apart(built.path, built.bytes, folder)
}

/// A package's file, with what signs it apart.
pub(crate) fn taken_apart(path: PathBuf, mut bytes: Vec<u8>, folder: Option<PathBuf>) -> Result<PackageFile> {
    let (length, signature) = match Package::open(&bytes) {
        Ok(package) => (package.content().len(), package.signature().cloned()),
        // Whoever loads it says what a file is that is no WebAssembly.
        Err(SignatureError::Section(_)) => (bytes.len(), None),
        Err(error) => return Err(error).with_context(|| path.display().to_string()).map_err(Failure::Package),
    };
    bytes.truncate(length);
    Ok(PackageFile { path, bytes, signature, folder })
}

/// Builds the crate's package, if its parts agree; each line of cargo is passed on.
pub(crate) fn build(
    folder: &Path,
    settings: BuildSettings<'_>,
    on_line: &mut dyn FnMut(&str),
) -> Result<lockstep_build::Built> {
    let options = ToolchainOptions {
        named_rustc: settings.rustc.map(Path::to_owned),
        ..ToolchainOptions::from_variables(|name| std::env::var_os(name))
    };
    let colour = if io::stderr().is_terminal() { Colour::Always } else { Colour::Never };
    let development_folder = freshness::development_folder(folder);
    if !folder.join("Cargo.toml").is_file() {
        return Err(failure(BuildError::Compile(CompileError::NoCrate { folder: folder.to_owned() })));
    }
    let toolchain = Toolchain::detect(&options).map_err(no_toolchain)?;
    let request = BuildRequest {
        folder,
        toolchain: &toolchain,
        mode: settings.mode,
        target_folder: (settings.mode == Mode::Development).then_some(&*development_folder),
        colour,
    };
    // What no host would take is said to its author now.
    let config = EngineConfig::device(Profile::Native).with_development_builds(LogSink::new(|_| ()));
    let engine = Engine::new(&config).map_err(|error| Failure::Host(anyhow!(error)))?;
    build_checked_plugin(&request, &engine, &limits::AUTHOR, on_line).map_err(failure)
}

/// Without `--rustc` the error names the ways to get a compiler.
fn no_toolchain(error: ToolchainError) -> Failure {
    match error {
        ToolchainError::NotFound => Failure::Build(anyhow!(error)),
        ToolchainError::Unusable { .. } => {
            Failure::Build(anyhow!("{error}; name another, or leave --rustc out to have one looked for"))
        }
    }
}

fn fresh_package(folder: &Path, mode: Mode) -> Option<(PathBuf, Vec<u8>)> {
    // A development build is for the moment; cargo says whether it is up to date.
    (mode == Mode::Release).then(|| freshness::package_if_fresh(folder)).flatten()
}

/// By whose fault a build failed. The error's own words name its causes.
fn failure(error: BuildError) -> Failure {
    let said = anyhow!("{error}");
    match error {
        BuildError::Compile(CompileError::NoCrate { .. }) | BuildError::Workspace { .. } => Failure::Input(said),
        BuildError::Write { .. } => Failure::Host(said),
        BuildError::Check { source, .. } if matches!(*source, CheckError::Load(LoadError::Host(_))) => {
            Failure::Host(said)
        }
        _ => Failure::Build(said),
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use lockstep_package::Draft;

    use super::*;

    #[test]
    fn a_cause_is_named_once() {
        let error = BuildError::Read { path: "orders/workspace.toml".into(), source: ErrorKind::InvalidData.into() };
        assert_eq!(failure(error).to_string(), "orders/workspace.toml cannot be read: invalid data");
    }

    #[test]
    fn a_wrong_workspace_is_the_plugins_fault_with_a_line_for_each_mistake() {
        let mistakes = Draft::parse("title = 1\nicon = 2\n[[page]]\n").unchecked().unwrap_err();
        let failure = failure(BuildError::Mistakes { path: "orders/workspace.toml".into(), mistakes });
        assert!(matches!(failure, Failure::Build(_)));
        let said = failure.to_string();
        let mut lines = said.lines().skip(2);
        assert_eq!(
            lines.next(),
            Some("orders/workspace.toml:1:9: `title` wants a text in quotes, not a value of type integer")
        );
        assert!(said.lines().all(|line| line.starts_with("orders/workspace.toml:")), "{said}");
    }
}
