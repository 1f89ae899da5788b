//! A device of a simulation: its file outlives it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use lockstep_device::{Device, Identity, Moment, OperationView, Settings, Token};
use lockstep_model::{Date, Timestamp, Verdict};
use lockstep_server::auth::Caller;
use lockstep_tests::random::Random;

use crate::{
    cluster::{caller, may_follow},
    parts::{DevicePackages, Fuse, Shelves, lock, survives},
    plugin::LIMITS,
};

pub(crate) const DAY_MS: i64 = 86_400_000;

/// What is kept of a device while it runs and while it does not.
pub(crate) struct Terminal {
    pub(crate) id: String,
    pub(crate) company: &'static str,
    pub(crate) roles: Vec<&'static str>,
    pub(crate) device: Option<Device>,
    pub(crate) fuse: Fuse,
    pub(crate) skew: Arc<AtomicI64>,
    pub(crate) packages: DevicePackages,
    /// The request that is under way.
    pub(crate) request: Option<u64>,
    pub(crate) is_pushing: bool,
    /// The timer that is set.
    pub(crate) timer: u64,
    /// The network does not reach it.
    pub(crate) is_cut_off: bool,
    /// Its token has expired.
    pub(crate) is_locked_out: bool,
    /// How often all was sent and fetched.
    pub(crate) syncs: u64,
    /// The operations that are durable, by their seeds.
    pub(crate) made: BTreeSet<u64>,
    /// Verdicts that the device has had, by seed.
    heard: BTreeMap<u64, Verdict>,
    file: PathBuf,
    clock: Arc<AtomicI64>,
    seed: u64,
    drawn: Arc<AtomicU64>,
}

impl Terminal {
    pub(crate) fn new(
        number: usize,
        file: PathBuf,
        company: &'static str,
        shelf: Shelves,
        clock: Arc<AtomicI64>,
        seed: u64,
    ) -> Self {
        let fuse = Fuse::new();
        let current = lock(&shelf).current.clone();
        let packages = DevicePackages {
            shelf,
            current: Arc::new(Mutex::new(current)),
            fuse: fuse.clone(),
            loaded: Arc::default(),
        };
        let mut terminal = Self {
            id: format!("d{number}"),
            company,
            roles: vec!["sales"],
            device: None,
            fuse,
            skew: Arc::default(),
            packages,
            request: None,
            is_pushing: false,
            timer: 0,
            is_cut_off: false,
            is_locked_out: false,
            syncs: 0,
            made: BTreeSet::new(),
            heard: BTreeMap::new(),
            file,
            clock,
            seed,
            drawn: Arc::default(),
        };
        terminal.open();
        terminal
    }

    pub(crate) fn caller(&self) -> Caller {
        caller(&format!("user-of-{}", self.id), &self.roles, self.company)
    }

    fn settings(&self) -> Settings {
        let (clock, skew, drawn, seed) = (self.clock.clone(), self.skew.clone(), self.drawn.clone(), self.seed);
        let (fuse, other_fuse) = (self.fuse.clone(), self.fuse.clone());
        Settings {
            device: self.id.clone(),
            limits: LIMITS,
            quota_bytes: 1 << 30,
            keep_ms: 400 * DAY_MS,
            locale: "en".into(),
            clock: Box::new(move || {
                fuse.burn();
                let now = clock.load(Ordering::Relaxed) + skew.load(Ordering::Relaxed);
                Moment { now: Timestamp(now), today: Date(now.div_euclid(DAY_MS) as i32) }
            }),
            random: Box::new(move || {
                other_fuse.burn();
                let number = drawn.fetch_add(1, Ordering::Relaxed);
                Random::new(seed ^ number.wrapping_mul(0x2545_f491_4f6c_dd1d)).word()
            }),
        }
    }

    /// As if its program were started.
    pub(crate) fn open(&mut self) {
        self.fuse.clear();
        let mut device =
            Device::open(&self.file, Box::new(self.packages.clone()), self.settings()).expect("the file can be used");
        self.sign_in(&mut device);
        self.check_made(&device);
        self.device = Some(device);
        self.request = None;
    }

    pub(crate) fn sign_in(&self, device: &mut Device) {
        let roles = self.roles.iter().map(ToString::to_string).collect();
        let identity = Identity { user: format!("user-of-{}", self.id), company: self.company.into(), roles };
        device.sign_in(identity, Token::new("token")).expect("signed in");
    }

    /// What was durable is there, and at most one thing more: that which was being stored when the program ended.
    fn check_made(&mut self, device: &Device) {
        let there: BTreeSet<_> = views(device).iter().map(|view| view.operation.context.seed).collect();
        assert!(self.made.is_subset(&there), "{} has lost an operation that was stored", self.id);
        assert!(there.len() <= self.made.len() + 1, "{} has operations that nobody made", self.id);
        self.made = there;
    }

    /// Does something on the device; none: it has ended in it, or was not there.
    pub(crate) fn with<T>(&mut self, work: impl FnOnce(&mut Device) -> T) -> Option<T> {
        let device = self.device.as_mut()?;
        let done = survives(|| work(device));
        if done.is_none() {
            self.end();
        }
        done
    }

    /// Its program ends.
    pub(crate) fn end(&mut self) {
        self.device = None;
        self.request = None;
        self.fuse.clear();
    }

    pub(crate) fn views(&self) -> Vec<OperationView> {
        self.device.as_ref().map(views).unwrap_or_default()
    }

    /// A verdict that was heard stands, unless it was `parked`, or the server was restored since.
    pub(crate) fn check_verdicts(&mut self) {
        for view in self.views() {
            let Some(verdict) = view.verdict else { continue };
            let before = self.heard.insert(view.operation.context.seed, verdict.clone());
            let stands = before.as_ref().is_none_or(|before| may_follow(before, &verdict));
            assert!(stands, "the verdict on {} was {before:?} and is {verdict:?}", view.operation.id);
        }
    }

    /// The server was restored: what it lost it decides anew.
    pub(crate) fn forget_verdicts(&mut self) {
        self.heard.clear();
    }
}

fn views(device: &Device) -> Vec<OperationView> {
    device.operations().expect("the file can be read")
}
