//! Vendors' answers to purchase orders: confirmations, schedules, substitutes.
//!
//! [`response`] has the answer's fields and rules; a rule is short and reads as the business rule does. What takes more
//! than that has a file of its own: `answers` (all lines answered at once), `calendar` (working days), `ordered` (the
//! order that is answered), `parts` (the rows of a line, its
//! schedule lines and substitutes), `versions` (what a newer version
//! of the order changes). [`tables`] are the reference tables, [`issues`] what can be wrong.

#![forbid(unsafe_code)]

mod answers;
mod calendar;
pub mod issues;
mod ordered;
mod parts;
pub mod response;
pub mod tables;
mod versions;

lockstep_sdk::plugin! {
    entities: [response::PurchaseOrderResponse],
    tables: [
        tables::PurchaseOrder,
        tables::PurchaseOrderLine,
        tables::OrderAnswer,
        tables::VendorContact,
        tables::VendorItem,
        tables::Currency,
        tables::Holiday,
        tables::Parameters,
    ],
    issues: [issues::ResponseIssue],
}
