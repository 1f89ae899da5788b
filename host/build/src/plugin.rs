//! From a plugin's folder to its package: compiled, made a component, given its manifest, messages, cases and workspace,
//! written.

use std::path::{Path, PathBuf};

use lockstep_package::{
    Draft, Manifest, Mistake, Workspace, WorkspaceError,
    case_files::CaseFilesError,
    manifest::ManifestError,
    messages::{self, MessagesError},
    workspace,
};

use crate::{
    compile::{self, Colour, CompileError, CompileRequest},
    component::{self, ComponentError},
    files,
    metadata::Metadata,
    publishing::{Publishing, PublishingError},
    toolchain::Toolchain,
};

/// What a build is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// To be shipped.
    #[default]
    Release,
    /// To be tried: log lines and panic messages are shown at once, and no server accepts it.
    Development,
}

/// What to build.
#[derive(Clone, Debug)]
pub struct BuildRequest<'a> {
    /// The plugin's folder.
    pub folder: &'a Path,
    /// The compiler.
    pub toolchain: &'a Toolchain,
    /// What it is for.
    pub mode: Mode,
    /// The folder for all that is made; none: the target folder of the crate's workspace. Cargo's files go into
    /// `guest` therein, the package into `lockstep`.
    pub target_folder: Option<&'a Path>,
    /// Whether cargo writes in colour.
    pub colour: Colour,
}

/// What was built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Built {
    /// The package's file.
    pub path: PathBuf,
    /// The package's bytes.
    pub bytes: Vec<u8>,
    /// What it says of itself.
    pub manifest: Manifest,
    /// The locales that it has messages for.
    pub locales: Vec<String>,
    /// Through which pages people use it; none: it holds rules that others use.
    pub workspace: Option<Workspace>,
}

