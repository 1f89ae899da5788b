//! What an evaluation makes of fields and actions: field states, allowed actions, an action's changes.

use lockstep_model::{FieldState, Layout, Patch, Place};
use lockstep_package::Subject;

use super::{
    evaluation::{View, shown, values},
    style::{Grid, Tone, heading},
};

impl View<'_> {
    /// Fields that are hidden, read-only or required beyond their schema; empty where there are none.
    pub(crate) fn field_states(&self) -> String {
        if self.outcome.field_states.is_empty() {
            return String::new();
        }
        let mut grid = Grid::new(self.width, &[]);
        for state in &self.outcome.field_states {
            grid.row([Tone::Plain.cell(self.place(state.place)), Tone::Plain.cell(state_words(*state))]);
        }
        heading("Field states") + &grid.finish(&[])
    }

    /// The actions that the status allows.
    pub(crate) fn actions(&self) -> String {
        let names = self.outcome.actions.iter().map(|&at| &*self.entity().actions[usize::from(at)].name);
        let names: Vec<_> = names.collect();
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        format!("{}  {names}\n", heading("Actions allowed now"))
    }

    /// What the action changes; empty where it changes nothing.
    pub(crate) fn patches(&self) -> String {
        let patches = self.outcome.patches.iter().filter(|patch| !is_empty(patch));
        let text: String = patches.map(|patch| self.patch(patch)).collect();
        if text.is_empty() { text } else { heading("Changes by the action") + &text }
    }

    fn patch(&self, patch: &Patch) -> String {
        let entity = &self.descriptor.entities[usize::from(patch.entity)];
        let mut grid = Grid::new(self.width, &[]);
        let mut row = |name: String, change: String| grid.row([Tone::Plain.cell(name), Tone::Plain.cell(change)]);
        let subject = Subject::new(self.descriptor, patch.entity, self.request.action);
        let shown = |place, value| format!("= {}", shown(self.wording, &subject, place, &value));
        let layout = Layout::given_header(&entity.fields);
        for (field, value) in values(&patch.header, &layout, &entity.fields, 0) {
            row(entity.fields[usize::from(field)].name.clone(), shown(Place::Field(field), value));
        }
        for &field in &patch.cleared {
            row(entity.fields[usize::from(field)].name.clone(), "cleared".to_owned());
        }
        for (position, (collection, rows)) in (0u16..).zip(entity.collections.iter().zip(&patch.collections)) {
            let layout = Layout::given_rows(&collection.fields);
            for at in 0..rows.rows {
                let id = rows.id(at).filter(|id| !id.is_empty()).unwrap_or("new");
                for (field, value) in values(rows, &layout, &collection.fields, at) {
                    let name = &collection.fields[usize::from(field)].name;
                    let place = Place::Cell { collection: position, row: at, field };
                    row(format!("{}[{id}].{name}", collection.name), shown(place, value));
                }
            }
        }
        for (collection, id) in &patch.removed {
            row(format!("{}[{id}]", entity.collections[usize::from(*collection)].name), "removed".to_owned());
        }
        let record = if patch.key.is_empty() { String::new() } else { format!("  {} {}\n", entity.name, patch.key) };
        record + &grid.finish(&[])
    }
}

fn is_empty(patch: &Patch) -> bool {
    patch.header.present.iter().all(|word| *word == 0)
        && patch.cleared.is_empty()
        && patch.removed.is_empty()
        && patch.collections.iter().all(|rows| rows.rows == 0)
}

fn state_words(state: FieldState) -> String {
    let marks = [(state.hidden, "hidden"), (state.read_only, "read-only"), (state.required, "required")];
    marks.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect::<Vec<_>>().join(", ")
}
