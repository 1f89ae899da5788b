//! The rows that records have in views, for stores that keep them beside the records.

use lockstep_model::{
    Record, RecordId, ShapeError, Value,
    key::key_text,
    schema::{Descriptor, Entity},
};

use crate::document;

/// A row that a record has in a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewRow {
    /// Position of the view among the descriptor's tables.
    pub table: u16,
    /// Its key as text.
    pub key: String,
    /// Its values, field by field.
    pub values: Vec<Option<Value>>,
}

/// The rows that a record has in the views of a package, in the order of tables and rows.
///
/// # Errors
/// When the record does not fit the package.
pub fn rows_of(descriptor: &Descriptor, id: &RecordId, record: &Record) -> Result<Vec<ViewRow>, ShapeError> {
    let Some((position, entity)) = descriptor.entity(&id.entity) else { return Ok(Vec::new()) };
    let mut rows = Vec::new();
    for (table, definition) in (0..).zip(&descriptor.tables) {
        let Some(view) = definition.view.as_ref().filter(|view| view.entity == position) else { continue };
        let document = as_stored(entity, id, record)?;
        for values in view.rows_of(definition, descriptor, &document) {
            let key: Option<Vec<_>> = definition.key.iter().map(|&field| values[usize::from(field)].as_ref()).collect();
            if let Some(Ok(key)) = key.map(key_text) {
                rows.push(ViewRow { table, key, values });
            }
        }
    }
    Ok(rows)
}

fn as_stored(entity: &Entity, id: &RecordId, record: &Record) -> Result<lockstep_model::Document, ShapeError> {
    let document = document::of_record(entity, &id.key, record, &crate::touched::Touched::default())?;
    let stored = Some(document::stored(entity, record)?);
    Ok(lockstep_model::Document { stored, ..document })
}
