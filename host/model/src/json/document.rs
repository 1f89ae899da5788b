//! Documents by their schema.

use crate::{
    document::{Derived, Document},
    json::{
        Json, JsonError, JsonReason, read_value,
        rows::{NoId, Rows, read_rows},
        write_value,
    },
    record_set::Layout,
    resolved::ResolvedDocument,
    schema::{Descriptor, Entity, Field},
    value::Value,
};

/// A document: `{"entity": "sales-order", "key": "…", "customer": "C-100", "lines": [{"id": "1", "item": "I-1",
/// "quantity": "12"}]}`. `entity` may be left out where the plugin has one, `key` where there is none yet, and all rows'
/// ids, which are then "1", "2" and so on. Only where the status is a frozen one does it hold calculated values and the
/// rows of derived collections, which are then the stored ones.
///
/// # Errors
/// At the first thing that is wrong.
pub fn read_document(json: &Json, descriptor: &Descriptor) -> Result<(u16, Document), JsonError> {
    read(json, descriptor, false)
}

fn read(json: &Json, descriptor: &Descriptor, is_record: bool) -> Result<(u16, Document), JsonError> {
    json.as_object()?;
    let position = match (json.get("entity"), &descriptor.entities[..]) {
        (None, [_]) => 0,
        (None, _) => return Err(JsonError::missing("entity")),
        (Some(name), entities) => entity_named(name, entities).map_err(|error| error.within("entity"))?,
    };
    let document = read_values(json, &descriptor.entities[usize::from(position)], is_record)?;
    Ok((position, document))
}

pub(super) fn entity_named(name: &Json, entities: &[Entity]) -> Result<u16, JsonError> {
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
    read_values(json, entity, false)
}

/// `has_stored`: calculated values are there, and are the stored ones.
fn read_values(json: &Json, entity: &Entity, has_stored: bool) -> Result<Document, JsonError> {
    let mut header = vec![None; entity.fields.len()];
    let mut key = String::new();
    let mut rows: Vec<Rows> = entity.collections.iter().map(|_| Rows::default()).collect();
    for (name, value) in json.as_object()? {
        let read = || -> Result<(), JsonError> {
            if let Some(position) = entity.fields.iter().position(|field| field.name == *name) {
                header[position] = read_value(value, &entity.fields[position].of)?;
            } else if let Some(position) = entity.collections.iter().position(|known| known.name == *name) {
                rows[position] = read_rows(value, &entity.collections[position].fields, |_| true, NoId::Numbered)?;
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
    build(entity, key, header, &rows, has_stored)
}

/// A record as it is stored: a document with its key and with all values, calculated ones too, whatever its status.
///
/// # Errors
/// At the first thing that is wrong.
pub fn read_record(json: &Json, descriptor: &Descriptor) -> Result<(u16, Document), JsonError> {
    let (position, document) = read(json, descriptor, true)?;
    if document.key.is_empty() {
        return Err(JsonError::missing("key"));
    }
    Ok((position, document))
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

fn build(
    entity: &Entity,
    key: String,
    header: Vec<Option<Value>>,
    rows: &[Rows],
    has_stored: bool,
) -> Result<Document, JsonError> {
    let is_frozen = entity.status.is_some_and(|status| match header.get(usize::from(status)) {
        Some(Some(Value::Enumeration(status))) => entity.frozen.contains(status),
        _ => false,
    });
    let has_stored = has_stored || is_frozen;
    if !has_stored {
        check_not_calculated(entity, &header, rows)?;
    }
    let header = Rows { ids: Vec::new(), values: vec![header] };
    let collections = || entity.collections.iter().zip(rows);
    let none = Rows::default();
    let given_rows = collections().map(|(known, rows)| {
        let rows = if known.derived { &none } else { rows };
        rows.with_ids(&Layout::given_rows(&known.fields), &known.fields)
    });
    let stored = || {
        let rows = collections().map(|(known, rows)| rows.derived(known));
        let header = header.without_ids(&Layout::derived(&entity.fields), &entity.fields)?;
        Ok::<_, JsonError>(Derived { header, collections: rows.collect::<Result<_, _>>()? })
    };
    Ok(Document {
        key,
        header: header.without_ids(&Layout::given_header(&entity.fields), &entity.fields)?,
        collections: given_rows.collect::<Result<_, _>>()?,
        stored: if has_stored { Some(stored()?) } else { None },
    })
}

fn check_not_calculated(entity: &Entity, header: &[Option<Value>], rows: &[Rows]) -> Result<(), JsonError> {
    let calculated = |fields: &[Field], row: &[Option<Value>]| {
        let given = fields.iter().zip(row).find(|(field, value)| !field.kind.is_given() && value.is_some());
        given.map_or(Ok(()), |(field, _)| Err(JsonError::new(JsonReason::Calculated).within(&field.name)))
    };
    calculated(&entity.fields, header)?;
    for (collection, rows) in entity.collections.iter().zip(rows) {
        if collection.derived && !rows.ids.is_empty() {
            return Err(JsonError::new(JsonReason::Calculated).within(&collection.name));
        }
        for (id, row) in rows.ids.iter().zip(&rows.values) {
            calculated(&collection.fields, row)
                .map_err(|error| error.within(&format!("[{id}]")).within(&collection.name))?;
        }
    }
    Ok(())
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
        let Some(rows) = resolved.rows(number) else { continue };
        let rows = (0..).zip(rows.ids()).map(|(row, id)| {
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
