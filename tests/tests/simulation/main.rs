//! Devices, a server and a network in one deterministic story, told again and again with other seeds.
//!
//! Real devices and real nodes of a server work on their stores; time, the network, crashes and people are simulated.
//! Whatever happens, no operation is lost or done twice, a verdict stands, and when all faults are over everything
//! drains and all have the same, to the byte. Every story is told twice, and has to go the same way.
//!
//! `LOCKSTEP_SIMULATION_SEED=N` tells that one, with all that happens in it; `LOCKSTEP_SOAK_SECONDS=N` goes on for as
//! long (`make soak`).

mod checks;
mod cluster;
mod events;
mod model;
mod network;
mod parts;
#[expect(dead_code, reason = "it is shared with the tests of executing")]
#[path = "../../../host/sync/tests/sync/plugin.rs"]
mod plugin;
mod reference;
mod stock;
mod terminal;
mod work;
mod world;

use std::{
    collections::BTreeMap,
    env, panic,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use parts::lock;
use stock::Stock;
use world::World;

/// Stories of `cargo test`.
const STORIES: u64 = 1000;

/// In one of so many stories a plugin runs in its sandbox.
const SANDBOXED: u64 = 50;

/// Where the seeds of `cargo test` begin, so that it says the same each time; a soak begins elsewhere.
const FIRST_SEED: u64 = 1;

/// What has to come up in a thousand stories, and how often at least.
const EXPECTED: &[(&str, u64)] = &[
    ("operations made", 12_000),
    ("refused at the device", 5_000),
    ("devices ended", 600),
    ("nodes ended", 1_000),
    ("requests lost", 15_000),
    ("requests doubled", 4_000),
    ("answers lost", 3_500),
    ("restarts", 3_000),
    ("restored", 60),
    ("imports", 1_300),
    ("settled by administrators", 700),
];

type Tally = BTreeMap<&'static str, u64>;

fn tell(seed: u64, is_told: bool) -> (u64, Tally) {
    let stock = if seed.is_multiple_of(SANDBOXED) { Stock::both() } else { Stock::Plain };
    World::new(seed, stock, is_told).run()
}

fn tell_twice(seed: u64) -> Tally {
    let (trace, tally) = tell(seed, false);
    let (again, _) = tell(seed, false);
    assert_eq!(trace, again, "the story does not go the same way twice");
    tally
}

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().and_then(|text| text.parse().ok())
}

/// Tells stories on all processors until there is no seed left, and gives what came up in them.
fn tell_all(next: impl Fn() -> Option<u64> + Sync) -> Tally {
    let (tally, has_failed) = (Mutex::new(Tally::new()), AtomicBool::new(false));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some(seed) = next().filter(|_| !has_failed.load(Ordering::Relaxed)) {
                    let Ok(told) = panic::catch_unwind(|| tell_twice(seed)) else {
                        has_failed.store(true, Ordering::Relaxed);
                        println!(
                            "\nTell it again: LOCKSTEP_SIMULATION_SEED={seed} cargo test --workspace --test simulation \
                             stories -- --nocapture\n"
                        );
                        return;
                    };
                    for (what, count) in told {
                        *lock(&tally).entry(what).or_default() += count;
                    }
                }
            });
        }
    });
    assert!(!has_failed.load(Ordering::Relaxed), "a story has gone wrong: see above");
    tally.into_inner().unwrap_or_default()
}

#[test]
fn stories_end_well() {
    if let Some(seed) = number("LOCKSTEP_SIMULATION_SEED") {
        tell(seed, true);
        tell_twice(seed);
        return;
    }
    let begun = Instant::now();
    if let Some(seconds) = number("LOCKSTEP_SOAK_SECONDS") {
        let first = begun_at().max(FIRST_SEED);
        let seeds = AtomicU64::new(first);
        let is_time = || begun.elapsed() < Duration::from_secs(seconds);
        let tally = tell_all(|| is_time().then(|| seeds.fetch_add(1, Ordering::Relaxed)));
        println!("{} stories from seed {first}: {tally:?}", seeds.load(Ordering::Relaxed) - first);
        return;
    }
    let seeds = AtomicU64::new(FIRST_SEED);
    let tally = tell_all(|| Some(seeds.fetch_add(1, Ordering::Relaxed)).filter(|seed| *seed < FIRST_SEED + STORIES));
    println!("{STORIES} stories in {:.1} s: {tally:?}", begun.elapsed().as_secs_f64());
    for (what, count) in EXPECTED {
        let found = tally.get(what).copied().unwrap_or_default();
        assert!(found >= *count, "{what}: {found} in {STORIES} stories, and should be {count} at least");
    }
}

/// Other seeds each time.
fn begun_at() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs() << 20)
}
