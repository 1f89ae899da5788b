//! What a draft changes of its record.

use std::collections::BTreeMap;

use lockstep_model::{
    Cell, Change, Record, Value, ValueError,
    operation::{Edit, Edits, RowChange},
    record::Cells,
    schema::{Entity, Field, FieldKind},
};

use super::{Result, error::no_such};

/// A field of a record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum At {
    /// Of the header.
    Field(String),
    /// Of a collection's row.
    Cell {
        /// The collection's name.
        collection: String,
        /// The row's id.
        row: String,
        /// The field's name.
        field: String,
    },
}

impl At {
    /// The field's own name.
    pub fn name(&self) -> &str {
        match self {
            Self::Field(field) | Self::Cell { field, .. } => field,
        }
    }
}

impl std::fmt::Display for At {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Field(field) => formatter.write_str(field),
            Self::Cell { collection, row, field } => write!(formatter, "{collection}[{row}].{field}"),
        }
    }
}

/// `customer`, `lines[ID].quantity`.
impl std::str::FromStr for At {
    type Err = String;

    fn from_str(path: &str) -> std::result::Result<Self, String> {
        let Some((collection, rest)) = path.split_once('[') else { return Ok(Self::Field(path.to_owned())) };
        let wrong = || format!("`{path}` is no field: write `customer`, or `lines[ID].quantity` for a row's");
        let (row, field) = rest.split_once("].").ok_or_else(wrong)?;
        Ok(Self::Cell { collection: collection.to_owned(), row: row.to_owned(), field: field.to_owned() })
    }
}

/// The field that is meant.
pub(super) fn field_at<'e>(entity: &'e Entity, at: &At) -> Result<&'e Field> {
    let (fields, name) = match at {
        At::Field(field) => (&entity.fields, field),
        At::Cell { collection, field, .. } => {
            let found = entity.collections.iter().find(|found| found.name == *collection);
            (&found.ok_or_else(|| no_such("collection", collection))?.fields, field)
        }
    };
    fields.iter().find(|field| field.name == *name).ok_or_else(|| no_such("field", at.to_string()))
}

/// Sets a field of a record as it was seen; none: clears it. What comes to what was there is no edit.
pub(super) fn set(
    change: &mut Change,
    before: &Record,
    field: &Field,
    at: &At,
    mut value: Option<Value>,
) -> std::result::Result<(), ValueError> {
    if let Some(value) = &mut value {
        value.normalise();
        field.of.check(value)?;
    }
    match at {
        At::Field(name) => put(&mut change.fields, field, before.cells.get(name), value),
        At::Cell { collection, row, .. } => {
            let rows = change.rows.entry(collection.clone()).or_default();
            let known = before.row(collection, row);
            let change = rows.entry(row.clone()).or_insert_with(|| match known {
                Some(_) => RowChange::Changed(Edits::new()),
                None => RowChange::Added(Edits::new()),
            });
            if let RowChange::Added(edits) | RowChange::Changed(edits) = change {
                put(edits, field, known.and_then(|row| row.cells.get(&field.name)), value);
            }
            if matches!(change, RowChange::Changed(edits) if edits.is_empty()) {
                rows.remove(row);
            }
        }
    }
    Ok(())
}

fn put(edits: &mut Edits, field: &Field, before: Option<&Cell>, value: Option<Value>) {
    let base = before.map(|cell| cell.value.clone());
    // What a rule gave becomes the user's own when he enters the same.
    let becomes_own = field.kind == FieldKind::Defaulted && value.is_some() && before.is_some_and(|cell| !cell.entered);
    if base == value && !becomes_own {
        edits.remove(&field.name);
    } else {
        edits.insert(field.name.clone(), Edit { base, value });
    }
}

/// Takes a row away.
pub(super) fn remove_row(change: &mut Change, before: &Record, entity: &Entity, collection: &str, row: &str) {
    let rows = change.rows.entry(collection.to_owned()).or_default();
    match (before.row(collection, row), entity.collections.iter().find(|found| found.name == collection)) {
        (Some(known), Some(collection)) => {
            let users = collection.fields.iter();
            let users = users.filter(|field| matches!(field.kind, FieldKind::Entered | FieldKind::Defaulted));
            let seen = users.filter_map(|field| Some((field.name.clone(), known.value(&field.name)?.clone())));
            rows.insert(row.to_owned(), RowChange::Removed(seen.collect()));
        }
        _ => {
            rows.remove(row);
        }
    }
}

/// The record with the edits and nothing derived anew: what is shown where nothing can be evaluated.
pub(super) fn applied(before: &Record, change: &Change) -> Record {
    let mut record = before.clone();
    apply(&mut record.cells, &change.fields);
    for (collection, changes) in &change.rows {
        let mut rows: BTreeMap<_, _> = BTreeMap::new();
        let known = record.collections.remove(collection).unwrap_or_default();
        for (place, row) in known.into_iter().enumerate() {
            rows.insert((place, row.id.clone()), row);
        }
        let count = rows.len();
        for (id, change) in changes {
            let place = rows.keys().find(|(_, known)| known == id).cloned().unwrap_or((count, id.clone()));
            match change {
                RowChange::Removed(_) => {
                    rows.remove(&place);
                }
                RowChange::Added(edits) | RowChange::Changed(edits) => {
                    let row = rows.entry(place).or_default();
                    row.id.clone_from(id);
                    apply(&mut row.cells, edits);
                }
            }
        }
        record.collections.insert(collection.clone(), rows.into_values().collect());
    }
    record
}

fn apply(cells: &mut Cells, edits: &Edits) {
    for (name, edit) in edits {
        match &edit.value {
            Some(value) => cells.insert(name.clone(), Cell { value: value.clone(), entered: true }),
            None => cells.remove(name),
        };
    }
}
