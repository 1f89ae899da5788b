//! Decimals as two words, their one canonical form, and reading them from text exactly.
//!
//! Canonical means: no trailing zero in the decimals, and zero has neither scale nor sign. Then equal decimals have
//! equal words.

use crate::value::{Decimal, ValueError};

/// Decimals that the layout can hold.
pub const SCALE_MAX: u8 = 28;

const COEFFICIENT_MAX: u128 = (1 << 96) - 1;
const SIGN: u64 = 1 << 63;
const SCALE_SHIFT: u32 = 32;
const SCALE_MASK: u64 = 0xff << SCALE_SHIFT;
const HIGH_MASK: u64 = 0xffff_ffff;
const RESERVED: u64 = !(SIGN | SCALE_MASK | HIGH_MASK);

/// The two words of a decimal: the low 64 bits of the coefficient; then its high 32 bits, the scale shifted left by
/// 32, and the sign in bit 63.
pub fn decimal_to_words(decimal: Decimal) -> [u64; 2] {
    let parts = decimal.unpack();
    let sign = if parts.negative && !decimal.is_zero() { SIGN } else { 0 };
    [
        u64::from(parts.lo) | (u64::from(parts.mid) << 32),
        u64::from(parts.hi) | (u64::from(parts.scale) << SCALE_SHIFT) | sign,
    ]
}

/// The decimal of two words.
///
/// # Errors
/// When the scale is above 28, or a bit is set that has no meaning.
pub fn decimal_from_words([low, high]: [u64; 2]) -> Result<Decimal, ValueError> {
    let scale = scale(high);
    if scale > SCALE_MAX || high & RESERVED != 0 {
        return Err(ValueError::DecimalWords { low, high });
    }
    let (lo, mid, hi) = (low as u32, (low >> 32) as u32, high as u32);
    let zero = low == 0 && hi == 0;
    Ok(Decimal::from_parts(lo, mid, hi, high & SIGN != 0 && !zero, u32::from(scale)))
}

/// How many decimals the words hold.
pub(crate) fn scale(high: u64) -> u8 {
    (high >> SCALE_SHIFT) as u8
}

/// Whether the words are canonical and have at most `takes` decimals. Free of branches: it runs for every cell of
/// every answer.
#[expect(clippy::needless_bitwise_bool, reason = "no branch for each cell")]
#[inline]
pub(crate) fn is_canonical(low: u64, high: u64, takes: u8) -> bool {
    let zero = low | (high & HIGH_MASK) == 0;
    let sound = (high & RESERVED == 0) & (scale(high) <= takes);
    sound & !is_trimmable(low, high) & (!zero | (high == 0))
}

/// Makes the words canonical. Words that are no decimal stay as they are.
#[expect(clippy::needless_bitwise_bool, reason = "no branch for each cell")]
#[inline]
pub(crate) fn normalise(words: &mut [u64; 2]) {
    let [low, high] = *words;
    let zero_with_marks = (low | (high & HIGH_MASK) == 0) & (high != 0);
    if is_trimmable(low, high) | zero_with_marks {
        *words = trimmed(low, high);
    }
}

/// Whether there are decimals of which the last is zero.
#[expect(clippy::needless_bitwise_bool, reason = "no branch for each cell")]
#[inline]
fn is_trimmable(low: u64, high: u64) -> bool {
    (high & SCALE_MASK != 0) & (low & 1 == 0) & is_multiple_of_five(low, high)
}

/// 2^32 leaves 1 when divided by 5, so a number's remainder is that of the sum of its 32-bit digits; and a number is
/// a multiple of 5 exactly if its product with the inverse of 5 modulo 2^64 is at most 2^64 / 5.
#[inline]
fn is_multiple_of_five(low: u64, high: u64) -> bool {
    const INVERSE_OF_FIVE: u64 = 0xcccc_cccc_cccc_cccd;
    let digits = (low & HIGH_MASK) + (low >> 32) + (high & HIGH_MASK);
    digits.wrapping_mul(INVERSE_OF_FIVE) <= u64::MAX / 5
}

#[cold]
fn trimmed_slowly(low: u64, high: u64) -> [u64; 2] {
    let mut coefficient = u128::from(low) | (u128::from(high & HIGH_MASK) << 64);
    let mut scale = scale(high);
    while scale > 0 && coefficient.is_multiple_of(10) {
        coefficient /= 10;
        scale -= 1;
    }
    [coefficient as u64, (coefficient >> 64) as u64 | (u64::from(scale) << SCALE_SHIFT) | (high & SIGN)]
}

fn trimmed(low: u64, high: u64) -> [u64; 2] {
    if high & RESERVED != 0 || scale(high) > SCALE_MAX {
        return [low, high];
    }
    if high & HIGH_MASK != 0 {
        return trimmed_slowly(low, high);
    }
    if low == 0 {
        return [0, 0];
    }
    let (mut coefficient, mut scale) = (low, scale(high));
    while scale > 0 && coefficient.is_multiple_of(10) {
        coefficient /= 10;
        scale -= 1;
    }
    [coefficient, (u64::from(scale) << SCALE_SHIFT) | (high & SIGN)]
}

