//! Decimals: exact numbers of 96 bits with up to 28 decimals.

use std::{
    fmt,
    iter::Sum,
    ops::{self, Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign},
    str::FromStr,
};

use rust_decimal::{Decimal as Inner, prelude::ToPrimitive};

/// An exact number: 96 bits and 0 to 28 decimals. What does not fit panics, which is a plugin fault and never a wrong
/// number; so does division by zero. Equal numbers are equal, whatever their decimals: 1.50 is 1.5.
///
/// ```
/// use lockstep_sdk::{Decimal, dec};
/// assert_eq!(dec!(0.1) + dec!(0.2), dec!(0.3));
/// assert_eq!(dec!(7) / dec!(2), dec!(3.50));
/// assert_eq!(Decimal::MAX.checked_add(Decimal::ONE), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(transparent)]
pub struct Decimal(Inner);

impl Decimal {
    /// 0
    pub const ZERO: Self = Self(Inner::ZERO);
    /// 1
    pub const ONE: Self = Self(Inner::ONE);
    /// 10
    pub const TEN: Self = Self(Inner::TEN);
    /// 100
    pub const ONE_HUNDRED: Self = Self(Inner::ONE_HUNDRED);
    /// 1000
    pub const ONE_THOUSAND: Self = Self(Inner::ONE_THOUSAND);
    /// The largest: 2^96 − 1.
    pub const MAX: Self = Self(Inner::MAX);
    /// The smallest: −(2^96 − 1).
    pub const MIN: Self = Self(Inner::MIN);

    /// From the three 32-bit words of the coefficient, the sign, and the number of decimals; for `dec!`.
    #[doc(hidden)]
    #[inline]
    #[must_use]
    pub const fn from_parts(low: u32, middle: u32, high: u32, is_negative: bool, scale: u32) -> Self {
        Self(Inner::from_parts(low, middle, high, is_negative, scale))
    }

    #[inline]
    pub(crate) const fn inner(self) -> Inner {
        self.0
    }

    /// Whether it is 0.
    #[inline]
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// Whether it is below 0.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self < Self::ZERO
    }

    /// Whether it is above 0.
    #[must_use]
    pub fn is_positive(self) -> bool {
        self > Self::ZERO
    }

    /// How many decimals it has, zeros at the end among them: 2 for 1.50.
    #[must_use]
    pub const fn scale(self) -> u32 {
        self.0.scale()
    }

    /// Without zeros at the end: 1.5 for 1.50.
    #[must_use]
    pub fn normalize(self) -> Self {
        Self(self.0.normalize())
    }

    /// Without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        Self(self.0.abs())
    }

    /// The largest whole number that is not above it.
    #[must_use]
    pub fn floor(self) -> Self {
        Self(self.0.floor())
    }

    /// The smallest whole number that is not below it.
    #[must_use]
    pub fn ceil(self) -> Self {
        Self(self.0.ceil())
    }

    /// Without its decimals.
    #[must_use]
    pub fn trunc(self) -> Self {
        Self(self.0.trunc())
    }

    /// As an integer, without its decimals; none where it does not fit.
    #[must_use]
    pub fn to_i64(self) -> Option<i64> {
        self.0.to_i64()
    }

    /// The sum; none where it does not fit.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference; none where it does not fit.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The product; none where it does not fit.
    #[must_use]
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        self.0.checked_mul(other.0).map(Self)
    }

    /// The quotient; none where it does not fit, or when dividing by 0.
    #[must_use]
    pub fn checked_div(self, other: Self) -> Option<Self> {
        self.0.checked_div(other.0).map(Self)
    }
}

fn quotient_of(one: &Inner, other: &Inner) -> Inner {
    hundredth(one, other).unwrap_or_else(|| one / other)
}

/// The operators, each as one function in sandboxes: inlined wherever it is used, a sum alone would take 2 KB of a
/// package.
macro_rules! operators {
    ($($function:ident $operator:expr, $of:ident $method:ident $assign_of:ident $assign:ident;)*) => {$(
        #[cfg_attr(target_family = "wasm", inline(never))]
        #[cfg_attr(not(target_family = "wasm"), inline)]
        fn $function(one: &Inner, other: &Inner) -> Inner {
            $operator(one, other)
        }

        impl $of for Decimal {
            type Output = Self;

            #[inline]
            fn $method(self, other: Self) -> Self {
                Self($function(&self.0, &other.0))
            }
        }

        impl $of<&Self> for Decimal {
            type Output = Self;

            #[inline]
            fn $method(self, other: &Self) -> Self {
                Self($function(&self.0, &other.0))
            }
        }

        impl $of<Decimal> for &Decimal {
            type Output = Decimal;

            #[inline]
            fn $method(self, other: Decimal) -> Decimal {
                Decimal($function(&self.0, &other.0))
            }
        }

        impl $of for &Decimal {
            type Output = Decimal;

            #[inline]
            fn $method(self, other: Self) -> Decimal {
                Decimal($function(&self.0, &other.0))
            }
        }

        impl $assign_of for Decimal {
            #[inline]
            fn $assign(&mut self, other: Self) {
                self.0 = $function(&self.0, &other.0);
            }
        }

        impl $assign_of<&Self> for Decimal {
            #[inline]
            fn $assign(&mut self, other: &Self) {
                self.0 = $function(&self.0, &other.0);
            }
        }
    )*};
}

