//! A device on a disk that fails, and its server.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use lockstep_device::{
    At, Device, DeviceError, Draft, Evaluator, Identity, Moment, Package, PackageFault, Packages, Settings, Submitted,
    Synced, Token,
};
use lockstep_model::{Date, Digest, Evaluate, Evaluated, Limits, Request, Timestamp};
use lockstep_package::Messages;

use super::{
    disk::Disk,
    ledger::Ledger,
    plugin::{LIMITS, Plugin, descriptor},
    server::{Data, Server},
    vfs,
};

pub(crate) type Result<T> = std::result::Result<T, DeviceError>;

/// The plugin, made anew for each evaluation.
struct Fake;

impl Evaluate for Fake {
    type Error = String;

    fn evaluate(&self, request: &Request, limits: &Limits) -> std::result::Result<Evaluated, String> {
        Plugin::default().evaluate(request, limits)
    }
}

#[derive(Clone)]
struct One(Arc<Package>);

impl Packages for One {
    fn names(&self) -> Vec<String> {
        vec![self.0.name.clone()]
    }

    fn current(&self, plugin: &str) -> std::result::Result<Option<Arc<Package>>, PackageFault> {
        Ok((self.0.name == plugin).then(|| self.0.clone()))
    }

    fn pinned(&self, plugin: &str, digest: &Digest) -> Option<Arc<Package>> {
        self.current(plugin).ok().flatten().filter(|package| package.digest == *digest)
    }
}

fn package() -> Package {
    Package {
        name: "orders".into(),
        version: "1.0.0".into(),
        digest: Digest::of(b"orders"),
        engine: "rust".into(),
        descriptor: descriptor(),
        workspace: None,
        messages: Messages::default(),
        evaluator: Evaluator::new(Fake),
    }
}

pub(crate) fn identity(company: &str) -> Identity {
    Identity { user: "user".into(), company: company.into(), roles: vec![format!("seller of {company}")] }
}

/// What a scenario begins with.
#[derive(Clone, Default)]
pub(crate) struct Snapshot {
    disk: Disk,
    data: Option<Data>,
    pub(crate) ledger: Ledger,
    page: Option<usize>,
    clock: i64,
    random: u64,
}

/// A device, its disk and its server.
pub(crate) struct Kit {
    pub(crate) name: String,
    pub(crate) device: Option<Device>,
    pub(crate) server: Server,
    pub(crate) ledger: Ledger,
    package: Arc<Package>,
    clock: Arc<AtomicI64>,
    random: Arc<AtomicU64>,
    pub(crate) keep_ms: i64,
}

impl Drop for Kit {
    fn drop(&mut self) {
        self.device = None;
        vfs::remove(&self.name);
    }
}

impl Kit {
    /// What the snapshot holds, on a disk of this name; the device is not open yet.
    pub(crate) fn new(name: &str, snapshot: &Snapshot) -> Self {
        vfs::with(name, |disk| *disk = snapshot.disk.clone());
        let server = Server::new();
        if let Some(data) = &snapshot.data {
            *server.data.borrow_mut() = data.clone();
        }
        server.page.set(snapshot.page.unwrap_or(3));
        Self {
            name: name.to_owned(),
            device: None,
            server,
            ledger: snapshot.ledger.clone(),
            package: Arc::new(package()),
            clock: Arc::new(AtomicI64::new(1_772_438_400_000 + snapshot.clock)),
            random: Arc::new(AtomicU64::new(1 + snapshot.random)),
            keep_ms: i64::MAX,
        }
    }

    /// All that there is, with the device closed.
    pub(crate) fn snapshot(&mut self) -> Snapshot {
        self.device = None;
        Snapshot {
            disk: vfs::with(&self.name, |disk| disk.clone()),
            data: Some(self.server.copy()),
            ledger: self.ledger.clone(),
            page: Some(self.server.page.get()),
            clock: self.clock.load(Ordering::Relaxed) - 1_772_438_400_000,
            random: self.random.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn file(&self) -> PathBuf {
        PathBuf::from(format!("/{}/device.sqlite", self.name))
    }

    fn settings(&self, device: &str) -> Settings {
        let (clock, random) = (self.clock.clone(), self.random.clone());
        Settings {
            device: device.into(),
            limits: LIMITS,
            quota_bytes: 1 << 30,
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

    /// Opens the device under this id.
    pub(crate) fn open_as(&mut self, device: &str) -> Result<()> {
        self.device = None;
        let packages = One(self.package.clone());
        self.device = Some(Device::open(&self.file(), Box::new(packages), self.settings(device))?);
        Ok(())
    }

    /// Opens the device and has the user sign in, for the company for which he worked.
    pub(crate) fn open(&mut self) -> Result<()> {
        let device = self.ledger.device.clone();
        match self.open_as(&device) {
            Err(DeviceError::OtherDevice { found, .. }) if self.ledger.perhaps.as_ref() == Some(&found) => {
                self.ledger.device.clone_from(&found);
                self.open_as(&found)?;
            }
            opened => opened?,
        }
        self.sign_in("c1")
    }

    pub(crate) fn sign_in(&mut self, company: &str) -> Result<()> {
        self.device().sign_in(identity(company), Token::new("token"))
    }

    pub(crate) fn device(&mut self) -> &mut Device {
        self.device.as_mut().expect("it is open")
    }

    pub(crate) fn sync(&mut self) -> Result<Synced> {
        let device = self.device.as_mut().expect("it is open");
        device.sync(&self.server)
    }

    /// A draft of a new order for this customer, of one line.
    pub(crate) fn draft(&mut self, customer: &str, quantity: &str) -> Result<Draft> {
        let device = self.device();
        let mut draft = device.draft("orders", "order", None)?;
        draft.set_text(&At::Field("customer".into()), customer)?;
        let row = device.add_row(&mut draft, "lines")?;
        let cell = |field: &str| At::Cell { collection: "lines".into(), row: row.clone(), field: field.into() };
        draft.set_text(&cell("item"), "I-1")?;
        draft.set_text(&cell("quantity"), quantity)?;
        Ok(draft)
    }

    pub(crate) fn submit(&mut self, draft: &Draft) -> Result<Submitted> {
        let action = draft.action().to_owned();
        let reasons = [("large".to_owned(), "agreed by phone".to_owned())].into();
        self.device().submit(draft, &action, &[].into(), &reasons)
    }

    /// Creates an order whose customer is the operation's mark, and gives its key.
    pub(crate) fn create(&mut self, mark: &str, quantity: &str) -> Result<String> {
        let draft = self.draft(mark, quantity)?;
        let done = self.submit(&draft);
        self.ledger.made(mark, &done);
        done.map(|_| draft.record().key.clone())
    }

    /// Notes the operation's mark on an order.
    pub(crate) fn note(&mut self, key: &str, mark: &str) -> Result<()> {
        let mut draft = self.device().draft("orders", "order", Some(key))?;
        draft.set_text(&At::Field("note".into()), mark)?;
        let done = self.submit(&draft);
        self.ledger.made(mark, &done);
        done.map(drop)
    }
}
