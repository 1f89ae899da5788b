//! Quantities that can be ordered of an item: at least its minimum, in whole multiples.

use lockstep_sdk::prelude::*;

use crate::{issues::OrderIssue, tables::Item};

/// What is wrong with a quantity, and the least above it that would be right.
pub(crate) fn check(item: &Item, quantity: Decimal) -> Vec<Issue> {
    if quantity <= Decimal::ZERO {
        return vec![OrderIssue::QuantityNotPositive.into()];
    }
    let unit = &item.sales_unit;
    let short_of = item.minimum.filter(|minimum| quantity < *minimum);
    let broken = multiple(item).filter(|multiple| !(quantity % multiple).is_zero());
    let below = short_of.map(|minimum| OrderIssue::BelowMinimum { minimum, unit: unit.clone() });
    let odd = broken.map(|multiple| OrderIssue::NotAMultiple { multiple, unit: unit.clone() });
    let offer = least_above(item, quantity);
    [below, odd].into_iter().flatten().map(|issue| issue.offer(&offer)).collect()
}

/// The least quantity not below this one that can be ordered.
fn least_above(item: &Item, quantity: Decimal) -> Decimal {
    let least = item.minimum.map_or(quantity, |minimum| minimum.max(quantity));
    multiple(item).map_or(least, |multiple| (least / multiple).ceil() * multiple)
}

/// What quantities must be a multiple of; an item without one, or with one of zero, is sold in any quantity.
fn multiple(item: &Item) -> Option<Decimal> {
    item.multiple.filter(|multiple| *multiple > Decimal::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_least(minimum: Option<Decimal>, multiple: Option<Decimal>, quantity: Decimal, expected: Decimal) {
        let item = Item { minimum, multiple, ..Item::default() };
        assert_eq!(least_above(&item, quantity), expected);
    }

    #[test]
    fn the_least_above_is_a_multiple_and_reaches_the_minimum() {
        check_least(Some(dec!(10)), Some(dec!(4)), dec!(1), dec!(12));
        check_least(Some(dec!(12)), Some(dec!(4)), dec!(1), dec!(12));
        check_least(Some(dec!(12)), Some(dec!(4)), dec!(13), dec!(16));
        check_least(None, Some(dec!(0.25)), dec!(1.1), dec!(1.25));
        check_least(Some(dec!(5)), None, dec!(1.1), dec!(5));
        check_least(None, Some(Decimal::ZERO), dec!(1.1), dec!(1.1));
    }
}
