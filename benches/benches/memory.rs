//! How much memory does a loaded plugin add, and an evaluation under way? Counted by the system: no criterion here.

use lockstep_benches::{
    LIMITS,
    bare::{Bare, Metering},
    documents,
    figures::{Figure, Quantity, keep},
    packages,
    residents::added_by_each,
};
use lockstep_build::Built;
use lockstep_engine::{CodeKey, Profile};
use lockstep_model::Request;

const PLUGINS: usize = 64;
const SANDBOXES: usize = 48;

fn main() -> anyhow::Result<()> {
    let lines = packages::lines()?;
    let sales_orders = packages::plugin("sales-orders")?;
    let descriptor = packages::load(&lines, Profile::Native)?.descriptor().clone();
    let document = documents::document(&descriptor)?;
    let order = documents::order(&descriptor, 1_000)?;
    let mut figures = Vec::new();
    for profile in [Profile::Native, Profile::Portable] {
        for package in [&lines, &sales_orders] {
            figures.push(of_plugin(package, profile)?);
        }
    }
    for profile in [Profile::Native, Profile::Portable] {
        figures.push(of_evaluation(&lines, profile, "ten-field document", &document)?);
        figures.push(of_evaluation(&lines, profile, "1,000 lines", &order)?);
    }
    keep("memory", &figures)
}

fn of_plugin(package: &Built, profile: Profile) -> anyhow::Result<Figure> {
    let engine = packages::engine(profile)?;
    let precompiled = engine.precompile(&package.bytes)?;
    let key = CodeKey::new([7; 32]);
    let proof = key.proof(precompiled.as_bytes());
    let added =
        added_by_each(PLUGINS, || Ok(engine.load_precompiled(precompiled.as_bytes(), &proof, &key, &LIMITS)?))?;
    let name = &package.manifest.name;
    let code = Quantity::of_bytes(precompiled.as_bytes());
    let package = Quantity::of_bytes(&package.bytes);
    Ok(Figure::plain(
        &format!("memory added per loaded plugin, {profile}, `{name}`"),
        Quantity::Bytes(added),
        format!("code {code}, package {package}"),
    ))
}

fn of_evaluation(package: &Built, profile: Profile, what: &str, request: &Request) -> anyhow::Result<Figure> {
    let bare = Bare::new(&package.bytes, profile, Metering::Fuel)?;
    let added = added_by_each(SANDBOXES, || {
        let mut sandbox = bare.instantiate()?;
        let answer = bare.call(&mut sandbox, request)?;
        Ok((sandbox, answer))
    })?;
    Ok(Figure::plain(
        &format!("memory per live evaluation, {profile}, {what}"),
        Quantity::Bytes(added),
        "sandbox and answer".to_owned(),
    ))
}
