//! Expense reports: policies, mileage, per diems, receipts and approval.
//!
//! [`report`] has the report's fields and rules; a rule is short and reads as the business rule does. What takes more
//! than that has a file of its own: `mileage`, `meals` (how provided ones lessen per diems), `policies`, `claims` (what
//! was claimed before). [`tables`], [`rates`] and [`views`] are the reference tables, [`issues`] what can be wrong.

#![forbid(unsafe_code)]

mod claims;
pub mod issues;
mod meals;
mod mileage;
mod policies;
pub mod rates;
pub mod report;
pub mod tables;
pub mod views;

lockstep_sdk::plugin! {
    entities: [report::ExpenseReport],
    tables: [
        tables::Currency,
        tables::Country,
        tables::Worker,
        tables::Category,
        tables::Policy,
        tables::Parameters,
        rates::ExchangeRate,
        rates::MileageTier,
        rates::Vehicle,
        rates::VehicleDistance,
        rates::PerDiemLocation,
        rates::PerDiemRate,
        views::ClaimedPerDiem,
        views::ClaimedExpense,
    ],
    issues: [issues::ExpenseIssue],
}
