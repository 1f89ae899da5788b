//! What people call entities, fields, tables and actions: as a message file says, else as the descriptor does.

use lockstep_model::{
    Place,
    schema::{Action, Collection, Entity, Field, Table},
};

use crate::messages::{Subject, Wording};

impl Wording<'_> {
    /// An entity's label.
    pub fn entity(&self, entity: &Entity) -> String {
        self.message(&entity_id(entity), None, &[]).unwrap_or_else(|| entity.label.clone())
    }

    /// A table's label.
    pub fn table(&self, table: &Table) -> String {
        self.message(&table_id(table), None, &[]).unwrap_or_else(|| table.label.clone())
    }

    /// The label of a table's field.
    pub fn table_field(&self, table: &Table, field: &Field) -> String {
        self.label(&table_id(table), &field.name, &field.label)
    }

    /// The label of a header field.
    pub fn field(&self, entity: &Entity, field: &Field) -> String {
        self.label(&entity_id(entity), &field.name, &field.label)
    }

    /// The label of a collection.
    pub fn collection(&self, entity: &Entity, collection: &Collection) -> String {
        self.label(&entity_id(entity), &collection.name, &collection.label)
    }

    /// The label of a field of a collection's rows.
    pub fn row_field(&self, entity: &Entity, collection: &Collection, field: &Field) -> String {
        self.label(&entity_id(entity), &format!("{}-{}", collection.name, field.name), &field.label)
    }

    /// The label of an action.
    pub fn action(&self, entity: &Entity, action: &Action) -> String {
        self.label(&entity_id(entity), &format!("action-{}", action.name), &action.label)
    }

    /// The label of an action's argument.
    pub fn argument(&self, entity: &Entity, action: &Action, field: &Field) -> String {
        self.label(&entity_id(entity), &format!("action-{}-{}", action.name, field.name), &field.label)
    }

    /// Where an issue is; empty for the document as a whole. Rows are counted from one.
    pub fn place(&self, place: Place, subject: &Subject<'_>) -> String {
        let field = self.field_at(place, subject).unwrap_or_default();
        match place {
            Place::Document => String::new(),
            Place::Field(_) | Place::Argument(_) => field,
            Place::Row { collection, row } => self.row(collection, row, subject),
            Place::Cell { collection, row, .. } => format!("{}, {field}", self.row(collection, row, subject)),
        }
    }

    /// The label of the field at a place, if it is a field's.
    pub(crate) fn field_at(&self, place: Place, subject: &Subject<'_>) -> Option<String> {
        let entity = subject.entity?;
        match place {
            Place::Field(field) => Some(self.field(entity, entity.fields.get(usize::from(field))?)),
            Place::Argument(field) => {
                let action = subject.action?;
                Some(self.argument(entity, action, action.arguments.get(usize::from(field))?))
            }
            Place::Cell { collection, field, .. } => {
                let collection = entity.collections.get(usize::from(collection))?;
                Some(self.row_field(entity, collection, collection.fields.get(usize::from(field))?))
            }
            Place::Document | Place::Row { .. } => None,
        }
    }

    fn row(&self, collection: u16, row: u32, subject: &Subject<'_>) -> String {
        let collection = subject
            .entity
            .and_then(|entity| Some(self.collection(entity, entity.collections.get(usize::from(collection))?)));
        format!("{} {}", collection.unwrap_or_default(), u64::from(row) + 1)
    }

    fn label(&self, id: &str, attribute: &str, otherwise: &str) -> String {
        self.message(id, Some(attribute), &[]).unwrap_or_else(|| otherwise.to_owned())
    }
}

fn entity_id(entity: &Entity) -> String {
    format!("label-entity-{}", entity.name)
}

fn table_id(table: &Table) -> String {
    format!("label-table-{}", table.name)
}
