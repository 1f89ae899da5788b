//! Documents and arguments by their schema.

use std::collections::HashSet;

use crate::{
    document::{Derived, Document},
    json::{Json, JsonError, JsonReason, read_value, write_value},
    record_set::{Layout, RecordSet},
    resolved::ResolvedDocument,
    schema::{Action, Collection, Descriptor, Entity, Field},
    value::Value,
};

/// A document: `{"entity": "sales-order", "key": "…", "customer": "C-100", "lines": [{"id": "1", "item": "I-1",
/// "quantity": "12"}]}`. `entity` may be left out where the plugin has one, `key` where there is none yet, and all rows'
/// ids, which are then "1", "2" and so on. Only where the status is a frozen one does it hold calculated values, which
/// are then the stored ones.
///
/// # Errors
/// At the first thing that is wrong.
pub fn read_document(json: &Json, descriptor: &Descriptor) -> Result<(u16, Document), JsonError> {
    json.as_object()?;
    let position = match (json.get("entity"), &descriptor.entities[..]) {
        (None, [_]) => 0,
        (None, _) => return Err(JsonError::missing("entity")),
        (Some(name), entities) => entity_named(name, entities).map_err(|error| error.within("entity"))?,
    };
    let document = read_document_of(json, &descriptor.entities[usize::from(position)])?;
    Ok((position, document))
}

fn entity_named(name: &Json, entities: &[Entity]) -> Result<u16, JsonError> {
    let name = name.as_text()?;
    let position = entities.iter().position(|entity| entity.name == name);
    position.map(|position| position as u16).ok_or_else(|| {
        let known = entities.iter().map(|entity| entity.name.clone()).collect();
        JsonError::new(JsonReason::NoSuch { what: "entity", name: name.to_owned(), known })
    })
}

/// A document of one entity.
///
/// # Errors
/// At the first thing that is wrong.
pub fn read_document_of(json: &Json, entity: &Entity) -> Result<Document, JsonError> {
    let mut header = vec![None; entity.fields.len()];
    let mut key = String::new();
    let mut rows: Vec<Rows> = entity.collections.iter().map(|_| Rows::default()).collect();
    for (name, value) in json.as_object()? {
        let read = || -> Result<(), JsonError> {
            if let Some(position) = entity.fields.iter().position(|field| field.name == *name) {
                header[position] = read_value(value, &entity.fields[position].of)?;
            } else if let Some(position) = entity.collections.iter().position(|known| known.name == *name) {
                rows[position] = read_rows(value, &entity.collections[position])?;
            } else if name == "key" {
                value.as_text()?.clone_into(&mut key);
            } else if name == "entity" {
                check_entity(value, entity)?;
            } else {
                return Err(JsonError::unknown_key(name, known_names(entity)));
            }
            Ok(())
        };
        within_unless_unknown(read, name)?;
    }
    build(entity, key, header, rows)
}

/// An unknown key's error has its path already.
fn within_unless_unknown(read: impl FnOnce() -> Result<(), JsonError>, name: &str) -> Result<(), JsonError> {
    read().map_err(|error| if error.path == name { error } else { error.within(name) })
}

fn check_entity(value: &Json, entity: &Entity) -> Result<(), JsonError> {
    let found = value.as_text()?;
    if found == entity.name {
        return Ok(());
    }
    Err(JsonError::new(JsonReason::NotOneOf { found: found.to_owned(), known: vec![entity.name.clone()] }))
}

fn known_names(entity: &Entity) -> impl Iterator<Item = String> {
    let fields = entity.fields.iter().map(|field| field.name.clone());
    let collections = entity.collections.iter().map(|collection| collection.name.clone());
    ["entity".to_owned(), "key".to_owned()].into_iter().chain(fields).chain(collections)
}

/// A collection's rows: all fields of the schema, and the ids.
#[derive(Default)]
struct Rows {
    ids: Vec<String>,
    values: Vec<Vec<Option<Value>>>,
}

fn read_rows(json: &Json, collection: &Collection) -> Result<Rows, JsonError> {
    let mut rows = Rows::default();
    let mut seen = HashSet::new();
    for (number, row) in (1..).zip(json.as_list()?) {
        let number: usize = number;
        let id = match row.get("id") {
            Some(id) => id.as_text().map_err(|error| error.within(&format!("[{number}].id")))?.to_owned(),
            None => number.to_string(),
        };
        if id.is_empty() {
            return Err(JsonError::new(JsonReason::EmptyId).within(&format!("[{number}].id")));
        }
        if !seen.insert(id.clone()) {
            return Err(JsonError::new(JsonReason::SameId { id }));
        }
        rows.values.push(read_row(row, &collection.fields).map_err(|error| error.within(&format!("[{id}]")))?);
        rows.ids.push(id);
    }
    Ok(rows)
}

fn read_row(json: &Json, fields: &[Field]) -> Result<Vec<Option<Value>>, JsonError> {
    let mut values = vec![None; fields.len()];
    for (name, value) in json.as_object()? {
        match fields.iter().position(|field| field.name == *name) {
            Some(position) => {
                values[position] = read_value(value, &fields[position].of).map_err(|error| error.within(name))?;
            }
            None if name == "id" => {}
            None => {
                let known = fields.iter().map(|field| field.name.clone());
                return Err(JsonError::unknown_key(name, ["id".to_owned()].into_iter().chain(known)));
            }
        }
    }
    Ok(values)
}

