//! The rules as plain functions, without a sandbox.

use {{crate}}::{
    request::{PurchaseRequest, RequestLine},
    tables::Product,
};
use lockstep_sdk::prelude::*;

fn lamp() -> Product {
    Product {
        number: "P-100".into(),
        name: "Desk lamp".into(),
        price: dec!(39.90),
        ..Default::default()
    }
}

#[test]
fn an_amount_is_rounded_half_away_from_zero() {
    assert_eq!(RequestLine::amount(dec!(0.5), dec!(0.01)), dec!(0.01));
}

#[test]
fn the_price_comes_from_the_product() {
    let cx = Context::test(date!("2026-03-02")).with_rows(ReferenceStore::new().with(lamp()));
    let line = RequestLine {
        product: Some("P-100".into()),
        quantity: Some(dec!(3)),
        ..Default::default()
    };
    let request = PurchaseRequest {
        requester: Some("Facilities".into()),
        lines: vec![line],
        ..Default::default()
    };

    let result = request.evaluate(&cx, "update");

    assert_eq!(result.document.total, Some(dec!(119.70)));
    assert_eq!(result.document.needed_by, Some(date!("2026-03-16")));
}
