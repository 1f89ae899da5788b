//! Confirming and cancelling.

use lockstep_sdk::prelude::*;
use sales_orders::order::{Cancel, SalesOrder, Status};

use crate::shop::{context, order, rows};

fn confirmed() -> SalesOrder {
    let mut order = SalesOrder { status: Some(Status::Confirmed), total: Some(dec!(1)), ..order(dec!(10)) };
    order.lines[0].net_amount = Some(dec!(0.92));
    order
}

fn reason(reason: &str) -> Cancel {
    Cancel { reason: Some(reason.into()) }
}

#[test]
fn a_draft_is_confirmed() {
    let result = order(dec!(10)).evaluate(&context(rows()), "confirm");
    assert!(result.issues.is_empty(), "{:?}", result.codes());
    assert_eq!(result.patched.and_then(|patched| patched.status), Some(Status::Confirmed));
}

#[test]
fn an_order_without_lines_is_not_confirmed() {
    let empty = SalesOrder { lines: Vec::new(), ..order(dec!(10)) };
    let result = empty.evaluate(&context(rows()), "confirm");
    assert_eq!(result.codes(), ["no-lines"]);
    assert!(result.patched.is_none());
    assert!(empty.evaluate(&context(rows()), "update").issues.is_empty());
}

#[test]
fn a_confirmed_order_stands_and_can_only_be_cancelled() {
    let result = confirmed().evaluate(&context(rows()), "update");
    assert_eq!(result.codes(), ["action-not-allowed"]);
    assert_eq!(result.allowed_actions, ["cancel"]);
    assert_eq!(result.document.total, Some(dec!(1)));
    assert_eq!(result.document.lines[0].net_amount, Some(dec!(0.92)));
}

#[test]
fn cancelling_keeps_the_reason() {
    let result = confirmed().evaluate_with(&context(rows()), "cancel", &reason("Ordered twice"));
    let patched = result.patched.expect("it is cancelled");
    assert_eq!(patched.status, Some(Status::Cancelled));
    assert_eq!(patched.cancel_reason, Some("Ordered twice".into()));
}

#[test]
fn cancelling_takes_a_reason_with_words() {
    let codes = |arguments| confirmed().evaluate_with(&context(rows()), "cancel", &arguments).codes();
    assert_eq!(codes(Cancel::default()), ["required"]);
    assert_eq!(codes(reason("  ")), ["required"]);
}

#[test]
fn what_is_shipped_is_not_cancelled() {
    let codes = |shipped| {
        let mut order = confirmed();
        order.lines[0].shipped_quantity = shipped;
        order.evaluate_with(&context(rows()), "cancel", &reason("Too late")).codes()
    };
    assert_eq!(codes(Some(dec!(0.5))), ["already-shipped"]);
    assert!(codes(Some(dec!(0))).is_empty());
    assert!(codes(None).is_empty());
}
