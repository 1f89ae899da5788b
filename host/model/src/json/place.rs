//! Places: `document`, `customer`, `lines[2]`, `lines[2].quantity` (the row by its id), `arguments.reason`.

use crate::{
    document::Document,
    json::{JsonError, JsonReason},
    outcome::Place,
    record_set::RecordSet,
    schema::{Action, Entity, Field},
};

/// A place as people read it. `action` is the one whose arguments it may name.
pub fn write_place(place: Place, entity: &Entity, action: Option<&Action>, document: &Document) -> String {
    let name = |fields: &[Field], field: u16| {
        fields.get(usize::from(field)).map_or_else(|| field.to_string(), |field| field.name.clone())
    };
    let row_of = |collection: u16, row: u32| {
        let rows = document.collections.get(usize::from(collection));
        let known = entity.collections.get(usize::from(collection)).map(|known| known.name.as_str());
        let id = rows.and_then(|rows| rows.id(row)).map_or_else(|| (u64::from(row) + 1).to_string(), str::to_owned);
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
pub fn read_place(
    text: &str,
    entity: &Entity,
    action: Option<&Action>,
    document: &Document,
) -> Result<Place, JsonError> {
    if text == "document" {
        return Ok(Place::Document);
    }
    if let Some(field) = find(&entity.fields, text) {
        return Ok(Place::Field(field));
    }
    let argument = text.strip_prefix("arguments.").and_then(|name| find(&action?.arguments, name));
    if let Some(field) = argument {
        return Ok(Place::Argument(field));
    }
    read_row(text, entity, document)
}

fn read_row(text: &str, entity: &Entity, document: &Document) -> Result<Place, JsonError> {
    let fault = || JsonError::new(JsonReason::NotAPlace { found: text.to_owned() });
    let (name, rest) = text.split_once('[').ok_or_else(fault)?;
    let (id, rest) = rest.rsplit_once(']').ok_or_else(fault)?;
    let position = entity.collections.iter().position(|known| known.name == name).ok_or_else(fault)?;
    let row = document.collections.get(position).and_then(|rows: &RecordSet| rows.row_of(id));
    let row = row.ok_or_else(|| JsonError::new(JsonReason::NoSuchRow { id: id.to_owned() }))?;
    let collection = position as u16;
    if rest.is_empty() {
        return Ok(Place::Row { collection, row });
    }
    let field = rest.strip_prefix('.').and_then(|name| find(&entity.collections[position].fields, name));
    Ok(Place::Cell { collection, row, field: field.ok_or_else(fault)? })
}

fn find(fields: &[Field], name: &str) -> Option<u16> {
    fields.iter().position(|field| field.name == name).map(|position| position as u16)
}
