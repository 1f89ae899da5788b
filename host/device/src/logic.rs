//! Packages as the device core runs them, wherever they come from.

use std::{fmt, sync::Arc};

use lockstep_model::{Digest, Evaluate, Evaluated, Limits, Request, schema::Descriptor};
use lockstep_package::{Messages, Workspace};

/// A package that is loaded and can be run.
#[derive(Debug)]
pub struct Package {
    /// The plugin's name.
    pub name: String,
    /// The package's version.
    pub version: String,
    /// The digest of its content, to which operations are pinned.
    pub digest: Digest,
    /// The engine that runs it, as receipts name it.
    pub engine: String,
    /// What it says of itself.
    pub descriptor: Descriptor,
    /// Its pages; a package without any holds rules alone.
    pub workspace: Option<Workspace>,
    /// Its words.
    pub messages: Messages,
    /// Runs it.
    pub evaluator: Evaluator,
}

/// Evaluates; what fails is said in a sentence.
pub struct Evaluator(Box<Evaluation>);

type Evaluation = dyn Fn(&Request, &Limits) -> Result<Evaluated, String> + Send + Sync;

impl Evaluator {
    /// Whatever evaluates.
    pub fn new<E: Evaluate<Error: fmt::Display> + Send + Sync + 'static>(evaluate: E) -> Self {
        Self(Box::new(move |request, limits| evaluate.evaluate(request, limits).map_err(|error| error.to_string())))
    }
}

impl fmt::Debug for Evaluator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Evaluator")
    }
}

impl Evaluate for Evaluator {
    type Error = String;

    fn evaluate(&self, request: &Request, limits: &Limits) -> Result<Evaluated, String> {
        (self.0)(request, limits)
    }
}

/// A package that cannot be used, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` cannot be used: {sentence}")]
pub struct PackageFault {
    /// The plugin's name.
    pub name: String,
    /// Why.
    pub sentence: String,
}

/// Where packages come from.
pub trait Packages: Send {
    /// The names of all plugins in force, in the order in which they are shown.
    fn names(&self) -> Vec<String>;

    /// The package in force of the plugin with this name; none: there is none for this device.
    ///
    /// # Errors
    /// When there is one that cannot be used.
    fn current(&self, plugin: &str) -> Result<Option<Arc<Package>>, PackageFault>;

    /// The package with this digest, if it is still here: that of operations made before another one came into force.
    fn pinned(&self, plugin: &str, digest: &Digest) -> Option<Arc<Package>>;
}