operators! {
    sum ops::Add::add, Add add AddAssign add_assign;
    difference ops::Sub::sub, Sub sub SubAssign sub_assign;
    product ops::Mul::mul, Mul mul MulAssign mul_assign;
    quotient quotient_of, Div div DivAssign div_assign;
    remainder ops::Rem::rem, Rem rem RemAssign rem_assign;
}

/// A number by one hundred, as percents want it, where that moves its decimals by two and no more; none where the
/// general way has to be gone. The decimals are those that the library leaves: it multiplies by 10^9 and takes seven of
/// the zeros at the end away again, or eight where 32 bits are zero.
fn hundredth(number: &Inner, by: &Inner) -> Option<Inner> {
    let (parts, hundred) = (number.unpack(), by.unpack());
    let is_hundred = hundred.lo == 100 && (hundred.mid | hundred.hi | hundred.scale) == 0 && !hundred.negative;
    if !is_hundred || parts.hi != 0 || parts.scale > 19 || parts.lo.trailing_zeros() >= 25 {
        return None;
    }
    let coefficient = u64::from(parts.mid) << 32 | u64::from(parts.lo);
    let whole = coefficient / 100;
    let (coefficient, scale) =
        if whole * 100 == coefficient { (whole, parts.scale) } else { (coefficient, parts.scale + 2) };
    Some(Inner::from_parts(coefficient as u32, (coefficient >> 32) as u32, 0, parts.negative, scale))
}

impl Neg for Decimal {
    type Output = Self;

    #[inline]
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Sum for Decimal {
    fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.fold(Self::ZERO, |sum, number| sum + number)
    }
}

impl<'a> Sum<&'a Self> for Decimal {
    fn sum<I: Iterator<Item = &'a Self>>(numbers: I) -> Self {
        numbers.fold(Self::ZERO, |sum, number| sum + number)
    }
}

macro_rules! from_integers {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Decimal {
            #[inline]
            fn from(number: $integer) -> Self {
                Self(Inner::from(number))
            }
        }
    )*};
}

from_integers!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

impl From<Inner> for Decimal {
    #[inline]
    fn from(number: Inner) -> Self {
        Self(number)
    }
}

impl From<Decimal> for Inner {
    #[inline]
    fn from(number: Decimal) -> Self {
        number.0
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Why a text is no decimal.
#[derive(Clone, Debug, PartialEq)]
pub struct ParseDecimalError(rust_decimal::Error);

impl fmt::Display for ParseDecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for ParseDecimalError {}

impl FromStr for Decimal {
    type Err = ParseDecimalError;

    fn from_str(text: &str) -> Result<Self, ParseDecimalError> {
        Inner::from_str_exact(text).map(Self).map_err(ParseDecimalError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dec;

    #[test]
    #[expect(clippy::op_ref, reason = "they are what is tested")]
    fn operators_take_values_and_references() {
        let (one, other) = (dec!(7.50), dec!(2));
        assert_eq!([one + other, one - other, one * other, one / other, one % other], {
            [dec!(9.5), dec!(5.5), dec!(15), dec!(3.75), dec!(1.5)]
        });
        assert_eq!([&one + other, one - &other, &one * &other, &one / other, one % &other], {
            [dec!(9.5), dec!(5.5), dec!(15), dec!(3.75), dec!(1.5)]
        });
        let mut changed = one;
        changed += other;
        changed *= &other;
        changed -= dec!(1);
        assert_eq!((changed, -changed), (dec!(18), dec!(-18)));
        assert_eq!([one, other].iter().sum::<Decimal>(), dec!(9.5));
    }

    #[test]
    fn a_hundredth_is_what_the_general_way_finds() {
        let hundred = Inner::ONE_HUNDRED;
        let coefficients =
            [1, 9, 10, 50, 99, 100, 101, 250, 1000, 12_345, 123_450, 1_234_500, u64::MAX / 10 * 10, u64::MAX];
        let powers = (20..60).flat_map(|power| [1, 5, 10, 15].map(|factor| factor << power));
        for (coefficient, scale) in
            coefficients.into_iter().chain(powers).flat_map(|it| (0..=28).map(move |scale| (it, scale)))
        {
            for is_negative in [false, true] {
                let (low, middle) = (coefficient as u32, (coefficient >> 32) as u32);
                let number = Inner::from_parts(low, middle, 0, is_negative, scale);
                let (found, general) = (quotient_of(&number, &hundred), number / hundred);
                assert_eq!((found.unpack(), found), (general.unpack(), general), "{number}");
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_none_where_it_is_asked_for() {
        assert_eq!(Decimal::MAX.checked_mul(Decimal::TEN), None);
        assert_eq!(Decimal::MIN.checked_sub(Decimal::ONE), None);
        assert_eq!(Decimal::ONE.checked_div(Decimal::ZERO), None);
        assert_eq!(dec!(2.5).checked_add(dec!(1)), Some(dec!(3.5)));
    }

    #[test]
    #[should_panic(expected = "overflow")]
    fn what_does_not_fit_panics_where_it_is_not() {
        let _ = Decimal::MAX + Decimal::ONE;
    }

    #[test]
    fn a_text_is_read_exactly_or_not_at_all() {
        assert_eq!("12.50".parse(), Ok(dec!(12.50)));
        assert!("1.23456789012345678901234567890".parse::<Decimal>().is_err());
        assert!("12,50".parse::<Decimal>().is_err());
        assert_eq!(format!("{} {:?}", dec!(12.50), dec!(-0.1)), "12.50 -0.1");
    }
}
