//! What stands on a cost object's elements: in the period, in the one before, in the year to date.

use std::collections::BTreeMap;

use lockstep_sdk::prelude::*;

use crate::{
    amounts::Amounts,
    tables::{Balance, Period},
};

/// The most balances that a cost object may have in a year.
pub(crate) const BALANCES_MAX: u32 = 2_000;

/// The amounts of one element, or of several, in the three time frames of a statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Frames {
    pub(crate) current: Amounts,
    pub(crate) previous: Amounts,
    pub(crate) year: Amounts,
}

impl Frames {
    /// With those of another element.
    pub(crate) fn add(&mut self, other: Self) {
        self.current += other.current;
        self.previous += other.previous;
        self.year += other.year;
    }
}

/// There are more balances than are read: no figure is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany;

/// By element. The year to date ends with the period; the one before may lie in the year before.
pub(crate) fn by_element(
    cx: &Context,
    cost_object: &Text,
    period: &Period,
    before: Option<&Period>,
) -> Result<BTreeMap<Text, Frames>, TooMany> {
    let year = cx.select::<Balance>((cost_object, period.fiscal_year), BALANCES_MAX);
    let last_year = before.filter(|before| before.fiscal_year != period.fiscal_year);
    let last_year =
        last_year.map(|before| cx.select::<Balance>((cost_object, before.fiscal_year, before.number), BALANCES_MAX));
    if year.cut_short || last_year.as_ref().is_some_and(|selection| selection.cut_short) {
        return Err(TooMany);
    }
    let is_before = |balance: &Balance| {
        before.is_some_and(|before| (before.fiscal_year, before.number) == (balance.fiscal_year, balance.number))
    };
    let mut elements = BTreeMap::<Text, Frames>::new();
    let rows = year.rows.iter().filter(|balance| balance.number <= period.number);
    for balance in rows.chain(last_year.iter().flat_map(|selection| &selection.rows)) {
        let frames = elements.entry(balance.cost_element.clone()).or_default();
        let amounts = Amounts::from(balance);
        if is_before(balance) {
            frames.previous += amounts;
        }
        if balance.fiscal_year == period.fiscal_year {
            frames.year += amounts;
            if balance.number == period.number {
                frames.current += amounts;
            }
        }
    }
    Ok(elements)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRAVEL: Text = Text::fixed("6400");
    const OBJECT: Text = Text::fixed("CC-1");

    fn period(fiscal_year: i64, number: i64) -> Period {
        Period { fiscal_year, number, ..Period::default() }
    }

    fn balance(fiscal_year: i64, number: i64, actual: Decimal) -> Balance {
        Balance { cost_object: OBJECT, fiscal_year, number, cost_element: TRAVEL, actual, ..Balance::default() }
    }

    fn context() -> Context {
        let balances = [
            balance(2025, 11, dec!(1)),
            balance(2025, 12, dec!(20)),
            balance(2026, 1, dec!(300)),
            balance(2026, 2, dec!(4000)),
            balance(2026, 3, dec!(50000)),
            Balance { cost_object: "CC-2".into(), ..balance(2026, 2, dec!(600_000)) },
        ];
        Context::test(date!("2026-03-02")).with_rows(ReferenceStore::new().with_all(balances))
    }

    #[track_caller]
    fn check(number: i64, before: Option<(i64, i64)>, expected: [Decimal; 3]) {
        let before = before.map(|(year, number)| period(year, number));
        let elements = by_element(&context(), &OBJECT, &period(2026, number), before.as_ref());
        let frames = elements.ok().and_then(|elements| elements.get(&TRAVEL).copied()).unwrap_or_default();
        assert_eq!([frames.current.actual, frames.previous.actual, frames.year.actual], expected);
    }

    #[test]
    fn the_year_to_date_ends_with_the_period() {
        check(2, Some((2026, 1)), [dec!(4000), dec!(300), dec!(4300)]);
        check(3, Some((2026, 2)), [dec!(50000), dec!(4000), dec!(54300)]);
        check(4, Some((2026, 3)), [dec!(0), dec!(50000), dec!(54300)]);
    }

    #[test]
    fn before_a_years_first_period_comes_the_year_before_which_does_not_count_to_date() {
        check(1, Some((2025, 12)), [dec!(300), dec!(20), dec!(300)]);
    }

    #[test]
    fn before_the_calendars_first_period_there_is_nothing() {
        check(1, None, [dec!(300), dec!(0), dec!(300)]);
    }

    #[test]
    fn of_more_balances_than_are_read_no_figure_is_known() {
        let many = |count: i64| {
            let balance =
                |number: i64| Balance { cost_element: Text::from(number.to_string()), ..balance(2026, 1, dec!(1)) };
            let rows = ReferenceStore::new().with_all((0..count).map(balance));
            by_element(&Context::test(date!("2026-03-02")).with_rows(rows), &OBJECT, &period(2026, 1), None)
        };
        assert_eq!(many(2_000).map(|elements| elements.len()), Ok(2_000));
        assert_eq!(many(2_001), Err(TooMany));
    }
}
