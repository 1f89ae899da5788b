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
    let lines = |version| ordered::lines(cx, &order.number, version);
    let (before, now) = match (lines(version), lines(newest)) {
        (Ok(before), Ok(now)) => (before, now),
        (Err(issue), _) | (_, Err(issue)) => return vec![issue.into()],
    };
    let added = now.iter().filter(|line| numbered(&before, line.line).is_none());
    let removed = before.iter().filter(|line| numbered(&now, line.line).is_none());
    let shared = before.iter().filter_map(|before| Some((before, numbered(&now, before.line)?)));
    let changed = shared.filter(|(before, now)| !before.is_as(now));
    let not_newest = ResponseIssue::NotNewestVersion {
        order: order.number.clone(),
        version,
        newest,
        changed: changed.clone().count() as i64,
        added: added.clone().count() as i64,
        removed: removed.clone().count() as i64,
    };
    let shows_prices = Parameters::of(cx).show_prices;
    let changed = changed.flat_map(|(before, now)| changes(before, now, shows_prices));
    let differences = changed.chain(added.map(addition)).chain(removed.map(removal));
    let placed = |(line, issue)| rows.at_line(line, issue);
    std::iter::once(not_newest.into()).chain(differences.map(placed)).collect()
}

/// What is different in a line that both versions have.
fn changes(before: &PurchaseOrderLine, now: &PurchaseOrderLine, shows_prices: bool) -> Vec<(i64, ResponseIssue)> {
    let line = now.line;
    let mut issues = Vec::new();
    if before.item != now.item {
        issues.push(ResponseIssue::NewItem { line, before: before.item.clone(), now: now.item.clone() });
    }
    if before.quantity != now.quantity {
        issues.push(ResponseIssue::NewQuantity { line, before: before.quantity, now: now.quantity });
    }
    if before.requested_date != now.requested_date {
        issues.push(ResponseIssue::NewDate { line, before: before.requested_date, now: now.requested_date });
    }
    if shows_prices && before.price != now.price {
        issues.push(ResponseIssue::NewPrice { line, before: before.price, now: now.price });
    }
    let charges = |line: &PurchaseOrderLine| line.charges.unwrap_or_default();
    if shows_prices && charges(before) != charges(now) {
        issues.push(ResponseIssue::NewCharges { line, before: charges(before), now: charges(now) });
    }
    issues.into_iter().map(|issue| (line, issue)).collect()
}

fn addition(line: &PurchaseOrderLine) -> (i64, ResponseIssue) {
    let PurchaseOrderLine { line, item, quantity, requested_date: date, .. } = line.clone();
    (line, ResponseIssue::LineAdded { line, item, quantity, date })
}

fn removal(line: &PurchaseOrderLine) -> (i64, ResponseIssue) {
    (line.line, ResponseIssue::LineRemoved { line: line.line, item: line.item.clone() })
}
