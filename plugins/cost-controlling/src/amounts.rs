//! Amounts against budgets: variances, percentages and averages. Sums are exact; what is divided is rounded once.

use std::ops::AddAssign;

use lockstep_sdk::prelude::*;

use crate::tables::{Balance, BudgetVersion};

/// What percentages and averages are rounded to.
const DECIMALS: u32 = 2;

/// What was booked and what was planned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amounts {
    pub(crate) actual: Decimal,
    pub(crate) original_budget: Decimal,
    pub(crate) revised_budget: Decimal,
}

impl From<&Balance> for Amounts {
    fn from(balance: &Balance) -> Self {
        let Balance { actual, original_budget, revised_budget, .. } = *balance;
        Self { actual, original_budget, revised_budget }
    }
}

impl AddAssign for Amounts {
    fn add_assign(&mut self, other: Self) {
        self.actual += other.actual;
        self.original_budget += other.original_budget;
        self.revised_budget += other.revised_budget;
    }
}

impl Amounts {
    /// Against the budget that counts.
    pub(crate) fn against(&self, version: BudgetVersion) -> Comparison {
        let budget = match version {
            BudgetVersion::Original => self.original_budget,
            BudgetVersion::Revised => self.revised_budget,
        };
        Comparison { budget, actual: self.actual }
    }
}

/// What was booked against the budget that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Comparison {
    pub(crate) budget: Decimal,
    pub(crate) actual: Decimal,
}

impl Comparison {
    /// budget − actual: negative where more was spent than planned.
    pub(crate) fn variance(&self) -> Decimal {
        self.budget - self.actual
    }

    /// variance ÷ budget × 100; none where nothing was planned. Divided last, so that nothing is lost before.
    pub(crate) fn variance_percent(&self) -> Option<Decimal> {
        let percent = || self.variance() * Decimal::ONE_HUNDRED / self.budget;
        (!self.budget.is_zero()).then(|| percent().round_commercial(DECIMALS))
    }

    /// By how much the budget is exceeded; negative where it is not.
    pub(crate) fn excess(&self) -> Decimal {
        -self.variance()
    }

    /// Whether the budget is exceeded by more than an amount.
    pub(crate) fn exceeds_by(&self, amount: Decimal) -> bool {
        self.excess() > amount.max(Decimal::ZERO)
    }

    /// Whether the budget is exceeded by more than a percentage of its size; never where nothing was planned, since
    /// there is no percentage of nothing. Nothing is divided, so that the limit itself is exact.
    pub(crate) fn exceeds_by_percent(&self, percent: Decimal) -> bool {
        !self.budget.is_zero() && self.excess() * Decimal::ONE_HUNDRED > percent.max(Decimal::ZERO) * self.budget.abs()
    }
}

/// A year's sum so far, spread over its periods so far.
pub(crate) fn average(sum: Decimal, periods: i64) -> Decimal {
    (sum / Decimal::from(periods.max(1))).round_commercial(DECIMALS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(budget: Decimal, actual: Decimal) -> Comparison {
        Comparison { budget, actual }
    }

    #[track_caller]
    fn check(budget: Decimal, actual: Decimal, variance: Decimal, percent: Option<Decimal>) {
        let compared = compared(budget, actual);
        assert_eq!((compared.variance(), compared.variance_percent()), (variance, percent));
    }

    #[test]
    fn a_variance_is_the_budget_less_the_actual_costs() {
        check(dec!(10000), dec!(11500), dec!(-1500), Some(dec!(-15)));
        check(dec!(10000), dec!(8500), dec!(1500), Some(dec!(15)));
        check(dec!(10000), dec!(10000), dec!(0), Some(dec!(0)));
    }

    #[test]
    fn there_is_no_percentage_of_nothing() {
        check(dec!(0), dec!(750), dec!(-750), None);
        check(dec!(0), dec!(0), dec!(0), None);
    }

    #[test]
    fn percentages_are_rounded_once_and_away_from_zero() {
        check(dec!(300), dec!(400), dec!(-100), Some(dec!(-33.33)));
        check(dec!(16000), dec!(16001), dec!(-1), Some(dec!(-0.01)));
        check(dec!(20000), dec!(20001), dec!(-1), Some(dec!(-0.01)));
        check(dec!(20001), dec!(20002), dec!(-1), Some(dec!(0.00)));
    }

    #[test]
    fn a_revenue_that_falls_short_exceeds_its_negative_budget() {
        let revenue = compared(dec!(-10000), dec!(-9000));
        assert_eq!(revenue.variance(), dec!(-1000));
        assert_eq!(revenue.variance_percent(), Some(dec!(10)));
        assert!(revenue.exceeds_by(dec!(999.99)));
        assert!(!revenue.exceeds_by(dec!(1000)));
        assert!(revenue.exceeds_by_percent(dec!(9.99)));
        assert!(!revenue.exceeds_by_percent(dec!(10)));
        assert!(!compared(dec!(-10000), dec!(-11000)).exceeds_by_percent(dec!(0)));
    }

    #[test]
    fn a_limit_itself_is_not_exceeded() {
        let over = compared(dec!(10000), dec!(11500));
        assert!(!over.exceeds_by(dec!(1500)));
        assert!(over.exceeds_by(dec!(1499.9999)));
        assert!(!over.exceeds_by_percent(dec!(15)));
        assert!(over.exceeds_by_percent(dec!(14.9999)));
    }

    #[test]
    fn a_percentage_is_not_rounded_before_it_is_compared() {
        let third = compared(dec!(300), dec!(400));
        assert!(third.exceeds_by_percent(dec!(33.3333)));
        assert!(!third.exceeds_by_percent(dec!(33.3334)));
    }

    #[test]
    fn within_its_budget_nothing_exceeds_even_a_negative_limit() {
        assert!(!compared(dec!(100), dec!(100)).exceeds_by(dec!(-5)));
        assert!(!compared(dec!(100), dec!(99)).exceeds_by_percent(dec!(-5)));
    }

    #[test]
    fn without_a_budget_amounts_count_and_percentages_do_not() {
        let unplanned = compared(dec!(0), dec!(750));
        assert!(unplanned.exceeds_by(dec!(749)));
        assert!(!unplanned.exceeds_by_percent(dec!(0)));
    }

    #[test]
    fn an_average_has_two_decimals() {
        assert_eq!(average(dec!(100), 3), dec!(33.33));
        assert_eq!(average(dec!(0.05), 2), dec!(0.03));
        assert_eq!(average(dec!(-0.05), 2), dec!(-0.03));
        assert_eq!(average(dec!(36500), 1), dec!(36500));
    }
}
