//! What administrators do, and what breaks.

use std::sync::atomic::Ordering;

use lockstep_model::OperationId;
use lockstep_server::{
    Mirror, MirrorError,
    mirror::{
        Held,
        ImportKind::{Csv, JsonLines},
    },
};

use crate::{
    checks,
    parts::lock,
    stock::{VERSIONS, version},
    terminal::DAY_MS,
    world::{Event, World},
};

impl World {
    fn any_node(&mut self) -> usize {
        self.random.between(0, self.cluster.count() as i64 - 1) as usize
    }

    /// An administrator, or a system that feeds the server, does something.
    pub(crate) fn administer(&mut self) {
        match self.random.between(1, 100) {
            1..=35 => self.move_prices(),
            36..=50 => self.import_order(),
            51..=62 => {
                let what = if self.random.chance(70) { Held::Release } else { Held::Reject };
                let parked = self.parked();
                if let Some(id) = self.random.pick(&parked).cloned() {
                    self.hold(&id, what);
                }
            }
            63..=75 => self.publish(),
            76..=80 => self.withdraw(),
            81..=88 => {
                self.note("the server is copied");
                self.cluster.back_up();
                self.backup = Some(self.decided.clone());
            }
            89..=94 => self.restore(),
            _ => {
                let terminal = self.pick();
                self.note(&format!("d{terminal} gets another role"));
                let roles = &mut self.terminals[terminal].roles;
                *roles = if roles.len() > 1 { vec!["sales"] } else { vec!["chief", "sales"] };
            }
        }
    }

    fn import(&mut self, what: &str, import: impl FnOnce(&Mirror) -> Result<(), MirrorError>) {
        let node = self.any_node();
        let done = self.cluster.on(node, import).map(|done| done.map_err(|error| error.to_string()));
        self.note(&format!("node {node} imports {what}: {done:?}"));
        if done.is_none() {
            self.soon(1_800_000, Event::StartNode(node));
        }
        checks::sums_at_server(self);
    }

    fn move_prices(&mut self) {
        let mut csv = String::from("item,price,company\n");
        for item in 1..=4 {
            for company in ["", "c1", "c2"] {
                if self.random.chance(if company.is_empty() { 70 } else { 10 }) {
                    let price = self.random.between(1, 30);
                    csv.extend([format!("I-{item},{price},{company}\n")]);
                }
            }
        }
        let adds = self.random.chance(40);
        self.count("imports");
        self.import(&csv.replace('\n', " "), |mirror| {
            mirror.import_rows("orders", "price", Csv, csv.as_bytes(), adds).map(drop)
        });
    }