/// Why no package was built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The crate was not compiled.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// No component came of it.
    #[error(transparent)]
    Component(#[from] ComponentError),
    /// A file in the folder `messages` is not a message file.
    #[error("{}: {source}", path.display())]
    Messages {
        /// The file.
        path: PathBuf,
        /// Why.
        source: MessagesError,
    },
    /// What the crate says of its publishing is not in order.
    #[error(transparent)]
    Publishing(#[from] PublishingError),
    /// The cases could not be added.
    #[error("{}: {source}", folder.display())]
    Cases {
        /// The plugin's folder.
        folder: PathBuf,
        /// Why.
        source: CaseFilesError,
    },
    /// The manifest could not be added.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The workspace is not in order.
    #[error("{}", listed(path, mistakes))]
    Mistakes {
        /// Its file.
        path: PathBuf,
        /// All that is wrong with it, in the order of the file.
        mistakes: Vec<Mistake>,
    },
    /// The workspace could not be added.
    #[error(transparent)]
    AddWorkspace(#[from] WorkspaceError),
    /// The package is not in order.
    #[cfg(feature = "check")]
    #[error("{}: {source}", folder.display())]
    Check {
        /// The plugin's folder.
        folder: PathBuf,
        /// Why.
        source: Box<crate::CheckError>,
    },
    /// The folder holds a workspace, not a plugin.
    #[error("{} is a workspace, not a plugin: name the folder of one of its crates", folder.display())]
    Workspace {
        /// The folder.
        folder: PathBuf,
    },
    /// A file cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The package cannot be written.
    #[error("the package cannot be written to {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// A package in the making: all is there but the workspace, which is yet to be checked.
pub(crate) struct Assembled {
    pub(crate) bytes: Vec<u8>,
    path: PathBuf,
    manifest: Manifest,
    locales: Vec<String>,
    workspace_path: PathBuf,
    /// None: there is no file.
    draft: Option<Draft>,
}

/// Builds a plugin without looking at whether its parts agree. `on_line` is given each line that cargo writes for
/// people.
///
/// # Errors
/// When the crate does not compile, does not follow the contract, or the package cannot be written.
pub fn build_plugin(request: &BuildRequest<'_>, on_line: &mut dyn FnMut(&str)) -> Result<Built, BuildError> {
    assemble(request, on_line)?.finish(Draft::unchecked)
}

pub(crate) fn assemble(request: &BuildRequest<'_>, on_line: &mut dyn FnMut(&str)) -> Result<Assembled, BuildError> {
    let cargo_manifest = compile::manifest(request.folder)?;
    let metadata = Metadata::read(request.toolchain, &cargo_manifest)?;
    let workspace = || BuildError::Workspace { folder: request.folder.to_owned() };
    let package = metadata.package_at(&cargo_manifest).ok_or_else(workspace)?;
    let target_folder = request.target_folder.unwrap_or(&metadata.target_directory);
    let publishing = Publishing::read(package)?;
    let module = compile_module(request, &cargo_manifest, &metadata, target_folder, on_line)?;

    let component = component::componentise(&module)?;
    let manifest = Manifest {
        name: package.name.clone(),
        version: package.version.clone(),
        sdk: metadata.version_of("lockstep-sdk").map(str::to_owned),
        wit: component.wit,
        publisher: publishing.publisher,
        requires: publishing.requires,
        host: publishing.host,
    };
    let mut bytes = component.bytes;
    manifest.append_to(&mut bytes)?;
    let locales = append_messages(&mut bytes, &package.folder().join("messages"))?;
    let cases = files::case_files(package.folder())?.append_to(&mut bytes);
    cases.map_err(|source| BuildError::Cases { folder: request.folder.to_owned(), source })?;
    let draft = read_draft(&package.folder().join(workspace::FILE))?;
    // As the user named the folder, so that the places of mistakes are short.
    let workspace_path = request.folder.join(workspace::FILE);
    let path = target_folder.join("lockstep").join(format!("{}.wasm", manifest.name));
    Ok(Assembled { bytes, path, manifest, locales, workspace_path, draft })
}

fn read_draft(path: &Path) -> Result<Option<Draft>, BuildError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(Draft::parse(&text))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(BuildError::Read { path: path.to_owned(), source }),
    }
}

impl Assembled {
    /// Adds the workspace if it passes, and writes the package.
    pub(crate) fn finish(
        self,
        pass: impl FnOnce(Draft) -> Result<Workspace, Vec<Mistake>>,
    ) -> Result<Built, BuildError> {
        let Self { mut bytes, path, manifest, locales, workspace_path, draft } = self;
        let workspace = draft.map(pass).transpose();
        let workspace = workspace.map_err(|mistakes| BuildError::Mistakes { path: workspace_path, mistakes })?;
        if let Some(workspace) = &workspace {
            workspace.append_to(&mut bytes)?;
        }
        files::write(&path, &bytes).map_err(|source| BuildError::Write { path: path.clone(), source })?;
        Ok(Built { path, bytes, manifest, locales, workspace })
    }
}

/// `FILE:LINE:COLUMN: SENTENCE`, a line each.
fn listed(path: &Path, mistakes: &[Mistake]) -> String {
    let lines: Vec<_> = mistakes.iter().map(|mistake| format!("{}:{mistake}", path.display())).collect();
    lines.join("\n")
}

fn compile_module(
    request: &BuildRequest<'_>,
    manifest: &Path,
    metadata: &Metadata,
    target_folder: &Path,
    on_line: &mut dyn FnMut(&str),
) -> Result<Vec<u8>, BuildError> {
    let features: &[&str] = match request.mode {
        Mode::Release => &[],
        Mode::Development => &["lockstep-sdk/development"],
    };
    let guest_folder = target_folder.join("guest");
    let compile = CompileRequest {
        folder: request.folder,
        target_folder: Some(&guest_folder),
        features,
        panic_messages: request.mode == Mode::Development,
        colour: request.colour,
    };
    let modules = compile::compile_described(request.toolchain, &compile, manifest, metadata, on_line)?;
    let no_module = || CompileError::NoModule { manifest: manifest.to_owned() };
    let module = modules.into_iter().next().ok_or_else(no_module)?;
    std::fs::read(&module.path).map_err(|source| BuildError::Read { path: module.path, source })
}

/// Adds the message files in this folder, in the order of their names.
fn append_messages(component: &mut Vec<u8>, folder: &Path) -> Result<Vec<String>, BuildError> {
    let mut locales = Vec::new();
    for path in files::with_ending(folder, "ftl")? {
        let locale = files::stem(&path);
        let text = std::fs::read(&path).map_err(|source| BuildError::Read { path: path.clone(), source })?;
        messages::append(component, &locale, &text).map_err(|source| BuildError::Messages { path, source })?;
        locales.push(locale);
    }
    Ok(locales)
}
