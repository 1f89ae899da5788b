//! A server in a folder of its own, and devices that know nothing but their own copies.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};

use lockstep_model::{
    Digest, Evaluate, Evaluated, Limits, Message, Operation, OperationId, Receipt, RecordId, Request, Timestamp, Value,
    Verdict,
    exchange::{Entry, Push, Pushed},
    outcome_digest,
};
use lockstep_server::{
    Mirror, MirrorError, MirrorParts, Policy,
    auth::{Caller, Claims, NumericDate},
    mirror::{
        Current, Currents, Evaluator, EvaluatorError, Found, Package, Packages, PackagesError,
        store::{
            Store,
            postgres::{Database, PostgresStore},
            sqlite::SqliteStore,
        },
    },
};
use lockstep_sync::Base;

use crate::{
    plugin::{LIMITS, Plugin, descriptor},
    postgres::cluster,
    world::World,
};

/// The package that all operations are made with, unless they say otherwise.
pub(crate) fn package() -> Digest {
    Digest::of(b"")
}

struct Fake {
    drift: i64,
}

impl Evaluate for Fake {
    type Error = EvaluatorError;

    fn evaluate(&self, request: &Request, limits: &Limits) -> Result<Evaluated, EvaluatorError> {
        let plugin = Plugin { drift: self.drift, ..Plugin::default() };
        plugin.evaluate(request, limits).map_err(EvaluatorError::Package)
    }
}

/// The packages of a server, to be changed while it runs.
#[derive(Clone, Default)]
pub(crate) struct Fakes(Arc<Mutex<(BTreeMap<Digest, Found>, Currents)>>);

impl Fakes {
    pub(crate) fn put(&self, digest: Digest, found: Found) {
        self.0.lock().expect("packages").0.insert(digest, found);
    }

    pub(crate) fn put_plugin(&self, digest: Digest, drift: i64) {
        let package = Package {
            digest,
            name: "orders".into(),
            descriptor: descriptor(),
            limits: LIMITS,
            engine: "rust".into(),
            evaluator: Evaluator::new(Fake { drift }),
        };
        self.put(digest, Found::Here(Arc::new(package)));
    }
}

impl Packages for Fakes {
    fn package(&self, digest: &Digest) -> Result<Found, PackagesError> {
        Ok(self.0.lock().expect("packages").0.get(digest).cloned().unwrap_or(Found::Missing))
    }

    fn current(&self) -> Result<Arc<Currents>, PackagesError> {
        Ok(Arc::new(self.0.lock().expect("packages").1.clone()))
    }
}

/// In what a server keeps its mirror.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
    /// PostgreSQL behind a pooler that gives another session for each transaction.
    Pooled,
}

/// A store's place: a file's name, or a database's.
pub(crate) struct Place {
    kind: Kind,
    folder: tempfile::TempDir,
    database: Option<String>,
}

