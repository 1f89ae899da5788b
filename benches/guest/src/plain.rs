//! The same in plain Rust: a loop over structs, without a schema, a document or a sandbox.

use lockstep_sdk::{Date, Decimal};

use crate::{issues::LineIssue, rules};

/// What is given of a line.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "as in `order::OrderLine`")]
pub struct Line {
    pub item: String,
    pub quantity: Decimal,
    pub unit_price: Decimal,
    pub discount_percent: Decimal,
    pub tax_percent: Decimal,
    pub requested_date: Date,
    pub booked_date: Date,
    pub currency: Option<String>,
}

/// What is derived of a line.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "as in `order::OrderLine`")]
pub struct Derived {
    pub currency: Option<&'static str>,
    pub net_amount: Decimal,
    pub tax_amount: Decimal,
}

/// What comes of all lines: derived values, and issues with the number of their line.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "two lists")]
pub struct Outcome {
    pub derived: Vec<Derived>,
    pub issues: Vec<(usize, LineIssue)>,
}

/// Evaluates lines one by one.
#[inline(never)]
pub fn evaluate(lines: &[Line]) -> Outcome {
    let mut outcome = Outcome { derived: Vec::with_capacity(lines.len()), issues: Vec::new() };
    for (number, line) in lines.iter().enumerate() {
        let net_amount = rules::net_amount(line.quantity, line.unit_price, line.discount_percent);
        let tax_amount = rules::tax_amount(net_amount, line.tax_percent);
        let currency = line.currency.is_none().then_some(rules::CURRENCY);
        outcome.derived.push(Derived { currency, net_amount, tax_amount });
        let checks = [
            rules::item_named(&line.item),
            rules::quantity_positive(line.quantity),
            rules::discount_within_price(line.discount_percent),
            rules::requested_not_past(line.requested_date, line.booked_date),
        ];
        outcome.issues.extend(checks.into_iter().filter_map(Result::err).map(|issue| (number, issue)));
    }
    outcome
}
