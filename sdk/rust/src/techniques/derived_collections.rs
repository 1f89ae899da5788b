//! Derived collections: rows that a rule makes.
//!
//! A worker enters hours line by line and thinks in days. A timesheet shows what each day has, and a day with more than 24
//! hours, in all of his timesheets together, is refused at that day.
#![doc = excerpt!("plugins/project-time-entry/src/timesheet.rs", "struct Timesheet > days", "struct Day")]
#![doc = excerpt!("plugins/project-time-entry/src/timesheet.rs", "impl Timesheet > fn days", "fn within_a_day")]
#![doc = excerpt!("plugins/project-time-entry/src/hours.rs", "fn by_day")]
//!
//! Rows need not come from the document. A view of stock filters the records on hand, and groups what is left by whichever
//! dimensions the user keeps apart:
#![doc = excerpt!("plugins/inventory-on-hand/src/view.rs", "fn rows", "fn groups", "fn one_unit")]
#![doc = excerpt!("plugins/inventory-on-hand/src/grouping.rs", "fn group")]
//! # What happens
//!
//! `#[field(calculated)]` at a collection says that its rows are a rule's: the calculation of its name. The user reads
//! them like any rows and enters none. Other rules read them, here `groups` reads `rows`, and validations and conditions
//! may be rules of theirs: the issue stands at the day that is too long. The server makes the rows anew.
//!
//! # What to watch out for
//!
//! - Each row has an `id` that the rule gives: not empty, unique, and the same for the same content. A date or the values
//!   that are grouped by are good ones, a running number is not: after one row more it means another.
//! - Make the rows in a stable order. People read them, and outcomes are compared.
//! - Filter, then add up. What cannot be added up, such as two units, has no sum and is said.
//! - A rule that is skipped leaves the collection without rows.
