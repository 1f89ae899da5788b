//! Where the mirror gets the packages from that operations were made with.

use std::{collections::BTreeMap, fmt, sync::Arc};

use lockstep_model::{Digest, Evaluate, Evaluated, Limits, Request, schema::Descriptor};

/// Gives packages that are ready to run. It keeps what it has loaded.
pub trait Packages: Send + Sync {
    /// The package with this digest, if devices were offered it once.
    ///
    /// # Errors
    /// When this machine cannot say now; the same can be asked again.
    fn package(&self, digest: &Digest) -> Result<Found, PackagesError>;

    /// The package with this digest, which is one of those in force: it need not have been offered to devices yet.
    ///
    /// # Errors
    /// When this machine cannot say now; the same can be asked again.
    fn in_force(&self, digest: &Digest) -> Result<Found, PackagesError> {
        self.package(digest)
    }

    /// The packages in force, by plugin.
    ///
    /// # Errors
    /// When this machine cannot say now; the same can be asked again.
    fn current(&self) -> Result<Arc<Currents>, PackagesError>;
}

/// The packages in force, by the plugins' names.
pub type Currents = BTreeMap<String, Current>;

/// The package of a plugin that is in force: what is read and imported goes by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Current {
    /// The package's digest.
    pub digest: Digest,
    /// The roles that have its workspace; none: all.
    pub roles: Vec<String>,
}

/// What there is of a package.
#[derive(Clone)]
pub enum Found {
    /// It can run.
    Here(Arc<Package>),
    /// It runs nowhere, ever again.
    Withdrawn,
    /// It is not here.
    Missing,
}

/// A package that can run.
pub struct Package {
    /// Its digest.
    pub digest: Digest,
    /// The plugin's name.
    pub name: String,
    /// What it says of itself.
    pub descriptor: Descriptor,
    /// What an evaluation may take.
    pub limits: Limits,
    /// The name of what runs it, as receipts have it.
    pub engine: String,
    /// Runs it.
    pub evaluator: Evaluator,
}

impl fmt::Debug for Package {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.name, self.digest)
    }
}

/// A package cannot be had now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("packages cannot be had: {0}")]
pub struct PackagesError(pub String);

/// Runs one package, on any thread.
#[derive(Clone)]
pub struct Evaluator(Arc<dyn Evaluate<Error = EvaluatorError> + Send + Sync>);

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvaluatorError {
    /// The package's fault: it would be so again.
    #[error("{0}")]
    Package(String),
    /// This machine's: it is not so every time.
    #[error("{0}")]
    Host(String),
}

impl Evaluator {
    /// One that runs this.
    pub fn new(evaluate: impl Evaluate<Error = EvaluatorError> + Send + Sync + 'static) -> Self {
        Self(Arc::new(evaluate))
    }
}

impl Evaluate for Evaluator {
    type Error = EvaluatorError;

    fn evaluate(&self, request: &Request, limits: &Limits) -> Result<Evaluated, EvaluatorError> {
        self.0.evaluate(request, limits)
    }
}
