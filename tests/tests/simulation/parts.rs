//! What processes are made of: packages in plain Rust or in their sandboxes, and a fuse at which a process ends.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use lockstep_device as device;
use lockstep_engine::Plugin as Sandboxed;
use lockstep_model::{Digest, Evaluate, Evaluated, Limits, Request, schema::Descriptor};
use lockstep_package::Messages;
use lockstep_server::mirror;
use lockstep_tests::plugins;

use crate::plugin::{LIMITS, Plugin};

/// A process has ended.
struct Ended;

/// Ends its process at one of the calls that the process makes of what it is given.
#[derive(Clone)]
pub(crate) struct Fuse(Arc<AtomicI64>);

impl Fuse {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicI64::new(i64::MAX)))
    }

    /// At the call of this number.
    pub(crate) fn set(&self, calls: i64) {
        self.0.store(calls, Ordering::Relaxed);
    }

    pub(crate) fn clear(&self) {
        self.set(i64::MAX);
    }

    pub(crate) fn burn(&self) {
        if self.0.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.clear();
            resume_unwind(Box::new(Ended));
        }
    }
}

/// What `work` gives; none: its process has ended in it.
pub(crate) fn survives<T>(work: impl FnOnce() -> T) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => Some(done),
        Err(cause) if cause.is::<Ended>() => None,
        Err(cause) => resume_unwind(cause),
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How a package is run.
#[derive(Clone)]
pub(crate) enum Code {
    Plain { drift: i64, is_newer: bool },
    Sandboxed(Sandboxed),
}

impl Code {
    fn descriptor(&self) -> &Descriptor {
        match self {
            Self::Plain { is_newer, .. } => Plugin { is_newer: *is_newer, ..Plugin::default() }.descriptor(),
            Self::Sandboxed(plugin) => plugin.descriptor(),
        }
    }

    fn engine(&self) -> &str {
        match self {
            Self::Plain { .. } => "rust",
            Self::Sandboxed(plugin) => plugin.engine(),
        }
    }

    fn limits(&self) -> Limits {
        match self {
            Self::Plain { .. } => LIMITS,
            Self::Sandboxed(_) => plugins::LIMITS,
        }
    }
}

/// Code in a process.
struct Running {
    code: Code,
    fuse: Fuse,
    /// The host fails at this call.
    fault: Fault,
}

/// The host fails once, at a call.
pub(crate) type Fault = Arc<AtomicI64>;

impl Running {
    fn evaluate(&self, request: &Request, limits: &Limits) -> Result<Evaluated, mirror::EvaluatorError> {
        self.fuse.burn();
        if self.fault.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.fault.store(i64::MAX, Ordering::Relaxed);
            return Err(mirror::EvaluatorError::Host("there is no memory now".to_owned()));
        }
        match &self.code {
            Code::Plain { drift, is_newer } => {
                let plugin = Plugin { drift: *drift, is_newer: *is_newer, ..Plugin::default() };
                plugin.evaluate(request, limits).map_err(mirror::EvaluatorError::Package)
            }
            Code::Sandboxed(plugin) => {
                plugin.evaluate(request, limits).map_err(|error| mirror::EvaluatorError::Package(error.to_string()))
            }
        }
    }
}

struct AtServer(Running);

impl Evaluate for AtServer {
    type Error = mirror::EvaluatorError;

    fn evaluate(&self, request: &Request, limits: &Limits) -> Result<Evaluated, mirror::EvaluatorError> {
        self.0.evaluate(request, limits)
    }
}

struct AtDevice(Running);

impl Evaluate for AtDevice {
    type Error = String;

    fn evaluate(&self, request: &Request, limits: &Limits) -> Result<Evaluated, String> {
        self.0.evaluate(request, limits).map_err(|error| error.to_string())
    }
}

/// A package of some version.
#[derive(Clone)]
pub(crate) struct Release {
    pub(crate) name: &'static str,
    pub(crate) digest: Digest,
    pub(crate) at_server: Code,
    pub(crate) at_device: Code,
}

