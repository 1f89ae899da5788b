//! A simulated world: devices, a server, a network between them, and time; all that happens follows from one seed.

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};

use lockstep_device::{Step, Synced, TransportError};
use lockstep_model::{OperationId, Verdict};
use lockstep_tests::random::Random;
use tempfile::TempDir;

use crate::{
    checks,
    cluster::{Cluster, InSqlite, folder},
    network::{Kind, Request},
    parts::{Shelf, Shelves},
    stock::Stock,
    terminal::Terminal,
};

/// When the story begins.
const BEGIN: i64 = 1_772_438_400_000;

/// So many events without an end are one too many.
const EVENTS_MAX: u64 = 30_000;

/// Something that happens at a moment.
pub(crate) enum Event {
    /// A user does something.
    Work(usize),
    /// A device's timer is due, unless it was set anew.
    Sync(usize, u64),
    /// A user signs in again.
    SignIn(usize),
    /// A device's program is started.
    Start(usize),
    /// A node is started.
    StartNode(usize),
    /// A request comes to the server.
    Request(Request),
    /// An answer comes to a device.
    Answer(usize, u64, Result<Vec<u8>, TransportError>),
    /// An administrator does something.
    Administration,
    /// Something breaks, or is well again.
    Weather,
}

/// How bad the network is.
#[derive(Clone, Copy, Default)]
pub(crate) struct Network {
    pub(crate) lost_percent: i64,
    pub(crate) doubled_percent: i64,
    pub(crate) delay_ms: i64,
}

/// What the server had decided when it was copied.
pub(crate) type Decided = BTreeMap<OperationId, Verdict>;

pub(crate) struct World {
    pub(crate) random: Random,
    pub(crate) clock: Arc<AtomicI64>,
    queue: BTreeMap<(i64, u64), Event>,
    numbers: u64,
    pub(crate) terminals: Vec<Terminal>,
    pub(crate) cluster: Cluster,
    pub(crate) shelf: Shelves,
    pub(crate) stock: Stock,
    pub(crate) network: Network,
    /// Requests that were sent before the faults ended and are still on their way.
    pub(crate) on_the_way: BTreeSet<u64>,
    pub(crate) decided: Decided,
    pub(crate) backup: Option<Decided>,
    /// Operations that were parked at some time.
    pub(crate) parked_once: BTreeSet<OperationId>,
    pub(crate) is_over: bool,
    /// The keys of orders that somebody has deleted.
    pub(crate) deleted: BTreeSet<String>,
    /// The keys of orders, by company.
    pub(crate) orders: BTreeMap<&'static str, Vec<String>>,
    trace: DefaultHasher,
    is_told: bool,
    pub(crate) tally: BTreeMap<&'static str, u64>,
    _folder: TempDir,
}

impl World {
    pub(crate) fn new(seed: u64, stock: Stock, is_told: bool) -> Self {
        let mut random = Random::new(seed);
        let clock = Arc::new(AtomicI64::new(BEGIN));
        let shelf: Shelves = Arc::new(Mutex::new(Shelf::default()));
        stock.publish(&shelf);
        let nodes = random.between(1, 2) as usize;
        // Small ones, so that there are several.
        let page = if random.chance(50) { random.between(1, 8) as usize } else { 4096 };
        let cluster = Cluster::new(Box::new(InSqlite::new()), (nodes, page), shelf.clone(), clock.clone());
        let folder = folder();
        let count = random.between(2, 4) as usize;
        let terminals = (0..count).map(|number| {
            let company = if number == 3 { "c2" } else { "c1" };
            let file = folder.path().join(format!("d{number}.sqlite"));
            Terminal::new(number, file, company, shelf.clone(), clock.clone(), random.word())
        });
        let terminals = terminals.collect();
        let mut world = Self {
            random,
            clock,
            queue: BTreeMap::new(),
            numbers: 0,
            terminals,
            cluster,
            shelf,
            stock,
            network: Network { delay_ms: 200, ..Network::default() },
            on_the_way: BTreeSet::new(),
            decided: BTreeMap::new(),
            backup: None,
            parked_once: BTreeSet::new(),
            is_over: false,
            deleted: BTreeSet::new(),
            orders: BTreeMap::new(),
            trace: DefaultHasher::new(),
            is_told,
            tally: BTreeMap::new(),
            _folder: folder,
        };
        world.furnish();
        world
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.load(Ordering::Relaxed)
    }

