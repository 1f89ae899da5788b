//! Look-ups and the rows that answered them, in a few words.

use lockstep_model::{
    Found, Layout, Value,
    rows::FoundRows,
    schema::{Descriptor, Table},
};
use lockstep_package::Wording;

/// `customer C-100`, `agreement C-100, * (3 rows)`, `customer C-999 (no row)`.
pub(crate) fn name(descriptor: &Descriptor, found: &FoundRows<'_>) -> String {
    let table = &descriptor.tables[usize::from(found.table)];
    let key = Table::key_for_people(found.key);
    let rows: usize = found.parts.iter().map(|(_, rows)| rows.len()).sum();
    let said = match (found.found, found.limit) {
        (Found::NotHere, _) => " (table not here)".to_owned(),
        (Found::CutShort, _) => format!(" (the first {rows} rows)"),
        (Found::Whole, _) if rows == 0 => " (no row)".to_owned(),
        (Found::Whole, None) => String::new(),
        (Found::Whole, Some(_)) => format!(" ({rows} {})", if rows == 1 { "row" } else { "rows" }),
    };
    let key = match found.limit {
        None => key,
        Some(_) if key.is_empty() => "*".to_owned(),
        Some(_) => format!("{key}, *"),
    };
    format!("{} {key}{said}", table.name)
}

/// Whether the table is here and has no such row.
pub(crate) fn is_empty(found: &FoundRows<'_>) -> bool {
    found.found != Found::NotHere && found.parts.iter().all(|(_, rows)| rows.is_empty())
}

/// The look-up and, below it, its rows' fields.
pub(crate) fn contents(descriptor: &Descriptor, wording: &Wording<'_>, found: &FoundRows<'_>) -> String {
    let table = &descriptor.tables[usize::from(found.table)];
    let layout = Layout::all(&table.fields);
    let mut lines = vec![name(descriptor, found)];
    for (set, rows) in &found.parts {
        for row in rows.clone() {
            let cells = table.fields.iter().enumerate().filter_map(|(column, field)| {
                let value = match set.value(&layout, &table.fields, column, row)? {
                    Value::Enumeration(name) => wording.table_value(table, field, &name),
                    other => other.to_string(),
                };
                Some(format!("{} {value}", field.name))
            });
            lines.push(format!("  {}", cells.collect::<Vec<_>>().join(", ")));
        }
    }
    lines.join("\n")
}
