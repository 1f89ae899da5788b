//! Other records: rules over what else the worker has entered.
//!
//! A worker is paid one per diem for a day. Whether there is one already stands in his other reports, among them the one
//! that he wrote an hour ago and that has not reached the server yet.
#![doc = excerpt!("plugins/expense-management/src/views.rs", "struct ClaimedPerDiem")]
#![doc = excerpt!("plugins/expense-management/src/report.rs", "fn per_diem_not_claimed")]
#![doc = excerpt!("plugins/expense-management/src/claims.rs", "fn claimed_per_diem")]
//! # What happens
//!
//! A *view* is a reference table that nobody feeds: the host keeps a row for each line of each report. Its fields find
//! their values by name, in the line, else in the report; `record` is the report's key and `row` the line's id. A line is
//! in it when all fields that are no `Option` have values: a line that is no per diem has no last day, and so is not
//! there.
//!
//! On the device the view holds the reports that the user has there, with all that still waits to be sent, so he is
//! refused while he types. The server asks its own records and decides.
//!
//! # What to watch out for
//!
//! - The report at hand is in the view too, as it was stored last. `#[record] key` is its own key, and the rule leaves
//!   out what has it. A new record has an empty key and no rows.
//! - The view knows nothing of what is being typed. Two lines of the same report are another rule's matter, one of the
//!   header.
//! - Begin the key with what the rule asks by, here worker and date, so that it reads a few rows and not all.
//! - There may be more rows than are read: see [what is cut short](crate::guide::cut_short).
