//! How many operations does a mirror take in a second from eight devices, beside its bare store writing the same rows in
//! the same batches?

#![expect(clippy::cast_precision_loss, reason = "figures have three digits")]

use std::{
    collections::BTreeMap,
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

#[path = "../../host/server/tests/support/postgres.rs"]
#[expect(dead_code, reason = "the server's tests do more with it")]
mod postgres;

use lockstep_benches::{
    crew::{Kit, Member, offline},
    figures::{Figure, Quantity, keep},
    recorded::{Recorded, Written},
    site::Site,
    turns::{Turns, take_long_turns},
};
use lockstep_engine::Profile;
use lockstep_model::exchange::{Push, Pushed};
use lockstep_server::{
    Mirror,
    auth::Caller,
    mirror::store::{
        Store,
        postgres::{Database, PostgresStore},
        sqlite::SqliteStore,
    },
};

const DEVICES: usize = 8;

/// Operations of each device.
const OPERATIONS: usize = 192;

/// Operations in a push.
const BATCH: usize = 32;

const TURNS: usize = 3;

/// Two servers and a database that work at the same time need so many.
const CORES_FOR_TWO: usize = 4;

/// What a device sends.
struct Sending {
    caller: Caller,
    device: String,
    pushes: Vec<Push>,
}

fn main() -> anyhow::Result<()> {
    let site = Site::new()?;
    let prepared = site.fed()?;
    let kit = Kit::new(&site.packages, Profile::Native)?;
    let mut sending = Vec::new();
    for number in 0..DEVICES {
        let member = Member::new(number);
        let pushes = offline(&member, &kit, &prepared, OPERATIONS, BATCH)?;
        sending.push(Sending { caller: member.caller()?, device: member.device, pushes });
    }
    let bench = Bench { site: &site, sending: &sending };
    let stores = AtomicU32::new(0);
    let mut figures = Vec::new();
    bench.one(&mut figures, "SQLite", &|| {
        let name = format!("mirror-{}.sqlite", stores.fetch_add(1, Ordering::Relaxed));
        Ok(Box::new(open(&site.folder().join(name))?))
    })?;
    let database = || postgres::cluster().database();
    bench.one(&mut figures, "PostgreSQL", &|| Ok(Box::new(open_postgres(&database())?)))?;
    figures.push(bench.two(&|| {
        let database = database();
        Ok([open_postgres(&database)?, open_postgres(&database)?])
    })?);
    keep("mirroring", &figures)
}

fn open_postgres(database: &str) -> anyhow::Result<PostgresStore> {
    let address = postgres::cluster().address(database);
    Ok(PostgresStore::open(&Database::new(&address, Some(&address))?, || Some(([1; 16], [2; 32])))?)
}

fn open(path: &Path) -> anyhow::Result<SqliteStore> {
    Ok(SqliteStore::open(path, || Some(([1; 16], [2; 32])))?)
}

struct Bench<'a> {
    site: &'a Site,
    sending: &'a [Sending],
}

/// Opens a new, empty store.
type Open<'a> = &'a dyn Fn() -> anyhow::Result<Box<dyn Store>>;