/// Reads `-12.50`, `7` or `1.2e3` exactly, into canonical form.
///
/// # Errors
/// When the text is no such number, or has more digits than a decimal holds.
pub fn parse_decimal(text: &str) -> Result<Decimal, ValueError> {
    let fault = || ValueError::NotADecimal { found: text.to_owned() };
    let (negative, number) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mantissa, exponent) = match number.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent).ok_or_else(fault)?),
        None => (number, 0),
    };
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let are_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !are_digits(whole) || !are_digits(decimals) {
        return Err(fault());
    }
    let decimals = if mantissa.contains('.') { decimals.trim_end_matches('0') } else { "" };
    assemble(negative, whole, decimals, exponent)
}

/// Exponents that no decimal can have are as good as the farthest one.
fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse::<i64>().unwrap_or(i64::MAX).min(1 << 32);
    Some(if text.starts_with('-') { -size } else { size })
}

fn assemble(negative: bool, whole: &str, decimals: &str, exponent: i64) -> Result<Decimal, ValueError> {
    let significant = whole.bytes().chain(decimals.bytes()).skip_while(|&digit| digit == b'0');
    let mut digits: Vec<u8> = significant.collect();
    let mut scale = decimals.len() as i64 - exponent;
    while scale > 0 && digits.last() == Some(&b'0') {
        digits.pop();
        scale -= 1;
    }
    if digits.is_empty() {
        return Ok(Decimal::ZERO);
    }
    if scale > i64::from(SCALE_MAX) {
        return Err(ValueError::TooManyDecimals { decimals: scale.unsigned_abs(), takes: SCALE_MAX });
    }
    let zeros = usize::try_from(-scale).unwrap_or(0);
    if digits.len() + zeros > 29 {
        return Err(ValueError::TooManyDigits);
    }
    digits.resize(digits.len() + zeros, b'0');
    let coefficient = digits.iter().fold(0, |sum: u128, digit| sum * 10 + u128::from(digit - b'0'));
    if coefficient > COEFFICIENT_MAX {
        return Err(ValueError::TooManyDigits);
    }
    let (lo, mid, hi) = (coefficient as u32, (coefficient >> 32) as u32, (coefficient >> 64) as u32);
    Ok(Decimal::from_parts(lo, mid, hi, negative, scale.max(0) as u32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, canonical: &str) {
        assert_eq!(parse_decimal(text).map(|decimal| decimal.to_string()), Ok(canonical.to_owned()), "{text}");
    }

    fn refused(text: &str, sentence: &str) {
        assert_eq!(parse_decimal(text).map_err(|error| error.to_string()), Err(sentence.to_owned()), "{text}");
    }

    #[test]
    fn numbers_are_read_exactly_and_lose_their_trailing_zeros() {
        check("0", "0");
        check("-0.00", "0");
        check("12.50", "12.5");
        check("100", "100");
        check("-0.1", "-0.1");
        check("1.2e3", "1200");
        check("1200e-4", "0.12");
        check("0e999999999999999999999", "0");
        check("000.5", "0.5");
        check("79228162514264337593543950335", "79228162514264337593543950335");
        check("0.1000000000000000000000000000000000000000", "0.1");
    }

    #[test]
    fn what_is_no_number_or_too_large_is_refused() {
        for text in ["", "-", ".5", "5.", "1,5", "+1", "1e", "1e1.5", "0x1", "NaN", "--1", "1.-5", "1.2.3"] {
            refused(text, &format!("`{text}` is not a decimal number: write it like -12.5"));
        }
        refused("79228162514264337593543950336", "too many digits: a decimal goes up to 79228162514264337593543950335");
        refused("1e29", "too many digits: a decimal goes up to 79228162514264337593543950335");
        refused("1e-29", "29 decimals are too many: the field takes 28");
        refused("1e-99999999999999999999999", "4294967296 decimals are too many: the field takes 28");
    }

    #[test]
    fn words_that_are_no_decimal_are_refused() {
        assert!(decimal_from_words([1, 29 << 32]).is_err());
        assert!(decimal_from_words([1, 1 << 40]).is_err());
        assert_eq!(decimal_from_words([0, SIGN]).map(decimal_to_words), Ok([0, 0]));
    }

    prop_compose! {
        fn words()(low in prop_oneof![any::<u64>(), 0..1000u64], high in prop_oneof![Just(0), any::<u32>()], zeros in 0..9u32, scale in 0..=28u64, negative: bool) -> [u64; 2] {
            let low = low.wrapping_mul(10u64.pow(zeros));
            [low, u64::from(high) | (scale << 32) | (u64::from(negative) << 63)]
        }
    }

    proptest! {
        #[test]
        fn normalising_agrees_with_the_decimal_type(words in words()) {
            let decimal = decimal_from_words(words).expect("within range");
            let mut normalised = words;
            normalise(&mut normalised);
            prop_assert_eq!(normalised, decimal_to_words(decimal.normalize()));
            prop_assert!(is_canonical(normalised[0], normalised[1], 28));
            prop_assert_eq!(is_canonical(words[0], words[1], 28), words == normalised);
        }

        #[test]
        fn a_canonical_decimal_comes_back_from_its_words_and_its_text(words in words()) {
            let decimal = decimal_from_words(words).expect("within range").normalize();
            prop_assert_eq!(decimal_from_words(decimal_to_words(decimal)), Ok(decimal));
            prop_assert_eq!(parse_decimal(&decimal.to_string()).map(decimal_to_words), Ok(decimal_to_words(decimal)));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "[-+0-9.eE]{0,40}") {
            let _ = parse_decimal(&text);
        }
    }
}
