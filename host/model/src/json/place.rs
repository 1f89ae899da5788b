//! Places: `document`, `customer`, `lines[2]`, `lines[2].quantity` (the row by its id), `arguments.reason`.
//!
//! Where a derived collection's rows are not given, as in the server-only part, they are counted from 1.

use crate::{
    json::{JsonError, JsonReason},
    outcome::Place,
    resolved::ResolvedDocument,
    schema::{Action, Field},
};

/// A place as people read it. `action` is the one whose arguments it may name.
pub fn write_place(place: Place, action: Option<&Action>, resolved: &ResolvedDocument<'_>) -> String {
    let entity = resolved.entity();
    let name = |fields: &[Field], field: u16| {
        fields.get(usize::from(field)).map_or_else(|| field.to_string(), |field| field.name.clone())
    };
    let row_of = |collection: u16, row: u32| {
        let known = entity.collections.get(usize::from(collection)).map(|known| known.name.as_str());
        let id = resolved.rows(collection).and_then(|rows| rows.id(row));
        let id = id.map_or_else(|| (u64::from(row) + 1).to_string(), str::to_owned);
        format!("{}[{id}]", known.unwrap_or_default())
    };
    match place {
        Place::Document => "document".to_owned(),
        Place::Field(field) => name(&entity.fields, field),
        Place::Row { collection, row } => row_of(collection, row),
        Place::Cell { collection, row, field } => {
            let fields = entity.collections.get(usize::from(collection)).map_or(&[][..], |known| &known.fields);
            format!("{}.{}", row_of(collection, row), name(fields, field))
        }
        Place::Argument(field) => {
            format!("arguments.{}", name(action.map_or(&[], |action| &action.arguments), field))
        }
    }
}

/// Reads what [`write_place`] writes.
///
/// # Errors
/// When there is no such place.
pub fn read_place(text: &str, action: Option<&Action>, resolved: &ResolvedDocument<'_>) -> Result<Place, JsonError> {
    if text == "document" {
        return Ok(Place::Document);
    }
    if let Some(field) = find(&resolved.entity().fields, text) {
        return Ok(Place::Field(field));
    }
    let argument = text.strip_prefix("arguments.").and_then(|name| find(&action?.arguments, name));
    if let Some(field) = argument {
        return Ok(Place::Argument(field));
    }
    read_row(text, resolved)
}

fn read_row(text: &str, resolved: &ResolvedDocument<'_>) -> Result<Place, JsonError> {
    let fault = || JsonError::new(JsonReason::NotAPlace { found: text.to_owned() });
    let (name, rest) = text.split_once('[').ok_or_else(fault)?;
    let (id, rest) = rest.rsplit_once(']').ok_or_else(fault)?;
    let collections = &resolved.entity().collections;
    let position = collections.iter().position(|known| known.name == name).ok_or_else(fault)?;
    let collection = position as u16;
    let row = match resolved.rows(collection) {
        Some(rows) => rows.row_of(id),
        None => id.parse::<u64>().ok().and_then(|number| u32::try_from(number.checked_sub(1)?).ok()),
    };
    let row = row.ok_or_else(|| JsonError::new(JsonReason::NoSuchRow { id: id.to_owned() }))?;
    if rest.is_empty() {
        return Ok(Place::Row { collection, row });
    }
    let field = rest.strip_prefix('.').and_then(|name| find(&collections[position].fields, name));
    Ok(Place::Cell { collection, row, field: field.ok_or_else(fault)? })
}

fn find(fields: &[Field], name: &str) -> Option<u16> {
    fields.iter().position(|field| field.name == name).map(|position| position as u16)
}