impl Place {
    pub(crate) fn new(kind: Kind) -> Self {
        let database = (kind != Kind::Sqlite).then(|| cluster().database());
        Self { kind, folder: tempfile::tempdir().expect("a folder"), database }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The store; others of the same name have the same, where several can.
    pub(crate) fn open(&self, name: &str) -> Box<dyn Store> {
        let random = || Some(([1; 16], [2; 32]));
        let Some(database) = &self.database else {
            return Box::new(SqliteStore::open(&self.file(name), random).expect("a store"));
        };
        let database = if name == MAIN { database.clone() } else { format!("{database}{name}") };
        let address = match self.kind {
            Kind::Pooled => cluster().pooled(&database),
            Kind::Sqlite | Kind::Postgres => cluster().address(&database),
        };
        let direct = (self.kind == Kind::Postgres).then_some(&*address);
        let database = Database::new(&address, direct).expect("an address");
        Box::new(PostgresStore::open(&database, random).expect("a store"))
    }

    /// While the store is closed, one file or database is all of it.
    fn copy(&self, from: &str, to: &str) {
        match &self.database {
            None => drop(std::fs::copy(self.file(from), self.file(to)).expect("copied")),
            Some(database) => {
                let name = |name: &str| if name == MAIN { database.clone() } else { format!("{database}{name}") };
                cluster().copy(&name(from), &name(to));
            }
        }
    }

    /// Another store, for as long as this one is closed.
    fn aside(&self) -> Box<dyn Store> {
        Box::new(SqliteStore::open(&self.file("aside"), || Some(([1; 16], [2; 32]))).expect("a store"))
    }
}

const MAIN: &str = "main";

pub(crate) struct Server {
    place: Place,
    pub(crate) fakes: Fakes,
    pub(crate) policy: Policy,
    pub(crate) mirror: Mirror,
}

fn open(store: Box<dyn Store>, fakes: &Fakes, policy: &Policy) -> Mirror {
    let time = AtomicI64::new(1_772_438_400_000);
    Mirror::new(MirrorParts {
        store,
        packages: Box::new(fakes.clone()),
        policy: policy.clone(),
        clock: Arc::new(move || Timestamp(time.fetch_add(1, Ordering::Relaxed))),
        random: || Some([9; 16]),
    })
}

impl Server {
    pub(crate) fn new(kind: Kind) -> Self {
        Self::with(kind, Policy::default())
    }

    pub(crate) fn with(kind: Kind, policy: Policy) -> Self {
        let place = Place::new(kind);
        let store = place.open(MAIN);
        Self::of(place, store, policy)
    }

    /// One with this store, which cannot be restarted.
    pub(crate) fn with_store(store: Box<dyn Store>) -> Self {
        Self::of(Place::new(Kind::Sqlite), store, Policy::default())
    }

    fn of(place: Place, store: Box<dyn Store>, policy: Policy) -> Self {
        let fakes = Fakes::default();
        fakes.put_plugin(package(), 0);
        let current = Current { digest: package(), roles: Vec::new() };
        fakes.0.lock().expect("packages").1.insert("orders".into(), current);
        let mirror = open(store, &fakes, &policy);
        let server = Self { place, fakes, policy, mirror };
        server.prices("item,price\nI-1,10\nI-2,25\n");
        server
    }

    pub(crate) fn prices(&self, csv: &str) {
        use lockstep_server::mirror::ImportKind::Csv;
        self.mirror.import_rows("orders", "price", Csv, csv.as_bytes(), false).expect("imported");
    }

    pub(crate) fn stock(&self, key: &str, pieces: u32) {
        use lockstep_server::mirror::ImportKind::Csv;
        let csv = format!("key,pieces\n{key},{pieces}\n");
        self.mirror.import_records("orders", "stock", Csv, csv.as_bytes(), "c1").expect("imported");
    }

    /// The process ends and another begins.
    pub(crate) fn restart(&mut self) {
        self.mirror = self.another();
    }

    /// Another server with the same store; SQLite's is a single server's.
    pub(crate) fn another(&self) -> Mirror {
        open(self.place.open(MAIN), &self.fakes, &self.policy)
    }

    /// A copy of all that is stored, and later that copy again in its place.
    pub(crate) fn back_up(&mut self) {
        self.copy(MAIN, "backup");
    }

    pub(crate) fn restore(&mut self) {
        self.copy("backup", MAIN);
    }

    fn copy(&mut self, from: &str, to: &str) {
        self.mirror = open(self.place.aside(), &self.fakes, &self.policy);
        self.place.copy(from, to);
        self.restart();
    }
}

pub(crate) fn caller(user: &str, roles: &[&str]) -> Caller {
    Caller::of(Claims {
        sub: user.into(),
        exp: NumericDate(Timestamp(i64::MAX)),
        nbf: None,
        roles: roles.iter().map(ToString::to_string).collect(),
        companies: Some(vec!["c1".into()]),
        device: None,
        locale: None,
    })
    .expect("a caller")
}

/// A device: what it has of the server, and what it has made.
pub(crate) struct Device {
    pub(crate) id: String,
    pub(crate) caller: Caller,
    pub(crate) world: World,
    pub(crate) messages: Vec<Message>,
    pub(crate) verdicts: BTreeMap<u64, Verdict>,
    pub(crate) cookie: Option<Vec<u8>>,
    pub(crate) has_prices: bool,
}

impl Device {
    pub(crate) fn new(id: &str) -> Self {
        let world = World { prices: BTreeMap::new(), ..World::new() };
        let (messages, verdicts) = (Vec::new(), BTreeMap::new());
        Self { id: id.into(), caller: caller("user", &[]), world, messages, verdicts, cookie: None, has_prices: false }
    }

