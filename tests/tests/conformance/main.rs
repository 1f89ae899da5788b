//! The native and the portable engine agree to the last bit, on documents that nobody thought of.
//!
//! Random requests are evaluated to an outcome on both engines, against the plugin's own reference rows. Outcome,
//! digests, issues, fuel, steps and rounds must be equal, faults too. A failure prints the seed and the document;
//! `LOCKSTEP_SEED=N` runs that one again, and `LOCKSTEP_SOAK_SECONDS=N` goes on for as long (`make soak`).

mod comparison;
mod coverage;

use std::{
    env, panic,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use lockstep_tests::plugins::{self, Workspace};

use comparison::compare;
use coverage::Coverage;

/// Documents over all plugins.
const DOCUMENTS: u64 = 20_000;

/// Where the seeds of `cargo test` begin, so that it says the same each time; a soak begins elsewhere.
const FIRST_SEED: u64 = 1;

/// Actions that random documents need not reach, with the reason; the plugin's cases do.
const GUARDED: &[(&str, &str, &str)] = &[(
    "vendor-collaboration",
    "purchase-order-response: confirm",
    "a buyer confirms an answer that is in order in each of its lines",
)];

/// In so many documents of a hundred in which calculations ran every one of them must yield.
const COMPLETE_PERCENT: u64 = 60;

/// Calculations that are for some documents or rows alone, with the reason: a document is complete without them.
const SELECTIVE: &[(&str, &[&str], &str)] = &[
    (
        "cost-controlling",
        &["rows", "actual", "budget", "variance", "variance-percent", "year-variance", "year-average"],
        "there are figures only for the one manager who answers for the cost object",
    ),
    (
        "expense-management",
        &[
            "lines.mileage-amount",
            "lines.last-day",
            "lines.daily-allowance",
            "lines.meal-reduction-percent",
            "lines.meal-reduction",
            "lines.per-diem-amount",
        ],
        "mileage and per diems are lines of kinds of their own",
    ),
    ("vendor-collaboration", &["whole-answer"], "there is one only where all lines are answered alike"),
];

/// In so many documents of a hundred each calculation must yield, selective or not.
const RARE_PERCENT: u64 = 5;

/// No more failures are printed.
const FAILURES_MAX: usize = 5;

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok().map(|value| value.parse().unwrap_or_else(|_| panic!("{variable}: `{value}` is no number")))
}

/// Compares the documents of these seeds, on all cores, until there are no more or the time is over.
fn run(plugin: &Workspace, seeds: std::ops::Range<u64>, until: Option<Instant>) -> Coverage {
    let documents = plugin.documents();
    let (next, is_over) = (AtomicU64::new(seeds.start), AtomicBool::new(false));
    let failures = Mutex::new(Vec::new());
    let work = || {
        let mut coverage = Coverage::new(documents.descriptor, selective(plugin));
        while !is_over.load(Ordering::Relaxed) && until.is_none_or(|until| Instant::now() < until) {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if !seeds.contains(&seed) {
                break;
            }
            let sample = documents.sample(seed);
            match compare(plugin, &sample) {
                Ok(compared) => coverage.add(&sample, &compared),
                Err(difference) => {
                    let mut failures = failures.lock().expect("nobody panics with the lock");
                    failures.push(difference);
                    is_over.store(failures.len() >= FAILURES_MAX, Ordering::Relaxed);
                }
            }
        }
        coverage
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let coverage = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let coverages = workers.into_iter().map(|worker| worker.join().unwrap_or_else(|why| panic::resume_unwind(why)));
        coverages.reduce(Coverage::merge).expect("there is a thread")
    });
    let failures = failures.into_inner().expect("nobody panics with the lock");
    assert!(failures.is_empty(), "{}\n\n{}", plugin.name, failures.join("\n\n"));
    coverage
}

fn selective(plugin: &Workspace) -> &'static [&'static str] {
    let of_it = SELECTIVE.iter().find(|(name, ..)| *name == plugin.name);
    of_it.map_or(&[], |(_, calculations, _)| calculations)
}

/// What the documents did not reach that they should.
fn check(plugin: &Workspace, coverage: &Coverage) -> Vec<String> {
    println!("{}: {coverage}", plugin.name);
    let mut wrong = Vec::new();
    let rare = coverage.rare(RARE_PERCENT);
    if !rare.is_empty() {
        wrong.push(format!("in fewer than {RARE_PERCENT} % of the documents these yielded: {}", rare.join(", ")));
    }
    if coverage.complete * 100 < coverage.ran * COMPLETE_PERCENT {
        let (complete, ran) = (coverage.complete, coverage.ran);
        wrong.push(format!(
            "every calculation yielded in {complete} of {ran} documents, fewer than {COMPLETE_PERCENT} %"
        ));
    }
    let is_guarded = |rule: &String| GUARDED.iter().any(|(name, known, _)| *name == plugin.name && known == rule);
    let mut idle = coverage.idle();
    idle.retain(|rule| !is_guarded(rule));
    if !idle.is_empty() {
        wrong.push(format!("no document made these rules yield: {}", idle.join(", ")));
    }
    wrong.into_iter().map(|what| format!("{}: {what}", plugin.name)).collect()
}

#[test]
fn both_engines_agree_on_random_documents() {
    let plugins = plugins::all();
    match (number("LOCKSTEP_SOAK_SECONDS"), number("LOCKSTEP_SEED")) {
        (Some(seconds), seed) => soak(plugins, seconds, seed.unwrap_or_else(moment)),
        (None, Some(seed)) => {
            for plugin in plugins {
                println!("{}: {}", plugin.name, run(plugin, seed..seed + 1, None));
            }
        }
        (None, None) => {
            let count = DOCUMENTS.div_ceil(plugins.len() as u64);
            let check = |plugin| check(plugin, &run(plugin, FIRST_SEED..FIRST_SEED + count, None));
            let wrong: Vec<_> = plugins.iter().flat_map(check).collect();
            assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
        }
    }
}

fn soak(plugins: &[Workspace], seconds: u64, first: u64) {
    println!("the first seed is {first}");
    let share = Duration::from_secs(seconds) / plugins.len() as u32;
    let check = |plugin| check(plugin, &run(plugin, first..u64::MAX, Some(Instant::now() + share)));
    let wrong: Vec<_> = plugins.iter().flat_map(check).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// A seed that was not tried before.
fn moment() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(FIRST_SEED, |now| now.as_secs() << 20)
}
