//! Stock on hand: availability, reservations, counts, transfers and grouped views.
//!
//! [`stock`] has the on-hand record and its rules, [`view`] the grouped view over many of them; a rule is short and
//! reads as the business rule does. What takes more than that has a file of its own: `quantities`, `availability`,
//! `counting`, `transfer`, `grouping`. [`dimensions`] say where stock is, [`tables`] are the reference tables,
//! [`issues`] what can be wrong.

#![forbid(unsafe_code)]

mod availability;
mod counting;
pub mod dimensions;
mod grouping;
pub mod issues;
mod quantities;
pub mod stock;
pub mod tables;
mod transfer;
pub mod view;

lockstep_sdk::plugin! {
    entities: [stock::OnHand, view::OnHandView],
    tables: [
        tables::Item,
        tables::Unit,
        tables::Site,
        tables::Warehouse,
        tables::Location,
        tables::Measure,
        tables::Reservation,
        tables::Parameters,
        tables::Stock,
    ],
    issues: [issues::StockIssue],
}
