//! Transitions: statuses, who may do what in which, and what stands still.
//!
//! A report goes from its worker to somebody who approves or rejects it. Nobody changes it while it waits, and what was
//! approved is what is paid, whatever happens to rates and policies afterwards.
#![doc = excerpt!("plugins/expense-management/src/report.rs", "enum Status", "struct ExpenseReport > status")]
#![doc = excerpt!(
    "plugins/expense-management/src/report.rs",
    "fn decided_by_another",
    "fn submit",
    "fn approve",
    "fn reject",
    "fn recall",
    "fn decided"
)]
//! # What happens
//!
//! The status is a field of kind `state`: actions change it, users never do. Each action says from which statuses it
//! leaves, and the user is offered those that the document's status allows. One that it does not allow is refused with
//! `action-not-allowed` and nothing else, also on the server, where somebody may have decided meanwhile.
//!
//! In a *frozen* status defaults and calculations do not run: stored values stand. Validations do run, of the actions that
//! the status allows. A rejected report is not frozen: its calculations run again.
//!
//! # What to watch out for
//!
//! - A new document has no status: that counts as the enumeration's default, here a draft.
//! - An action returns what changes. What an earlier decision left behind does not go by itself: `submit` clears it.
//! - Who may decide is a validation of those actions, not a status.
