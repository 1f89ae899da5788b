//! How long until the first outcome: from a precompiled package on disk, and from a `.wasm` that is compiled first?

use std::hint::black_box;

use cap_std::{ambient_authority, fs::Dir};
use criterion::Criterion;
use lockstep_benches::{
    LIMITS,
    documents::{self, evaluate},
    figures::{Figure, Quantity, keep},
    packages,
    turns::{criterion, take_time},
};
use lockstep_build::Built;
use lockstep_engine::{CodeCache, Origin, Profile};

const MS: f64 = 1e6;

fn main() -> anyhow::Result<()> {
    let package = packages::lines()?;
    let mut criterion = criterion();
    let figures = [
        precompiled(&mut criterion, &package, Profile::Native, 1.0)?,
        precompiled(&mut criterion, &package, Profile::Portable, 2.0)?,
        compiled(&mut criterion, &package, Profile::Native)?,
        compiled(&mut criterion, &package, Profile::Portable)?,
        making_an_engine(&mut criterion, Profile::Native),
        making_an_engine(&mut criterion, Profile::Portable),
    ];
    criterion.final_summary();
    keep("startup", &figures)
}

/// The package and its code are read, the code's proof is checked, the plugin describes itself and evaluates.
fn precompiled(criterion: &mut Criterion, package: &Built, profile: Profile, limit: f64) -> anyhow::Result<Figure> {
    let folder = tempfile::tempdir_in(packages::target_folder())?;
    let open = || -> anyhow::Result<_> { Ok(CodeCache::open(Dir::open_ambient_dir(&folder, ambient_authority())?)?) };
    let engine = packages::engine(profile)?;
    let first = engine.load_cached(&package.bytes, &open()?, &LIMITS)?;
    let request = documents::document(first.plugin.descriptor())?;
    let taken = take_time(criterion, &format!("startup/precompiled/{profile}"), || {
        let bytes = std::fs::read(&package.path).expect("the package can be read");
        let cache = open().expect("the cache can be opened");
        let cached = engine.load_cached(&bytes, &cache, &LIMITS).expect("the package loads");
        assert!(matches!(cached.origin, Origin::Cache), "the code comes from the cache");
        drop(black_box(evaluate(&cached.plugin, &request)));
    });
    let question = format!("precompiled package on disk → first outcome, {profile}");
    let of = format!("package of {}", Quantity::of_bytes(&package.bytes));
    Ok(Figure::limited(&question, Quantity::Nanoseconds(taken), Quantity::Nanoseconds(limit * MS), of))
}

fn compiled(criterion: &mut Criterion, package: &Built, profile: Profile) -> anyhow::Result<Figure> {
    let engine = packages::engine(profile)?;
    let request = documents::document(engine.load(&package.bytes, &LIMITS)?.descriptor())?;
    let taken = take_time(criterion, &format!("startup/compiled/{profile}"), || {
        let bytes = std::fs::read(&package.path).expect("the package can be read");
        let plugin = engine.load(&bytes, &LIMITS).expect("the package loads");
        drop(black_box(evaluate(&plugin, &request)));
    });
    let question = format!("`.wasm` → first outcome (compile), {profile}");
    let of = format!("{} processors", std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
    Ok(Figure::limited(&question, Quantity::Nanoseconds(taken), Quantity::Nanoseconds(150.0 * MS), of))
}

fn making_an_engine(criterion: &mut Criterion, profile: Profile) -> Figure {
    let taken = take_time(criterion, &format!("startup/engine/{profile}"), || {
        drop(black_box(packages::engine(profile).expect("there is room")));
    });
    let of = "once for each process, and taken down again".to_owned();
    Figure::plain(&format!("· an engine, {profile}"), Quantity::Nanoseconds(taken), of)
}