    /// One that has fetched all that there is.
    pub(crate) fn of(server: &Server, id: &str) -> Self {
        let mut device = Self::new(id);
        device.pull(server);
        device
    }

    fn next(&self) -> OperationId {
        OperationId { device: self.id.clone(), sequence: self.messages.len() as u64 + 1 }
    }

    /// Makes an operation, which has to be allowed here, and gives its sequence.
    pub(crate) fn make(&mut self, mut operation: Operation) -> u64 {
        operation.id = self.next();
        let done = self.world.submit(&mut operation);
        let package = operation.package;
        let outcome = outcome_digest(&done.outcome);
        operation.receipt = Receipt { package, engine: "rust".into(), input: done.input, outcome, fuel: done.fuel };
        self.add(operation)
    }

    /// Adds an operation as it is.
    pub(crate) fn add(&mut self, mut operation: Operation) -> u64 {
        operation.id = self.next();
        self.messages.push(Message::Operation(operation));
        self.messages.len() as u64
    }

    pub(crate) fn discard(&mut self, of: u64) -> u64 {
        let id = self.next();
        self.messages.push(Message::Discard { id, of });
        self.messages.len() as u64
    }

    pub(crate) fn push(&self, server: &Server, from: u64) -> Result<Pushed, MirrorError> {
        let messages = self.messages.iter().skip(from as usize - 1).take(256).cloned().collect();
        server.mirror.push(&self.caller, &self.id, &Push { device: self.id.clone(), messages })
    }

    /// Pushes all from this message on, and keeps the verdicts.
    pub(crate) fn push_all(&mut self, server: &Server, mut from: u64) {
        while from <= self.messages.len() as u64 {
            match self.push(server, from).expect("taken") {
                Pushed::Taken { last, verdicts } => {
                    self.verdicts.extend(verdicts);
                    from = from.saturating_add(256).min(last + 1);
                }
                Pushed::Gap { expected } => from = expected,
            }
        }
    }

    pub(crate) fn verdict(&self, sequence: u64) -> &Verdict {
        &self.verdicts[&sequence]
    }

    /// Fetches and applies all that has changed; whether it began anew.
    pub(crate) fn pull(&mut self, server: &Server) -> bool {
        let mut is_restart = false;
        loop {
            let page = server.mirror.pull(&self.caller, &self.id, self.cookie.as_deref()).expect("a page");
            if page.is_restart {
                is_restart = true;
                self.world.records.clear();
                self.world.prices.clear();
            }
            page.entries.into_iter().for_each(|entry| self.apply(entry));
            self.cookie = Some(page.cookie);
            if !page.has_more {
                return is_restart;
            }
        }
    }

    fn apply(&mut self, entry: Entry) {
        match entry {
            Entry::Record { id, record } => {
                self.world.records.insert(id, record.map_or(Base::Deleted, Base::There));
            }
            Entry::Row { id, values: Some(values) } => {
                let text = |name: &str| values.get(name).map(Value::to_string).unwrap_or_default();
                assert_eq!(id.key, text("item"));
                self.world.prices.insert(text("item"), text("price"));
            }
            Entry::Row { id, values: None } => {
                self.world.prices.remove(&id.key);
            }
            Entry::Table { is_here, .. } => self.has_prices = is_here,
            Entry::Verdict { sequence, verdict } => {
                self.verdicts.insert(sequence, verdict);
            }
        }
    }

    pub(crate) fn value(&self, id: &RecordId, field: &str) -> Option<Value> {
        self.world.record(id).value(field).cloned()
    }
}
