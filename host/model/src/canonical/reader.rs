//! Reading canonical bytes strictly: whatever has another encoding than the canonical one is refused.

use crate::{
    canonical::{Piece, Writer},
    decimal::{SCALE_MAX, decimal_from_words, is_canonical},
    record_set::RecordSet,
    value::{Date, Decimal, Timestamp, Value},
};

/// Bytes that are not canonical.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("byte {at}: {reason}")]
pub struct CanonicalError {
    /// Where the piece begins that is refused, counted from 0.
    pub at: usize,
    /// Why.
    pub reason: CanonicalReason,
}

/// Why bytes are not canonical.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum CanonicalReason {
    #[error("kind {found}, expected {expected}")]
    Kind { found: u8, expected: u8 },
    #[error("version {found} of the encoding, expected {expected}")]
    Version { found: u8, expected: u8 },
    #[error("{needed} bytes needed, {left} left")]
    TooShort { needed: u64, left: usize },
    #[error("{left} bytes follow the end")]
    GoesOn { left: usize },
    #[error("the text is not UTF-8")]
    NotUtf8,
    #[error("{tag} is no {what}")]
    Tag { what: &'static str, tag: u8 },
    #[error("the decimal is not canonical")]
    Decimal,
    #[error("half a decimal")]
    HalfDecimal,
    #[error("keys are not in ascending order, or one is there twice")]
    NotAscending,
}

pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

type Read<T> = Result<T, CanonicalError>;

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(super) fn error_at<T>(at: usize, reason: CanonicalReason) -> Read<T> {
        Err(CanonicalError { at, reason })
    }

    pub(super) fn expect(&mut self, expected: u8, reason: impl Fn(u8) -> CanonicalReason) -> Read<()> {
        let at = self.at;
        let found = self.u8()?;
        if found == expected { Ok(()) } else { Self::error_at(at, reason(found)) }
    }

    pub(super) fn finish(&self) -> Read<()> {
        let left = self.bytes.len() - self.at;
        if left == 0 { Ok(()) } else { Self::error_at(self.at, CanonicalReason::GoesOn { left }) }
    }

    fn take(&mut self, needed: u64) -> Read<&'a [u8]> {
        let left = self.bytes.len() - self.at;
        if needed > left as u64 {
            return Self::error_at(self.at, CanonicalReason::TooShort { needed, left });
        }
        let taken = &self.bytes[self.at..self.at + needed as usize];
        self.at += needed as usize;
        Ok(taken)
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn array<const N: usize>(&mut self) -> Read<[u8; N]> {
        let taken = self.take(N as u64)?;
        Ok(taken.try_into().unwrap_or([0; N]))
    }

    pub(super) fn u8(&mut self) -> Read<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// A byte that counts cases.
    pub(super) fn case<T: Copy>(&mut self, what: &'static str, cases: &[T]) -> Read<T> {
        let at = self.at;
        let tag = self.u8()?;
        let case = cases.get(usize::from(tag)).copied();
        case.ok_or(CanonicalError { at, reason: CanonicalReason::Tag { what, tag } })
    }

    pub(super) fn list<T: Piece>(&mut self) -> Read<Vec<T>> {
        let count = u32::read(self)?;
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(T::read(self)?);
        }
        Ok(items)
    }

    fn words<T, const N: usize>(&mut self, from_bytes: impl Fn([u8; N]) -> T) -> Read<Vec<T>> {
        let count = u64::from(u32::read(self)?);
        let bytes = self.take(count * N as u64)?;
        Ok(bytes.as_chunks().0.iter().map(|bytes| from_bytes(*bytes)).collect())
    }

    pub(super) fn record_set(&mut self) -> Read<RecordSet> {
        let rows = u32::read(self)?;
        let present = self.words(u64::from_le_bytes)?;
        let integers = self.words(i64::from_le_bytes)?;
        let at = self.at;
        let decimals = self.words(u64::from_le_bytes)?;
        let (pairs, rest) = decimals.as_chunks();
        if !rest.is_empty() {
            return Self::error_at(at, CanonicalReason::HalfDecimal);
        }
        if !pairs.iter().all(|[low, high]| is_canonical(*low, *high, SCALE_MAX)) {
            return Self::error_at(at, CanonicalReason::Decimal);
        }
        let text_ends = self.words(u32::from_le_bytes)?;
        Ok(RecordSet { rows, present, integers, decimals, text_ends, texts: String::read(self)? })
    }

    fn decimal(&mut self) -> Read<Decimal> {
        let at = self.at;
        let (low, high) = (u64::read(self)?, u64::read(self)?);
        let decimal = decimal_from_words([low, high]).ok().filter(|_| is_canonical(low, high, SCALE_MAX));
        decimal.ok_or(CanonicalError { at, reason: CanonicalReason::Decimal })
    }

    pub(super) fn value(&mut self) -> Read<Value> {
        match self.case("value's type", &[0, 1, 2, 3, 4, 5, 6])? {
            0 => i64::read(self).map(Value::Integer),
            1 => self.decimal().map(Value::Decimal),
            2 => String::read(self).map(Value::Text),
            3 => bool::read(self).map(Value::Boolean),
            4 => i32::read(self).map(|days| Value::Date(Date(days))),
            5 => i64::read(self).map(|ms| Value::Timestamp(Timestamp(ms))),
            _ => String::read(self).map(Value::Enumeration),
        }
    }
}

macro_rules! number {
    ($($number:ty),*) => {$(
        impl Piece for $number {
            fn write(&self, to: &mut Writer) {
                to.bytes(&self.to_le_bytes());
            }

            fn read(from: &mut Reader<'_>) -> Read<Self> {
                from.array().map(Self::from_le_bytes)
            }
        }
    )*};
}

number!(u8, u16, u32, u64, i32, i64);

impl Piece for bool {
    fn write(&self, to: &mut Writer) {
        to.u8(u8::from(*self));
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        from.case("boolean", &[false, true])
    }
}

impl Piece for String {
    fn write(&self, to: &mut Writer) {
        to.text(self);
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        let at = from.at;
        let length = u32::read(from)?;
        let text = std::str::from_utf8(from.take(length.into())?).map(str::to_owned);
        text.map_err(|_| CanonicalError { at, reason: CanonicalReason::NotUtf8 })
    }
}

impl<T: Piece> Piece for Vec<T> {
    fn write(&self, to: &mut Writer) {
        to.list(self);
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        from.list()
    }
}

impl<T: Piece> Piece for Option<T> {
    fn write(&self, to: &mut Writer) {
        match self {
            None => to.u8(0),
            Some(content) => to.tagged(1, content),
        }
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        if from.case("option", &[false, true])? { T::read(from).map(Some) } else { Ok(None) }
    }
}

impl<A: Piece, B: Piece> Piece for (A, B) {
    fn write(&self, to: &mut Writer) {
        self.0.write(to);
        self.1.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok((A::read(from)?, B::read(from)?))
    }
}

impl Piece for RecordSet {
    fn write(&self, to: &mut Writer) {
        to.record_set(self);
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        from.record_set()
    }
}

impl Piece for Value {
    fn write(&self, to: &mut Writer) {
        to.value(self);
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        from.value()
    }
}
