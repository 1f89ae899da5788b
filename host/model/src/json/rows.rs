//! Fields of a row, rows of a collection, arguments of an action.

use std::collections::HashSet;

use crate::{
    json::{Json, JsonError, JsonReason, read_value, write_value},
    record_set::{Layout, RecordSet},
    schema::{Action, Collection, Field},
    value::Value,
};

/// A header's or a collection's values, by the schema's fields, and the rows' ids.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) ids: Vec<String>,
    pub(super) values: Vec<Vec<Option<Value>>>,
}

impl Rows {
    pub(super) fn with_ids(&self, layout: &Layout, fields: &[Field]) -> Result<RecordSet, JsonError> {
        let ids: Vec<_> = self.ids.iter().map(String::as_str).collect();
        Ok(RecordSet::from_rows(layout, fields, &ids, &self.picked(layout))?)
    }

    pub(super) fn without_ids(&self, layout: &Layout, fields: &[Field]) -> Result<RecordSet, JsonError> {
        Ok(RecordSet::from_rows(layout, fields, &[], &self.picked(layout))?)
    }

    /// What is derived of a collection, with the rows' ids where they are derived too.
    pub(super) fn derived(&self, collection: &Collection) -> Result<RecordSet, JsonError> {
        let layout = Layout::derived_rows(collection);
        if collection.derived {
            self.with_ids(&layout, &collection.fields)
        } else {
            self.without_ids(&layout, &collection.fields)
        }
    }

    fn picked(&self, layout: &Layout) -> Vec<Vec<Option<Value>>> {
        let pick = |row: &Vec<Option<Value>>| -> Vec<_> {
            layout.columns.iter().map(|column| row[usize::from(column.field)].clone()).collect()
        };
        self.values.iter().map(pick).collect()
    }
}

/// What a row without an id is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum NoId {
    /// Its number, counted from 1, is its id.
    Numbered,
    /// A new one, whose id is empty.
    New,
}

/// The rows of a collection, each with the values of those fields that `includes` picks.
pub(super) fn read_rows(
    json: &Json,
    fields: &[Field],
    includes: impl Fn(&Field) -> bool,
    no_id: NoId,
) -> Result<Rows, JsonError> {
    let mut rows = Rows::default();
    let mut seen = HashSet::new();
    for (number, row) in (1..).zip(json.as_list()?) {
        let number: usize = number;
        let given = read_id(row).map_err(|error| error.within("id").within(&format!("[{number}]")))?;
        let is_new = given.is_none() && no_id == NoId::New;
        let id = given.unwrap_or_else(|| number.to_string());
        let values = read_fields(row, fields, &includes, &["id"]).map_err(|error| error.within(&format!("[{id}]")))?;
        if !is_new && !seen.insert(id.clone()) {
            return Err(JsonError::new(JsonReason::SameId { id }));
        }
        rows.values.push(values);
        rows.ids.push(if is_new { String::new() } else { id });
    }
    Ok(rows)
}

fn read_id(row: &Json) -> Result<Option<String>, JsonError> {
    match row.get("id").map(Json::as_text).transpose()? {
        Some("") => Err(JsonError::new(JsonReason::EmptyId)),
        id => Ok(id.map(str::to_owned)),
    }
}

/// The values of an object by the schema's fields; `others` are keys that stand for something else.
pub(super) fn read_fields(
    json: &Json,
    fields: &[Field],
    includes: impl Fn(&Field) -> bool,
    others: &[&str],
) -> Result<Vec<Option<Value>>, JsonError> {
    let mut values = vec![None; fields.len()];
    for (name, value) in json.as_object()? {
        match fields.iter().position(|field| field.name == *name && includes(field)) {
            Some(position) => {
                values[position] = read_value(value, &fields[position].of).map_err(|error| error.within(name))?;
            }
            None if others.contains(&name.as_str()) => {}
            None => {
                let others = others.iter().map(|&other| other.to_owned());
                let known = fields.iter().filter(|field| includes(field)).map(|field| field.name.clone());
                return Err(JsonError::unknown_key(name, others.chain(known)));
            }
        }
    }
    Ok(values)
}

/// An action's arguments: an object by their names; `null` is the same as an empty one.
///
/// # Errors
/// At the first thing that is wrong.
pub fn read_arguments(json: &Json, action: &Action) -> Result<RecordSet, JsonError> {
    let none = Json::Object(Vec::new());
    let json = if *json == Json::Null { &none } else { json };
    let values = read_fields(json, &action.arguments, |_| true, &[])?;
    Ok(RecordSet::from_row(&Layout::all(&action.arguments), &action.arguments, values)?)
}

/// An action's arguments.
pub fn write_arguments(arguments: &RecordSet, action: &Action) -> Json {
    Json::Object(write_row(arguments, &Layout::all(&action.arguments), &action.arguments, 0))
}

/// One row's present values by name.
pub(super) fn write_row(rows: &RecordSet, layout: &Layout, fields: &[Field], row: u32) -> Vec<(String, Json)> {
    let cells = layout.columns.iter().enumerate().filter_map(|(column, place)| {
        let value = rows.value(layout, fields, column, row)?;
        Some((fields[usize::from(place.field)].name.clone(), write_value(&value)))
    });
    cells.collect()
}

/// A collection's rows with their ids; an empty id is left out.
pub(super) fn write_rows<'i>(
    rows: &RecordSet,
    ids: impl Iterator<Item = &'i str>,
    layout: &Layout,
    fields: &[Field],
) -> Json {
    let rows = (0..rows.rows).zip(ids).map(|(row, id)| {
        let id = (!id.is_empty()).then(|| ("id".to_owned(), Json::text(id)));
        Json::Object(id.into_iter().chain(write_row(rows, layout, fields, row)).collect())
    });
    Json::List(rows.collect())
}
