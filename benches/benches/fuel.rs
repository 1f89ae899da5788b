//! What does counting fuel cost?

use std::hint::black_box;

use lockstep_benches::{
    bare::{Bare, Metering},
    documents,
    figures::{Figure, Quantity, keep},
    packages,
    turns::{criterion, take_turns},
};
use lockstep_engine::Profile;
use lockstep_model::Request;

fn main() -> anyhow::Result<()> {
    let package = packages::lines()?;
    let descriptor = packages::load(&package, Profile::Native)?.descriptor().clone();
    let document = documents::document(&descriptor)?;
    let order = documents::order(&descriptor, 1_000)?;
    let mut criterion = criterion();
    let mut measure = |name: &str, profile, request: &Request| -> anyhow::Result<(Quantity, String)> {
        let counting = Bare::new(&package.bytes, profile, Metering::Fuel)?;
        let free = Bare::new(&package.bytes, profile, Metering::Nothing)?;
        let turns = take_turns(
            &mut criterion,
            name,
            || drop(black_box(counting.evaluate(black_box(request)).expect("it is in order"))),
            || drop(black_box(free.evaluate(black_box(request)).expect("it is in order"))),
        );
        let ns = Quantity::Nanoseconds;
        let of = format!("{}; without {}", ns(turns.subject_ns), ns(turns.baseline_ns));
        Ok((Quantity::Percent((turns.ratio - 1.0) * 100.0), of))
    };
    let (percent, of) = measure("fuel/native", Profile::Native, &document)?;
    let question = "fuel's cost on the ten-field document, native";
    let mut figures = vec![Figure::limited(question, percent, Quantity::Percent(11.0), of)];
    let others = [
        ("· the same, portable", "fuel/portable", Profile::Portable, &document),
        ("· document of 1,000 lines, native", "fuel/native/lines", Profile::Native, &order),
        ("· document of 1,000 lines, portable", "fuel/portable/lines", Profile::Portable, &order),
    ];
    for (question, name, profile, request) in others {
        let (percent, of) = measure(name, profile, request)?;
        figures.push(Figure::plain(question, percent, of));
    }
    criterion.final_summary();
    keep("fuel", &figures)
}
