//! Receipts side by side, and whether they are the same.

use lockstep_model::{Digest, Receipt};

use super::style::{Grid, Tone, heading, thousands};

/// Digits of a digest that people compare; all of them are in the JSON form.
const DIGITS: usize = 16;

/// One column for each engine; below it `same`, or what differs.
pub(crate) fn receipts(receipts: &[(&str, &Receipt)], disagreement: Option<&str>, width: Option<u16>) -> String {
    let mut titles = vec![""];
    titles.extend(receipts.iter().map(|(profile, _)| *profile));
    let mut grid = Grid::new(width, &titles);
    let mut row = |name: &str, value: &dyn Fn(&Receipt) -> String| {
        let values = receipts.iter().map(|(_, receipt)| Tone::Plain.cell(value(receipt)));
        grid.row(std::iter::once(Tone::Faint.cell(name)).chain(values));
    };
    row("engine", &|receipt| receipt.engine.clone());
    row("package", &|receipt| short(receipt.package));
    row("input", &|receipt| short(receipt.input));
    row("outcome", &|receipt| short(receipt.outcome));
    row("fuel", &|receipt| receipt.fuel.map_or_else(|| "not counted".to_owned(), thousands));
    let verdict = match (disagreement, receipts.len()) {
        (Some(what), _) => format!("  {}: {what}\n", Tone::Bad.paint("differs")),
        (None, 1) => String::new(),
        (None, _) => format!("  {}\n", Tone::Good.paint("same")),
    };
    heading("Receipt") + &grid.finish(&[]) + &verdict
}

/// The first digits of a digest.
pub(crate) fn short(digest: Digest) -> String {
    let text = digest.to_string();
    format!("{}…", text.get(..DIGITS).unwrap_or(&text))
}
