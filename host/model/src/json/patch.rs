//! Patches by their schema.

use crate::{
    json::{
        Json, JsonError, JsonReason, Object,
        document::entity_named,
        object::read_list,
        rows::{NoId, Rows, read_fields, read_rows, write_row, write_rows},
    },
    outcome::Patch,
    record_set::{Layout, RecordSet},
    schema::{Descriptor, Entity},
};

/// `{"entity": "sales-order", "key": "…", "set": {"status": "confirmed", "lines": […]}, "clear": ["reason"],
/// "remove": [{"collection": "lines", "id": "3"}]}`; without a key it is the document itself, and what is empty is left out.
pub(super) fn write_patch(patch: &Patch, descriptor: &Descriptor) -> Json {
    let Some(entity) = descriptor.entities.get(usize::from(patch.entity)) else { return Json::Null };
    let mut object = vec![("entity", Json::text(&entity.name))];
    if !patch.key.is_empty() {
        object.push(("key", Json::text(&patch.key)));
    }
    let set = write_set(patch, entity);
    if !set.is_empty() {
        object.push(("set", Json::Object(set)));
    }
    let cleared = patch.cleared.iter().filter_map(|field| entity.fields.get(usize::from(*field)));
    let cleared: Vec<_> = cleared.map(|field| Json::text(&field.name)).collect();
    if !cleared.is_empty() {
        object.push(("clear", Json::List(cleared)));
    }
    if !patch.removed.is_empty() {
        object.push(("remove", write_removed(patch, entity)));
    }
    Json::object(object)
}

fn write_set(patch: &Patch, entity: &Entity) -> Vec<(String, Json)> {
    let mut set = write_row(&patch.header, &Layout::given_header(&entity.fields), &entity.fields, 0);
    for (rows, known) in patch.collections.iter().zip(&entity.collections).filter(|(rows, _)| rows.rows > 0) {
        let json = write_rows(rows, rows.ids(), &Layout::given_rows(&known.fields), &known.fields);
        set.push((known.name.clone(), json));
    }
    set
}

/// A list of pairs: the order in which rows are taken away is part of the patch.
fn write_removed(patch: &Patch, entity: &Entity) -> Json {
    let places = patch.removed.iter().filter_map(|(collection, id)| {
        let name = &entity.collections.get(usize::from(*collection))?.name;
        Some(Json::object([("collection", Json::text(name)), ("id", Json::text(id))]))
    });
    Json::List(places.collect())
}

pub(super) fn read_patch(json: &Json, descriptor: &Descriptor) -> Result<Patch, JsonError> {
    let object = Object::new(json, &["entity", "key", "set", "clear", "remove"])?;
    let position = object.required("entity", |json| entity_named(json, &descriptor.entities))?;
    let entity = &descriptor.entities[usize::from(position)];
    let none = Json::Object(Vec::new());
    let set = object.optional("set", Ok)?.unwrap_or(&none);
    let (header, collections) = read_set(set, entity).map_err(|error| error.within("set"))?;
    let key = object.optional("key", |json| json.as_text().map(str::to_owned))?;
    let cleared = object.optional("clear", |json| read_list(json, |json| read_cleared(json, entity)))?;
    let removed = object.optional("remove", |json| read_list(json, |json| read_removed(json, entity)))?;
    Ok(Patch {
        entity: position,
        key: key.unwrap_or_default(),
        header,
        cleared: cleared.unwrap_or_default(),
        collections,
        removed: removed.unwrap_or_default(),
    })
}

fn read_set(json: &Json, entity: &Entity) -> Result<(RecordSet, Vec<RecordSet>), JsonError> {
    let names: Vec<_> = entity.collections.iter().map(|known| known.name.as_str()).collect();
    let header = read_fields(json, &entity.fields, |field| field.kind.is_given(), &names)?;
    let header = Rows { ids: Vec::new(), values: vec![header] };
    let header = header.without_ids(&Layout::given_header(&entity.fields), &entity.fields)?;
    let collections = entity.collections.iter().map(|known| {
        let rows = json.get(&known.name).map_or_else(
            || Ok(Rows::default()),
            |json| read_rows(json, &known.fields, |field| field.kind.is_given(), NoId::New),
        );
        let read = |rows: Rows| {
            if known.derived && !rows.ids.is_empty() {
                return Err(JsonError::new(JsonReason::Calculated));
            }
            rows.with_ids(&Layout::given_rows(&known.fields), &known.fields)
        };
        rows.and_then(read).map_err(|error| error.within(&known.name))
    });
    Ok((header, collections.collect::<Result<_, _>>()?))
}

fn read_cleared(json: &Json, entity: &Entity) -> Result<u16, JsonError> {
    let name = json.as_text()?;
    let position = entity.fields.iter().position(|field| field.name == name);
    position.map(|position| position as u16).ok_or_else(|| {
        let known = entity.fields.iter().map(|field| field.name.clone()).collect();
        JsonError::new(JsonReason::NoSuch { what: "field", name: name.to_owned(), known })
    })
}

fn read_removed(json: &Json, entity: &Entity) -> Result<(u16, String), JsonError> {
    let object = Object::new(json, &["collection", "id"])?;
    let collection = object.required("collection", |json| {
        let name = json.as_text()?;
        let position = entity.collections.iter().position(|known| known.name == name);
        position.map(|position| position as u16).ok_or_else(|| {
            let known = entity.collections.iter().map(|known| known.name.clone()).collect();
            JsonError::new(JsonReason::NoSuch { what: "collection", name: name.to_owned(), known })
        })
    })?;
    Ok((collection, object.required("id", |json| json.as_text().map(str::to_owned))?))
}
