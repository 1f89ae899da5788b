//! The types that a field can hold, and how their values stand in a record set.

use std::borrow::Cow;

use crate::{
    Date, Decimal, Text, Timestamp,
    cells::Writer,
    contract::{RecordSet, Value},
    held::Held,
    layout::{Str, ascii},
    spec::TypeSpec,
};

/// The pool of a record set in which a type's columns lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pool {
    /// 64-bit integers, and all that is told by one.
    Integers,
    /// Decimals.
    Decimals,
    /// Texts.
    Texts,
}

/// A type that a field can hold.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no field type",
    note = "a field holds `i64`, `Decimal`, `Text`, `bool`, `Date`, `Timestamp` or an enum that derives `Enumeration`"
)]
pub trait FieldValue: Clone + 'static {
    /// The pool in which its columns lie.
    const POOL: Pool;

    /// What can be done with a cell of it.
    #[doc(hidden)]
    const HELD: &'static Held = &Held::of::<Self>();

    /// What the schema says of it, but for a field's scale and longest text.
    #[doc(hidden)]
    const TYPE: TypeSpec;

    /// Reads the value at a position of its pool.
    fn read(cells: &RecordSet, position: usize) -> Self;

    /// Appends the value to its pool.
    fn write(&self, to: &mut Writer);

    /// Appends an absent cell.
    fn write_absent(to: &mut Writer) {
        match Self::POOL {
            Pool::Integers => to.integer(0),
            Pool::Decimals => to.decimal([0, 0]),
            Pool::Texts => to.text(""),
        }
    }

    /// The value alone: an issue's argument, an offer.
    fn to_value(&self) -> Value;

    /// As part of a key; see the contract's `schema.table`.
    fn write_key(&self, key: &mut String);

    /// The key that it is by itself.
    fn key_text(&self) -> Cow<'static, str> {
        let mut key = String::new();
        self.write_key(&mut key);
        Cow::Owned(key)
    }

    /// Whether it says anything, as a required field has to.
    fn is_said(&self) -> bool {
        true
    }
}

impl FieldValue for i64 {
    const POOL: Pool = Pool::Integers;
    const TYPE: TypeSpec = TypeSpec::Integer;

    #[inline]
    fn read(cells: &RecordSet, position: usize) -> Self {
        cells.integer(position)
    }

    #[inline]
    fn write(&self, to: &mut Writer) {
        to.integer(*self);
    }

    fn to_value(&self) -> Value {
        Value::Integer(*self)
    }

    fn write_key(&self, key: &mut String) {
        let mut rest = (*self as u64) ^ (1 << 63);
        let mut digits = [0; 16];
        for digit in digits.iter_mut().rev() {
            let nibble = rest as u8 & 0xf;
            *digit = if nibble < 10 { b'0' + nibble } else { b'a' - 10 + nibble };
            rest >>= 4;
        }
        key.push_str(ascii(&digits));
    }
}

impl FieldValue for bool {
    const POOL: Pool = Pool::Integers;
    const TYPE: TypeSpec = TypeSpec::Boolean;

    #[inline]
    fn read(cells: &RecordSet, position: usize) -> Self {
        cells.integer(position) != 0
    }

    #[inline]
    fn write(&self, to: &mut Writer) {
        to.integer(i64::from(*self));
    }

    fn to_value(&self) -> Value {
        Value::Boolean(*self)
    }

    fn write_key(&self, key: &mut String) {
        key.push(if *self { '1' } else { '0' });
    }
}

impl FieldValue for Date {
    const POOL: Pool = Pool::Integers;
    const TYPE: TypeSpec = TypeSpec::Date;

    #[inline]
    fn read(cells: &RecordSet, position: usize) -> Self {
        Self::from_days(cells.integer(position) as i32)
    }

    #[inline]
    fn write(&self, to: &mut Writer) {
        to.integer(i64::from(self.days()));
    }

    fn to_value(&self) -> Value {
        Value::Date(self.days())
    }

    fn write_key(&self, key: &mut String) {
        let (year, month, day) = self.year_month_day();
        let digit = |number: u32| b'0' + (number % 10) as u8;
        let year = year as u32;
        let year = [digit(year / 1000), digit(year / 100), digit(year / 10), digit(year)];
        let ([y0, y1, y2, y3], m0, m1, d0, d1) = (year, digit(month / 10), digit(month), digit(day / 10), digit(day));
        key.push_str(ascii(&[y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1]));
    }
}

impl FieldValue for Timestamp {
    const POOL: Pool = Pool::Integers;
    const TYPE: TypeSpec = TypeSpec::Timestamp;

    #[inline]
    fn read(cells: &RecordSet, position: usize) -> Self {
        Self(cells.integer(position))
    }

    #[inline]
    fn write(&self, to: &mut Writer) {
        to.integer(self.0);
    }

    fn to_value(&self) -> Value {
        Value::Timestamp(self.0)
    }

    fn write_key(&self, key: &mut String) {
        self.0.write_key(key);
    }
}

/// A decimal's two words: low 64 bits; high 32 bits, scale << 32, sign << 63.
#[inline]
fn words(value: Decimal) -> [u64; 2] {
    let parts = value.inner().unpack();
    let low = u64::from(parts.lo) | u64::from(parts.mid) << 32;
    let high = u64::from(parts.hi) | u64::from(parts.scale) << 32 | u64::from(parts.negative) << 63;
    [low, high]
}

impl FieldValue for Decimal {
    const POOL: Pool = Pool::Decimals;
    const TYPE: TypeSpec = TypeSpec::Decimal(0);

    #[inline]
    fn read(cells: &RecordSet, position: usize) -> Self {
        let (low, high) = cells.decimal(position);
        Self::from_parts(low as u32, (low >> 32) as u32, high as u32, high >> 63 == 1, (high >> 32) as u32 & 0xff)
    }

    #[inline]
    fn write(&self, to: &mut Writer) {
        to.decimal(words(*self));
    }

    fn to_value(&self) -> Value {
        Value::Decimal(words(*self))
    }

    fn write_key(&self, _: &mut String) {
        panic!("a decimal is no part of a key")
    }
}

impl FieldValue for Text {
    const POOL: Pool = Pool::Texts;
    const TYPE: TypeSpec = TypeSpec::Text(0);

    #[inline]
    fn read(cells: &RecordSet, position: usize) -> Self {
        Self::fixed(cells.text(position))
    }

    #[inline]
    fn write(&self, to: &mut Writer) {
        to.text(self);
    }

    fn to_value(&self) -> Value {
        Value::Text(Str::of(self.as_str()))
    }

    fn write_key(&self, key: &mut String) {
        key.push_str(self);
    }

    fn key_text(&self) -> Cow<'static, str> {
        Cow::Borrowed(self.as_str())
    }

    fn is_said(&self) -> bool {
        !self.is_blank()
    }
}

/// An enumeration: derive it for an enum without fields. Its names are the variants' in kebab-case.
pub trait Enumeration: Copy + PartialEq + 'static {
    /// The names, in declaration order.
    const NAMES: &'static [&'static str];

    /// The variant at a position.
    fn from_position(position: usize) -> Option<Self>;

    /// The variant's position.
    fn position(self) -> usize;

    /// The variant's name.
    fn name(self) -> &'static str {
        Self::NAMES[self.position()]
    }
}
