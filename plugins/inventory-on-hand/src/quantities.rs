//! Quantities that can be entered: above zero where something moves, not below zero where something is counted, and in
//! the unit's decimals.

use lockstep_sdk::prelude::*;

use crate::{issues::StockIssue, tables::Unit};

/// What is wrong with a quantity that is reserved, released or moved.
pub(crate) fn check_moved(quantity: Decimal, unit: Option<&Unit>) -> Option<Issue> {
    if quantity <= Decimal::ZERO {
        return Some(StockIssue::QuantityNotPositive.into());
    }
    let (issue, rounded) = too_fine(quantity, unit)?;
    Some(if rounded.is_zero() { issue.into() } else { issue.offer(&rounded) })
}

/// What is wrong with a quantity that was counted.
pub(crate) fn check_counted(quantity: Decimal, unit: Option<&Unit>) -> Option<Issue> {
    if quantity < Decimal::ZERO {
        return Some(StockIssue::CountNegative.into());
    }
    too_fine(quantity, unit).map(|(issue, rounded)| issue.offer(&rounded))
}

/// A quantity with more decimals than its unit has, and what it is rounded.
fn too_fine(quantity: Decimal, unit: Option<&Unit>) -> Option<(StockIssue, Decimal)> {
    let decimals = Unit::decimals_of(unit);
    let rounded = quantity.round_commercial(decimals);
    let unit = unit.map(|unit| unit.code.clone()).unwrap_or_default();
    (rounded != quantity).then(|| (StockIssue::TooManyDecimals { unit, decimals: decimals.into() }, rounded))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(decimals: i64) -> Unit {
        Unit { code: "kg".into(), decimals, ..Unit::default() }
    }

    fn code(issue: Option<Issue>) -> Option<&'static str> {
        issue.map(|issue| issue.code)
    }

    #[test]
    fn what_moves_is_above_zero() {
        assert_eq!(code(check_moved(dec!(0), Some(&unit(2)))), Some("quantity-not-positive"));
        assert_eq!(code(check_moved(dec!(0.01), Some(&unit(2)))), None);
    }

    #[test]
    fn a_count_may_be_zero() {
        assert_eq!(code(check_counted(dec!(0), Some(&unit(0)))), None);
        assert_eq!(code(check_counted(dec!(-1), Some(&unit(0)))), Some("count-negative"));
    }

    #[test]
    fn decimals_are_the_units_and_trailing_zeros_are_none() {
        assert_eq!(code(check_moved(dec!(1.25), Some(&unit(2)))), None);
        assert_eq!(code(check_moved(dec!(1.250), Some(&unit(2)))), None);
        assert_eq!(code(check_moved(dec!(1.255), Some(&unit(2)))), Some("too-many-decimals"));
        assert_eq!(code(check_moved(dec!(1.2555), None)), None);
    }

    #[test]
    fn nothing_is_offered_that_would_be_refused() {
        let issue = check_moved(dec!(0.4), Some(&unit(0))).expect("it is too fine");
        assert!(issue.offer.is_none());
        let issue = check_moved(dec!(0.5), Some(&unit(0))).expect("it is too fine");
        assert!(issue.offer.is_some());
        let issue = check_counted(dec!(0.4), Some(&unit(0))).expect("it is too fine");
        assert!(issue.offer.is_some());
    }
}
