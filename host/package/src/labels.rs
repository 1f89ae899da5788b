//! What people call entities, fields, their values, tables and actions: as a message file says, else as the descriptor
//! does.

use lockstep_model::{
    Place, Value,
    schema::{Action, Collection, Entity, Field, FieldType, Table},
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

    /// The label of one of the values of a table's enumeration.
    pub fn table_value(&self, table: &Table, field: &Field, value: &str) -> String {
        self.value(&table_id(table), &field.name, value)
    }

    /// The label of a header field.
    pub fn field(&self, entity: &Entity, field: &Field) -> String {
        self.label(&entity_id(entity), &field.name, &field.label)
    }

    /// The label of one of the values of a header field's enumeration.
    pub fn field_value(&self, entity: &Entity, field: &Field, value: &str) -> String {
        self.value(&entity_id(entity), &field.name, value)
    }

    /// The label of a collection.
    pub fn collection(&self, entity: &Entity, collection: &Collection) -> String {
        self.label(&entity_id(entity), &collection.name, &collection.label)
    }

    /// The label of a field of a collection's rows.
    pub fn row_field(&self, entity: &Entity, collection: &Collection, field: &Field) -> String {
        self.label(&entity_id(entity), &row_field_attribute(collection, field), &field.label)
    }

    /// The label of an action.
    pub fn action(&self, entity: &Entity, action: &Action) -> String {
        self.label(&entity_id(entity), &action_attribute(action), &action.label)
    }

    /// The label of an action's argument.
    pub fn argument(&self, entity: &Entity, action: &Action, field: &Field) -> String {
        self.label(&entity_id(entity), &argument_attribute(action, field), &field.label)
    }

    /// A value of the field at a place: an enumeration's label, else as the locale writes it.
    pub fn value_at(&self, place: Place, value: &Value, subject: &Subject<'_>) -> String {
        let labelled = || {
            let Value::Enumeration(name) = value else { return None };
            let (attribute, _) = attribute_at(place, subject)?;
            Some(self.value(&entity_id(subject.entity?), &attribute, name))
        };
        labelled().unwrap_or_else(|| self.notation().value(value).into_owned())
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
        let (attribute, field) = attribute_at(place, subject)?;
        Some(self.label(&entity_id(subject.entity?), &attribute, &field.label))
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

    fn value(&self, id: &str, attribute: &str, value: &str) -> String {
        self.message(id, Some(&value_attribute(attribute, value)), &[]).unwrap_or_else(|| words(value))
    }
}

/// A name in words: `accepted-with-changes` is `Accepted with changes`.
pub(crate) fn words(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters.map(|letter| if letter == '-' { ' ' } else { letter })).collect()
}

/// The id of the message with an entity's labels.
pub(crate) fn entity_id(entity: &Entity) -> String {
    format!("label-entity-{}", entity.name)
}

/// The id of the message with a table's labels.
pub(crate) fn table_id(table: &Table) -> String {
    format!("label-table-{}", table.name)
}

/// Whether a message of this id has labels.
pub(crate) fn is_label(id: &str) -> bool {
    id.starts_with("label-entity-") || id.starts_with("label-table-")
}

/// All attributes that the message with an entity's labels may have.
pub(crate) fn entity_attributes(entity: &Entity) -> Vec<String> {
    let header = entity.fields.iter().flat_map(|field| with_values(field.name.clone(), field));
    let rows = entity.collections.iter().flat_map(|rows| {
        let fields = rows.fields.iter().flat_map(|field| with_values(row_field_attribute(rows, field), field));
        fields.chain([rows.name.clone()])
    });
    let actions = entity.actions.iter().flat_map(|action| {
        let arguments = action.arguments.iter();
        let arguments = arguments.flat_map(|field| with_values(argument_attribute(action, field), field));
        arguments.chain([action_attribute(action)])
    });
    header.chain(rows).chain(actions).collect()
}

/// All attributes that the message with a table's labels may have.
pub(crate) fn table_attributes(table: &Table) -> Vec<String> {
    table.fields.iter().flat_map(|field| with_values(field.name.clone(), field)).collect()
}

/// A field's attribute, and those of its values.
fn with_values(attribute: String, field: &Field) -> Vec<String> {
    let mut all: Vec<String> = match &field.of {
        FieldType::Enumeration(names) => names.iter().map(|name| value_attribute(&attribute, name)).collect(),
        _ => Vec::new(),
    };
    all.push(attribute);
    all
}

/// The attribute and the field at a place, if it is a field's.
fn attribute_at<'a>(place: Place, subject: &Subject<'a>) -> Option<(String, &'a Field)> {
    let entity = subject.entity?;
    match place {
        Place::Field(field) => {
            let field = entity.fields.get(usize::from(field))?;
            Some((field.name.clone(), field))
        }
        Place::Argument(field) => {
            let field = subject.action?.arguments.get(usize::from(field))?;
            Some((argument_attribute(subject.action?, field), field))
        }
        Place::Cell { collection, field, .. } => {
            let collection = entity.collections.get(usize::from(collection))?;
            let field = collection.fields.get(usize::from(field))?;
            Some((row_field_attribute(collection, field), field))
        }
        Place::Document | Place::Row { .. } => None,
    }
}

fn row_field_attribute(collection: &Collection, field: &Field) -> String {
    format!("{}-{}", collection.name, field.name)
}

fn action_attribute(action: &Action) -> String {
    format!("action-{}", action.name)
}

fn argument_attribute(action: &Action, field: &Field) -> String {
    format!("{}-{}", action_attribute(action), field.name)
}

fn value_attribute(field: &str, value: &str) -> String {
    format!("{field}-is-{value}")
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn names_are_told_in_words() {
        let names = [("draft", "Draft"), ("in-external-review", "In external review"), ("", ""), ("x", "X")];
        for (name, said) in names {
            assert_eq!(words(name), said);
        }
    }
}
