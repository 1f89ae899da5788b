//! Whether there is enough: what is there and not reserved, by the record itself or by others.

use lockstep_sdk::prelude::*;

use crate::{
    dimensions::Dimensions,
    issues::StockIssue,
    tables::{Item, Reservation},
};

/// How many reservations of one item in one warehouse are read.
const RESERVATIONS_MAX: u32 = 1000;

/// More than is available, unless the item may go below zero; what there is, is offered.
pub(crate) fn check(item: &Item, quantity: Decimal, available: Decimal) -> Option<Issue> {
    if item.negative_allowed || quantity <= available {
        return None;
    }
    let issue = StockIssue::MoreThanAvailable { quantity, available, unit: item.unit.clone() };
    Some(if available > Decimal::ZERO { issue.offer(&available) } else { issue.into() })
}

/// The same less what others have reserved meanwhile.
pub(crate) fn check_now(
    cx: &Context,
    item: &Item,
    quantity: Decimal,
    available: Decimal,
    dimensions: &Dimensions,
) -> Option<Issue> {
    let Dimensions { item: number, warehouse, location, batch, status } = dimensions;
    let reservations = cx.select::<Reservation>((number, warehouse, *status), RESERVATIONS_MAX);
    if reservations.cut_short {
        let limit = RESERVATIONS_MAX.into();
        return Some(StockIssue::TooManyRecords { limit }.into());
    }
    let is_here = |other: &&Reservation| other.location == *location && other.batch == *batch;
    let others: Decimal = reservations.rows.iter().filter(is_here).map(|other| other.quantity).sum();
    check(item, quantity, available - others)
}
