//! Loads a package and looks at what it says of itself.

use lockstep_engine::{Engine, LoadError, Plugin};
use lockstep_model::Limits;
use lockstep_package::{
    Disagreement, Manifest, Messages, MessagesError, SectionError, Sections, manifest::ManifestError,
};

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
    /// Its messages and its issue codes do not agree.
    #[error("messages and issues do not agree: {}; put the files in `messages` right", listed(.0))]
    Disagreements(Vec<Disagreement>),
}

/// A package that is in order.
#[derive(Clone)]
pub struct Checked {
    /// Loaded and described.
    pub plugin: Plugin,
    /// What it is.
    pub manifest: Manifest,
}

/// Loads a package and checks that its manifest, its messages and its descriptor go together.
///
/// # Errors
/// When it does not load, or something in it does not agree with something else.
pub fn check_package(engine: &Engine, package: &[u8], limits: &Limits) -> Result<Checked, CheckError> {
    let sections = Sections::parse(package)?;
    let manifest = Manifest::read(&sections)?;
    let messages = Messages::read(&sections)?;
    let plugin = engine.load(package, limits)?;
    let disagreements = messages.disagreements(plugin.descriptor());
    if disagreements.is_empty() {
        Ok(Checked { plugin, manifest })
    } else {
        Err(CheckError::Disagreements(disagreements))
    }
}

fn listed(disagreements: &[Disagreement]) -> String {
    let all: Vec<_> = disagreements.iter().map(Disagreement::to_string).collect();
    all.join("; ")
}
