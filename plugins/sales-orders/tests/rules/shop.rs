//! A small shop: reference rows and orders that the tests begin with.

use lockstep_sdk::prelude::*;
use sales_orders::{
    order::{OrderLine, SalesOrder},
    tables::{Currency, Customer, Item, Supply, SupplyKind, TaxRate},
};

/// A Monday.
pub(crate) const TODAY: Date = date!("2026-03-02");

/// One customer, `C-1`, and one item, `I-1`, with 500 on hand.
pub(crate) fn rows() -> ReferenceStore {
    ReferenceStore::new()
        .with(Currency { code: "EUR".into(), name: "Euro".into(), decimals: 2 })
        .with(TaxRate { customer_group: "domestic".into(), item_group: "standard".into(), percent: dec!(8.25) })
        .with(customer())
        .with(item())
        .with(Supply {
            item: "I-1".into(),
            date: TODAY,
            number: "CNT-1".into(),
            kind: SupplyKind::OnHand,
            quantity: dec!(500),
        })
}

pub(crate) fn customer() -> Customer {
    Customer {
        account: "C-1".into(),
        name: "Quillfeather Cycles".into(),
        currency: "EUR".into(),
        discount_group: Some("loyal".into()),
        tax_group: Some("domestic".into()),
        ..Customer::default()
    }
}

pub(crate) fn item() -> Item {
    Item {
        number: "I-1".into(),
        name: "Brake cable set".into(),
        sales_unit: "pcs".into(),
        base_price: dec!(19.99),
        price_unit: Decimal::ONE,
        discount_group: Some("small-parts".into()),
        tax_group: Some("standard".into()),
        weight: dec!(0.18),
        ..Item::default()
    }
}

pub(crate) fn context(rows: ReferenceStore) -> Context {
    Context::test(TODAY).with_rows(rows)
}

/// So many of `I-1` for `C-1`.
pub(crate) fn order(quantity: Decimal) -> SalesOrder {
    SalesOrder { customer: Some("C-1".into()), lines: vec![line(quantity)], ..SalesOrder::default() }
}

pub(crate) fn line(quantity: Decimal) -> OrderLine {
    OrderLine { item: Some("I-1".into()), quantity: Some(quantity), ..OrderLine::default() }
}
