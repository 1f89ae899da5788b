//! Days and moments, in the proleptic Gregorian calendar; no clock and no time zone.

use std::{fmt, str::FromStr};

/// A day.
///
/// ```
/// use lockstep_sdk::{Date, Weekday};
///
/// let day = Date::new(2026, 2, 27).unwrap();
/// assert_eq!(day.weekday(), Weekday::Friday);
/// assert_eq!(day.add_days(3).to_string(), "2026-03-02");
/// assert_eq!(day.days_until(day.add_days(3)), 3);
/// assert_eq!("2026-02-30".parse::<Date>().ok(), None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weekday {
    /// The first day of the week (ISO 8601).
    Monday,
    /// The second.
    Tuesday,
    /// The third.
    Wednesday,
    /// The fourth.
    Thursday,
    /// The fifth.
    Friday,
    /// The sixth.
    Saturday,
    /// The seventh.
    Sunday,
}

/// 0000-01-01.
const DAYS_MIN: i32 = -719_528;

/// 9999-12-31.
const DAYS_MAX: i32 = 2_932_896;

impl Weekday {
    /// Saturday or Sunday.
    pub fn is_weekend(self) -> bool {
        self >= Self::Saturday
    }
}

impl Date {
    /// The day with this year (0 to 9999), month (1 to 12) and day of the month, if there is one.
    ///
    /// Algorithm: `days_from_civil` of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    pub const fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        if year < 0 || year > 9999 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month) {
            return None;
        }
        let shifted_year = if month <= 2 { year - 1 } else { year };
        let era = shifted_year.div_euclid(400);
        let year_of_era = shifted_year.rem_euclid(400);
        let day_of_year = (153 * ((month as i32 + 9) % 12) + 2) / 5 + day as i32 - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Some(Self(era * 146_097 + day_of_era - 719_468))
    }

    /// The day written `YYYY-MM-DD` (ISO 8601), if there is one.
    pub const fn from_iso(text: &str) -> Option<Self> {
        let text = text.as_bytes();
        if text.len() != 10 || text[4] != b'-' || text[7] != b'-' {
            return None;
        }
        match (number(text, 0, 4), number(text, 5, 7), number(text, 8, 10)) {
            (Some(year), Some(month), Some(day)) => Self::new(year as i32, month, day),
            _ => None,
        }
    }

    /// The day so many days after 1970-01-01.
    ///
    /// # Panics
    /// When it lies outside of the years 0 to 9999: a plugin fault.
    pub const fn from_days(days: i32) -> Self {
        assert!(days >= DAYS_MIN && days <= DAYS_MAX, "the day lies outside of the years 0 to 9999");
        Self(days)
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i32 {
        self.0
    }

    /// So many days later; earlier when negative.
    ///
    /// # Panics
    /// When the day lies outside of the years 0 to 9999: a plugin fault.
    #[must_use]
    pub const fn add_days(self, days: i32) -> Self {
        Self::from_days(self.0.saturating_add(days))
    }

    /// How many days later the other day is.
    pub const fn days_until(self, other: Self) -> i32 {
        other.0 - self.0
    }

    /// The day of the week.
    pub const fn weekday(self) -> Weekday {
        // 1970-01-01 was a Thursday.
        match (self.0 as i64 + 3).rem_euclid(7) {
            0 => Weekday::Monday,
            1 => Weekday::Tuesday,
            2 => Weekday::Wednesday,
            3 => Weekday::Thursday,
            4 => Weekday::Friday,
            5 => Weekday::Saturday,
            _ => Weekday::Sunday,
        }
    }

    /// Year, month and day of the month.
    ///
    /// Algorithm: `civil_from_days` of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    pub const fn year_month_day(self) -> (i32, u32, u32) {
        let shifted = self.0 as i64 + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
        (year as i32, month as u32, day as u32)
    }

    /// The first day of its month.
    #[must_use]
    pub const fn first_of_month(self) -> Self {
        let (_, _, day) = self.year_month_day();
        Self(self.0 - day as i32 + 1)
    }
}

/// The decimal digits from one position to before another.
const fn number(text: &[u8], start: usize, end: usize) -> Option<u32> {
    let (mut number, mut position) = (0, start);
    while position < end {
        if !text[position].is_ascii_digit() {
            return None;
        }
        number = number * 10 + (text[position] - b'0') as u32;
        position += 1;
    }
    Some(number)
}

const fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.year_month_day();
        write!(out, "{year:04}-{month:02}-{day:02}")
    }
}

/// Text that is not a day in the form `2026-03-02`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseDateError;

impl fmt::Display for ParseDateError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a date is written YYYY-MM-DD")
    }
}

impl std::error::Error for ParseDateError {}

impl FromStr for Date {
    type Err = ParseDateError;

    fn from_str(text: &str) -> Result<Self, ParseDateError> {
        Self::from_iso(text).ok_or(ParseDateError)
    }
}

/// A day known when the plugin is compiled, such as `date!("2026-03-02")`; a day that does not exist does not compile.
#[macro_export]
macro_rules! date {
    ($day:literal) => {
        const {
            match $crate::Date::from_iso($day) {
                ::core::option::Option::Some(date) => date,
                ::core::option::Option::None => panic!("there is no such day; a date is written YYYY-MM-DD"),
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_the_calendar_is_itself_again() {
        let (first, last) = (Date::new(0, 1, 1).unwrap(), Date::new(9999, 12, 31).unwrap());
        let mut before = None;
        for days in first.days()..=last.days() {
            let date = Date::from_days(days);
            let (year, month, day) = date.year_month_day();
            assert_eq!(Date::new(year, month, day), Some(date));
            assert!(before < Some((year, month, day)), "{year}-{month}-{day} comes after {before:?}");
            before = Some((year, month, day));
        }
        assert_eq!(last.days() - first.days() + 1, 3_652_425, "25 times 400 years");
    }

    #[test]
    fn weeks_go_on_before_1970() {
        assert_eq!(date!("1970-01-01").weekday(), Weekday::Thursday);
        assert_eq!(date!("1969-12-28").weekday(), Weekday::Sunday);
        assert!(date!("2026-02-28").weekday().is_weekend());
        assert!(!date!("2026-03-02").weekday().is_weekend());
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in [
            "2026-02-29",
            "2026-13-01",
            "2026-00-01",
            "2026-01-00",
            "2026-1-1",
            "26-01-01",
            "2026-01-01 ",
            "+026-01-01",
            "２０２６",
        ] {
            assert_eq!(text.parse::<Date>(), Err(ParseDateError), "{text}");
        }
        assert_eq!("2024-02-29".parse(), Ok(date!("2024-02-29")));
    }

    #[test]
    #[should_panic(expected = "outside of the years 0 to 9999")]
    fn no_day_comes_after_the_last() {
        let _ = date!("9999-12-31").add_days(1);
    }

    #[test]
    fn the_ends_of_the_calendar_hold() {
        assert_eq!(Date::from_days(DAYS_MIN), date!("0000-01-01"));
        assert_eq!(Date::from_days(DAYS_MAX), date!("9999-12-31"));
        assert_eq!(date!("2026-03-31").first_of_month(), date!("2026-03-01"));
    }
}
