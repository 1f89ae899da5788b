//! The registry's packages, loaded into the engine.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use lockstep_engine::{Engine, EvaluateError, Plugin};
use lockstep_model::{Digest, Evaluate, Evaluated, Limits, Request};
use lockstep_package::Package as Opened;

use super::packages::{Current, Currents, Evaluator, EvaluatorError, Found, Package, Packages, PackagesError};
use crate::{
    Environment, RegistryError, State,
    registry::{Filter, Package as Registered, Trust},
};

/// Packages that are kept loaded.
const LOADED_MAX: usize = 64;

/// The packages of an environment, for one engine.
pub struct Installed {
    environment: Environment,
    engine: Engine,
    limits: Limits,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// The environment's revision at which the rest was so.
    revision: Option<u64>,
    /// With the packages that were applied then, which makes no other revision.
    current: Option<(Vec<Digest>, Arc<Currents>)>,
    states: HashMap<Digest, Found>,
    /// Whatever their states are now.
    loaded: HashMap<Digest, Arc<Package>>,
}

struct Loaded(Plugin);

impl Evaluate for Loaded {
    type Error = EvaluatorError;

    fn evaluate(&self, request: &Request, limits: &Limits) -> Result<Evaluated, EvaluatorError> {
        self.0.evaluate(request, limits).map_err(|error| match error {
            EvaluateError::Host(_) => EvaluatorError::Host(error.to_string()),
            EvaluateError::Fault(_) | EvaluateError::Caller(_) => EvaluatorError::Package(error.to_string()),
        })
    }
}

impl Installed {
    /// The packages of this environment, run by this engine within these limits.
    pub fn new(environment: Environment, engine: Engine, limits: Limits) -> Self {
        Self { environment, engine, limits, known: Mutex::default() }
    }

    /// What is known at the environment's revision.
    fn known(&self) -> MutexGuard<'_, Known> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let revision = Some(self.environment.registry().revision());
        if known.revision != revision {
            *known = Known { revision, loaded: std::mem::take(&mut known.loaded), ..Known::default() };
        }
        known
    }

    /// Whether the key that it is signed with is revoked: nothing that it signed runs any more.
    fn is_revoked(&self, registered: &Registered) -> Result<bool, PackagesError> {
        let keys = self.environment.registry().keys().map_err(|error| PackagesError(error.to_string()))?;
        let own = registered.key.as_deref();
        Ok(keys.iter().any(|key| Some(&*key.id) == own && key.trust == Trust::Revoked))
    }

    fn find(&self, digest: &Digest, runs: fn(State) -> bool) -> Result<Found, PackagesError> {
        let registered = match self.environment.registry().show(digest) {
            Ok(registered) => registered,
            Err(RegistryError::NotFound { .. }) => return Ok(Found::Missing),
            Err(error) => return Err(PackagesError(error.to_string())),
        };
        if registered.state == State::Withdrawn || self.is_revoked(&registered)? {
            return Ok(Found::Withdrawn);
        }
        if !runs(registered.state) {
            return Ok(Found::Missing);
        }
        let loaded = self.known().loaded.get(digest).cloned();
        loaded.map_or_else(|| self.load(digest, registered), Ok).map(Found::Here)
    }

    fn load(&self, digest: &Digest, registered: Registered) -> Result<Arc<Package>, PackagesError> {
        let failed = |error: &dyn std::fmt::Display| PackagesError(format!("{digest}: {error}"));
        let file = self.environment.registry().file(digest).map_err(|error| failed(&error))?;
        let opened = Opened::open(&file).map_err(|error| failed(&error))?;
        let plugin = self.engine.load(opened.content(), &self.limits).map_err(|error| failed(&error))?;
        let package = Arc::new(Package {
            digest: *digest,
            name: registered.name.unwrap_or_default(),
            descriptor: plugin.descriptor().clone(),
            limits: self.limits,
            engine: plugin.engine().to_owned(),
            evaluator: Evaluator::new(Loaded(plugin)),
        });
        let mut known = self.known();
        if known.loaded.len() >= LOADED_MAX {
            known.loaded.clear();
            known.states.clear();
        }
        known.loaded.insert(*digest, Arc::clone(&package));
        Ok(package)
    }

    fn find_current(&self) -> Result<Currents, PackagesError> {
        let registry = self.environment.registry();
        let failed = |error: RegistryError| PackagesError(error.to_string());
        let packages = registry.list(&Filter::default()).map_err(failed)?;
        let mut currents = Currents::new();
        for workspace in registry.workspaces().map_err(failed)? {
            let Some(version) = workspace.stable.or(workspace.staged) else { continue };
            let roles = packages.iter().find(|package| package.digest == version.digest);
            let roles = roles.map(|package| package.roles.clone()).unwrap_or_default();
            currents.insert(workspace.name, Current { digest: version.digest, roles });
        }
        // What is no longer published has records all the same: they go by what was uploaded last. What was never
        // published can be fed before it is, once an administrator has applied it.
        let is_applied = |state| state == State::Applied;
        for is_so in [was_published as fn(State) -> bool, is_applied] {
            for package in packages.iter().filter(|package| is_so(package.state)) {
                let Some(name) = package.name.as_ref().filter(|name| !currents.contains_key(*name)) else { continue };
                if !self.is_revoked(package)? {
                    let roles = package.roles.clone();
                    currents.insert(name.clone(), Current { digest: package.digest, roles });
                }
            }
        }
        Ok(currents)
    }
}

/// Whether devices were offered it once: nothing else can operations have been made with.
fn was_published(state: State) -> bool {
    matches!(state, State::Published | State::Superseded | State::Unpublished)
}

fn was_applied(state: State) -> bool {
    state == State::Applied || was_published(state)
}

impl Packages for Installed {
    fn package(&self, digest: &Digest) -> Result<Found, PackagesError> {
        if let Some(found) = self.known().states.get(digest) {
            return Ok(found.clone());
        }
        let before = self.environment.registry().revision();
        let found = self.find(digest, was_published)?;
        let mut known = self.known();
        // What is not here may come without a change of the revision.
        if known.revision == Some(before) && !matches!(found, Found::Missing) {
            known.states.insert(*digest, found.clone());
        }
        Ok(found)
    }

    fn in_force(&self, digest: &Digest) -> Result<Found, PackagesError> {
        match self.package(digest)? {
            Found::Missing => self.find(digest, was_applied),
            found => Ok(found),
        }
    }

    fn current(&self) -> Result<Arc<Currents>, PackagesError> {
        let filter = Filter { state: Some(State::Applied), ..Filter::default() };
        let applied = self.environment.registry().list(&filter).map_err(|error| PackagesError(error.to_string()))?;
        let applied: Vec<_> = applied.iter().map(|package| package.digest).collect();
        if let Some((_, current)) = self.known().current.as_ref().filter(|(then, _)| *then == applied) {
            return Ok(Arc::clone(current));
        }
        let before = self.environment.registry().revision();
        let current = Arc::new(self.find_current()?);
        let mut known = self.known();
        if known.revision == Some(before) {
            known.current = Some((applied, Arc::clone(&current)));
        }
        Ok(current)
    }
}
