//! What does one ten-field document cost in a sandbox of its own, beside the same rules in plain Rust?

use std::hint::black_box;

use criterion::Criterion;
use lockstep_benches::{
    LIMITS,
    bare::{Bare, Metering},
    documents::{self, evaluate},
    figures::{Figure, Quantity, keep},
    packages,
    turns::{criterion, take_time, take_turns},
};
use lockstep_build::Built;
use lockstep_engine::Profile;

fn main() -> anyhow::Result<()> {
    let package = packages::lines()?;
    let mut criterion = criterion();
    let mut figures = vec![
        beside_plain_rust(&mut criterion, &package, Profile::Native, 50.0)?,
        beside_plain_rust(&mut criterion, &package, Profile::Portable, 110.0)?,
    ];
    for profile in [Profile::Native, Profile::Portable] {
        figures.extend(pieces(&mut criterion, &package, profile)?);
    }
    criterion.final_summary();
    keep("fresh", &figures)
}

fn beside_plain_rust(
    criterion: &mut Criterion,
    package: &Built,
    profile: Profile,
    limit: f64,
) -> anyhow::Result<Figure> {
    let plugin = packages::load(package, profile)?;
    let request = documents::document(plugin.descriptor())?;
    let lines = documents::plain(1);
    let turns = take_turns(
        criterion,
        &format!("fresh/{profile}"),
        || drop(black_box(evaluate(&plugin, black_box(&request)))),
        || drop(black_box(bench_lines::plain::evaluate(black_box(&lines)))),
    );
    let of =
        format!("{}; plain Rust {}", Quantity::Nanoseconds(turns.subject_ns), Quantity::Nanoseconds(turns.baseline_ns));
    let question = format!("fresh sandbox + one ten-field document, {profile}");
    Ok(Figure::limited(&question, Quantity::Times(turns.ratio), Quantity::Times(limit), of))
}

/// An evaluation, taken apart.
fn pieces(criterion: &mut Criterion, package: &Built, profile: Profile) -> anyhow::Result<Vec<Figure>> {
    let plugin = packages::load(package, profile)?;
    let bare = Bare::new(&package.bytes, profile, Metering::Fuel)?;
    let request = documents::document(plugin.descriptor())?;
    let evaluated = evaluate(&plugin, &request);
    anyhow::ensure!(evaluated.fuel == Some(bare.evaluate(&request)?.1), "the bare sandbox has other settings");
    let mut take = |what: &str, body: &mut dyn FnMut()| take_time(criterion, &format!("fresh/{profile}/{what}"), body);

    let sandbox = take("sandbox", &mut || drop(black_box(bare.instantiate().expect("there is room"))));
    let typed = take("typed", &mut || {
        let mut sandbox = bare.instantiate().expect("there is room");
        bare.check_types(&mut sandbox).expect("the types are the contract's");
        drop(black_box(sandbox));
    });
    let called = take("called", &mut || drop(black_box(bare.evaluate(black_box(&request)).expect("it is in order"))));
    let checks = take("checks", &mut || {
        black_box(&request).check(plugin.descriptor()).expect("the request fits");
        let mut answer = black_box(evaluated.answer.clone());
        answer.normalise();
        answer.check(&request, plugin.descriptor(), &LIMITS).expect("the answer fits");
    });
    let clone = take("clone", &mut || drop(black_box(evaluated.answer.clone())));
    let parts = [
        ("making and dropping the sandbox", sandbox),
        ("the call: lowering, running, lifting", called - typed),
        ("checking request and answer", checks - clone),
    ];
    let figures = parts.map(|(part, taken)| {
        Figure::plain(&format!("· {profile}: {part}"), Quantity::Nanoseconds(taken), "of the above".to_owned())
    });
    Ok(figures.into())
}
