//! The rules, as plain functions: the plugin's rules and the loop in plain Rust both call them.

use lockstep_sdk::prelude::*;

use crate::issues::LineIssue;

/// Where no currency was entered.
pub const CURRENCY: &str = "EUR";

/// Quantity times price, less the discount.
#[inline]
pub fn net_amount(quantity: Decimal, unit_price: Decimal, discount_percent: Decimal) -> Decimal {
    let gross = quantity * unit_price;
    (gross - gross * discount_percent / Decimal::ONE_HUNDRED).round_commercial(2)
}

/// The tax on the net amount.
#[inline]
pub fn tax_amount(net_amount: Decimal, tax_percent: Decimal) -> Decimal {
    (net_amount * tax_percent / Decimal::ONE_HUNDRED).round_commercial(2)
}

/// An item has a number.
///
/// # Errors
/// When it has none.
#[inline]
pub fn item_named(item: &str) -> Result<(), LineIssue> {
    if item.is_empty() { Err(LineIssue::NoItem) } else { Ok(()) }
}

/// Above zero.
///
/// # Errors
/// When it is not.
#[inline]
pub fn quantity_positive(quantity: Decimal) -> Result<(), LineIssue> {
    if quantity <= Decimal::ZERO { Err(LineIssue::QuantityNotPositive) } else { Ok(()) }
}

/// At most all of the price.
///
/// # Errors
/// When it is more.
#[inline]
pub fn discount_within_price(discount_percent: Decimal) -> Result<(), LineIssue> {
    if discount_percent > Decimal::ONE_HUNDRED { Err(LineIssue::DiscountAbovePrice) } else { Ok(()) }
}

/// Asked for on the day of the booking or later.
///
/// # Errors
/// When it is earlier.
#[inline]
pub fn requested_not_past(requested_date: Date, booked_date: Date) -> Result<(), LineIssue> {
    if requested_date < booked_date { Err(LineIssue::RequestedInThePast { booked: booked_date }) } else { Ok(()) }
}
