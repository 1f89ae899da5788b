//! What can be wrong with a line.

use lockstep_sdk::prelude::*;

/// What can be wrong with a line.
#[derive(Issues, Clone, Debug, PartialEq)]
pub enum LineIssue {
    /// An item without a number.
    #[error]
    NoItem,
    /// A quantity of zero or less.
    #[error]
    QuantityNotPositive,
    /// A discount of more than the price.
    #[error]
    DiscountAbovePrice,
    /// A day before the booking.
    #[error]
    RequestedInThePast {
        /// The day of the booking.
        booked: Date,
    },
}