fn build(entity: &Entity, key: String, header: Vec<Option<Value>>, rows: Vec<Rows>) -> Result<Document, JsonError> {
    let is_frozen = entity.status.is_some_and(|status| match header.get(usize::from(status)) {
        Some(Some(Value::Enumeration(status))) => entity.frozen.contains(status),
        _ => false,
    });
    if !is_frozen {
        check_not_calculated(entity, &header, &rows)?;
    }
    let split = |layout: &Layout, fields: &[Field], rows: &Rows, with_ids: bool| {
        let picked: Vec<_> = rows.values.iter().map(|row| pick(layout, row)).collect();
        let ids: Vec<_> = rows.ids.iter().filter(|_| with_ids).map(String::as_str).collect();
        RecordSet::from_rows(layout, fields, &ids, &picked).map_err(JsonError::from)
    };
    let header = Rows { ids: Vec::new(), values: vec![header] };
    let parts = |header_layout: fn(&[Field]) -> Layout, rows_layout: fn(&[Field]) -> Layout, with_ids| {
        let header = split(&header_layout(&entity.fields), &entity.fields, &header, false)?;
        let collections = entity.collections.iter().zip(&rows);
        let collections = collections.map(|(collection, rows)| {
            split(&rows_layout(&collection.fields), &collection.fields, rows, with_ids)
        });
        Ok::<_, JsonError>((header, collections.collect::<Result<Vec<_>, _>>()?))
    };
    let (given_header, given_rows) = parts(Layout::given_header, Layout::given_rows, true)?;
    let stored = if is_frozen {
        let (header, collections) = parts(Layout::derived, Layout::derived, false)?;
        Some(Derived { header, collections })
    } else {
        None
    };
    Ok(Document { key, header: given_header, collections: given_rows, stored })
}

fn pick(layout: &Layout, row: &[Option<Value>]) -> Vec<Option<Value>> {
    layout.columns.iter().map(|column| row[usize::from(column.field)].clone()).collect()
}

fn check_not_calculated(entity: &Entity, header: &[Option<Value>], rows: &[Rows]) -> Result<(), JsonError> {
    let calculated = |fields: &[Field], row: &[Option<Value>]| {
        let given = fields.iter().zip(row).find(|(field, value)| !field.kind.is_given() && value.is_some());
        given.map_or(Ok(()), |(field, _)| Err(JsonError::new(JsonReason::Calculated).within(&field.name)))
    };
    calculated(&entity.fields, header)?;
    for (collection, rows) in entity.collections.iter().zip(rows) {
        for (id, row) in rows.ids.iter().zip(&rows.values) {
            calculated(&collection.fields, row)
                .map_err(|error| error.within(&format!("[{id}]")).within(&collection.name))?;
        }
    }
    Ok(())
}

/// An action's arguments: an object by their names. Without any, it may be `null`.
///
/// # Errors
/// At the first thing that is wrong.
pub fn read_arguments(json: &Json, action: &Action) -> Result<RecordSet, JsonError> {
    let none = Json::Object(Vec::new());
    let json = if *json == Json::Null { &none } else { json };
    let layout = Layout::all(&action.arguments);
    let mut values = vec![None; action.arguments.len()];
    for (name, value) in json.as_object()? {
        let position = action.arguments.iter().position(|field| field.name == *name).ok_or_else(|| {
            JsonError::unknown_key(name, action.arguments.iter().map(|field| field.name.clone()))
        })?;
        values[position] = read_value(value, &action.arguments[position].of).map_err(|error| error.within(name))?;
    }
    Ok(RecordSet::from_row(&layout, &action.arguments, values)?)
}

/// An action's arguments.
pub fn write_arguments(arguments: &RecordSet, action: &Action) -> Json {
    Json::Object(write_row(arguments, &Layout::all(&action.arguments), &action.arguments, 0))
}

/// A document's given values, and the stored ones where it has them.
pub fn write_document(document: &Document, entity: &Entity) -> Json {
    let none = Derived::default();
    let resolved = ResolvedDocument::new(entity, document, document.stored.as_ref().unwrap_or(&none));
    write_resolved(&resolved, document)
}

/// A document's given values overlaid on the derived ones.
pub fn write_resolved(resolved: &ResolvedDocument<'_>, document: &Document) -> Json {
    let entity = resolved.entity();
    let mut object = vec![("entity".to_owned(), Json::text(&entity.name))];
    if !document.key.is_empty() {
        object.push(("key".to_owned(), Json::text(&document.key)));
    }
    for (position, field) in (0..).zip(&entity.fields) {
        object.extend(resolved.header(position).map(|value| (field.name.clone(), write_value(&value))));
    }
    for (number, collection) in (0..).zip(&entity.collections) {
        let ids = document.collections.get(usize::from(number)).into_iter().flat_map(RecordSet::ids);
        let rows = (0..).zip(ids).map(|(row, id)| {
            let fields = (0..).zip(&collection.fields).filter_map(|(position, field)| {
                let value = resolved.cell(number, row, position)?;
                Some((field.name.clone(), write_value(&value)))
            });
            Json::Object([("id".to_owned(), Json::text(id))].into_iter().chain(fields).collect())
        });
        object.push((collection.name.clone(), Json::List(rows.collect())));
    }
    Json::Object(object)
}

/// One row's present values by name.
pub(crate) fn write_row(rows: &RecordSet, layout: &Layout, fields: &[Field], row: u32) -> Vec<(String, Json)> {
    let cells = layout.columns.iter().enumerate().filter_map(|(column, place)| {
        let value = rows.value(layout, fields, column, row)?;
        Some((fields[usize::from(place.field)].name.clone(), write_value(&value)))
    });
    cells.collect()
}