    /// Notes what happens: in another run of the seed the same happens.
    pub(crate) fn note(&mut self, what: &str) {
        (self.now(), what).hash(&mut self.trace);
        if self.is_told {
            println!("{:>12} {what}", self.now() - BEGIN);
        }
    }

    pub(crate) fn note_bytes(&mut self, bytes: &[u8]) {
        bytes.hash(&mut self.trace);
    }

    pub(crate) fn count(&mut self, what: &'static str) {
        *self.tally.entry(what).or_default() += 1;
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    pub(crate) fn after(&mut self, ms: i64, event: Event) {
        let (at, number) = (self.now() + ms.max(0), self.number());
        self.queue.insert((at, number), event);
    }

    /// One of 1 to so many ms from now.
    pub(crate) fn soon(&mut self, ms: i64, event: Event) {
        let wait = self.random.between(1, ms);
        self.after(wait, event);
    }

    /// Sets a device's timer.
    fn wake(&mut self, number: usize, ms: i64) {
        let timer = self.number();
        self.terminals[number].timer = timer;
        self.after(ms, Event::Sync(number, timer));
    }

    pub(crate) fn wake_soon(&mut self, number: usize, ms: i64) {
        let wait = self.random.between(1, ms);
        self.wake(number, wait);
    }

    /// The whole story, and the digest of all that has happened in it.
    pub(crate) fn run(mut self) -> (u64, BTreeMap<&'static str, u64>) {
        let days = self.random.between(1, 12);
        let works = self.random.between(6, 26);
        for number in 0..self.terminals.len() {
            self.wake_soon(number, 5_000);
        }
        let span = days * 86_400_000;
        for _ in 0..works {
            let terminal = self.pick();
            self.soon(span, Event::Work(terminal));
        }
        for _ in 0..works / 2 {
            self.soon(span, Event::Weather);
            self.soon(span, Event::Administration);
        }
        let end = self.now() + span;
        self.go_on(|world| world.now() >= end);
        self.heal();
        self.drain();
        checks::all(&mut self, false);
        self.settle();
        self.drain();
        checks::all(&mut self, true);
        (self.trace.finish(), self.tally)
    }

    fn go_on(&mut self, is_enough: impl Fn(&Self) -> bool) {
        for _ in 0..EVENTS_MAX {
            if is_enough(self) {
                return;
            }
            let Some(((at, _), event)) = self.queue.pop_first() else { return };
            self.clock.fetch_max(at, Ordering::Relaxed);
            self.happen(event);
        }
        panic!("it does not come to an end: {EVENTS_MAX} events were not enough");
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Work(number) => self.work(number),
            Event::Sync(number, timer) if self.terminals[number].timer == timer => self.sync(number),
            Event::Sync(..) => {}
            Event::SignIn(number) => {
                self.note(&format!("d{number} signs in"));
                let terminal = &mut self.terminals[number];
                terminal.is_locked_out = false;
                if let Some(mut device) = terminal.device.take() {
                    terminal.sign_in(&mut device);
                    terminal.device = Some(device);
                }
                self.sync(number);
            }
            Event::Start(number) => {
                if self.terminals[number].device.is_none() {
                    self.note(&format!("d{number} starts"));
                    self.terminals[number].open();
                    self.wake_soon(number, 60_000);
                }
            }
            Event::StartNode(node) => {
                self.note(&format!("node {node} starts"));
                self.cluster.start(node);
            }
            Event::Request(request) => self.serve(request),
            Event::Answer(number, request, answer) => self.answered(number, request, answer),
            Event::Administration => self.administer(),
            Event::Weather => self.weather(),
        }
    }

