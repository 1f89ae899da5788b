//! The nine levels of the line discount.

use lockstep_sdk::prelude::*;
use sales_orders::tables::{ALL, AgreementKind, Buyers, Goods, TradeAgreement};

use crate::shop::{TODAY, context, order, rows};

/// From the most specific level to the least.
const LEVELS: [(Buyers, &str, Goods, &str); 9] = [
    (Buyers::Customer, "C-1", Goods::Item, "I-1"),
    (Buyers::Customer, "C-1", Goods::Group, "small-parts"),
    (Buyers::Customer, "C-1", Goods::All, "*"),
    (Buyers::Group, "loyal", Goods::Item, "I-1"),
    (Buyers::Group, "loyal", Goods::Group, "small-parts"),
    (Buyers::Group, "loyal", Goods::All, "*"),
    (Buyers::All, "*", Goods::Item, "I-1"),
    (Buyers::All, "*", Goods::Group, "small-parts"),
    (Buyers::All, "*", Goods::All, "*"),
];

fn agreement(level: usize) -> TradeAgreement {
    let (buyers, buyer, goods, good) = LEVELS[level];
    TradeAgreement {
        kind: AgreementKind::LineDiscount,
        buyers,
        buyer: buyer.into(),
        goods,
        good: good.into(),
        currency: "EUR".into(),
        valid_from: TODAY,
        value: Decimal::from(level + 1),
        ..TradeAgreement::default()
    }
}

/// The discount of an order of one where these are agreed.
fn found(agreements: impl Iterator<Item = TradeAgreement>) -> Option<Decimal> {
    let document = order(Decimal::ONE).evaluate(&context(rows().with_all(agreements)), "create").document;
    document.lines[0].discount_percent
}

#[test]
fn each_level_goes_before_all_behind_it() {
    for first in 0..LEVELS.len() {
        assert_eq!(found((first..LEVELS.len()).map(agreement)), Some(Decimal::from(first + 1)));
    }
}

#[test]
fn a_level_is_passed_over_where_its_agreement_does_not_hold() {
    let not_yet = TradeAgreement { valid_from: TODAY.add_days(1), ..agreement(0) };
    let too_many = TradeAgreement { from_quantity: dec!(2), ..agreement(1) };
    let elsewhere = TradeAgreement { currency: "USD".into(), ..agreement(2) };
    let price = TradeAgreement { kind: AgreementKind::Price, goods: Goods::All, good: ALL, ..agreement(0) };
    assert_eq!(found([not_yet, too_many, elsewhere, price, agreement(8)].into_iter()), Some(dec!(9)));
}

#[test]
fn nothing_agreed_is_no_discount() {
    assert_eq!(found(std::iter::empty()), None);
}
