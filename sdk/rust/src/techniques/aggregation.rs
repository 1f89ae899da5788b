//! Aggregation: what all rows come to.
//!
//! An expense report shows what its lines come to, what of it the worker gets back, and what the company has paid
//! itself. All three follow every line that is typed, and nobody enters them.
#![doc = excerpt!("plugins/expense-management/src/report.rs", "fn report_amount", "fn reimbursable_amount")]
#![doc = excerpt!(
    "plugins/expense-management/src/report.rs",
    "impl ExpenseReport > fn total",
    "fn reimbursable",
    "fn company_paid"
)]
//! # What happens
//!
//! `#[each(lines)]` hands the header's rule one field of all rows, a [`Column`](crate::Column), after the rules of the
//! rows have given it. The user sees the totals move while he types. The server takes none of them from the device: it
//! works them out again, and a report without lines comes to 0.
//!
//! # What to watch out for
//!
//! - Round where the amount is named, here once for each line. The total adds rounded amounts, and so does everybody who
//!   adds up the printed lines.
//! - A line without an amount adds nothing. A line whose amount *cannot be known*, because a table is not on the device,
//!   leaves the total unknown: it is never too small.
//! - Take the columns that you need, not `lines: &[ExpenseLine]`. That one waits for all fields of the rows, and a row's
//!   rule that reads the total then closes a circle.
