//! Packages from the device's catalogue.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use lockstep_engine::Plugin;
use lockstep_model::{Digest, Message};
use lockstep_package::{Messages, Sections, Workspace};

use super::{Device, Result};
use crate::{
    catalogue::Catalogue,
    error::{LoadFailure, RefreshError},
    logic::{Evaluator, Package, PackageFault, Packages},
    refresh::Refreshed,
    store::messages,
    transport::{Token, Transport},
};

/// The packages of a [`Catalogue`], each loaded when it is first used.
#[derive(Clone)]
pub struct Published(Arc<Mutex<Inner>>);

struct Inner {
    catalogue: Catalogue,
    loaded: BTreeMap<Digest, Arc<Package>>,
}

impl Published {
    /// The packages of this catalogue.
    pub fn new(catalogue: Catalogue) -> Self {
        Self(Arc::new(Mutex::new(Inner { catalogue, loaded: BTreeMap::new() })))
    }

    /// Works with the catalogue. Nothing else of it goes on meanwhile.
    pub fn with<T>(&self, work: impl FnOnce(&mut Catalogue) -> T) -> T {
        work(&mut self.lock().catalogue)
    }

    /// Asks the server what is published ([`Catalogue::refresh`]), and keeps the packages that the device's pending
    /// operations need. [`Device::adopt`] then puts them in force.
    ///
    /// # Errors
    /// As [`Catalogue::refresh`].
    pub fn refresh(
        &self,
        transport: &dyn Transport,
        token: &Token,
        needed: BTreeSet<Digest>,
    ) -> Result<Refreshed, RefreshError> {
        let mut inner = self.lock();
        inner.catalogue.keep(needed);
        let refreshed = inner.catalogue.refresh(transport, token)?;
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
        if let Some(package) = inner.loaded.get(&digest) {
            return Ok(Some(package.clone()));
        }
        let loaded = inner.catalogue.load(plugin);
        let content = inner.catalogue.package(plugin).map(|package| package.content);
        let package = put_together(plugin, version, loaded, content);
        let package = Arc::new(package.map_err(|sentence| PackageFault { name: plugin.to_owned(), sentence })?);
        inner.loaded.insert(digest, package.clone());
        Ok(Some(package))
    }

    fn pinned(&self, plugin: &str, digest: &Digest) -> Option<Arc<Package>> {
        if let Ok(Some(package)) = self.current(plugin)
            && package.digest == *digest
        {
            return Some(package);
        }
        let mut inner = self.lock();
        if let Some(package) = inner.loaded.get(digest) {
            return Some(package.clone());
        }
        let loaded = inner.catalogue.load_digest(digest).ok()?;
        // It is there to run operations again; its words and pages are those of the package in force.
        let package = Arc::new(without_pages(plugin, String::new(), &loaded));
        inner.loaded.insert(*digest, package.clone());
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
