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
    value.inner().round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero).into()
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
