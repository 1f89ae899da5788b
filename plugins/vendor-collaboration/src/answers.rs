//! All lines of an order answered at once, and the answer brought up to date with a newer version.

use lockstep_sdk::prelude::*;

use crate::{
    issues::ResponseIssue,
    ordered,
    parts::Rows,
    response::{
        Answer, PurchaseOrderResponse, PurchaseOrderResponseCollection, PurchaseOrderResponseField, ResponseLine,
    },
    tables::{PurchaseOrder, PurchaseOrderLine},
};

/// What changes: rows with new values, and rows that go.
type Changes = Patch<PurchaseOrderResponse>;

/// The order's lines as far as they could be read.
type Lines = Result<Vec<PurchaseOrderLine>, ResponseIssue>;

/// Each line of the order is accepted as it is, whether it has a row yet or not.
pub(crate) fn accept(order: &[PurchaseOrderLine], rows: &Rows, ids: &Column<Text>) -> Changes {
    let accepted = |line: &PurchaseOrderLine| ResponseLine {
        confirmed_quantity: Some(line.quantity),
        confirmed_date: Some(line.requested_date),
        ..answered(line.line, Answer::Accepted, rows, ids)
    };
    let lines = order.iter().map(accepted).collect();
    let accepted = PurchaseOrderResponse { lines, ..PurchaseOrderResponse::default() };
    without(Patch::own(accepted), rows.parts(), ids).clear(PurchaseOrderResponseField::RejectReason)
}

/// Each line of the order is rejected, whether it has a row yet or not.
pub(crate) fn reject(
    order: &[PurchaseOrderLine],
    rows: &Rows,
    ids: &Column<Text>,
    reject_reason: Option<Text>,
) -> Changes {
    let lines = order.iter().map(|line| answered(line.line, Answer::Rejected, rows, ids)).collect();
    let rejected = PurchaseOrderResponse { reject_reason, lines, ..PurchaseOrderResponse::default() };
    without(Patch::own(rejected), rows.parts(), ids)
}

/// The lines of the order that have no row.
pub(crate) fn missing(order: Lines, rows: &Rows) -> Vec<Issue> {
    let order = match order {
        Ok(order) => order,
        Err(issue) => return vec![issue.into()],
    };
    if order.is_empty() {
        return vec![ResponseIssue::NothingToAnswer.into()];
    }
    let missing = order.into_iter().filter(|line| rows.of_line(line.line).is_none());
    missing.map(|line| ResponseIssue::NotAnswered { line: line.line, item: line.item }.into()).collect()
}

/// The lines of the order that are wanted before a day.
pub(crate) fn wanted_before(day: Date, order: Lines, rows: &Rows) -> Vec<Issue> {
    // That an order cannot be read is told by the action.
    let late = order.into_iter().flatten().filter(|line| line.requested_date < day);
    late.map(|PurchaseOrderLine { line, requested_date: date, .. }| {
        rows.at_line(line, ResponseIssue::RequestedDatePast { line, date })
    })
    .collect()
}

/// The order's newest version is answered: its lines have rows, and those that it changes are to be answered again.
pub(crate) fn refresh(
    cx: &Context,
    order: &PurchaseOrder,
    version: i64,
    rows: &Rows,
    ids: &Column<Text>,
) -> Result<Changes, ResponseIssue> {
    let before = ordered::lines(cx, &order.number, version)?;
    let now = ordered::lines(cx, &order.number, order.newest_version)?;
    let stands = |line: i64| match (ordered::numbered(&before, line), ordered::numbered(&now, line)) {
        (Some(before), Some(now)) => before.is_as(now),
        _ => false,
    };
    let unanswered = now.iter().filter(|line| !stands(line.line) || rows.of_line(line.line).is_none());
    let lines = unanswered.map(|line| ResponseLine { line: Some(line.line), ..ResponseLine::default() }).collect();
    let version = Some(order.newest_version);
    let changes = Patch::own(PurchaseOrderResponse { version, lines, ..PurchaseOrderResponse::default() });
    let goes = |row: &usize| rows.order_line(*row).is_some_and(|line| !stands(line));
    Ok(without(changes, (0..ids.len()).filter(goes), ids))
}

/// The row of an order's line with this answer; a new one where there is none.
fn answered(line: i64, answer: Answer, rows: &Rows, ids: &Column<Text>) -> ResponseLine {
    let answered = ResponseLine { answer: Some(answer), ..ResponseLine::default() };
    match rows.of_line(line).and_then(|row| ids.get(row)) {
        Some(id) => ResponseLine { id: id.clone(), ..answered },
        None => ResponseLine { line: Some(line), ..answered },
    }
}

fn without(changes: Changes, rows: impl Iterator<Item = usize>, ids: &Column<Text>) -> Changes {
    let gone = rows.filter_map(|row| ids.get(row));
    gone.fold(changes, |changes, id| changes.remove(PurchaseOrderResponseCollection::Lines, id))
}
