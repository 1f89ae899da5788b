//! Cost statements: what a cost object has cost, against its budget.
//!
//! [`statement`] has the statement's fields and rules; a rule is short and reads as the business rule does. What takes
//! more than that has a file of its own: `calendar` (which periods a statement covers), `balances` (what stands on the
//! cost elements in them), `amounts` (variances and averages), `flags` (what is over budget by too much), `lines` (the
//! statement's rows and totals), [`remarks`] (what managers have said of them), `responsibility` (who may see them).
//! [`tables`] are the reference tables, [`issues`] what can be wrong.

#![forbid(unsafe_code)]

mod amounts;
mod balances;
mod calendar;
pub mod flags;
pub mod issues;
pub mod lines;
pub mod remarks;
mod responsibility;
pub mod statement;
pub mod tables;

lockstep_sdk::plugin! {
    entities: [statement::CostStatement],
    tables: [
        tables::CostObject,
        tables::Responsibility,
        tables::CostElement,
        tables::Configuration,
        tables::ConfigurationElement,
        tables::Period,
        tables::Balance,
        tables::Threshold,
        remarks::RecordedComment,
        remarks::RecordedAcknowledgement,
    ],
    issues: [issues::StatementIssue],
}
