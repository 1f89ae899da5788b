//! What the worker's other reports hold, kept by the host: so that nothing is claimed twice.

use lockstep_sdk::prelude::*;

use crate::report::ExpenseReport;

/// Every per diem that a worker has claimed, by its first day.
#[derive(Reference, Clone, Debug)]
#[reference(view = ExpenseReport, rows = lines)]
pub struct ClaimedPerDiem {
    /// Whose.
    #[field(key, max_length = 60)]
    pub worker: Text,
    /// The first day.
    #[field(key)]
    pub date: Date,
    /// The report's key.
    #[field(key, record)]
    pub report: Text,
    /// The line's id.
    #[field(key, row)]
    pub line: Text,
    /// What the report is about.
    #[field(max_length = 100)]
    pub purpose: Text,
    /// The last day; lines of other kinds have none, and so are not here.
    pub last_day: Date,
}

/// Everything that a worker has paid for, by its day.
#[derive(Reference, Clone, Debug)]
#[reference(view = ExpenseReport, rows = lines)]
pub struct ClaimedExpense {
    /// Whose.
    #[field(key, max_length = 60)]
    pub worker: Text,
    /// When.
    #[field(key)]
    pub date: Date,
    /// The report's key.
    #[field(key, record)]
    pub report: Text,
    /// The line's id.
    #[field(key, row)]
    pub line: Text,
    /// What the report is about.
    #[field(max_length = 100)]
    pub purpose: Text,
    /// Who was paid.
    #[field(max_length = 100)]
    pub merchant: Text,
    /// How much.
    #[field(scale = 4)]
    pub amount: Decimal,
    /// In which currency.
    #[field(max_length = 3)]
    pub currency: Text,
}
