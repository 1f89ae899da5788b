//! Packages from the device's catalogue.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use cap_std::{ambient_authority, fs::Dir};
use lockstep_engine::{Engine, EngineConfig, Plugin, Profile};
use lockstep_model::{Digest, Limits, Message};
use lockstep_package::{Messages, Sections, Workspace};

use super::{Device, Result};
use crate::{
    catalogue::Catalogue,
    error::{FolderError, LoadFailure, RefreshError},
    logic::{Evaluator, Package, PackageFault, Packages},
    record::Enrolment,
    refresh::Refreshed,
    store::messages,
    transport::{Token, Transport},
};

/// The packages of a [`Catalogue`], each loaded when it is first used.
#[derive(Clone)]
pub struct Published(Arc<Mutex<Inner>>);

struct Inner {
    catalogue: Catalogue,
    loader: Box<dyn Loader>,
    /// Those in force.
    current: BTreeMap<Digest, Arc<Package>>,
    /// Those that operations are run again with: without pages and words.
    pinned: BTreeMap<Digest, Arc<Package>>,
}

/// Makes packages of what a catalogue holds; what fails is said in a sentence.
trait Loader: Send {
    fn current(&self, catalogue: &Catalogue, name: &str, version: String) -> Result<Package, String>;

    fn pinned(&self, catalogue: &Catalogue, name: &str, digest: &Digest) -> Result<Package, String>;
}

/// Makes them with the catalogue's engine.
struct Loaded;

impl Loader for Loaded {
    fn current(&self, catalogue: &Catalogue, name: &str, version: String) -> Result<Package, String> {
        let content = catalogue.package(name).map(|package| package.content);
        put_together(name, version, catalogue.load(name), content)
    }

    fn pinned(&self, catalogue: &Catalogue, name: &str, digest: &Digest) -> Result<Package, String> {
        let plugin = catalogue.load_digest(digest).map_err(sentence)?;
        Ok(without_pages(name, String::new(), &plugin))
    }
}

impl Published {
    /// The packages of this catalogue.
    pub fn new(catalogue: Catalogue) -> Self {
        Self::loading(catalogue, Box::new(Loaded))
    }

    /// The packages of the catalogue in this folder, which is made where there is none, with a phone's engine. `limits`
    /// bound plugins while they load.
    ///
    /// # Errors
    /// As [`Catalogue::open`], and when this machine has nothing to run plugins with.
    pub fn open(folder: &Path, enrolment: Enrolment, limits: Limits) -> Result<Self, FolderError> {
        let failed = |what| move |source| FolderError::Io { what, source };
        std::fs::create_dir_all(folder).map_err(failed("making a folder"))?;
        let dir = Dir::open_ambient_dir(folder, ambient_authority()).map_err(failed("opening"))?;
        let engine = Engine::new(&EngineConfig::device(Profile::Portable));
        let engine = engine.map_err(|error| failed("starting the engine")(io::Error::other(error)))?;
        Ok(Self::new(Catalogue::open(dir, enrolment, engine, limits)?))
    }

    fn loading(catalogue: Catalogue, loader: Box<dyn Loader>) -> Self {
        let (current, pinned) = (BTreeMap::new(), BTreeMap::new());
        Self(Arc::new(Mutex::new(Inner { catalogue, loader, current, pinned })))
    }

    /// Works with the catalogue. Nothing else of it goes on meanwhile.
    pub fn with<T>(&self, work: impl FnOnce(&mut Catalogue) -> T) -> T {
        work(&mut self.lock().catalogue)
    }

    /// Asks the server what is published ([`Catalogue::refresh`]), and keeps the packages that the device's pending
    /// operations need ([`Device::needed_packages`]). Meanwhile the device works on with what it has; [`Device::adopt`]
    /// then keeps its file for what has come.
    ///
    /// # Errors
    /// As [`Catalogue::refresh`].
    pub fn refresh(
        &self,
        transport: &dyn Transport,
        token: &Token,
        needed: BTreeSet<Digest>,
    ) -> Result<Refreshed, RefreshError> {
        let mut catalogue = self.lock().catalogue.again()?;
        catalogue.keep(needed);
        // Nobody waits for the server.
        let refreshed = catalogue.refresh(transport, token)?;
        let mut inner = self.lock();
        inner.catalogue = catalogue;
        if matches!(refreshed, Refreshed::Changed(_)) {
            // What is withdrawn runs no more.
            inner.current.clear();
            inner.pinned.clear();
        }
        Ok(refreshed)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Packages for Published {
    fn names(&self) -> Vec<String> {
        self.lock().catalogue.workspaces().iter().map(|package| package.name.clone()).collect()
    }

    fn current(&self, plugin: &str) -> Result<Option<Arc<Package>>, PackageFault> {
        let mut inner = self.lock();
        let found = inner.catalogue.workspaces().iter().find(|package| package.name == plugin);
        let Some((digest, version)) = found.map(|package| (package.digest, package.version.clone())) else {
            return Ok(None);
        };
        if let Some(package) = inner.current.get(&digest) {
            return Ok(Some(package.clone()));
        }
        let package = inner.loader.current(&inner.catalogue, plugin, version);
        let package = Arc::new(package.map_err(|sentence| PackageFault { name: plugin.to_owned(), sentence })?);
        inner.current.insert(digest, package.clone());
        Ok(Some(package))
    }

    fn pinned(&self, plugin: &str, digest: &Digest) -> Option<Arc<Package>> {
        if let Ok(Some(package)) = self.current(plugin)
            && package.digest == *digest
        {
            return Some(package);
        }
        let mut inner = self.lock();
        if let Some(package) = inner.pinned.get(digest) {
            return Some(package.clone());
        }
        // It is there to run operations again; its words and pages are those of the package in force.
        let package = Arc::new(inner.loader.pinned(&inner.catalogue, plugin, digest).ok()?);
        inner.pinned.insert(*digest, package.clone());
        Some(package)
    }
}

fn put_together(
    name: &str,
    version: String,
    loaded: Result<Plugin, LoadFailure>,
    content: Result<Vec<u8>, LoadFailure>,
) -> Result<Package, String> {
    let (loaded, content) = (loaded.map_err(sentence)?, content.map_err(sentence)?);
    let sections = Sections::parse(&content).map_err(sentence)?;
    let workspace = Workspace::read(&sections).map_err(sentence)?;
    let messages = Messages::read(&sections).map_err(sentence)?;
    Ok(Package { workspace, messages, ..without_pages(name, version, &loaded) })
}

fn without_pages(name: &str, version: String, plugin: &Plugin) -> Package {
    Package {
        name: name.to_owned(),
        version,
        digest: plugin.digest(),
        engine: plugin.engine().to_owned(),
        descriptor: plugin.descriptor().clone(),
        workspace: None,
        messages: Messages::default(),
        evaluator: Evaluator::new(plugin.clone()),
    }
}

fn sentence(error: impl std::fmt::Display) -> String {
    error.to_string()
}

impl Device {
    /// The packages to which operations are pinned that the server has yet to decide.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn needed_packages(&self) -> Result<BTreeSet<Digest>> {
        let overlaid = messages::overlaid(self.store.connection())?;
        let digests = overlaid.iter().filter_map(|stored| match &stored.message {
            Message::Operation(operation) => Some(operation.package),
            Message::Discard { .. } => None,
        });
        Ok(digests.collect())
    }
}

#[cfg(test)]
mod tests;
