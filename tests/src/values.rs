//! Random values for fields: plausible ones, and those at which rules break.

use lockstep_model::{
    Date, Decimal, Timestamp, Value,
    schema::{Descriptor, Field, FieldType},
};

use crate::{
    random::Random,
    reference::{Reference, same_name, same_type},
};

/// How far values are from what people enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taste {
    /// Keys that exist, small numbers, days of these weeks.
    Plausible,
    /// The largest, the smallest, and what lies just beside a limit.
    Boundary,
}

/// Texts of many kinds: empty, with signs of keys, composed and decomposed, from right to left, beyond 16 bits.
const TEXTS: &[&str] =
    &["", " ", "x", "*", "C-100 ", "a,b", "\u{e9}", "e\u{301}", "\u{5e9}\u{5dc}", "\u{1f9f0}", "\u{7f}"];

/// The largest coefficient of a decimal: 96 bits.
const COEFFICIENT_MAX: i128 = (1 << 96) - 1;

/// Where values come from.
#[derive(Clone, Copy)]
pub struct Values<'a> {
    /// The plugin.
    pub descriptor: &'a Descriptor,
    /// Its tables.
    pub reference: &'a Reference,
    /// The day around which days lie.
    pub today: Date,
}

impl Values<'_> {
    /// A value that fits the field.
    pub fn value(&self, field: &Field, taste: Taste, random: &mut Random) -> Option<Value> {
        let is_odd = taste == Taste::Boundary && random.chance(40);
        if let Some(table) = field.table.filter(|_| !is_odd) {
            return random.pick(self.reference.keys(table, self.descriptor)).cloned();
        }
        let value = match (&field.of, is_odd) {
            (FieldType::Boolean, _) => Value::Boolean(random.chance(50)),
            (FieldType::Enumeration(names), _) => Value::Enumeration(random.pick(names)?.clone()),
            (FieldType::Integer, false) => {
                let is_known = random.chance(50);
                let known: Vec<_> = self.reference.like(field, self.descriptor, same_name).collect();
                let known = random.pick(&known).filter(|_| is_known).map(|value| (*value).clone());
                known.unwrap_or_else(|| Value::Integer(random.between(0, 12)))
            }
            (FieldType::Integer, true) => {
                Value::Integer(*random.pick(&[i64::MIN, i64::MAX, -1, 0, 1, i64::from(i32::MAX) + 1])?)
            }
            (FieldType::Decimal(scale), false) => Value::Decimal(self.plausible_decimal(field, *scale, random)),
            (FieldType::Decimal(scale), true) => Value::Decimal(self.boundary_decimal(field, *scale, random)),
            (FieldType::Text(_), false) => {
                let known: Vec<_> = self.reference.like(field, self.descriptor, same_name).collect();
                random.pick(&known).map_or_else(|| Value::Text("a few words".to_owned()), |value| (*value).clone())
            }
            (FieldType::Text(length), true) => odd_text(*length, random),
            (FieldType::Date, _) => Value::Date(self.date(field, is_odd, random)),
            (FieldType::Timestamp, _) => Value::Timestamp(moment(self.today, is_odd, random)),
        };
        Some(value).filter(|value| field.of.check(value).is_ok())
    }

    fn plausible_decimal(&self, field: &Field, scale: u8, random: &mut Random) -> Decimal {
        if random.chance(15) {
            let known = self.known_decimals(field);
            if let Some(known) = random.pick(&known) {
                return fitted(*known, scale);
            }
        }
        let most = if random.chance(60) { 8 } else { 40 };
        let whole = Decimal::from(random.between(1, most));
        let parts = Decimal::new(random.between(0, 99), 2);
        fitted(if random.chance(70) { whole } else { whole + parts }, scale)
    }

    /// What tables have for fields like this one: prices, minima, limits.
    pub fn known_decimals(&self, field: &Field) -> Vec<Decimal> {
        let known = |is_like| {
            let values = self.reference.like(field, self.descriptor, is_like);
            let decimals = values.filter_map(|value| match value {
                Value::Decimal(decimal) => Some(*decimal),
                _ => None,
            });
            decimals.collect::<Vec<_>>()
        };
        let named = known(same_name);
        if named.is_empty() { known(same_type) } else { named }
    }

    fn boundary_decimal(&self, field: &Field, scale: u8, random: &mut Random) -> Decimal {
        let least = Decimal::from_i128_with_scale(1, scale.into());
        let known = || self.known_decimals(field);
        let value = match random.between(0, 7) {
            0 => Decimal::ZERO,
            1 => least,
            2 => Decimal::from_i128_with_scale(COEFFICIENT_MAX, random.between(0, scale.into()) as u32),
            3 => Decimal::from_i128_with_scale(5, u32::from(scale).min(3)),
            4 => Decimal::ONE_HUNDRED,
            5 => Decimal::from(random.between(1, i64::MAX)),
            _ => {
                let beside = [least, -least, Decimal::ZERO];
                let known = random.pick(&known()).copied().unwrap_or(Decimal::ONE);
                known.checked_add(*random.pick(&beside).unwrap_or(&least)).unwrap_or(known)
            }
        };
        let value = fitted(value, scale);
        if random.chance(25) { -value } else { value }
    }

    fn date(&self, field: &Field, is_odd: bool, random: &mut Random) -> Date {
        let known: Vec<_> = self.reference.like(field, self.descriptor, same_type).collect();
        match (random.between(0, 9), is_odd) {
            (0, true) => Date::MIN,
            (1, true) => Date::MAX,
            // 2024-02-29
            (2, true) => Date(19_782),
            (3..=5, _) => match random.pick(&known) {
                Some(Value::Date(date)) => Date(date.0 + random.between(-1, 1) as i32),
                _ => self.today,
            },
            (6, _) => Date(self.today.0 - 1),
            _ => Date(self.today.0 + random.between(0, 30) as i32),
        }
    }
}

/// The value with at most so many decimals.
fn fitted(value: Decimal, scale: u8) -> Decimal {
    value.trunc_with_scale(scale.into())
}

fn odd_text(length: u32, random: &mut Random) -> Value {
    let whole = TEXTS.iter().map(|text| (*text).to_owned());
    let mut texts: Vec<String> = whole.collect();
    texts.push("\u{e4}".repeat(length.min(4000) as usize));
    let text = random.pick(&texts).cloned().unwrap_or_default();
    Value::Text(text.chars().take(length as usize).collect())
}

/// A moment of the day, or of another time.
pub fn moment(today: Date, is_odd: bool, random: &mut Random) -> Timestamp {
    const DAY_MS: i64 = 86_400_000;
    match (random.between(0, 3), is_odd) {
        (0, true) => Timestamp::MIN,
        (1, true) => Timestamp::MAX,
        _ => {
            let moment = i64::from(today.0).saturating_mul(DAY_MS).saturating_add(random.between(0, DAY_MS - 1));
            Timestamp(moment.clamp(Timestamp::MIN.0, Timestamp::MAX.0))
        }
    }
}

/// Parts that sum to a whole, and are none of them finer than it.
pub fn parts(whole: Decimal, count: usize, random: &mut Random) -> Vec<Decimal> {
    let mut left = whole;
    let mut parts = Vec::new();
    for _ in 1..count {
        let share = Decimal::new(random.between(0, 60), 2);
        let part = left.checked_mul(share).unwrap_or_default().trunc_with_scale(whole.scale());
        parts.push(part);
        left -= part;
    }
    parts.push(left);
    parts
}
