//! A device that runs the plugin in plain Rust.

use std::{
    cell::Cell,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use lockstep_model::{Date, Digest, Evaluate, Evaluated, Limits, Request, Timestamp, Value};
use lockstep_package::{Messages, Workspace};
use tempfile::TempDir;

use crate::{
    device::{At, Device, Draft, Identity, Moment, PageQuery, PageView, Settings, Submitted, Synced},
    logic::{Evaluator, Package, PackageFault, Packages},
    plugin::{LIMITS, Plugin, descriptor},
    store::Store,
    transport::Token,
};

use super::server::Server;

const MESSAGES: &str = "
title = Orders
page = All orders
no-customer = A customer is missing.
too-much = That is too much.
large = Why is it so large?
label-entity-order = Order
    .customer = Customer
    .status-is-draft = Being written
";

const GERMAN: &str = "
title = Aufträge
no-customer = Der Kunde fehlt.
label-entity-order = Auftrag
    .customer = Kunde
    .lines = Positionen
    .lines-quantity = Menge
";

const WORKSPACE: &str = r##"{
    "title": "title", "icon": "cart", "color": "#0f6cbd", "roles": ["sales"],
    "pages": [
        {"name": "orders", "title": "page", "entity": "order", "kind": "list", "actions": ["create", "confirm"],
            "columns": ["customer", "note", "total"], "sort": [{"field": "customer"}], "search": ["customer", "note"],
            "filters": ["customer"], "opens": "order"},
        {"name": "mine", "title": "page", "entity": "order", "kind": "list", "columns": ["customer"],
            "filter": [{"field": "note", "user": true}]},
        {"name": "secret", "title": "page", "entity": "order", "kind": "list", "columns": ["customer"],
            "roles": ["manager"]},
        {"name": "order", "title": "page", "entity": "order", "kind": "detail", "sections": []}
    ],
    "actions": [{"entity": "order", "name": "create", "form": ["customer"]}, {"entity": "order", "name": "confirm"}]
}"##;

thread_local! {
    static EVALUATIONS: Cell<u32> = const { Cell::new(0) };
}

/// How often the plugin was evaluated on this thread since it was asked last.
pub(crate) fn evaluations() -> u32 {
    EVALUATIONS.take()
}

/// The plugin, made anew for each evaluation.
struct Fake;

impl Evaluate for Fake {
    type Error = String;

    fn evaluate(&self, request: &Request, limits: &Limits) -> Result<Evaluated, String> {
        EVALUATIONS.set(EVALUATIONS.get() + 1);
        Plugin::default().evaluate(request, limits)
    }
}

pub(crate) fn package() -> Package {
    Package {
        name: "orders".into(),
        version: "1.0.0".into(),
        digest: Digest::of(b"orders"),
        engine: "rust".into(),
        descriptor: descriptor(),
        workspace: Some(serde_json::from_str::<Workspace>(WORKSPACE).expect("a workspace")),
        messages: Messages::parse([("en", MESSAGES.as_bytes()), ("de", GERMAN.as_bytes())]).expect("messages"),
        evaluator: Evaluator::new(Fake),
    }
}

/// The packages in force; they can be exchanged under a device.
#[derive(Clone)]
pub(crate) struct Kept(pub(crate) Arc<Mutex<Option<Arc<Package>>>>);

impl Packages for Kept {
    fn names(&self) -> Vec<String> {
        self.0.lock().expect("unpoisoned").iter().map(|package| package.name.clone()).collect()
    }

    fn current(&self, plugin: &str) -> Result<Option<Arc<Package>>, PackageFault> {
        Ok(self.0.lock().expect("unpoisoned").clone().filter(|package| package.name == plugin))
    }

    fn pinned(&self, plugin: &str, digest: &Digest) -> Option<Arc<Package>> {
        self.current(plugin).ok().flatten().filter(|package| package.digest == *digest)
    }
}

/// A device in a folder, that can be taken away and put back.
pub(crate) struct Kit {
    pub(crate) device: Option<Device>,
    pub(crate) server: Server,
    pub(crate) folder: TempDir,
    pub(crate) clock: Arc<AtomicI64>,
    random: Arc<AtomicU64>,
    pub(crate) packages: Kept,
    pub(crate) quota: u64,
    pub(crate) keep_ms: i64,
    pub(crate) id: &'static str,
}

pub(crate) fn identity() -> Identity {
    Identity { user: "user".into(), company: "c1".into(), roles: vec!["sales".into()] }
}

