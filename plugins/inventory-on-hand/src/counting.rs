//! Counts that differ from the books.

use lockstep_sdk::prelude::*;

/// Whether a count differs from the books by more than so many percent of them. From zero every difference does. Of a
/// count that cannot be, nobody asks.
pub(crate) fn differs(counted: Decimal, physical: Decimal, percent: Decimal) -> bool {
    counted >= Decimal::ZERO && (counted - physical).abs() * Decimal::ONE_HUNDRED > percent * physical.abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_percentage_itself_is_within() {
        assert!(!differs(dec!(105), dec!(100), dec!(5)));
        assert!(!differs(dec!(95), dec!(100), dec!(5)));
        assert!(differs(dec!(105.01), dec!(100), dec!(5)));
        assert!(differs(dec!(94.99), dec!(100), dec!(5)));
    }

    #[test]
    fn from_zero_every_difference_is_more() {
        assert!(differs(dec!(0.01), dec!(0), dec!(1000)));
        assert!(!differs(dec!(0), dec!(0), dec!(0)));
    }

    #[test]
    fn books_below_zero_are_taken_by_their_size() {
        assert!(!differs(dec!(0), dec!(-10), dec!(100)));
        assert!(differs(dec!(1), dec!(-10), dec!(100)));
    }

    #[test]
    fn fewer_than_none_are_not_compared() {
        assert!(!differs(dec!(-1), dec!(100), dec!(5)));
    }
}
