//! What rules do, besides what the contract says of them.

use crate::states::Mark;

/// What a rule does.
#[derive(Clone, Copy, Debug)]
pub enum Does {
    /// Gives a field of its own scope a value.
    Value {
        /// Only where none is given.
        is_default: bool,
    },
    /// Gives a field of all rows of a collection its values.
    Column {
        /// Only where none is given.
        is_default: bool,
    },
    /// Gives a derived collection its rows.
    Rows,
    /// Raises issues, here.
    Validation(At),
    /// Makes fields so, each of those that it writes.
    Condition(&'static [Mark]),
    /// Changes records. It requires these fields of the header, and their keys' rows where it takes these.
    Action(&'static [(u16, bool)]),
}

/// What comes of an action.
#[derive(Clone, Copy, Debug)]
pub struct Acts {
    /// The document is stored as it is then, so that what is required has to be there: create and update.
    pub stores: bool,
    /// The rule that says what it changes.
    pub rule: Option<u16>,
    /// The validations that guard it, in order.
    pub validations: &'static [u16],
    /// Those that only a server runs.
    pub server_only: &'static [u16],
}

/// The turns that rules have whatever the action.
#[derive(Clone, Copy, Debug)]
pub struct Turns {
    /// The defaults and calculations, in order: how many neighbours belong to a scope.
    pub values: &'static [(u16, u16)],
    /// The conditions.
    pub conditions: &'static [u16],
}

/// Where a validation's issues are.
#[derive(Clone, Copy, Debug)]
pub enum At {
    /// At the document, or the row that the rule runs for.
    Record,
    /// At a field of it.
    Field(u16),
    /// In this collection, at the row that the issue says, at this field.
    Collection(u16, Option<u16>),
    /// At one of the action's arguments.
    Argument(u16),
}
