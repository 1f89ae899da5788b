//! Loads a package and looks at what it says of itself.

use lockstep_engine::{Engine, LoadError, Plugin};
use lockstep_model::Limits;
use lockstep_package::{
    Disagreement, Manifest, Messages, MessagesError, Mistake, SectionError, Sections, Workspace, WorkspaceError,
    manifest::ManifestError,
};

use crate::plugin::{BuildError, BuildRequest, Built, assemble};

/// Why a package is not in order.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The engine does not load it.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Its sections cannot be read.
    #[error(transparent)]
    Section(#[from] SectionError),
    /// Its manifest cannot be read.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// Its messages cannot be read.
    #[error(transparent)]
    Messages(#[from] MessagesError),
    /// Its messages do not agree with its issue codes, or its labels with what they are for.
    #[error("messages and plugin do not agree: {}; put the files in `messages` right", listed(.0))]
    Disagreements(Vec<Disagreement>),
    /// Its workspace cannot be read.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// Its workspace does not fit the rest of it.
    #[error("the workspace is not in order: {}; build the package anew from its sources", listed(.0))]
    Mistakes(Vec<Mistake>),
}

/// A package that is in order.
pub struct Checked {
    /// Loaded and described.
    pub plugin: Plugin,
    /// What it is.
    pub manifest: Manifest,
    /// Its messages.
    pub messages: Messages,
    /// Through which pages people use it, if it says so.
    pub workspace: Option<Workspace>,
}

/// Loads a package and checks that its manifest, its messages, its workspace and its descriptor go together.
///
/// # Errors
/// When it does not load, or something in it does not agree with something else.
pub fn check_package(engine: &Engine, package: &[u8], limits: &Limits) -> Result<Checked, CheckError> {
    let sections = Sections::parse(package)?;
    let manifest = Manifest::read(&sections)?;
    let messages = Messages::read(&sections)?;
    let workspace = Workspace::read(&sections)?;
    let plugin = engine.load(package, limits)?;
    let disagreements = messages.disagreements(plugin.descriptor());
    if !disagreements.is_empty() {
        return Err(CheckError::Disagreements(disagreements));
    }
    let mistakes = workspace.as_ref().map(|workspace| workspace.mistakes(plugin.descriptor(), &messages));
    match mistakes.filter(|mistakes| !mistakes.is_empty()) {
        None => Ok(Checked { plugin, manifest, messages, workspace }),
        Some(mistakes) => Err(CheckError::Mistakes(mistakes)),
    }
}

/// Builds a plugin whose parts agree; of one whose parts do not, no package is written. `on_line` is given each line
/// that cargo writes for people.
///
/// # Errors
/// When the crate does not compile, does not follow the contract, something in it does not agree with something else,
/// or the package cannot be written.
pub fn build_checked_plugin(
    request: &BuildRequest<'_>,
    engine: &Engine,
    limits: &Limits,
    on_line: &mut dyn FnMut(&str),
) -> Result<Built, BuildError> {
    let assembled = assemble(request, on_line)?;
    let checked = check_package(engine, &assembled.bytes, limits)
        .map_err(|source| BuildError::Check { folder: request.folder.to_owned(), source: Box::new(source) })?;
    assembled.finish(|draft| draft.check(checked.plugin.descriptor(), &checked.messages))
}

fn listed(all: &[impl ToString]) -> String {
    let all: Vec<_> = all.iter().map(ToString::to_string).collect();
    all.join("; ")
}
