//! Days and moments, in the proleptic Gregorian calendar and UTC, and their ISO form.

use std::{fmt, str::FromStr};

use crate::value::ValueError;

/// Days since 1970-01-01.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

const DAY_MS: i64 = 86_400_000;
const MINUTE_MS: i64 = 60_000;
const EPOCH: jiff::civil::Date = jiff::civil::date(1970, 1, 1);

impl Date {
    /// 0000-01-01.
    pub const MIN: Self = Self(-719_528);
    /// 9999-12-31.
    pub const MAX: Self = Self(2_932_896);

    /// Whether the day is in the years 0 to 9999, the only ones that documents hold.
    pub(crate) fn check(self) -> Result<(), ValueError> {
        check_range(self.0.into(), Self::MIN.0.into(), Self::MAX.0.into())
    }

    fn civil(self) -> Option<jiff::civil::Date> {
        self.check().ok()?;
        EPOCH.checked_add(jiff::Span::new().try_days(self.0).ok()?).ok()
    }

    fn from_civil(year: i16, month: i8, day: i8) -> Option<Self> {
        let date = jiff::civil::Date::new(year, month, day).ok()?;
        Some(Self((date.duration_since(EPOCH).as_hours() / 24) as i32))
    }
}

impl Timestamp {
    /// 0000-01-01T00:00:00Z.
    pub const MIN: Self = Self(Date::MIN.0 as i64 * DAY_MS);
    /// 9999-12-31T23:59:59.999Z.
    pub const MAX: Self = Self((Date::MAX.0 as i64 + 1) * DAY_MS - 1);

    /// Whether the moment is in the years 0 to 9999, the only ones that documents hold.
    pub(crate) fn check(self) -> Result<(), ValueError> {
        check_range(self.0, Self::MIN.0, Self::MAX.0)
    }
}

fn check_range(found: i64, from: i64, to: i64) -> Result<(), ValueError> {
    if (from..=to).contains(&found) { Ok(()) } else { Err(ValueError::OutOfRange { found, from, to }) }
}

/// `YYYY-MM-DD`; a day outside the years 0 to 9999 as `day N`.
impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.civil() {
            Some(date) => formatter.pad(&format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())),
            None => formatter.pad(&format!("day {}", self.0)),
        }
    }
}

/// `YYYY-MM-DDThh:mm:ssZ`, with three decimals of a second unless they are zero; a moment outside the years 0 to 9999
/// as `millisecond N`.
impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.check().is_err() {
            return formatter.pad(&format!("millisecond {}", self.0));
        }
        let date = Date(self.0.div_euclid(DAY_MS) as i32);
        let (seconds, ms) = (self.0.rem_euclid(DAY_MS) / 1000, self.0.rem_euclid(1000));
        let fraction = if ms == 0 { String::new() } else { format!(".{ms:03}") };
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        formatter.pad(&format!("{date}T{hour:02}:{minute:02}:{second:02}{fraction}Z"))
    }
}

impl FromStr for Date {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        parse_date(text).ok_or_else(|| ValueError::NotADate { found: text.to_owned() })
    }
}

/// With `Z` or an offset such as `+01:00`.
impl FromStr for Timestamp {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let moment = parse_timestamp(text).ok_or_else(|| ValueError::NotATimestamp { found: text.to_owned() })?;
        moment.check()?;
        Ok(moment)
    }
}

/// The number that exactly these digits write.
fn digits(text: &str, count: usize) -> Option<i64> {
    let sound = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    if sound { text.parse().ok() } else { None }
}

fn parse_date(text: &str) -> Option<Date> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    Date::from_civil(digits(year, 4)? as i16, digits(month, 2)? as i8, digits(day, 2)? as i8)
}

fn parse_timestamp(text: &str) -> Option<Timestamp> {
    let (date, rest) = text.split_once('T')?;
    let zone = rest.find(['Z', '+', '-'])?;
    let (time, zone) = rest.split_at(zone);
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let (hours, seconds) = clock.rsplit_once(':')?;
    let second = digits(seconds, 2).filter(|second| *second < 60)?;
    let ms = digits(fraction, fraction.len()).filter(|_| (1..=3).contains(&fraction.len()))?;
    let ms = ms * 10i64.pow(3 - fraction.len() as u32);
    let local = i64::from(parse_date(date)?.0) * DAY_MS + parse_minutes(hours)? * MINUTE_MS + second * 1000 + ms;
    Some(Timestamp(local - parse_offset(zone)? * MINUTE_MS))
}

/// `hh:mm` in minutes.
fn parse_minutes(text: &str) -> Option<i64> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute) = (digits(hour, 2)?, digits(minute, 2)?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

fn parse_offset(zone: &str) -> Option<i64> {
    match zone.as_bytes().first()? {
        b'Z' => (zone == "Z").then_some(0),
        b'-' => Some(-parse_minutes(&zone[1..])?),
        _ => parse_minutes(&zone[1..]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_are_written_and_read_in_iso_form() {
        for (text, days) in [("1970-01-01", 0), ("2026-03-02", 20_514), ("0000-01-01", Date::MIN.0)] {
            assert_eq!(text.parse(), Ok(Date(days)));
            assert_eq!(Date(days).to_string(), text);
        }
        assert_eq!("9999-12-31".parse(), Ok(Date::MAX));
        assert_eq!(Date(i32::MAX).to_string(), "day 2147483647");
        for text in ["", "2026-02-29", "2026-3-02", "20260302", "2026-03-02T00:00", "+2026-03-02", "-001-01-01"] {
            let sentence = format!("`{text}` is not a date: write it like 2026-03-02");
            assert_eq!(text.parse::<Date>().map_err(|error| error.to_string()), Err(sentence));
        }
    }

    #[test]
    fn moments_are_written_in_utc_and_read_with_any_offset() {
        assert_eq!("2026-03-02T08:00:00Z".parse(), Ok(Timestamp(20_514 * DAY_MS + 8 * 3_600_000)));
        assert_eq!("2026-03-02T08:00:00.5+01:30".parse::<Timestamp>().unwrap().to_string(), "2026-03-02T06:30:00.500Z");
        assert_eq!("1969-12-31T23:59:59.999Z".parse(), Ok(Timestamp(-1)));
        assert_eq!(Timestamp::MAX.to_string(), "9999-12-31T23:59:59.999Z");
        assert_eq!(Timestamp(i64::MIN).to_string(), "millisecond -9223372036854775808");
        for text in ["2026-03-02", "2026-03-02T08:00:00", "2026-03-02T24:00:00Z", "2026-03-02T08:00:00.1234Z"] {
            assert!(matches!(text.parse::<Timestamp>(), Err(ValueError::NotATimestamp { .. })), "{text}");
        }
        assert!(matches!("9999-12-31T23:59:59-01:00".parse::<Timestamp>(), Err(ValueError::OutOfRange { .. })));
    }

    proptest! {
        #[test]
        fn every_day_and_moment_comes_back_from_its_text(
            days in Date::MIN.0..=Date::MAX.0,
            ms in Timestamp::MIN.0..=Timestamp::MAX.0,
        ) {
            prop_assert_eq!(Date(days).to_string().parse(), Ok(Date(days)));
            prop_assert_eq!(Timestamp(ms).to_string().parse(), Ok(Timestamp(ms)));
        }

        #[test]
        fn no_text_makes_the_readers_panic(text in "[-+0-9:.TZé]{0,30}") {
            let _ = text.parse::<Date>();
            let _ = text.parse::<Timestamp>();
        }
    }
}
