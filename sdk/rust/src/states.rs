//! What conditions make of fields: hidden, read-only, required.

use crate::{contract::FieldState, issue::Place, look_up::heap_sort};

/// What a condition makes of its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Not shown, and not to be entered.
    Hidden,
    /// Shown, and not to be entered.
    ReadOnly,
    /// To be entered.
    Required,
}

/// What conditions make of fields. They are noted as they come and put in order once, so that finding a place's state
/// takes steps by the logarithm of their number.
#[derive(Debug, Default)]
pub(crate) struct FieldStates {
    noted: Vec<Noted>,
    /// In the order of places, once settled.
    states: Vec<State>,
    has_required: bool,
}

#[derive(Clone, Copy, Debug)]
struct Noted {
    place: Place,
    mark: Mark,
    is_held_to: bool,
}

#[derive(Debug)]
struct State {
    state: FieldState,
    /// The action under way is refused while the field is absent.
    is_held_to: bool,
}

impl FieldStates {
    /// Notes what a condition makes of a field; `is_held_to`: the action under way is refused while a required field is
    /// absent.
    pub(crate) fn mark(&mut self, place: Place, mark: Mark, is_held_to: bool) {
        self.has_required |= mark == Mark::Required && is_held_to;
        self.noted.push(Noted { place, mark, is_held_to });
    }

    /// Puts what was noted in the order of places, each once.
    pub(crate) fn settle(&mut self) {
        if self.noted.is_empty() {
            return;
        }
        heap_sort(&mut self.noted, &|one, other| order(one.place) < order(other.place));
        for Noted { place, mark, is_held_to } in self.noted.drain(..) {
            if self.states.last().is_none_or(|last| order(last.state.place) != order(place)) {
                let state = FieldState { place, hidden: false, read_only: false, required: false };
                self.states.push(State { state, is_held_to: false });
            }
            let Some(last) = self.states.last_mut() else { continue };
            match mark {
                Mark::Hidden => last.state.hidden = true,
                Mark::ReadOnly => last.state.read_only = true,
                Mark::Required => {
                    last.state.required = true;
                    last.is_held_to |= is_held_to;
                }
            }
        }
    }

    /// Whether a field is required for the action under way.
    pub(crate) fn has_required(&self) -> bool {
        self.has_required
    }

    /// Whether the field at a place is to be there, once settled; `is_required` is what its schema says.
    pub(crate) fn requires(&self, place: Place, is_required: bool) -> bool {
        let position = self.states.binary_search_by(|state| order(state.state.place).cmp(&order(place)));
        let found = position.ok().map(|position| &self.states[position]);
        !found.is_some_and(|state| state.state.hidden) && (is_required || found.is_some_and(|state| state.is_held_to))
    }

    /// All of them, once settled.
    pub(crate) fn into_states(self) -> Vec<FieldState> {
        self.states.into_iter().map(|state| state.state).collect()
    }
}

/// The header's fields, then each collection's row by row; other places have no states.
fn order(place: Place) -> (u16, u32, u16) {
    match place {
        Place::Field(field) => (0, 0, field),
        Place::Cell(collection, row, field) => (collection + 1, row, field),
        Place::Row(collection, row) => (collection + 1, row, u16::MAX),
        Place::Document | Place::Argument(_) => (u16::MAX, 0, 0),
    }
}
