//! The server: nodes over one store, and an old copy of it.

use std::{
    cell::Cell,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use lockstep_device::TransportError;
use lockstep_model::{
    Digest, Timestamp, Verdict,
    canonical::{decode_push, encode_page, encode_pushed},
    exchange::{Page, Pushed},
};
use lockstep_server::{
    Mirror, MirrorError, MirrorParts, Policy,
    auth::{Caller, Claims, NumericDate},
    mirror::store::{Store, Transaction, sqlite::SqliteStore},
};
use tempfile::TempDir;

use crate::parts::{Fault, Fuse, NodePackages, Shelves, survives};

thread_local! {
    /// How many epochs a simulation has begun.
    static EPOCHS: Cell<u64> = const { Cell::new(0) };
}

fn epoch() -> Option<[u8; 16]> {
    let number = EPOCHS.get() + 1;
    EPOCHS.set(number);
    Digest::of(&number.to_le_bytes()).0[..16].try_into().ok()
}

/// Where a store is kept that several nodes share.
pub(crate) trait Backing {
    /// For one node more.
    fn open(&self) -> Box<dyn Store>;
    /// While no node has it open.
    fn back_up(&self);
    /// While no node has it open.
    fn restore(&self);
}

/// A file.
pub(crate) struct InSqlite(TempDir);

impl InSqlite {
    pub(crate) fn new() -> Self {
        Self(folder())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

/// In memory, where the machine has such a place: what is held against faults is done by those who fail.
pub(crate) fn folder() -> TempDir {
    let in_memory = std::path::Path::new("/dev/shm");
    let builder = tempfile::Builder::new();
    let folder = if in_memory.is_dir() { builder.tempdir_in(in_memory) } else { builder.tempdir() };
    folder.expect("a folder")
}

impl Backing for InSqlite {
    fn open(&self) -> Box<dyn Store> {
        Box::new(SqliteStore::open(&self.file("mirror.sqlite"), || epoch().zip(Some([2; 32]))).expect("a store"))
    }

    fn back_up(&self) {
        std::fs::copy(self.file("mirror.sqlite"), self.file("backup")).expect("copied");
    }

    fn restore(&self) {
        std::fs::copy(self.file("backup"), self.file("mirror.sqlite")).expect("copied");
    }
}

/// A process of the server.
struct Node {
    mirror: Option<Mirror>,
    fuse: Fuse,
    fault: Fault,
    skew: Arc<AtomicI64>,
}

/// All nodes, and what they share.
pub(crate) struct Cluster {
    backing: Box<dyn Backing>,
    nodes: Vec<Node>,
    /// For looking at what is stored.
    observer: Option<Box<dyn Store>>,
    shelf: Shelves,
    clock: Arc<AtomicI64>,
    page_changes: usize,
}

/// What came of asking a node; none: it has ended.
pub(crate) type Answered<T> = Option<Result<T, TransportError>>;

impl Cluster {
    pub(crate) fn new(
        backing: Box<dyn Backing>,
        (count, page_changes): (usize, usize),
        shelf: Shelves,
        clock: Arc<AtomicI64>,
    ) -> Self {
        EPOCHS.set(0);
        let node = |_| Node {
            mirror: None,
            fuse: Fuse::new(),
            fault: Arc::new(AtomicI64::new(i64::MAX)),
            skew: Arc::new(AtomicI64::new(0)),
        };
        let mut cluster =
            Self { backing, nodes: (0..count).map(node).collect(), observer: None, shelf, clock, page_changes };
        cluster.start_all();
        cluster
    }

    pub(crate) fn count(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn is_up(&self, node: usize) -> bool {
        self.nodes[node].mirror.is_some()
    }

    pub(crate) fn start(&mut self, node: usize) {
        let node = &mut self.nodes[node];
        if node.mirror.is_some() {
            return;
        }
        node.fuse.clear();
        let packages = NodePackages {
            shelf: self.shelf.clone(),
            fuse: node.fuse.clone(),
            fault: node.fault.clone(),
            loaded: std::sync::Mutex::default(),
        };
        let (clock, skew, fuse) = (self.clock.clone(), node.skew.clone(), node.fuse.clone());
        let mirror = Mirror::new(MirrorParts {
            store: self.backing.open(),
            packages: Box::new(packages),
            policy: Policy::default(),
            clock: Arc::new(move || {
                fuse.burn();
                Timestamp(clock.load(Ordering::Relaxed) + skew.load(Ordering::Relaxed))
            }),
            random: epoch,
        });
        mirror.set_page_changes(self.page_changes);
        node.mirror = Some(mirror);
    }

    pub(crate) fn stop(&mut self, node: usize) {
        self.nodes[node].mirror = None;
    }

    /// The node ends at the call of this number.
    pub(crate) fn arm(&self, node: usize, calls: i64) {
        self.nodes[node].fuse.set(calls);
    }

    /// The node's host fails at the evaluation of this number.
    pub(crate) fn fail(&self, node: usize, calls: i64) {
        self.nodes[node].fault.store(calls, Ordering::Relaxed);
    }

    pub(crate) fn set_clock(&self, node: usize, skew: i64) {
        self.nodes[node].skew.store(skew, Ordering::Relaxed);
    }

    /// All faults are over.
    pub(crate) fn heal(&mut self) {
        for number in 0..self.nodes.len() {
            self.start(number);
            self.nodes[number].fuse.clear();
            self.nodes[number].fault.store(i64::MAX, Ordering::Relaxed);
        }
    }

    pub(crate) fn back_up(&mut self) {
        self.stop_all();
        self.backing.back_up();
        self.start_all();
    }

    pub(crate) fn restore(&mut self) {
        self.stop_all();
        self.backing.restore();
        self.start_all();
    }

    fn stop_all(&mut self) {
        self.observer = None;
        (0..self.nodes.len()).for_each(|node| self.stop(node));
    }

    fn start_all(&mut self) {
        (0..self.nodes.len()).for_each(|node| self.start(node));
        self.observer = Some(self.backing.open());
    }

    /// What is stored.
    pub(crate) fn look<T>(&self, at: impl FnOnce(&dyn Transaction) -> T) -> T {
        let store = self.observer.as_ref().expect("it is open");
        let snapshot = store.snapshot().expect("a snapshot");
        at(&*snapshot)
    }

    /// Does something on a node that is up; none: it has ended in it.
    pub(crate) fn on<T>(&mut self, node: usize, work: impl FnOnce(&Mirror) -> T) -> Option<T> {
        let mirror = self.nodes[node].mirror.clone()?;
        let done = survives(|| work(&mirror));
        if done.is_none() {
            self.stop(node);
        }
        done
    }

    pub(crate) fn push(
        &mut self,
        node: usize,
        caller: &Caller,
        device: &str,
        bytes: &[u8],
    ) -> Answered<(Pushed, Vec<u8>)> {
        let push = decode_push(bytes).expect("devices send pushes");
        let pushed = self.on(node, |mirror| mirror.push(caller, device, &push))?;
        Some(pushed.map(|pushed| (pushed.clone(), encode_pushed(&pushed))).map_err(|error| failed(&error)))
    }

    pub(crate) fn pull(
        &mut self,
        node: usize,
        caller: &Caller,
        device: &str,
        cookie: Option<&[u8]>,
    ) -> Answered<(Page, Vec<u8>)> {
        let page = self.on(node, |mirror| mirror.pull(caller, device, cookie))?;
        Some(page.map(|page| (page.clone(), encode_page(&page))).map_err(|error| failed(&error)))
    }
}

/// As the interface over HTTP says it.
fn failed(error: &MirrorError) -> TransportError {
    assert!(error.is_transient(), "an honest device is refused: {error}");
    TransportError::Offline(error.to_string())
}

pub(crate) fn caller(user: &str, roles: &[&str], company: &str) -> Caller {
    Caller::of(Claims {
        sub: user.into(),
        exp: NumericDate(Timestamp(i64::MAX)),
        nbf: None,
        roles: roles.iter().map(ToString::to_string).collect(),
        companies: Some(vec![company.into()]),
        device: None,
        locale: None,
    })
    .expect("a caller")
}

/// Whether one verdict may come after another.
pub(crate) fn may_follow(before: &Verdict, after: &Verdict) -> bool {
    before == after || matches!(before, Verdict::Parked { .. })
}
