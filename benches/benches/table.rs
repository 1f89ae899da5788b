//! The table of all figures, as the other files found them last. With `--results` it is written to `RESULTS.md`, too.
//! Cargo runs benches in the order of their names: those whose figures it shows come before it.

use std::fmt::Write as _;

use lockstep_benches::{
    figures::{kept, table},
    packages::project,
};
use lockstep_engine::WASMTIME_VERSION;

const FILES: [&str; 15] = [
    "fresh",
    "lines",
    "plugins",
    "startup",
    "publishing",
    "drafts",
    "submitting",
    "replaying",
    "opening",
    "mirroring",
    "pulling",
    "pokes",
    "hostile",
    "fuel",
    "memory",
];

fn main() -> anyhow::Result<()> {
    let figures: Vec<_> = FILES.map(kept).into_iter().collect::<Result<Vec<_>, _>>()?.concat();
    let (answers, pieces): (Vec<_>, Vec<_>) = figures.into_iter().partition(|figure| figure.limit.is_some());
    let mut results = "# Figures\n\n".to_owned();
    writeln!(
        results,
        "Taken by `make bench` with wasmtime {WASMTIME_VERSION} and the profile `dev` (dependencies and engine optimised) on {}.",
        processor()
    )?;
    results += "Ratios are medians of stretches in which both sides took turns.\n\n";
    results += &table(&answers);
    results += "\nAsked for the number alone, and what the figures are made of:\n\n";
    results += &table(&pieces);
    println!("\n{results}");
    if std::env::args().any(|argument| argument == "--results") {
        std::fs::write(project().join("benches/RESULTS.md"), results)?;
    }
    Ok(())
}

fn processor() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let described = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = described.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("an unknown processor");
    format!("{} ({cores} cores)", model.trim_start_matches([' ', '\t', ':']))
}
