//! Rounding, always said and never silent.

use rust_decimal::RoundingStrategy;

use crate::Decimal;

/// Rounds to so many decimals, a half away from zero, as invoices do.
///
/// ```
/// use lockstep_sdk::{dec, round};
/// assert_eq!(round::commercial(dec!(209.895), 2), dec!(209.90));
/// assert_eq!(round::commercial(dec!(-0.5), 0), dec!(-1));
/// ```
pub fn commercial(value: Decimal, decimals: u32) -> Decimal {
    let parts = value.inner().unpack();
    if parts.scale <= decimals {
        return value;
    }
    let mut words = [parts.hi, parts.mid, parts.lo];
    let mut surplus = parts.scale - decimals;
    while surplus > 1 {
        let digits = (surplus - 1).min(9);
        cut(&mut words, 10_u32.pow(digits));
        surplus -= digits;
    }
    // The first digit that is cut off decides, and no other.
    if cut(&mut words, 10) >= 5 {
        add_one(&mut words);
    }
    let [high, middle, low] = words;
    Decimal::from_parts(low, middle, high, parts.negative, decimals)
}

/// Divides a coefficient, its highest word first; the remainder.
fn cut(words: &mut [u32; 3], divisor: u32) -> u32 {
    let divisor = u64::from(divisor);
    let mut rest = 0;
    for word in words {
        let dividend = rest << 32 | u64::from(*word);
        // The high words of most numbers are zero.
        if dividend != 0 {
            let quotient = dividend / divisor;
            *word = quotient as u32;
            rest = dividend - quotient * divisor;
        }
    }
    rest as u32
}

/// The next coefficient. It was divided before, so that it fits.
fn add_one(words: &mut [u32; 3]) {
    for word in words.iter_mut().rev() {
        *word = word.wrapping_add(1);
        if *word != 0 {
            return;
        }
    }
}

/// Rounds to so many decimals, a half to the even neighbour, as IEEE 754 and banks do.
///
/// ```
/// use lockstep_sdk::{dec, round};
/// assert_eq!(round::bankers(dec!(2.5), 0), dec!(2));
/// assert_eq!(round::bankers(dec!(3.5), 0), dec!(4));
/// ```
pub fn bankers(value: Decimal, decimals: u32) -> Decimal {
    value.inner().round_dp_with_strategy(decimals, RoundingStrategy::MidpointNearestEven).into()
}

/// The roundings as methods.
pub trait Rounding {
    /// See [`commercial`].
    #[must_use]
    fn round_commercial(self, decimals: u32) -> Self;
    /// See [`bankers`].
    #[must_use]
    fn round_bankers(self, decimals: u32) -> Self;
}

impl Rounding for Decimal {
    fn round_commercial(self, decimals: u32) -> Self {
        commercial(self, decimals)
    }

    fn round_bankers(self, decimals: u32) -> Self {
        bankers(self, decimals)
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal::{Decimal as Inner, RoundingStrategy};

    use super::commercial;
    use crate::Decimal;

    /// Numbers of all sizes, the same in every run (Marsaglia 2003), and those next to the borders of words.
    fn coefficients() -> Vec<u128> {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let mut coefficients: Vec<_> =
            (0..2000).map(|number| (u128::from(next()) << 64 | u128::from(next())) >> (32 + number % 96)).collect();
        for border in [0, 5, 50, 500, 1 << 32, 1 << 64, (1 << 96) - 2, 5 << 31, 49_999_999_995, 99_999_999_995] {
            coefficients.extend([border, border + 1]);
            coefficients.extend((border > 0).then(|| border - 1));
        }
        coefficients
    }

    #[test]
    fn commercial_rounding_is_that_of_the_library() {
        for coefficient in coefficients() {
            for scale in [0, 1, 2, 3, 9, 10, 11, 19, 20, 27, 28] {
                for is_negative in [false, true] {
                    let (low, middle, high) =
                        (coefficient as u32, (coefficient >> 32) as u32, (coefficient >> 64) as u32);
                    let number = Inner::from_parts(low, middle, high, is_negative, scale);
                    for decimals in 0..=28 {
                        let general = number.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
                        let found = commercial(Decimal::from(number), decimals).inner();
                        assert_eq!(found.unpack(), general.unpack(), "{number} to {decimals}");
                    }
                }
            }
        }
    }
}
