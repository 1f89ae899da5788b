//! Amounts, taxes and totals.

use lockstep_sdk::prelude::*;
use sales_orders::{
    order::{OrderLine, SalesOrder},
    tables::Currency,
};

use crate::shop::{context, customer, line, order, rows};

#[test]
fn twelve_at_19_99_less_an_eighth_are_209_90_and_17_32_of_tax() {
    let mut order = order(dec!(12));
    order.lines[0].discount_percent = Some(dec!(12.5));
    let result = order.evaluate(&context(rows()), "create");
    assert!(result.issues.is_empty(), "{:?}", result.codes());
    let line = &result.document.lines[0];
    assert_eq!(line.net_amount, Some(dec!(209.90)));
    assert_eq!(line.tax_amount, Some(dec!(17.32)));
    assert_eq!(result.document.total, Some(dec!(227.22)));
    assert_eq!(result.document.weight, Some(dec!(2.16)));
}

#[test]
fn a_rule_is_a_function() {
    let euro = Currency { decimals: 2, ..Currency::default() };
    let net = OrderLine::net_amount(dec!(12), dec!(19.99), dec!(1), None, Some(dec!(12.5)), &euro);
    assert_eq!(net, Some(dec!(209.90)));
    assert_eq!(OrderLine::tax_amount(dec!(209.90), dec!(8.25), None, &euro), dec!(17.32));
}

#[test]
fn an_order_discount_lowers_the_tax_too() {
    let rows = rows().with(sales_orders::tables::Customer { total_discount_percent: Some(dec!(2)), ..customer() });
    let mut order = order(dec!(12));
    order.lines.push(line(dec!(3)));
    let document = order.evaluate(&context(rows), "create").document;
    assert_eq!(document.discount_percent, Some(dec!(2)));
    // 12 × 19.99 and 3 × 19.99; tax of 8.25 % of 98 % of each.
    assert_eq!(document.subtotal, Some(dec!(299.85)));
    assert_eq!(document.discount_amount, Some(dec!(6.00)));
    assert_eq!(document.lines[0].tax_amount, Some(dec!(19.39)));
    assert_eq!(document.lines[1].tax_amount, Some(dec!(4.85)));
    assert_eq!(document.total, Some(dec!(318.09)));
}

#[test]
fn without_a_customer_there_is_no_price_and_no_amount() {
    let result = SalesOrder { customer: None, ..order(dec!(12)) }.evaluate(&context(rows()), "create");
    assert_eq!(result.document.lines[0].unit_price, None);
    assert_eq!(result.document.lines[0].net_amount, None);
    assert_eq!(result.document.total, None);
    assert_eq!(result.codes(), ["required"]);
}