    /// Any device.
    pub(crate) fn pick(&mut self) -> usize {
        self.random.between(0, self.terminals.len() as i64 - 1) as usize
    }

    fn sync(&mut self, number: usize) {
        if self.terminals[number].request.is_some() {
            return;
        }
        let begun = self.terminals[number].with(lockstep_device::Device::begin_sync);
        self.step(number, begun);
    }

    fn answered(&mut self, number: usize, request: u64, answer: Result<Vec<u8>, TransportError>) {
        if self.terminals[number].request != Some(request) {
            return;
        }
        self.note(&format!(
            "d{number} is answered: {}",
            answer.as_ref().map_or_else(ToString::to_string, |_| String::new())
        ));
        let terminal = &mut self.terminals[number];
        terminal.request = None;
        let is_push = terminal.is_pushing;
        let step = terminal.with(|device| if is_push { device.pushed(answer) } else { device.pulled(answer) });
        self.step(number, step);
        if is_push {
            checks::accepted_is_shown(self, number);
        }
    }

    /// What a device does next; none: its program has ended.
    fn step(&mut self, number: usize, step: Option<Result<Step, lockstep_device::DeviceError>>) {
        let Some(step) = step else {
            if self.terminals[number].device.is_none() {
                self.ended(number);
            }
            return;
        };
        match step.expect("a working disk") {
            Step::Push { bytes, .. } => self.send(number, Kind::Push(bytes)),
            Step::Pull { cookie, .. } => self.send(number, Kind::Pull(cookie)),
            Step::End(Synced::Done) => {
                self.note(&format!("d{number} is in sync"));
                self.terminals[number].syncs += 1;
                self.terminals[number].check_verdicts();
                checks::sums_on(self, number);
                let wait = if self.is_over { 300_000 } else { 48 * 3_600_000 };
                self.wake_soon(number, wait);
            }
            // Whoever has no network for days is not told as an event for each minute of it.
            Step::End(Synced::Later { .. }) if self.terminals[number].is_cut_off => self.wake_soon(number, 21_600_000),
            Step::End(Synced::Later { ms }) => self.wake(number, ms as i64 + 1),
            Step::End(Synced::SignIn) => self.soon(3_600_000, Event::SignIn(number)),
            Step::End(Synced::StartOver) => panic!("d{number} is to start over, though nothing is forgotten"),
        }
    }

    /// A device's program has ended.
    pub(crate) fn ended(&mut self, number: usize) {
        self.note(&format!("d{number} ends"));
        self.count("devices ended");
        self.terminals[number].end();
        self.soon(3_600_000, Event::Start(number));
    }

    /// All faults are over, and nobody does anything any more.
    fn heal(&mut self) {
        self.note("all is well again");
        self.is_over = true;
        self.network = Network { delay_ms: 200, ..Network::default() };
        self.queue.retain(|_, event| !matches!(event, Event::Work(_) | Event::Administration | Event::Weather));
        self.cluster.heal();
        for terminal in &mut self.terminals {
            terminal.fuse.clear();
            (terminal.is_cut_off, terminal.is_locked_out) = (false, false);
            if terminal.device.is_none() {
                terminal.open();
            }
        }
    }

    /// Until each device has been in sync twice, and nothing is on its way.
    fn drain(&mut self) {
        let wanted: Vec<_> = self.terminals.iter().map(|terminal| terminal.syncs + 2).collect();
        for number in 0..self.terminals.len() {
            self.wake_soon(number, 60_000);
        }
        let is_enough = |world: &Self| {
            let are_in_sync = world.terminals.iter().zip(&wanted).all(|(terminal, wanted)| terminal.syncs >= *wanted);
            are_in_sync && world.on_the_way.is_empty()
        };
        self.go_on(is_enough);
        // What came late may have moved something.
        let wanted: Vec<_> = self.terminals.iter().map(|terminal| terminal.syncs + 1).collect();
        self.go_on(|world| world.terminals.iter().zip(&wanted).all(|(terminal, wanted)| terminal.syncs >= *wanted));
    }
}
