//! What a newer version of an order changes, so that the vendor knows what to answer again.

use lockstep_sdk::prelude::*;

use crate::{
    issues::ResponseIssue,
    ordered::{self, numbered},
    parts::Rows,
    tables::{Parameters, PurchaseOrder, PurchaseOrderLine},
};

impl PurchaseOrderLine {
    /// Whether it asks for the same as the same line of another version.
    pub(crate) fn is_as(&self, other: &Self) -> bool {
        *self == Self { version: self.version, ..other.clone() }
    }
}

/// An answer is to the newest version; else what that one changes, line by line.
pub(crate) fn check(cx: &Context, order: &PurchaseOrder, version: i64, rows: &Rows) -> Vec<Issue> {
    let newest = order.newest_version;
    if version == newest {
        return Vec::new();
    }
    // A version that is none has nothing to compare with.
    let lines = |version| ordered::lines(cx, &order.number, version);
    let (before, now) = match (lines(version.min(newest)), lines(newest)) {
        (Ok(before), Ok(now)) => (before, now),
        (Err(issue), _) | (_, Err(issue)) => return vec![issue.into()],
    };
    let shows_prices = Parameters::of(cx).show_prices;
    let mut differences = Vec::new();
    let (mut changed, mut added, mut removed) = (0, 0, 0);
    for line in &before {
        match numbered(&now, line.line) {
            Some(now) if line.is_as(now) => {}
            Some(now) => {
                changed += 1;
                tell_changes(line, now, shows_prices, |issue| differences.push(rows.at_line(line.line, issue)));
            }
            None => {
                removed += 1;
                let issue = ResponseIssue::LineRemoved { line: line.line, item: line.item.clone() };
                differences.push(rows.at_line(line.line, issue));
            }
        }
    }
    for line in now.iter().filter(|line| numbered(&before, line.line).is_none()) {
        added += 1;
        differences.push(rows.at_line(line.line, addition(line)));
    }
    let order = order.number.clone();
    let not_newest = ResponseIssue::NotNewestVersion { order, version, newest, changed, added, removed };
    differences.insert(0, not_newest.into());
    differences
}

/// What is different in a line that both versions have.
fn tell_changes(
    before: &PurchaseOrderLine,
    now: &PurchaseOrderLine,
    shows_prices: bool,
    mut tell: impl FnMut(ResponseIssue),
) {
    let line = now.line;
    if before.item != now.item {
        tell(ResponseIssue::NewItem { line, before: before.item.clone(), now: now.item.clone() });
    }
    if before.quantity != now.quantity {
        tell(ResponseIssue::NewQuantity { line, before: before.quantity, now: now.quantity });
    }
    if before.requested_date != now.requested_date {
        tell(ResponseIssue::NewDate { line, before: before.requested_date, now: now.requested_date });
    }
    if shows_prices && before.price != now.price {
        tell(ResponseIssue::NewPrice { line, before: before.price, now: now.price });
    }
    let charges = |line: &PurchaseOrderLine| line.charges.unwrap_or_default();
    if shows_prices && charges(before) != charges(now) {
        tell(ResponseIssue::NewCharges { line, before: charges(before), now: charges(now) });
    }
}

fn addition(line: &PurchaseOrderLine) -> ResponseIssue {
    let PurchaseOrderLine { line, item, quantity, requested_date: date, .. } = line.clone();
    ResponseIssue::LineAdded { line, item, quantity, date }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_as_it_was_whatever_the_version() {
        let line = PurchaseOrderLine { version: 1, line: 10, quantity: dec!(5), ..PurchaseOrderLine::default() };
        assert!(line.is_as(&PurchaseOrderLine { version: 2, ..line.clone() }));
        assert!(!line.is_as(&PurchaseOrderLine { version: 2, quantity: dec!(5.1), ..line.clone() }));
    }

    #[test]
    fn all_that_is_different_is_told_but_prices_where_they_are_not_shown() {
        let before = PurchaseOrderLine { item: Text::fixed("A"), price: dec!(1), ..PurchaseOrderLine::default() };
        let now = PurchaseOrderLine {
            item: Text::fixed("B"),
            quantity: dec!(1),
            price: dec!(2),
            charges: Some(dec!(3)),
            requested_date: date!("2026-03-02"),
            ..before.clone()
        };
        let count = |now, shows_prices| {
            let mut count = 0;
            tell_changes(&before, now, shows_prices, |_| count += 1);
            count
        };
        assert_eq!((count(&now, true), count(&now, false)), (5, 3));
        assert_eq!(count(&PurchaseOrderLine { charges: Some(dec!(0)), ..before.clone() }, true), 0);
    }
}
