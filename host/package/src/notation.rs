//! How a locale writes numbers and dates. No number passes through a float on its way.

use std::borrow::Cow;

use lockstep_model::{Date, Decimal, Timestamp, Value};
use rust_decimal::RoundingStrategy;
use unic_langid::LanguageIdentifier;

use crate::labels::words;

/// The most decimals that a decimal has.
pub(crate) const DECIMALS_MAX: u32 = 28;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// How numbers and dates are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// `1,234.5` and `Mar 2, 2026`.
    English,
    /// `1.234,5` and `02.03.2026`.
    German,
    /// `1234.5` and `2026-03-02`.
    Plain,
}

/// How many decimals are written, and whether thousands are set apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digits {
    /// At least so many decimals.
    pub decimals_min: u32,
    /// At most so many, rounded half away from zero.
    pub decimals_max: u32,
    /// Thousands are set apart.
    pub grouping: bool,
}

impl Default for Digits {
    fn default() -> Self {
        Self { decimals_min: 0, decimals_max: DECIMALS_MAX, grouping: true }
    }
}

impl Notation {
    /// That of a locale, by its language.
    pub fn of(locale: &LanguageIdentifier) -> Self {
        match locale.language.as_str() {
            "en" => Self::English,
            "de" => Self::German,
            _ => Self::Plain,
        }
    }

    /// A value in words. An enumeration's value is its name in words, a moment is in UTC.
    pub fn value(self, value: &Value) -> Cow<'_, str> {
        match value {
            Value::Integer(integer) => self.number(&integer.to_string(), Digits::default()).into(),
            Value::Decimal(decimal) => self.decimal(*decimal, Digits::default()).into(),
            Value::Text(text) => text.as_str().into(),
            Value::Enumeration(name) => words(name).into(),
            Value::Boolean(truth) => truth.to_string().into(),
            Value::Date(date) => self.date(*date).into(),
            Value::Timestamp(moment) => self.timestamp(*moment).into(),
        }
    }

    /// A decimal with so many digits.
    pub fn decimal(self, value: Decimal, digits: Digits) -> String {
        let decimals = digits.decimals_max.min(DECIMALS_MAX);
        let rounded = value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
        self.number(&rounded.normalize().to_string(), digits)
    }

    /// A day.
    pub fn date(self, date: Date) -> String {
        let iso = date.to_string();
        self.iso_date(&iso).unwrap_or(iso)
    }

    /// A moment, to the second.
    pub fn timestamp(self, moment: Timestamp) -> String {
        let iso = moment.to_string();
        self.iso_timestamp(&iso).unwrap_or(iso)
    }

    fn iso_timestamp(self, iso: &str) -> Option<String> {
        let (date, time) = iso.split_once('T')?;
        let time = time.get(..8)?;
        Some(format!("{}, {time} UTC", self.iso_date(date)?))
    }

    fn iso_date(self, iso: &str) -> Option<String> {
        let mut parts = iso.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        match self {
            Self::English => {
                let name = MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
                Some(format!("{name} {}, {year}", day.trim_start_matches('0')))
            }
            Self::German => Some(format!("{day}.{month}.{year}")),
            Self::Plain => None,
        }
    }

    /// A number that stands in plain digits, as this notation has it.
    pub(crate) fn number(self, plain: &str, digits: Digits) -> String {
        let (sign, unsigned) = plain.strip_prefix('-').map_or(("", plain), |unsigned| ("-", unsigned));
        let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let width = digits.decimals_min.min(DECIMALS_MAX) as usize;
        let (group, point) = self.separators();
        let whole = if digits.grouping { grouped(whole, group) } else { whole.to_owned() };
        match format!("{decimals:0<width$}") {
            none if none.is_empty() => format!("{sign}{whole}"),
            decimals => format!("{sign}{whole}{point}{decimals}"),
        }
    }

    fn separators(self) -> (&'static str, &'static str) {
        match self {
            Self::English => (",", "."),
            Self::German => (".", ","),
            Self::Plain => ("", "."),
        }
    }
}

fn grouped(whole: &str, separator: &str) -> String {
    let ahead = |at: usize| at > 0 && (whole.len() - at).is_multiple_of(3);
    let digit = |(at, digit)| [if ahead(at) { separator } else { "" }.to_owned(), String::from(digit)];
    whole.char_indices().flat_map(digit).collect()
}
