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
    /// By place, in its order once settled; of one place more than one before.
    noted: Vec<Noted>,
    has_required: bool,
}

#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a mark of its own")]
struct Noted {
    place: Position,
    hidden: bool,
    read_only: bool,
    required: bool,
    /// The action under way is refused while the field is absent.
    is_held_to: bool,
}

/// A field's place as one number, for places are compared often: the header's fields come first, then each
/// collection's, row by row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Position(u64);

impl Position {
    fn of(scope: usize, row: usize, field: u16) -> Self {
        Self((scope as u64) << 48 | (row as u64) << 16 | u64::from(field))
    }

    fn place(self) -> Place {
        let (scope, row, field) = ((self.0 >> 48) as u16, (self.0 >> 16) as u32, self.0 as u16);
        match scope.checked_sub(1) {
            None => Place::Field(field),
            Some(collection) => Place::Cell(collection, row, field),
        }
    }
}

impl FieldStates {
    /// Notes what a condition makes of a field; `is_held_to`: the action under way is refused while a required field is
    /// absent.
    pub(crate) fn mark(&mut self, (scope, row, field): (usize, usize, u16), mark: Mark, is_held_to: bool) {
        let required = mark == Mark::Required;
        let is_held_to = is_held_to && required;
        self.has_required |= is_held_to;
        let (hidden, read_only) = (mark == Mark::Hidden, mark == Mark::ReadOnly);
        self.noted.push(Noted { place: Position::of(scope, row, field), hidden, read_only, required, is_held_to });
    }

    /// Puts what was noted in the order of places, each once.
    pub(crate) fn settle(&mut self) {
        heap_sort(&mut self.noted, &|one, other| one.place < other.place);
        self.noted.dedup_by(|next, noted| {
            let is_same = next.place == noted.place;
            if is_same {
                noted.hidden |= next.hidden;
                noted.read_only |= next.read_only;
                noted.required |= next.required;
                noted.is_held_to |= next.is_held_to;
            }
            is_same
        });
    }

    /// Whether a field is required for the action under way.
    pub(crate) fn has_required(&self) -> bool {
        self.has_required
    }

    /// Whether a field is to be there, once settled; `is_required` is what its schema says.
    pub(crate) fn requires(&self, (scope, row, field): (usize, usize, u16), is_required: bool) -> bool {
        let place = Position::of(scope, row, field);
        match self.noted.binary_search_by(|noted| noted.place.cmp(&place)) {
            Ok(position) => {
                let noted = &self.noted[position];
                !noted.hidden && (is_required || noted.is_held_to)
            }
            Err(_) => is_required,
        }
    }

    /// All of them, once settled.
    pub(crate) fn list(&self) -> Vec<FieldState> {
        let state = |Noted { place, hidden, read_only, required, .. }: &Noted| FieldState {
            place: place.place(),
            hidden: *hidden,
            read_only: *read_only,
            required: *required,
        };
        self.noted.iter().map(state).collect()
    }
}
