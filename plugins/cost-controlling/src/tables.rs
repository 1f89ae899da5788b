//! The reference tables: who is responsible for what, what it has cost, and what it may cost.
//!
//! A cost object belongs to the company of its row, and so do its balances; nobody sees those of another company.

use lockstep_sdk::prelude::*;

/// Stands in a threshold's key where it holds for all cost objects or for all cost elements.
pub const ALL: Text = Text::fixed("*");

/// What costs are collected on: a cost centre, a project, a product.
#[derive(Reference, Clone, Debug, Default)]
pub struct CostObject {
    /// Its number.
    #[field(key, max_length = 20)]
    pub code: Text,
    /// For people.
    #[field(max_length = 100)]
    pub name: Text,
    /// The user who answers for its costs.
    #[field(max_length = 60)]
    pub manager: Text,
    /// What its amounts are in, as in ISO 4217.
    #[field(max_length = 3)]
    pub currency: Text,
    /// The configuration that its statements begin with.
    #[field(max_length = 20)]
    pub configuration: Option<Text>,
}

/// Who answers for a cost object at this moment, as only the server knows it.
#[derive(Reference, Clone, Debug, Default)]
pub struct Responsibility {
    /// The cost object.
    #[field(key, max_length = 20)]
    pub cost_object: Text,
    /// The user who answers for its costs.
    #[field(max_length = 60)]
    pub manager: Text,
}

/// What a cost element stands for.
#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ElementKind {
    /// Money spent: a single period's overrun is worth a flag.
    Expenditure,
    /// Anything else, such as revenues and allocations, which move from period to period.
    #[default]
    Other,
}

/// What kind of cost or revenue an amount is.
#[derive(Reference, Clone, Debug, Default)]
pub struct CostElement {
    /// Its number.
    #[field(key, max_length = 20)]
    pub code: Text,
    /// For people.
    #[field(max_length = 100)]
    pub name: Text,
    /// What it stands for.
    pub kind: ElementKind,
}

/// Which of the two budgets actual costs are held against.
#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BudgetVersion {
    /// The one set at the start of the year.
    #[default]
    Original,
    /// With all changes since.
    Revised,
}

/// How a statement is laid out.
#[derive(Reference, Clone, Debug, Default)]
pub struct Configuration {
    /// Its name in keys.
    #[field(key, max_length = 20)]
    pub code: Text,
    /// For people.
    #[field(max_length = 100)]
    pub name: Text,
    /// Which budget counts.
    pub budget: BudgetVersion,
}

/// A cost element that a configuration shows.
#[derive(Reference, Clone, Debug, Default)]
pub struct ConfigurationElement {
    /// The configuration.
    #[field(key, max_length = 20)]
    pub configuration: Text,
    /// Where it stands: rows are in the order of these numbers.
    #[field(key)]
    pub position: i64,
    /// The cost element.
    #[field(max_length = 20)]
    pub cost_element: Text,
}

/// A period of the fiscal calendar.
#[derive(Reference, Clone, Debug, Default)]
pub struct Period {
    /// Its name in keys, such as `2026-03`.
    #[field(key, max_length = 10)]
    pub code: Text,
    /// The fiscal year that it belongs to.
    pub fiscal_year: i64,
    /// Its number in the year, from 1.
    pub number: i64,
    /// Its first day.
    pub first_day: Date,
    /// Its last day.
    pub last_day: Date,
    /// Whether it may still be commented on.
    pub open: bool,
}

/// What stands on a cost element of a cost object in one period. Costs are positive, revenues negative.
#[derive(Reference, Clone, Debug, Default)]
pub struct Balance {
    /// The cost object.
    #[field(key, max_length = 20)]
    pub cost_object: Text,
    /// The period's fiscal year.
    #[field(key)]
    pub fiscal_year: i64,
    /// The period's number in the year.
    #[field(key)]
    pub number: i64,
    /// The cost element.
    #[field(key, max_length = 20)]
    pub cost_element: Text,
    /// What was booked.
    #[field(scale = 4)]
    pub actual: Decimal,
    /// What was planned at the start of the year.
    #[field(scale = 4)]
    pub original_budget: Decimal,
    /// What is planned with all changes since.
    #[field(scale = 4)]
    pub revised_budget: Decimal,
}

/// By how much actual costs may exceed the budget before a row is flagged; what is absent is not looked at.
#[derive(Reference, Clone, Debug, Default)]
pub struct Threshold {
    /// The cost object; `*` for all.
    #[field(key, max_length = 20)]
    pub cost_object: Text,
    /// The cost element; `*` for all.
    #[field(key, max_length = 20)]
    pub cost_element: Text,
    /// In the period; for expenditure alone.
    #[field(scale = 4)]
    pub period_amount: Option<Decimal>,
    /// In the year to date.
    #[field(scale = 4)]
    pub year_amount: Option<Decimal>,
    /// In percent of the budget, in the period and in the year to date.
    #[field(scale = 4)]
    pub percent: Option<Decimal>,
}
