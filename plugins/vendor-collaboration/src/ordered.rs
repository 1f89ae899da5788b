//! The order that is answered: its lines in one version, and what an answer may not change of them.

use lockstep_sdk::prelude::*;

use crate::{
    issues::ResponseIssue,
    tables::{PurchaseOrder, PurchaseOrderLine, VendorContact},
};

/// The most lines of an order that are read.
pub(crate) const LINES_MAX: u32 = 500;

/// A line of a version.
pub(crate) fn line(cx: &Context, order: &Text, version: i64, line: i64) -> Option<PurchaseOrderLine> {
    cx.lookup((order, version, line))
}

/// The unit that a line is ordered in, where it is another one.
pub(crate) fn other_unit(cx: &Context, key: (&Text, i64, i64), unit: Option<&Text>) -> Option<Text> {
    let ordered =
        cx.lookup::<PurchaseOrderLine>(key).filter(|ordered| unit.is_some_and(|unit| *unit != ordered.unit))?;
    Some(ordered.unit)
}

/// All lines of a version, by their numbers.
pub(crate) fn lines(cx: &Context, order: &Text, version: i64) -> Result<Vec<PurchaseOrderLine>, ResponseIssue> {
    let found = cx.select::<PurchaseOrderLine>((order, version), LINES_MAX);
    if found.cut_short {
        return Err(ResponseIssue::OrderTooLong { order: order.clone(), lines: LINES_MAX.into() });
    }
    Ok(found.rows)
}

/// Whether the context's user answers for the order's vendor.
pub(crate) fn check_vendor(cx: &Context, order: &PurchaseOrder) -> Result<(), ResponseIssue> {
    let PurchaseOrder { number, vendor, .. } = order;
    let is_own = cx.lookup::<VendorContact>(&cx.user).is_some_and(|contact| contact.vendor == *vendor);
    let other =
        || ResponseIssue::NotVendorsOrder { order: number.clone(), vendor: vendor.clone(), user: cx.user.clone() };
    if is_own { Ok(()) } else { Err(other()) }
}

/// The line with a number.
pub(crate) fn numbered(lines: &[PurchaseOrderLine], number: i64) -> Option<&PurchaseOrderLine> {
    let position = lines.binary_search_by_key(&number, |line| line.line).ok()?;
    Some(&lines[position])
}
