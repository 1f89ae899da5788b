//! Working days: those that are neither on a weekend nor holidays of the calendar.

use lockstep_sdk::prelude::*;

use crate::{
    issues::ResponseIssue,
    tables::{Holiday, Parameters},
};

/// The most holidays of a calendar that are read.
pub(crate) const HOLIDAYS_MAX: u32 = 250;

/// Nobody looks further ahead for a working day.
const DAYS_AHEAD_MAX: i32 = 60;

/// The holidays of one calendar, as far as they are known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calendar {
    holidays: Vec<Holiday>,
    /// Holidays after the last one are not known.
    cut_short: bool,
}

/// What a day is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Day {
    Working,
    Weekend,
    /// With its name.
    Holiday(Text),
    /// No weekend, and too far ahead to know more.
    Unknown,
}

impl Calendar {
    /// That of the parameters; without one only weekends are free.
    pub(crate) fn of(cx: &Context) -> Self {
        let Some(calendar) = Parameters::of(cx).calendar else { return Self::default() };
        let Selection { rows: holidays, cut_short } = cx.select::<Holiday>(&calendar, HOLIDAYS_MAX);
        Self { holidays, cut_short }
    }

    /// What a day is.
    pub(crate) fn day(&self, date: Date) -> Day {
        if date.weekday().is_weekend() {
            return Day::Weekend;
        }
        match self.holidays.iter().find(|holiday| holiday.date >= date) {
            Some(holiday) if holiday.date == date => Day::Holiday(holiday.name.clone()),
            None if self.cut_short => Day::Unknown,
            _ => Day::Working,
        }
    }

    /// The first working day that is not before this one; none where it is not known.
    pub(crate) fn working_day_from(&self, date: Date) -> Option<Date> {
        let first = (0..DAYS_AHEAD_MAX).map(|days| date.add_days(days)).find(|day| !self.is_free(*day))?;
        (self.day(first) == Day::Working).then_some(first)
    }

    /// What is to be said of a day on which something comes; the next working day is offered where it fits.
    pub(crate) fn issue(&self, date: Date, fits: impl Fn(Date) -> bool) -> Option<Issue> {
        let issue = match self.day(date) {
            Day::Working => return None,
            Day::Weekend => ResponseIssue::OnWeekend { date },
            Day::Holiday(holiday) => ResponseIssue::OnHoliday { date, holiday },
            Day::Unknown => return Some(ResponseIssue::HolidaysUnknown { date }.into()),
        };
        Some(match self.working_day_from(date).filter(|day| fits(*day)) {
            Some(day) => issue.offer(&day),
            None => issue.into(),
        })
    }

    fn is_free(&self, date: Date) -> bool {
        matches!(self.day(date), Day::Weekend | Day::Holiday(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(days: &[Date], cut_short: bool) -> Calendar {
        let holiday = |date: &Date| Holiday { date: *date, name: Text::fixed("Feast"), ..Holiday::default() };
        Calendar { holidays: days.iter().map(holiday).collect(), cut_short }
    }

    const GOOD_FRIDAY: Date = date!("2026-04-03");
    const EASTER_MONDAY: Date = date!("2026-04-06");

    #[test]
    fn days_are_what_they_are() {
        let easter = calendar(&[GOOD_FRIDAY, EASTER_MONDAY], false);
        assert_eq!(easter.day(date!("2026-04-02")), Day::Working);
        assert_eq!(easter.day(GOOD_FRIDAY), Day::Holiday(Text::fixed("Feast")));
        assert_eq!(easter.day(date!("2026-04-04")), Day::Weekend);
        assert_eq!(easter.day(date!("2026-04-05")), Day::Weekend);
        assert_eq!(easter.day(EASTER_MONDAY), Day::Holiday(Text::fixed("Feast")));
        assert_eq!(easter.day(date!("2026-04-07")), Day::Working);
    }

    #[test]
    fn the_next_working_day_comes_after_weekends_and_holidays() {
        let easter = calendar(&[GOOD_FRIDAY, EASTER_MONDAY], false);
        assert_eq!(easter.working_day_from(GOOD_FRIDAY), Some(date!("2026-04-07")));
        assert_eq!(easter.working_day_from(date!("2026-04-02")), Some(date!("2026-04-02")));
        assert_eq!(Calendar::default().working_day_from(GOOD_FRIDAY), Some(GOOD_FRIDAY));
        assert_eq!(Calendar::default().working_day_from(date!("2026-04-04")), Some(EASTER_MONDAY));
    }

    #[test]
    fn behind_the_last_holiday_read_no_day_is_known_to_be_a_working_day() {
        let part = calendar(&[GOOD_FRIDAY], true);
        assert_eq!(part.day(date!("2026-04-02")), Day::Working);
        assert_eq!(part.day(GOOD_FRIDAY), Day::Holiday(Text::fixed("Feast")));
        assert_eq!(part.day(date!("2026-04-04")), Day::Weekend);
        assert_eq!(part.day(date!("2026-04-07")), Day::Unknown);
        assert_eq!(part.working_day_from(date!("2026-04-02")), Some(date!("2026-04-02")));
        assert_eq!(part.working_day_from(GOOD_FRIDAY), None);
    }

    #[test]
    fn among_holidays_without_end_there_is_no_working_day() {
        let days: Vec<_> = (0..90).map(|day| GOOD_FRIDAY.add_days(day)).collect();
        assert_eq!(calendar(&days, false).working_day_from(GOOD_FRIDAY), None);
    }
}
