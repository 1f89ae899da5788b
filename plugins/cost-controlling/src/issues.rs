//! What can be wrong with a statement. The words for each are in `messages/`, under its name in kebab-case.

use lockstep_sdk::prelude::*;

use crate::flags::FlagReason;

/// What can be wrong with a statement; a variant's fields are its message's arguments.
#[derive(Issues, Clone, Debug, PartialEq)]
pub enum StatementIssue {
    /// Somebody else answers for the cost object.
    #[error]
    NotOwnCostObject {
        /// The cost object.
        cost_object: Text,
        /// Its name.
        name: Text,
        /// Who answers for it.
        manager: Text,
    },
    /// The period is closed for comments.
    #[error]
    PeriodNotOpen {
        /// The period.
        period: Text,
    },
    /// The statement has no row for the cost element.
    #[error]
    NotInStatement {
        /// The cost element.
        cost_element: Text,
    },
    /// Only red flags are acknowledged.
    #[error]
    NotFlagged {
        /// The cost element.
        cost_element: Text,
        /// Its name.
        name: Text,
    },
    /// A flag is acknowledged once.
    #[error]
    AlreadyAcknowledged {
        /// The cost element.
        cost_element: Text,
        /// Its name.
        name: Text,
        /// Who did it.
        user: Text,
        /// When.
        day: Date,
    },
    /// A row is over its budget by more than is allowed, and nobody has acknowledged it.
    #[warning]
    OverBudget {
        /// The cost element.
        cost_element: Text,
        /// Its name.
        name: Text,
        /// Which threshold is exceeded.
        reason: FlagReason,
        /// By how much the budget is exceeded, in the threshold's time frame.
        excess: Decimal,
        /// What the amount is in.
        currency: Text,
    },
    /// The configuration shows no cost elements.
    #[warning]
    NoElements {
        /// The configuration.
        configuration: Text,
    },
    /// The configuration shows a cost element that nobody has set up.
    #[warning]
    ElementNotSetUp {
        /// The cost element.
        cost_element: Text,
    },
    /// There are more rows than are read: no figures are shown rather than wrong ones.
    #[warning]
    CutShort {
        /// The table.
        table: Text,
        /// How many of its rows are read.
        limit: i64,
    },
    /// The period lies ahead: nothing can have been booked in it.
    #[error]
    PeriodNotBegun {
        /// The period.
        period: Text,
        /// Its first day.
        first_day: Date,
    },
}
