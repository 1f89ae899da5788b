//! Hours: in which steps they are entered, what is billable of them, and how many a day has.

use lockstep_sdk::prelude::*;

use crate::{issues::TimesheetIssue, tables::Entry, timesheet::Day};

/// What a day has.
pub(crate) const DAY: Decimal = dec!(24);

/// What is multiplied with it stays exact, as divisions need not.
const HUNDREDTH: Decimal = dec!(0.01);

/// The decimals of a utilisation.
const UTILISATION_DECIMALS: u32 = 3;

/// What is wrong with the hours of a line: above zero, no more than a day has, in whole steps.
pub(crate) fn check(hours: Decimal, step: Decimal) -> Result<(), Issue> {
    if hours <= Decimal::ZERO {
        return Err(TimesheetIssue::HoursNotPositive.into());
    }
    if hours > DAY {
        return Err(TimesheetIssue::HoursAboveDay { most: DAY }.into());
    }
    if step <= Decimal::ZERO || (hours % step).is_zero() {
        return Ok(());
    }
    Err(TimesheetIssue::HoursNotInSteps { step }.offer(&nearest_step(hours, step)))
}

/// Of the steps above zero and within a day the nearest; of two as near the larger.
fn nearest_step(hours: Decimal, step: Decimal) -> Decimal {
    let most = (DAY / step).floor();
    (hours / step).round_commercial(0).min(most).max(Decimal::ONE) * step
}

/// So many percent of the hours.
pub(crate) fn billable(hours: Decimal, percent: Decimal) -> Decimal {
    hours * percent * HUNDREDTH
}

/// The billable part of the total; 0 where there is none.
pub(crate) fn utilisation(billable: Decimal, total: Decimal) -> Decimal {
    if total.is_zero() { Decimal::ZERO } else { (billable / total).round_commercial(UTILISATION_DECIMALS) }
}

/// The totals of each day that has lines, in the order of the days.
pub(crate) fn by_day(
    dates: &Column<'_, Date>,
    hours: &Column<'_, Decimal>,
    billable_hours: &Column<'_, Decimal>,
) -> Vec<Day> {
    let mut days = Vec::<Day>::new();
    for ((date, hours), billable_hours) in dates.cells().zip(hours.cells()).zip(billable_hours.cells()) {
        let Some(date) = date.copied() else { continue };
        let position = days.binary_search_by_key(&Some(date), |day| day.date).unwrap_or_else(|position| {
            days.insert(position, Day { id: date.to_string().into(), date: Some(date), ..Day::default() });
            position
        });
        let day = &mut days[position];
        day.hours = Some(day.hours.unwrap_or_default() + hours.copied().unwrap_or_default());
        day.billable_hours = Some(day.billable_hours.unwrap_or_default() + billable_hours.copied().unwrap_or_default());
    }
    days
}

/// What the worker has entered on a day in other timesheets than this one.
pub(crate) fn elsewhere(cx: &Context, worker: &Text, day: Date, own_key: &Text) -> Decimal {
    let entries = Entry::of_day(cx, worker, day);
    entries.iter().filter(|entry| entry.timesheet != *own_key).map(|entry| entry.hours).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUARTER: Decimal = dec!(0.25);

    #[track_caller]
    fn check_code(hours: Decimal, step: Decimal, expected: Option<&str>) {
        assert_eq!(check(hours, step).err().map(|issue| issue.code), expected);
    }

    #[test]
    fn hours_are_above_zero_and_within_a_day() {
        check_code(Decimal::ZERO, QUARTER, Some("hours-not-positive"));
        check_code(dec!(-1), QUARTER, Some("hours-not-positive"));
        check_code(QUARTER, QUARTER, None);
        check_code(DAY, QUARTER, None);
        check_code(dec!(24.25), QUARTER, Some("hours-above-day"));
    }

    #[test]
    fn hours_are_in_steps_where_there_are_any() {
        check_code(dec!(7.75), QUARTER, None);
        check_code(dec!(7.76), QUARTER, Some("hours-not-in-steps"));
        check_code(dec!(7.76), Decimal::ZERO, None);
        check_code(dec!(7.5), dec!(0.1), None);
    }

    #[test]
    fn the_nearest_step_is_above_zero_and_within_a_day() {
        assert_eq!(nearest_step(dec!(1.1), QUARTER), dec!(1));
        assert_eq!(nearest_step(dec!(1.12), QUARTER), dec!(1));
        assert_eq!(nearest_step(dec!(1.125), QUARTER), dec!(1.25));
        assert_eq!(nearest_step(dec!(0.01), QUARTER), QUARTER);
        assert_eq!(nearest_step(dec!(23.99), QUARTER), DAY);
        assert_eq!(nearest_step(dec!(24), dec!(5)), dec!(20));
    }

    #[test]
    fn utilisation_has_three_decimals_half_away_from_zero() {
        assert_eq!(utilisation(dec!(32), dec!(40)), dec!(0.8));
        assert_eq!(utilisation(dec!(1), dec!(3)), dec!(0.333));
        assert_eq!(utilisation(dec!(1), dec!(16)), dec!(0.063));
        assert_eq!(utilisation(Decimal::ZERO, Decimal::ZERO), Decimal::ZERO);
    }

    #[test]
    fn a_percentage_of_hours_is_exact() {
        assert_eq!(billable(dec!(0.25), dec!(33.33)), dec!(0.083325));
    }

    #[test]
    fn days_are_in_order_and_sum_their_lines() {
        let (monday, tuesday) = (date!("2026-03-02"), date!("2026-03-03"));
        let dates = [Some(&tuesday), Some(&monday), None, Some(&tuesday)];
        let (two, three, five) = (dec!(2), dec!(3), dec!(5));
        let hours = [Some(&two), Some(&three), Some(&five), None].into_iter().collect();
        let billable_hours = [None, Some(&three), None, Some(&two)].into_iter().collect();
        let days = by_day(&dates.into_iter().collect(), &hours, &billable_hours);
        let days: Vec<_> = days.iter().map(|day| (&*day.id, day.hours, day.billable_hours)).collect();
        assert_eq!(days, [("2026-03-02", Some(three), Some(three)), ("2026-03-03", Some(two), Some(two))]);
    }
}
