//! Flags: what is over its budget by more than is allowed.

use lockstep_sdk::prelude::*;

use crate::{
    amounts::Comparison,
    tables::{ALL, ElementKind, Threshold},
};

/// Whether a row asks for its manager's attention.
#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flag {
    /// It does not.
    #[default]
    Clear,
    /// It is over its budget by more than is allowed.
    Red,
}

/// Which threshold is exceeded; of several, the one that stands first here.
#[derive(Enumeration, Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlagReason {
    /// The amount for the period.
    PeriodAmount,
    /// The amount for the year to date.
    YearAmount,
    /// The percentage, in the period.
    PeriodPercent,
    /// The percentage, in the year to date.
    YearPercent,
}

impl FlagReason {
    /// Whether it is about the year to date, and not about the period.
    pub(crate) fn is_of_year(self) -> bool {
        matches!(self, Self::YearAmount | Self::YearPercent)
    }
}

/// The threshold of an element of a cost object: its own, else the cost object's, else the element's, else the one for
/// all. It holds as a whole: what is absent in it is not taken from another.
pub(crate) fn threshold(cx: &Context, cost_object: &Text, cost_element: &Text) -> Threshold {
    let levels = [(cost_object, cost_element), (cost_object, &ALL), (&ALL, cost_element), (&ALL, &ALL)];
    levels.into_iter().find_map(|level| cx.lookup::<Threshold>(level)).unwrap_or_default()
}

/// Why a row is red, if it is.
pub(crate) fn reason(
    threshold: &Threshold,
    kind: ElementKind,
    period: Comparison,
    year: Comparison,
) -> Option<FlagReason> {
    let Threshold { period_amount, year_amount, percent, .. } = threshold;
    let period_amount = period_amount.filter(|_| kind == ElementKind::Expenditure);
    let checks = [
        (period_amount.is_some_and(|amount| period.exceeds_by(amount)), FlagReason::PeriodAmount),
        (year_amount.is_some_and(|amount| year.exceeds_by(amount)), FlagReason::YearAmount),
        (percent.is_some_and(|percent| period.exceeds_by_percent(percent)), FlagReason::PeriodPercent),
        (percent.is_some_and(|percent| year.exceeds_by_percent(percent)), FlagReason::YearPercent),
    ];
    checks.into_iter().find_map(|(is_exceeded, reason)| is_exceeded.then_some(reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    const THRESHOLD: Threshold = Threshold {
        cost_object: ALL,
        cost_element: ALL,
        period_amount: Some(dec!(100)),
        year_amount: Some(dec!(200)),
        percent: Some(dec!(10)),
    };

    const FAR_OFF: Decimal = dec!(100_000);

    #[track_caller]
    fn check(
        kind: ElementKind,
        period_excess: Decimal,
        year_excess: Decimal,
        budget: Decimal,
        expected: &[FlagReason],
    ) {
        let over = |excess| Comparison { budget, actual: budget + excess };
        let found = reason(&THRESHOLD, kind, over(period_excess), over(year_excess));
        assert_eq!(found.as_slice(), expected);
    }

    #[test]
    fn each_threshold_is_exceeded_past_it_and_not_at_it() {
        use ElementKind::Expenditure;
        check(Expenditure, dec!(100), dec!(200), FAR_OFF, &[]);
        check(Expenditure, dec!(100.01), dec!(200), FAR_OFF, &[FlagReason::PeriodAmount]);
        check(Expenditure, dec!(100), dec!(200.01), FAR_OFF, &[FlagReason::YearAmount]);
        check(Expenditure, dec!(50), dec!(50), dec!(500), &[]);
        check(Expenditure, dec!(50.01), dec!(50), dec!(500), &[FlagReason::PeriodPercent]);
        check(Expenditure, dec!(50), dec!(50.01), dec!(500), &[FlagReason::YearPercent]);
    }

    #[test]
    fn the_periods_amount_is_for_expenditure_alone() {
        use ElementKind::Other;
        check(Other, dec!(5000), dec!(200), FAR_OFF, &[]);
        check(Other, dec!(5000), dec!(200.01), FAR_OFF, &[FlagReason::YearAmount]);
        check(Other, dec!(10_000.01), dec!(200), FAR_OFF, &[FlagReason::PeriodPercent]);
    }

    #[test]
    fn without_thresholds_nothing_is_red() {
        let over = Comparison { budget: dec!(1), actual: dec!(1000) };
        assert_eq!(reason(&Threshold::default(), ElementKind::Expenditure, over, over), None);
    }

    #[test]
    fn the_most_specific_threshold_holds_as_a_whole() {
        let row = |object: &str, element: &str, amount| Threshold {
            cost_object: object.into(),
            cost_element: element.into(),
            period_amount: amount,
            ..Threshold::default()
        };
        let rows = [
            row("*", "*", Some(dec!(4))),
            row("*", "6400", Some(dec!(3))),
            row("CC-1", "*", Some(dec!(2))),
            row("CC-1", "6400", None),
        ];
        let cx = Context::test(date!("2026-03-02")).with_rows(ReferenceStore::new().with_all(rows));
        let found = |object: &str, element: &str| threshold(&cx, &object.into(), &element.into()).period_amount;
        assert_eq!(found("CC-1", "6400"), None);
        assert_eq!(found("CC-1", "6500"), Some(dec!(2)));
        assert_eq!(found("CC-2", "6400"), Some(dec!(3)));
        assert_eq!(found("CC-2", "6500"), Some(dec!(4)));
    }
}
