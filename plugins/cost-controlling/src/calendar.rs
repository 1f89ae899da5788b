//! The fiscal calendar: which period holds a day, which came before, how far its year is.

use lockstep_sdk::prelude::*;

use crate::tables::Period;

/// The most periods that a calendar may have.
pub(crate) const PERIODS_MAX: u32 = 300;

/// The periods of the context's company.
pub(crate) struct Calendar {
    periods: Vec<Period>,
    /// There are more than are read: the answer to any question is not known.
    pub(crate) cut_short: bool,
}

impl Calendar {
    /// That of the context's company.
    pub(crate) fn of(cx: &Context) -> Self {
        let Selection { rows, cut_short } = cx.select::<Period>((), PERIODS_MAX);
        let periods = if cut_short { Vec::new() } else { rows };
        Self { periods, cut_short }
    }

    /// The period that holds a day: where several do, as a year's last period and its closing period, the first.
    pub(crate) fn holding(&self, day: Date) -> Option<&Period> {
        let holding = self.periods.iter().filter(|period| (period.first_day..=period.last_day).contains(&day));
        holding.min_by_key(|period| (period.fiscal_year, period.number))
    }

    /// The period before, which may be the last one of the year before.
    pub(crate) fn before(&self, period: &Period) -> Option<&Period> {
        let place = |period: &Period| (period.fiscal_year, period.number);
        self.periods.iter().filter(|other| place(other) < place(period)).max_by_key(|other| place(other))
    }

    /// How many periods of its year there are up to this one, which is counted.
    pub(crate) fn periods_so_far(&self, period: &Period) -> i64 {
        let same_year = self.periods.iter().filter(|other| other.fiscal_year == period.fiscal_year);
        same_year.filter(|other| other.number <= period.number).count() as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(fiscal_year: i64, number: i64, first_day: Date, last_day: Date) -> Period {
        Period { fiscal_year, number, first_day, last_day, ..Period::default() }
    }

    /// A year that began in July as a short one: two periods, then four of the next, the last one for closing.
    fn calendar() -> Calendar {
        let periods = vec![
            period(2026, 4, date!("2026-12-31"), date!("2026-12-31")),
            period(2025, 7, date!("2025-11-01"), date!("2025-11-30")),
            period(2025, 8, date!("2025-12-01"), date!("2025-12-31")),
            period(2026, 1, date!("2026-01-01"), date!("2026-01-31")),
            period(2026, 2, date!("2026-02-01"), date!("2026-02-28")),
            period(2026, 3, date!("2026-03-01"), date!("2026-12-31")),
        ];
        Calendar { periods, cut_short: false }
    }

    #[track_caller]
    fn check_holding(day: Date, expected: Option<i64>) {
        assert_eq!(calendar().holding(day).map(|period| period.number), expected);
    }

    #[test]
    fn both_ends_of_a_period_belong_to_it() {
        check_holding(date!("2025-10-31"), None);
        check_holding(date!("2025-11-01"), Some(7));
        check_holding(date!("2025-11-30"), Some(7));
        check_holding(date!("2025-12-01"), Some(8));
        check_holding(date!("2027-01-01"), None);
    }

    #[test]
    fn of_two_that_hold_a_day_the_first_counts() {
        check_holding(date!("2026-12-31"), Some(3));
    }

    #[test]
    fn before_a_years_first_period_is_the_last_one_of_the_year_before() {
        let calendar = calendar();
        let before = |day| calendar.holding(day).and_then(|period| calendar.before(period)).map(|period| period.number);
        assert_eq!(before(date!("2026-02-01")), Some(1));
        assert_eq!(before(date!("2026-01-31")), Some(8));
        assert_eq!(before(date!("2025-11-15")), None);
    }

    #[test]
    fn a_year_that_begins_late_has_fewer_periods_so_far() {
        let calendar = calendar();
        let so_far = |day| calendar.holding(day).map(|period| calendar.periods_so_far(period));
        assert_eq!(so_far(date!("2025-11-15")), Some(1));
        assert_eq!(so_far(date!("2025-12-15")), Some(2));
        assert_eq!(so_far(date!("2026-02-15")), Some(2));
    }
}