/// What was published, and what became of it.
#[derive(Default)]
pub(crate) struct Shelf {
    pub(crate) releases: BTreeMap<Digest, Release>,
    pub(crate) current: BTreeMap<String, Digest>,
    pub(crate) withdrawn: BTreeSet<Digest>,
}

pub(crate) type Shelves = Arc<Mutex<Shelf>>;

/// The packages of a server's node.
pub(crate) struct NodePackages {
    pub(crate) shelf: Shelves,
    pub(crate) fuse: Fuse,
    pub(crate) fault: Fault,
    pub(crate) loaded: Mutex<BTreeMap<Digest, Arc<mirror::Package>>>,
}

impl mirror::Packages for NodePackages {
    fn package(&self, digest: &Digest) -> Result<mirror::Found, mirror::PackagesError> {
        self.fuse.burn();
        let shelf = lock(&self.shelf);
        let Some(release) = shelf.releases.get(digest) else { return Ok(mirror::Found::Missing) };
        if shelf.withdrawn.contains(digest) {
            return Ok(mirror::Found::Withdrawn);
        }
        let make = || {
            let code = release.at_server.clone();
            let running = Running { code: code.clone(), fuse: self.fuse.clone(), fault: self.fault.clone() };
            Arc::new(mirror::Package {
                digest: *digest,
                name: release.name.to_owned(),
                descriptor: code.descriptor().clone(),
                limits: code.limits(),
                engine: code.engine().to_owned(),
                evaluator: mirror::Evaluator::new(AtServer(running)),
            })
        };
        Ok(mirror::Found::Here(lock(&self.loaded).entry(*digest).or_insert_with(make).clone()))
    }

    fn current(&self) -> Result<Arc<mirror::Currents>, mirror::PackagesError> {
        self.fuse.burn();
        let current = lock(&self.shelf).current.clone().into_iter();
        Ok(Arc::new(current.map(|(name, digest)| (name, mirror::Current { digest, roles: Vec::new() })).collect()))
    }
}

/// The packages of a device: those that it has been given so far.
#[derive(Clone)]
pub(crate) struct DevicePackages {
    pub(crate) shelf: Shelves,
    pub(crate) current: Arc<Mutex<BTreeMap<String, Digest>>>,
    pub(crate) fuse: Fuse,
    pub(crate) loaded: Arc<Mutex<BTreeMap<Digest, Arc<device::Package>>>>,
}

impl DevicePackages {
    fn load(&self, digest: &Digest) -> Option<Arc<device::Package>> {
        self.fuse.burn();
        let shelf = lock(&self.shelf);
        let release = shelf.releases.get(digest)?;
        let make = || {
            let code = release.at_device.clone();
            let never = Arc::new(AtomicI64::new(i64::MAX));
            let running = Running { code: code.clone(), fuse: self.fuse.clone(), fault: never };
            Arc::new(device::Package {
                name: release.name.to_owned(),
                version: String::new(),
                digest: *digest,
                engine: code.engine().to_owned(),
                descriptor: code.descriptor().clone(),
                workspace: None,
                messages: Messages::default(),
                evaluator: device::Evaluator::new(AtDevice(running)),
            })
        };
        Some(lock(&self.loaded).entry(*digest).or_insert_with(make).clone())
    }
}

impl device::Packages for DevicePackages {
    fn names(&self) -> Vec<String> {
        lock(&self.current).keys().cloned().collect()
    }

    fn current(&self, plugin: &str) -> Result<Option<Arc<device::Package>>, device::PackageFault> {
        let digest = lock(&self.current).get(plugin).copied();
        Ok(digest.and_then(|digest| self.load(&digest)))
    }

    fn pinned(&self, plugin: &str, digest: &Digest) -> Option<Arc<device::Package>> {
        let is_withdrawn = lock(&self.shelf).withdrawn.contains(digest);
        let is_current = lock(&self.current).get(plugin) == Some(digest);
        if is_withdrawn && !is_current { None } else { self.load(digest) }
    }
}
