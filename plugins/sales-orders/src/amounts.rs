//! Amounts of money: each rounded once, commercially, to its currency's decimals. What goes into them is not rounded.

use lockstep_sdk::prelude::*;

/// What is multiplied with it stays exact, as divisions need not.
const HUNDREDTH: Decimal = dec!(0.01);

/// What a line's quantity costs: its price is for so many units, less a discount on the price, less a percentage.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LinePrice {
    pub(crate) quantity: Decimal,
    pub(crate) unit_price: Decimal,
    pub(crate) price_unit: Decimal,
    pub(crate) discount: Decimal,
    pub(crate) discount_percent: Decimal,
}

impl LinePrice {
    /// quantity × (unit price − discount) ÷ price unit × (1 − discount percent ÷ 100); nothing without a price unit.
    /// Divided last, so that nothing is lost before the rounding.
    pub(crate) fn net_amount(&self, decimals: u32) -> Option<Decimal> {
        if self.price_unit <= Decimal::ZERO {
            return None;
        }
        let amount = self.quantity * (self.unit_price - self.discount) * remaining(self.discount_percent);
        Some((amount / self.price_unit).round_commercial(decimals))
    }
}

/// So many percent of an amount.
pub(crate) fn percentage(amount: Decimal, percent: Decimal, decimals: u32) -> Decimal {
    (amount * percent * HUNDREDTH).round_commercial(decimals)
}

/// The tax on a net amount after a discount on the whole order, which is not rounded between.
pub(crate) fn tax(net_amount: Decimal, order_discount: Decimal, tax_percent: Decimal, decimals: u32) -> Decimal {
    (net_amount * remaining(order_discount) * tax_percent * HUNDREDTH).round_commercial(decimals)
}

/// 1 − percent ÷ 100
fn remaining(percent: Decimal) -> Decimal {
    Decimal::ONE - percent * HUNDREDTH
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWELVE: LinePrice = LinePrice {
        quantity: dec!(12),
        unit_price: dec!(19.99),
        price_unit: Decimal::ONE,
        discount: Decimal::ZERO,
        discount_percent: dec!(12.5),
    };

    #[test]
    fn half_a_cent_is_rounded_away_from_zero() {
        assert_eq!(TWELVE.net_amount(2), Some(dec!(209.90)));
        assert_eq!(TWELVE.net_amount(3), Some(dec!(209.895)));
        assert_eq!(LinePrice { quantity: dec!(-12), ..TWELVE }.net_amount(2), Some(dec!(-209.90)));
    }

    #[test]
    fn tax_is_on_the_rounded_net_amount() {
        assert_eq!(tax(dec!(209.90), Decimal::ZERO, dec!(8.25), 2), dec!(17.32));
    }

    #[test]
    fn tax_after_the_order_discount_is_rounded_once() {
        // 2 % off 209.90 is 205.702; 8.25 % of it is 16.970415.
        assert_eq!(tax(dec!(209.90), dec!(2), dec!(8.25), 2), dec!(16.97));
        assert_eq!(tax(dec!(209.90), dec!(2), dec!(8.25), 4), dec!(16.9704));
    }

    #[test]
    fn a_price_for_three_units_is_divided_last() {
        let three = LinePrice { quantity: dec!(3), unit_price: dec!(10), price_unit: dec!(3), ..TWELVE };
        assert_eq!(LinePrice { discount_percent: Decimal::ZERO, ..three }.net_amount(2), Some(dec!(10)));
        assert_eq!(three.net_amount(2), Some(dec!(8.75)));
    }

    #[test]
    fn a_discount_comes_off_the_unit_price() {
        let discounted = LinePrice { discount: dec!(0.99), discount_percent: dec!(10), ..TWELVE };
        assert_eq!(discounted.net_amount(2), Some(dec!(205.20)));
    }

    #[test]
    fn there_is_no_amount_without_a_price_unit() {
        assert_eq!(LinePrice { price_unit: Decimal::ZERO, ..TWELVE }.net_amount(2), None);
        assert_eq!(LinePrice { price_unit: dec!(-1), ..TWELVE }.net_amount(2), None);
    }

    #[test]
    fn currencies_have_their_own_decimals() {
        assert_eq!(percentage(dec!(1235), dec!(10), 0), dec!(124));
        assert_eq!(percentage(dec!(1235), dec!(10), 3), dec!(123.5));
    }
}
