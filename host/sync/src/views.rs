//! The rows that records have in views, for stores that keep them beside the records.

use lockstep_model::{
    Record, RecordId, ShapeError, Value,
    key::key_text,
    schema::{Descriptor, Entity, FieldType, ViewSource},
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

/// Whether a record has the same rows in this table under both descriptors, so that rows kept for one serve the other.
pub fn is_same_view(one: &Descriptor, other: &Descriptor, table: &str) -> bool {
    match (definition(one, table), definition(other, table)) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}

/// A view by names: entity, collection, whether that is derived, the key, and each column with its type and where it
/// comes from.
type Definition<'a> = (&'a str, Option<(&'a str, bool)>, &'a [u16], Vec<Column<'a>>);

/// Name, type, whether a row needs it, and the column's source with the type of its field.
type Column<'a> = (&'a str, &'a FieldType, bool, Origin<'a>);

#[derive(PartialEq)]
enum Origin<'a> {
    RecordKey,
    RowId,
    Field(bool, &'a str, &'a FieldType),
}

fn definition<'a>(descriptor: &'a Descriptor, table: &str) -> Option<Definition<'a>> {
    let (_, table) = descriptor.table(table)?;
    let view = table.view.as_ref()?;
    let entity = descriptor.entities.get(usize::from(view.entity))?;
    let collection = match view.collection {
        Some(position) => Some(entity.collections.get(usize::from(position))?),
        None => None,
    };
    let origin = |source: &ViewSource| match source {
        ViewSource::RecordKey => Origin::RecordKey,
        ViewSource::RowId => Origin::RowId,
        ViewSource::Field(path) => {
            let field = &entity.fields_of(path.collection)[usize::from(path.field)];
            Origin::Field(path.collection.is_some(), &field.name, &field.of)
        }
    };
    let columns = table.fields.iter().zip(&view.sources);
    let columns = columns.map(|(field, source)| (&*field.name, &field.of, field.required, origin(source)));
    let collection = collection.map(|collection| (&*collection.name, collection.derived));
    Some((&entity.name, collection, &table.key, columns.collect()))
}

fn as_stored(entity: &Entity, id: &RecordId, record: &Record) -> Result<lockstep_model::Document, ShapeError> {
    let document = document::of_record(entity, &id.key, record, &crate::touched::Touched::default())?;
    let stored = Some(document::stored(entity, record)?);
    Ok(lockstep_model::Document { stored, ..document })
}
