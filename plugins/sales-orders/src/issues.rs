//! What can be wrong with an order. The words for each are in `messages/`, under its name in kebab-case.

use lockstep_sdk::prelude::*;

/// What can be wrong with an order; a variant's fields are its message's arguments.
#[derive(Issues, Clone, Debug, PartialEq)]
pub enum OrderIssue {
    /// A quantity of zero or less.
    #[error]
    QuantityNotPositive,
    /// Less than can be ordered of the item.
    #[error]
    BelowMinimum {
        /// The least.
        minimum: Decimal,
        /// What it is measured in.
        unit: Text,
    },
    /// The item is sold in packs that this quantity does not fill.
    #[error]
    NotAMultiple {
        /// What is in a pack.
        multiple: Decimal,
        /// What it is measured in.
        unit: Text,
    },
    /// A percentage below 0 or above 100.
    #[error]
    PercentOutOfRange,
    /// A price below zero.
    #[error]
    NegativePrice,
    /// A price for no units, or for fewer than none.
    #[error]
    PriceUnitNotPositive,
    /// Neither entered nor found.
    #[error]
    NoPrice {
        /// The item.
        item: Text,
        /// How much of it.
        quantity: Decimal,
        /// For whom.
        customer: Text,
    },
    /// A discount below zero.
    #[error]
    NegativeDiscount,
    /// A discount that leaves less than nothing.
    #[error]
    DiscountAbovePrice {
        /// The price that it is taken off.
        price: Decimal,
    },
    /// No rate for this customer and this item: no tax is charged.
    #[warning]
    NoTaxRate {
        /// The item.
        item: Text,
        /// The customer.
        customer: Text,
    },
    /// A ship date that has gone by.
    #[error]
    ShipDatePast {
        /// The earliest.
        today: Date,
    },
    /// An item that is no longer sold.
    #[error]
    ItemStopped {
        /// The item.
        item: Text,
        /// Its name.
        name: Text,
    },
    /// A customer who may not order.
    #[error]
    CustomerBlocked {
        /// The customer.
        customer: Text,
        /// Its name.
        name: Text,
    },
    /// A customer who may order, but gets no invoice.
    #[warning]
    CustomerBlockedForInvoice {
        /// The customer.
        customer: Text,
        /// Its name.
        name: Text,
    },
    /// An item that an earlier line has already.
    #[warning]
    SameItemTwice {
        /// The item.
        item: Text,
        /// The earlier line, counted from 1.
        line: i64,
    },
    /// An order for nothing.
    #[error]
    NoLines,
    /// More than there will be, as far as is known.
    #[warning]
    NothingToPromise {
        /// The quantity asked for.
        quantity: Decimal,
        /// The item.
        item: Text,
    },
    /// It can be shipped, but not by when it was asked for.
    #[information]
    PromisedLate {
        /// When it was asked for.
        requested: Date,
        /// When it can be shipped.
        promised: Date,
    },
    /// More credit than the customer has; an error where the parameters say so.
    #[warning]
    OverCreditLimit {
        /// The customer's limit.
        limit: Decimal,
        /// What would count against it with this order.
        exposure: Decimal,
        /// The currency of both.
        currency: Text,
    },
    /// The order is in another currency than the customer's limit.
    #[warning]
    CreditNotComparable {
        /// The order's currency.
        currency: Text,
        /// The limit's currency.
        limit_currency: Text,
    },
    /// What has left the house cannot be cancelled.
    #[error]
    AlreadyShipped {
        /// How many lines are shipped, in whole or in part.
        lines: i64,
    },
}
