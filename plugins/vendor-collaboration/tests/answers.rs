//! Answers from the first draft to what becomes of them, evaluated natively, without a host.

use lockstep_sdk::prelude::*;
use vendor_collaboration::{
    response::{Answer, PurchaseOrderResponse, RejectAll, ResponseLine, Status, WholeAnswer},
    tables::{Currency, Parameters, PurchaseOrder, PurchaseOrderLine, VendorContact},
};

const TODAY: Date = date!("2026-03-02");

/// A line of the order `PO-1`, wanted in ten days.
fn ordered(version: i64, line: i64, quantity: Decimal) -> PurchaseOrderLine {
    PurchaseOrderLine {
        order: "PO-1".into(),
        version,
        line,
        item: "I-1".into(),
        name: "Bolt".into(),
        quantity,
        unit: "pcs".into(),
        price: dec!(0.5),
        charges: None,
        requested_date: TODAY.add_days(10),
    }
}

/// Two versions of `PO-1`: 100 and 20; then 100, 25 and 5.
fn context(newest_version: i64) -> Context {
    let currency = || Text::from("EUR");
    let rows = ReferenceStore::new()
        .with(Currency { code: currency(), name: "Euro".into(), decimals: 2 })
        .with(VendorContact { user: "tester".into(), vendor: "V-1".into() })
        .with(Parameters { name: "vendor-collaboration".into(), auto_confirm: true, ..Parameters::default() })
        .with(PurchaseOrder {
            number: "PO-1".into(),
            vendor: "V-1".into(),
            currency: currency(),
            newest_version,
            cancelled: false,
        })
        .with_all([ordered(1, 10, dec!(100)), ordered(1, 20, dec!(20))])
        .with_all([ordered(2, 10, dec!(100)), ordered(2, 20, dec!(25)), ordered(2, 30, dec!(5))]);
    Context::test(TODAY).with_rows(rows)
}

fn draft(lines: Vec<ResponseLine>) -> PurchaseOrderResponse {
    PurchaseOrderResponse { order: Some("PO-1".into()), version: Some(1), lines, ..PurchaseOrderResponse::default() }
}

fn line(id: &str, line: i64, answer: Answer) -> ResponseLine {
    ResponseLine { id: id.into(), line: Some(line), answer: Some(answer), ..ResponseLine::default() }
}

fn schedule_line(id: &str, parent_line: i64, quantity: Decimal) -> ResponseLine {
    ResponseLine {
        id: id.into(),
        parent_line: Some(parent_line),
        answer: Some(Answer::ScheduleLine),
        confirmed_quantity: Some(quantity),
        ..ResponseLine::default()
    }
}

#[test]
fn what_is_accepted_at_once_is_confirmed() {
    let accepted = draft(Vec::new()).evaluate(&context(1), "accept-all").patched.expect("all is accepted");
    assert_eq!(accepted.lines.len(), 2);
    let submitted = draft(accepted.lines).evaluate(&context(1), "submit");
    assert!(submitted.issues.is_empty(), "{:?}", submitted.codes());
    assert_eq!(submitted.document.whole_answer, Some(WholeAnswer::Accepted));
    assert_eq!(submitted.document.confirmed_amount, Some(dec!(60.00)));
    assert_eq!(submitted.patched.and_then(|patched| patched.status), Some(Status::Confirmed));
}

#[test]
fn what_is_rejected_at_once_is_reviewed() {
    let reason = RejectAll { reason: Some("Sold out".into()) };
    let rejected =
        draft(Vec::new()).evaluate_with(&context(1), "reject-all", &reason).patched.expect("all is rejected");
    assert_eq!(rejected.reject_reason, Some("Sold out".into()));
    let submitted = draft(rejected.lines).evaluate(&context(1), "submit");
    assert_eq!(submitted.document.whole_answer, Some(WholeAnswer::Rejected));
    assert_eq!(submitted.document.confirmed_amount, Some(dec!(0)));
    assert_eq!(submitted.patched.and_then(|patched| patched.status), Some(Status::InExternalReview));
}

#[test]
fn sixty_and_thirty_of_a_hundred_leave_ten_missing_and_sixty_and_forty_none() {
    let split = |rest| {
        let parts = [schedule_line("2", 10, dec!(60)), schedule_line("3", 10, rest)];
        let split = [line("1", 10, Answer::SplitIntoSchedule), line("4", 20, Answer::Accepted)];
        draft(split.into_iter().chain(parts).collect()).evaluate(&context(1), "submit")
    };
    let short = split(dec!(30));
    assert_eq!(short.codes(), ["schedule-short"]);
    assert_eq!(short.document.lines[0].open_quantity, Some(dec!(10)));
    let whole = split(dec!(40));
    assert!(whole.issues.is_empty(), "{:?}", whole.codes());
    let delivering: Vec<_> = whole.document.lines.iter().filter_map(|line| line.delivering).collect();
    assert_eq!(delivering, [false, true, true, true]);
}

#[test]
fn a_refreshed_answer_wants_answers_to_what_has_changed() {
    let old = draft(vec![line("1", 10, Answer::Accepted), line("2", 20, Answer::Accepted)]);
    let codes = ["not-newest-version", "new-quantity", "line-added"];
    assert_eq!(old.evaluate(&context(2), "submit").codes(), codes);
    assert_eq!(old.evaluate_on_server(&context(2), "submit", &()).codes(), codes);

    let refreshed = old.evaluate(&context(2), "refresh").patched.expect("it is refreshed");
    assert_eq!(refreshed.version, Some(2));
    let wanted: Vec<_> = refreshed.lines.iter().map(|line| line.line).collect();
    assert_eq!(wanted, [Some(20), Some(30)]);

    let mut lines = vec![line("1", 10, Answer::Accepted)];
    lines.extend(refreshed.lines);
    let mut answer = PurchaseOrderResponse { version: Some(2), ..draft(lines) };
    assert_eq!(answer.evaluate(&context(2), "submit").codes(), ["required", "required"]);
    for line in &mut answer.lines {
        line.answer = Some(Answer::Accepted);
    }
    assert!(answer.evaluate(&context(2), "submit").issues.is_empty());
}

#[test]
fn an_order_is_answered_with_as_many_lines_as_are_read_and_no_more() {
    let order =
        PurchaseOrder { number: "PO-1".into(), vendor: "V-1".into(), newest_version: 1, ..PurchaseOrder::default() };
    let contact = VendorContact { user: "tester".into(), vendor: "V-1".into() };
    let context = |lines| {
        let lines = (1..=lines).map(|line| ordered(1, line, Decimal::ONE));
        Context::test(TODAY).with_rows(ReferenceStore::new().with(contact.clone()).with(order.clone()).with_all(lines))
    };
    let reason = RejectAll { reason: Some("Sold out".into()) };
    let accepted = draft(Vec::new()).evaluate(&context(500), "accept-all");
    assert_eq!(accepted.patched.map(|patched| patched.lines.len()), Some(500));

    let too_long = context(501);
    assert_eq!(draft(Vec::new()).evaluate(&too_long, "accept-all").codes(), ["order-too-long"]);
    assert_eq!(draft(Vec::new()).evaluate_with(&too_long, "reject-all", &reason).codes(), ["order-too-long"]);
    assert_eq!(draft(Vec::new()).evaluate(&too_long, "refresh").codes(), ["order-too-long"]);
    assert_eq!(draft(Vec::new()).evaluate(&too_long, "submit").codes(), ["order-too-long"]);
}
