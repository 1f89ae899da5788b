//! What is offered is not refused when it is taken, whatever else the line says.

use lockstep_sdk::prelude::*;
use vendor_collaboration::{
    response::{Answer, PurchaseOrderResponse, ResponseLine},
    tables::{Holiday, Parameters, PurchaseOrder, PurchaseOrderLine, VendorContact},
};

/// A Friday.
const TODAY: Date = date!("2026-03-13");
const ORDERED: Decimal = dec!(100);
const QUANTITIES: [Decimal; 3] = [dec!(90), ORDERED, dec!(110)];
const ANSWERS: [Answer; 2] = [Answer::Accepted, Answer::AcceptedWithChanges];

/// From a week before today to a week after it.
fn days() -> impl Iterator<Item = Date> {
    (-7..=7).map(|days| TODAY.add_days(days))
}

/// An order of 100 for a day; today and the day after the weekend are holidays.
fn context(requested_date: Date) -> Context {
    let calendar = || Text::fixed("central");
    let holiday = |date| Holiday { calendar: calendar(), date, name: "Stocktaking".into() };
    let rows = ReferenceStore::new()
        .with(Parameters {
            name: "vendor-collaboration".into(),
            calendar: Some(calendar()),
            show_prices: true,
            ..Parameters::default()
        })
        .with_all([holiday(TODAY), holiday(date!("2026-03-16"))])
        .with(VendorContact { user: "tester".into(), vendor: "V-1".into() })
        .with(PurchaseOrder {
            number: "PO-1".into(),
            vendor: "V-1".into(),
            newest_version: 1,
            ..PurchaseOrder::default()
        })
        .with(PurchaseOrderLine {
            order: "PO-1".into(),
            version: 1,
            line: 10,
            item: "I-1".into(),
            quantity: ORDERED,
            requested_date,
            ..PurchaseOrderLine::default()
        });
    Context::test(TODAY).with_rows(rows)
}

/// Its answer.
fn answered(line: &ResponseLine) -> PurchaseOrderResponse {
    PurchaseOrderResponse { order: Some("PO-1".into()), lines: vec![line.clone()], ..PurchaseOrderResponse::default() }
}

/// The line with what an issue offers.
fn taken(line: &ResponseLine, issue: &Issue) -> ResponseLine {
    let is_offered = |value: lockstep_sdk::Issue| format!("{:?}", value.offer) == format!("{:?}", issue.offer);
    let offer = || Issue::new("", Severity::Error);
    let mut line = line.clone();
    if let Some(day) = days().find(|day| is_offered(offer().offer(day))) {
        line.confirmed_date = Some(day);
    } else if is_offered(offer().offer(&ORDERED)) {
        line.confirmed_quantity = Some(ORDERED);
    } else if let Some(answer) = ANSWERS.into_iter().find(|answer| is_offered(offer().offer(answer))) {
        line.answer = Some(answer);
    } else {
        panic!("{} offers something else", issue.code);
    }
    line
}

#[test]
fn what_is_offered_is_not_refused() {
    let mut offers = Vec::new();
    for requested_date in days() {
        let cx = context(requested_date);
        for (answer, quantity) in ANSWERS.iter().flat_map(|answer| QUANTITIES.map(|quantity| (*answer, quantity))) {
            for date in days() {
                let line = ResponseLine {
                    id: "1".into(),
                    line: Some(10),
                    answer: Some(answer),
                    confirmed_quantity: Some(quantity),
                    confirmed_date: Some(date),
                    ..ResponseLine::default()
                };
                let before = answered(&line).evaluate(&cx, "submit");
                for issue in before.issues.iter().filter(|issue| issue.offer.is_some()) {
                    let after = answered(&taken(&line, issue)).evaluate(&cx, "submit");
                    let found = |other: &&Issue| other.place == issue.place || !before.codes().contains(&other.code);
                    let new: Vec<_> = after.issues.iter().filter(found).map(|issue| issue.code).collect();
                    assert!(new.is_empty(), "{}, taken of {line:?} for {requested_date}: {new:?}", issue.code);
                    offers.push(issue.code);
                }
            }
        }
    }
    for code in
        ["date-past", "on-holiday", "on-weekend", "more-than-ordered", "accepted-but-changed", "nothing-changed"]
    {
        assert!(offers.contains(&code), "{code} offers nothing");
    }
}
