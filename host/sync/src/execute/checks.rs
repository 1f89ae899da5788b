//! What stands against an operation: conditions on its fields, and issues.

use lockstep_model::{
    Document, Evaluate, Issue, Outcome, Place, Refusal,
    operation::{Edits, RowChange},
    schema::Entity,
    verdict::NotWritable,
};

use super::run::Run;

impl<E: Evaluate> Run<'_, E> {
    /// Nobody enters what a condition hides or makes read-only.
    pub(super) fn check_field_states(
        &self,
        entity: &Entity,
        document: &Document,
        outcome: &Outcome,
    ) -> Result<(), Refusal> {
        let change = &self.operation.change;
        for state in outcome.field_states.iter().filter(|state| state.hidden || state.read_only) {
            let why = if state.hidden { NotWritable::Hidden } else { NotWritable::ReadOnly };
            let path = match state.place {
                Place::Field(field) => {
                    let name = &entity.fields[usize::from(field)].name;
                    change.fields.get(name).is_some_and(|edit| edit.base != edit.value).then(|| name.clone())
                }
                Place::Cell { collection, row, field } => {
                    let rows = &document.collections[usize::from(collection)];
                    let collection = &entity.collections[usize::from(collection)];
                    let (id, name) = (rows.id(row).unwrap_or_default(), &collection.fields[usize::from(field)].name);
                    let edits = change.rows.get(&collection.name).and_then(|rows| rows.get(id));
                    let is_edited = edits.and_then(edits_of).and_then(|edits| edits.get(name));
                    is_edited
                        .is_some_and(|edit| edit.base != edit.value)
                        .then(|| format!("{}[{id}].{name}", collection.name))
                }
                _ => None,
            };
            if let Some(path) = path {
                return Err(Refusal::NotWritable { path, why });
            }
        }
        Ok(())
    }

    fn is_justified(&self, issue: &Issue) -> bool {
        let text = self.operation.justifications.get(&issue.code);
        text.is_some_and(|text| text.chars().any(char::is_alphanumeric))
    }

    pub(super) fn blocking(&self, entity: &Entity, action: u16, outcome: &Outcome) -> Vec<Issue> {
        outcome.blocking(entity, action, |issue| self.is_justified(issue)).cloned().collect()
    }

    pub(super) fn check_issues(&self, entity: &Entity, action: u16, outcome: &Outcome) -> Result<(), Refusal> {
        let blocking = self.blocking(entity, action, outcome);
        if blocking.is_empty() { Ok(()) } else { Err(Refusal::Issues(blocking)) }
    }
}

fn edits_of(change: &RowChange) -> Option<&Edits> {
    match change {
        RowChange::Added(edits) | RowChange::Changed(edits) => Some(edits),
        RowChange::Removed(_) => None,
    }
}