impl Bench<'_> {
    /// One server, beside its bare store.
    fn one(&self, figures: &mut Vec<Figure>, store: &str, open: Open<'_>) -> anyhow::Result<()> {
        let (recorded, committed) = Recorded::new(open()?);
        let mirror = self.site.mirror(Box::new(recorded));
        self.site.feed(&mirror)?;
        let fed = std::mem::take(&mut *committed.lock().expect("nobody panics"));
        self.push(std::slice::from_ref(&mirror))?;
        let written = std::mem::take(&mut *committed.lock().expect("nobody panics"));
        let counts = mirror.counts();
        let Turns { subject_ns, baseline_ns, ratio } = take_long_turns(
            TURNS,
            || {
                let mirror = self.site.mirror(open()?);
                self.site.feed(&mirror)?;
                self.push(&[mirror])
            },
            || {
                let store = open()?;
                fed.iter().try_for_each(|written| written.again(&*store))?;
                again(&*store, &written)
            },
        )?;
        let (with, bare) = (self.per_second(subject_ns), self.per_second(baseline_ns));
        figures.push(Figure::at_least(
            &format!("mirror on {store}, {DEVICES} devices pushing, beside the bare store"),
            Quantity::Times(1.0 / ratio),
            Quantity::Times(0.5),
            format!("{with}; bare {bare}: orders made, changed, confirmed, stock reserved; {BATCH} in a push"),
        ));
        figures.push(Figure::limited(
            &format!("executions for each operation, {store}"),
            Quantity::Times(counts.rounds as f64 / counts.executions as f64),
            Quantity::Times(1.05),
            format!(
                "of {} operations {} accepted, {} rebased, {} rejected, {} parked",
                counts.executions, counts.accepted, counts.rebased, counts.rejected, counts.parked
            ),
        ));
        Ok(())
    }

    /// Two servers with one database, each for the devices of one company, beside one server for all.
    fn two(&self, open: &dyn Fn() -> anyhow::Result<[PostgresStore; 2]>) -> anyhow::Result<Figure> {
        let servers = |count: usize| -> anyhow::Result<Vec<Mirror>> {
            let stores = open()?.into_iter().take(count);
            let servers: Vec<_> = stores.map(|store| self.site.mirror(Box::new(store))).collect();
            self.site.feed(&servers[0])?;
            Ok(servers)
        };
        let turns = take_long_turns(TURNS, || self.push(&servers(2)?), || self.push(&servers(1)?))?;
        let (two, one) = (self.per_second(turns.subject_ns), self.per_second(turns.baseline_ns));
        let (question, ratio) = ("mirror on PostgreSQL, two servers, beside one", Quantity::Times(1.0 / turns.ratio));
        let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let of = format!("{two}; one {one}; {cores} cores for servers, devices and database");
        Ok(if cores < CORES_FOR_TWO {
            Figure::plain(question, ratio, of)
        } else {
            Figure::at_least(question, ratio, Quantity::Times(1.5), of)
        })
    }

    fn per_second(&self, ns: f64) -> Quantity {
        let operations: usize =
            self.sending.iter().flat_map(|sending| &sending.pushes).map(|push| push.messages.len()).sum();
        Quantity::PerSecond(operations as f64 / ns * 1e9)
    }

    /// All devices push at once, by turns to these servers.
    fn push(&self, servers: &[Mirror]) -> anyhow::Result<Duration> {
        let start = Instant::now();
        thread::scope(|scope| {
            let threads: Vec<_> = self
                .sending
                .iter()
                .zip(servers.iter().cycle())
                .map(|(sending, server)| scope.spawn(move || sending.send(server)))
                .collect();
            threads.into_iter().try_for_each(|thread| thread.join().expect("it ends"))
        })?;
        Ok(start.elapsed())
    }
}

impl Sending {
    fn send(&self, server: &Mirror) -> anyhow::Result<()> {
        for push in &self.pushes {
            let pushed = server.push(&self.caller, &self.device, push)?;
            anyhow::ensure!(matches!(pushed, Pushed::Taken { .. }), "a push was not taken");
        }
        Ok(())
    }
}

/// Writes again what was written, each device's transactions on a thread of its own.
fn again(store: &dyn Store, written: &[Written]) -> anyhow::Result<Duration> {
    let mut by_device = BTreeMap::<_, Vec<_>>::new();
    for written in written {
        by_device.entry(&written.reach.device).or_default().push(written);
    }
    let start = Instant::now();
    thread::scope(|scope| {
        let write = |all: Vec<&Written>| all.into_iter().try_for_each(|written| written.again(store));
        let threads: Vec<_> = by_device.into_values().map(|all| scope.spawn(move || write(all))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("it ends"))
    })?;
    Ok(start.elapsed())
}