    fn import_order(&mut self) {
        let company = if self.random.chance(70) { "c1" } else { "c2" };
        let new = format!("imported-{company}-{}", self.random.between(1, 3));
        let keys = self.orders.entry(company).or_default();
        let known = if self.random.chance(70) { self.random.pick(keys).cloned() } else { None };
        let key = known.unwrap_or_else(|| {
            keys.push(new.clone());
            new
        });
        let line = format!(r#"{{"key": "{key}", "customer": "C-9", "note": "{}"}}"#, self.random.between(1, 9));
        self.import(&line, |mirror| {
            mirror.import_records("orders", "order", JsonLines, line.as_bytes(), company).map(drop)
        });
    }

    pub(crate) fn parked(&self) -> Vec<OperationId> {
        let filter = lockstep_server::mirror::store::OperationFilter { verdict: Some("parked"), device: None };
        let parked = self.cluster.look(|store| store.list(&filter, 1000).expect("operations"));
        let mut parked: Vec<_> = parked.iter().map(|stored| stored.message.id().clone()).collect();
        parked.sort();
        parked
    }

    /// Whether it is parked no more.
    fn hold(&mut self, id: &OperationId, what: Held) -> bool {
        let node = self.any_node();
        let held = self.cluster.on(node, |mirror| mirror.hold(id, what, "administrator", "for once"));
        self.note(&format!("an administrator decides on {id}, {what:?}: {held:?}"));
        self.count("settled by administrators");
        match held {
            Some(Ok(verdict)) => checks::decided(self, &id.device, id.sequence, &verdict),
            Some(Err(MirrorError::StillParked { .. })) => return false,
            Some(Err(error)) if error.is_transient() => return false,
            Some(Err(MirrorError::NotParked { .. })) => {}
            Some(Err(error)) => panic!("{id}: {error}"),
            None => self.soon(1_800_000, Event::StartNode(node)),
        }
        checks::sums_at_server(self);
        true
    }

    /// In the end an administrator decides on all that is parked.
    pub(crate) fn settle(&mut self) {
        for id in self.parked() {
            if !self.hold(&id, Held::Release) {
                self.hold(&id, Held::Reject);
            }
        }
    }

    /// The next version comes into force; devices get it when they ask.
    fn publish(&mut self) {
        let number = self.random.between(1, VERSIONS);
        self.note(&format!("version {number} is published"));
        {
            let mut shelf = lock(&self.shelf);
            if shelf.withdrawn.contains(&version(number)) {
                return;
            }
            shelf.current.insert("orders".into(), version(number));
        }
        for terminal in 0..self.terminals.len() {
            if self.random.chance(60) {
                self.refresh(terminal);
            }
        }
    }

    fn refresh(&mut self, number: usize) {
        self.note(&format!("d{number} gets new packages"));
        let terminal = &mut self.terminals[number];
        *lock(&terminal.packages.current) = lock(&self.shelf).current.clone();
        let is_up = terminal.device.is_some();
        let adopted = terminal.with(|device| device.adopt().expect("the file can be written"));
        if is_up && adopted.is_none() {
            self.ended(number);
        }
    }

    fn withdraw(&mut self) {
        let number = self.random.between(1, VERSIONS);
        let mut shelf = lock(&self.shelf);
        let is_current = shelf.current["orders"] == version(number);
        if !shelf.withdrawn.remove(&version(number)) && !is_current {
            shelf.withdrawn.insert(version(number));
        }
        drop(shelf);
        self.note(&format!("version {number} is withdrawn, or put back"));
    }

    fn restore(&mut self) {
        let Some(decided) = self.backup.clone() else { return };
        self.note("the server is restored from its copy");
        self.count("restored");
        self.decided = decided;
        self.cluster.restore();
        self.cluster.on(0, |mirror| mirror.begin_epoch().expect("begun")).expect("it goes on");
        self.terminals.iter_mut().for_each(crate::terminal::Terminal::forget_verdicts);
    }

    /// Something breaks, or is well again.
    pub(crate) fn weather(&mut self) {
        let terminal = self.pick();
        let node = self.any_node();
        match self.random.between(1, 100) {
            1..=20 => {
                self.network.lost_percent = self.random.between(0, 40);
                self.network.doubled_percent = self.random.between(0, 30);
                self.network.delay_ms = *self.random.pick(&[50, 1_000, 20_000]).unwrap_or(&50);
                self.note("the network is another");
            }
            21..=35 => {
                let is_cut_off = !self.terminals[terminal].is_cut_off;
                self.terminals[terminal].is_cut_off = is_cut_off;
                self.note(&format!("d{terminal} is cut off: {is_cut_off}"));
            }
            36..=45 => {
                let skew = self.random.between(-5 * DAY_MS, 5 * DAY_MS);
                self.note(&format!("the clock of d{terminal} goes {skew} ms before"));
                self.terminals[terminal].skew.store(skew, Ordering::Relaxed);
            }
            46..=50 => {
                let skew = self.random.between(-5 * DAY_MS, 5 * DAY_MS);
                self.note(&format!("the clock of node {node} goes {skew} ms before"));
                self.cluster.set_clock(node, skew);
            }
            51..=65 => {
                let calls = self.random.between(1, 60);
                self.terminals[terminal].fuse.set(calls);
            }
            66..=80 => {
                let calls = self.random.between(1, 60);
                self.cluster.arm(node, calls);
            }
            81..=88 => {
                let calls = self.random.between(1, 20);
                self.cluster.fail(node, calls);
            }
            89..=94 => {
                self.terminals[terminal].is_locked_out = true;
                self.note(&format!("the token of d{terminal} has expired"));
            }
            _ if self.terminals[terminal].device.is_some() => self.ended(terminal),
            _ => {}
        }
    }
}
