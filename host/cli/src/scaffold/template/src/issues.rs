//! What the rules may find. Each issue's words are in `messages/`, under its name in kebab-case.

use lockstep_sdk::prelude::*;

/// What the rules of purchase requests may find.
#[derive(Issues, Clone, Debug)]
pub enum RequestIssue {
    /// A quantity must be above zero.
    #[error]
    QuantityNotPositive {
        /// What was entered.
        quantity: Decimal,
    },
    /// The product can no longer be bought.
    #[error]
    Discontinued {
        /// Its name.
        product: Text,
    },
    /// A request without lines cannot be submitted.
    #[error]
    NoLines,
    /// The total is above the budget.
    #[warning]
    OverBudget {
        /// The request's total.
        total: Decimal,
        /// Its budget.
        budget: Decimal,
    },
}