impl Kit {
    /// A device that has fetched what there is.
    pub(crate) fn new() -> Self {
        let mut kit = Self::unsynced();
        assert_eq!(kit.sync(), Synced::Done);
        kit
    }

    pub(crate) fn unsynced() -> Self {
        let mut kit = Self {
            device: None,
            server: Server::new(),
            folder: tempfile::tempdir().expect("a folder"),
            clock: Arc::new(AtomicI64::new(1_772_438_400_000)),
            random: Arc::new(AtomicU64::new(1)),
            packages: Kept(Arc::new(Mutex::new(Some(Arc::new(package()))))),
            quota: 1 << 30,
            keep_ms: i64::MAX,
            id: "d1",
        };
        kit.reopen();
        kit
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("device.sqlite")
    }

    pub(crate) fn settings(&self) -> Settings {
        let (clock, random) = (self.clock.clone(), self.random.clone());
        Settings {
            device: self.id.into(),
            limits: LIMITS,
            quota_bytes: self.quota,
            keep_ms: self.keep_ms,
            locale: "en".into(),
            clock: Box::new(move || {
                let now = clock.fetch_add(1, Ordering::Relaxed);
                Moment { now: Timestamp(now), today: Date((now / 86_400_000) as i32) }
            }),
            random: Box::new(move || {
                let number = random.fetch_add(1, Ordering::Relaxed);
                number.wrapping_mul(0x9e37_79b9_7f4a_7c15)
            }),
        }
    }

    /// As if the program had been killed and started again.
    pub(crate) fn reopen(&mut self) {
        self.device = None;
        let mut device =
            Device::open(self.folder.path(), Box::new(self.packages.clone()), self.settings()).expect("it opens");
        device.sign_in(identity(), Token::new("token")).expect("signed in");
        self.device = Some(device);
    }

    pub(crate) fn device(&mut self) -> &mut Device {
        self.device.as_mut().expect("it is open")
    }

    pub(crate) fn store(&mut self) -> &mut Store {
        &mut self.device().store
    }

    pub(crate) fn sync(&mut self) -> Synced {
        let device = self.device.as_mut().expect("it is open");
        device.sync(&self.server).expect("a working disk")
    }

    /// A draft of a new order of one line.
    pub(crate) fn draft(&mut self, customer: &str, item: &str, quantity: &str) -> Draft {
        let device = self.device();
        let mut draft = device.draft("orders", "order", None).expect("a draft");
        draft.set_text(&At::Field("customer".into()), customer).expect("fits");
        let row = device.add_row(&mut draft, "lines").expect("a collection");
        let cell = |field: &str| At::Cell { collection: "lines".into(), row: row.clone(), field: field.into() };
        draft.set_text(&cell("item"), item).expect("fits");
        draft.set_text(&cell("quantity"), quantity).expect("fits");
        draft
    }

    pub(crate) fn save(&mut self, draft: &Draft) -> Submitted {
        let action = draft.action().to_owned();
        let reasons = [("large".to_owned(), "agreed by phone".to_owned())].into();
        self.device().submit(draft, &action, &[].into(), &reasons).expect("allowed")
    }

    /// Creates an order, and gives its key.
    pub(crate) fn create(&mut self, customer: &str, quantity: &str) -> String {
        let draft = self.draft(customer, "I-1", quantity);
        self.save(&draft);
        draft.record().key.clone()
    }

    /// Changes a header field of an order.
    pub(crate) fn update(&mut self, key: &str, field: &str, text: &str) -> Submitted {
        let mut draft = self.device().draft("orders", "order", Some(key)).expect("a draft");
        draft.set_text(&At::Field(field.into()), text).expect("fits");
        self.save(&draft)
    }

    pub(crate) fn page(&mut self, name: &str) -> PageView {
        let query = PageQuery { limit: 1000, ..PageQuery::default() };
        self.device().page("orders", name, &query).expect("a page")
    }

    /// Customer, note and total of each order, and whether it is pending.
    pub(crate) fn orders(&mut self) -> Vec<(String, bool)> {
        let rows = self.page("orders").rows;
        rows.into_iter().map(|row| (row.texts.join("|"), row.is_pending)).collect()
    }

    pub(crate) fn value(&mut self, key: &str, field: &str) -> Option<Value> {
        let draft = self.device().draft("orders", "order", Some(key)).expect("a draft");
        draft.before.value(field).cloned()
    }

    pub(crate) fn states(&mut self) -> Vec<crate::device::OperationState> {
        self.device().operations().expect("operations").into_iter().map(|view| view.state).collect()
    }
}
