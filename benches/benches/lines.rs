//! What does a line cost in a document of 1,000 lines, beside plain Rust and beside the other engine?

use std::hint::black_box;

use lockstep_benches::{
    documents::{self, evaluate},
    figures::{Figure, Quantity, keep},
    packages,
    turns::{Turns, criterion, take_turns},
};
use lockstep_engine::Profile;

const LINES: u16 = 1_000;

fn main() -> anyhow::Result<()> {
    let package = packages::lines()?;
    let native = packages::load(&package, Profile::Native)?;
    let portable = packages::load(&package, Profile::Portable)?;
    let mut criterion = criterion();
    let request = documents::order(native.descriptor(), LINES.into())?;
    let lines = documents::plain(LINES.into());
    let beside_plain = take_turns(
        &mut criterion,
        "lines/native",
        || drop(black_box(evaluate(&native, black_box(&request)))),
        || drop(black_box(bench_lines::plain::evaluate(black_box(&lines)))),
    );
    let beside_native = take_turns(
        &mut criterion,
        "lines/portable",
        || drop(black_box(evaluate(&portable, black_box(&request)))),
        || drop(black_box(evaluate(&native, black_box(&request)))),
    );
    criterion.final_summary();
    let figure = |question: &str, turns: Turns, limit: f64, beside: &str| {
        let a_line = |ns: f64| Quantity::Nanoseconds(ns / f64::from(LINES));
        let of = format!("{} a line; {beside} {}", a_line(turns.subject_ns), a_line(turns.baseline_ns));
        Figure::limited(question, Quantity::Times(turns.ratio), Quantity::Times(limit), of)
    };
    keep(
        "lines",
        &[
            figure("document of 1,000 lines, native, per line", beside_plain, 2.5, "plain Rust"),
            figure("document of 1,000 lines, portable, per line", beside_native, 16.0, "native"),
        ],
    )
}
