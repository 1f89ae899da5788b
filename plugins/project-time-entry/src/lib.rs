//! Timesheets: hours on projects, what is billable, utilisation and approval.
//!
//! [`timesheet`] has the timesheet's fields and rules; a rule is short and reads as the business rule does. What takes
//! more than that has a file of its own: `hours` (steps, days, utilisation), `duplicates`, `last_week` (what is copied
//! from it). [`tables`] are the reference tables, [`issues`] what can be wrong.

#![forbid(unsafe_code)]

mod duplicates;
mod hours;
pub mod issues;
mod last_week;
pub mod tables;
pub mod timesheet;

lockstep_sdk::plugin! {
    entities: [timesheet::Timesheet],
    tables: [
        tables::Project,
        tables::Category,
        tables::ProjectCategory,
        tables::Activity,
        tables::LineProperty,
        tables::Resource,
        tables::Period,
        tables::Entry,
        tables::Parameters,
    ],
    issues: [issues::TimesheetIssue],
}
