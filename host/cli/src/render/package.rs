//! What a package is besides its descriptor: origin, contract, imports, sizes, limits.

use lockstep_model::Limits;
use lockstep_package::Signature;

use super::style::{Grid, Tone, heading, thousands};
use crate::{command::inspect::Facts, package::PackageFile};

/// Functions with floats that are named; the others are counted.
const FLOAT_FUNCTIONS_SHOWN: usize = 3;

/// What the package is, in one line.
pub(crate) fn line(facts: &Facts) -> String {
    let floats = if facts.inspection.floats.is_float_free() { "float-free" } else { "with floats" };
    let size = kibibytes(facts.inspection.sizes.component_bytes);
    let about = format!("{size}, {floats}, messages in {}", listed(&facts.locales));
    format!("{}  {}\n", Tone::Strong.paint(title(facts)), Tone::Faint.paint(about))
}

fn title(facts: &Facts) -> String {
    facts.manifest.as_ref().map_or_else(
        || "a package without a manifest".to_owned(),
        |manifest| format!("{} {}", manifest.name, manifest.version),
    )
}

fn kibibytes(bytes: usize) -> String {
    format!("{} KiB", thousands(bytes.div_ceil(1024) as u64))
}

/// The package's summary and the limits under which it was loaded.
pub(crate) fn summary(package: &PackageFile, facts: &Facts, limits: &Limits, width: Option<u16>) -> String {
    let mut grid = Grid::new(width, &[]);
    for (name, value) in lines(package, facts) {
        grid.row([Tone::Faint.cell(name), Tone::Plain.cell(value)]);
    }
    format!("{}\n", Tone::Strong.paint(title(facts))) + &grid.finish(&[]) + &limits_table(limits, width)
}

fn lines(package: &PackageFile, facts: &Facts) -> Vec<(&'static str, String)> {
    let sizes = &facts.inspection.sizes;
    let bytes = |count: usize| format!("{} bytes", thousands(count as u64));
    let mut lines = vec![("file", package.path.display().to_string()), ("digest", facts.digest.clone())];
    lines.push(("signature", package.signature.as_ref().map_or_else(|| "none".to_owned(), signature)));
    if let Some(manifest) = &facts.manifest {
        lines.extend(manifest.publisher.as_ref().map(|publisher| ("publisher", publisher.clone())));
        let requires = manifest.requires.iter().map(|(name, versions)| format!("{name} {versions}"));
        lines.push(("requires", listed(&requires.collect::<Vec<_>>())));
        lines.extend(manifest.host.as_ref().map(|versions| ("host", versions.to_string())));
        lines.push(("contract", format!("lockstep:logic@{}", manifest.wit)));
        lines.extend(manifest.sdk.as_ref().map(|sdk| ("SDK", sdk.clone())));
    }
    lines.extend([
        ("messages", listed(&facts.locales)),
        ("cases", format!("{} with {} reference tables", facts.cases.cases.len(), facts.cases.reference.len())),
        ("imports", listed(&facts.imports)),
        ("float-free", float_use(facts)),
        ("size", format!("{} ({})", bytes(sizes.component_bytes), kibibytes(sizes.component_bytes))),
        ("code", format!("{} in {} functions", bytes(sizes.code_bytes), thousands(sizes.functions as u64))),
        ("data", bytes(sizes.data_bytes)),
        ("memory at start", bytes(sizes.initial_memory_bytes as usize)),
    ]);
    lines.extend(facts.sections.iter().map(|(name, size)| ("section", format!("{name}, {}", bytes(*size)))));
    lines
}

/// What a signature says. No key was held against it.
pub(crate) fn signature(signature: &Signature) -> String {
    let Signature { publisher, key_id, signed_at, .. } = signature;
    format!("by {publisher} on {signed_at} with the key {key_id}; `lockstep verify` tells whether it is theirs")
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn float_use(facts: &Facts) -> String {
    let functions = &facts.inspection.floats.functions;
    if functions.is_empty() {
        return "yes".to_owned();
    }
    let named = functions.iter().take(FLOAT_FUNCTIONS_SHOWN).map(|it| format!("{} ({})", it.function, it.first));
    let named = named.collect::<Vec<_>>().join(", ");
    match functions.len().saturating_sub(FLOAT_FUNCTIONS_SHOWN) {
        0 => format!("no: {named}"),
        more => format!("no: {named} and {more} more"),
    }
}

fn limits_table(limits: &Limits, width: Option<u16>) -> String {
    let mut grid = Grid::new(width, &[]);
    let mut row = |name: &str, value: u64, unit: &str| {
        grid.row([Tone::Faint.cell(name), Tone::Plain.cell(thousands(value)), Tone::Faint.cell(unit)]);
    };
    row("fuel", limits.fuel, "units of work");
    row("memory", limits.memory_bytes as u64, "bytes");
    row("input", limits.input_bytes as u64, "bytes");
    row("output", limits.output_bytes as u64, "bytes");
    row("issues", limits.issues as u64, "");
    row("patches", limits.patches as u64, "");
    row("look-ups", limits.look_ups as u64, "");
    row("rounds", limits.rounds.into(), "");
    row("wall clock", limits.wall_clock_ms, "ms");
    heading("Limits of `run`, `test` and `inspect`; options change them") + &grid.finish(&[1])
}
