//! What can be wrong with an expense report. The words for each are in `messages/`, under its name in kebab-case.

use lockstep_sdk::prelude::*;

use crate::tables::Per;

/// What can be wrong with an expense report; a variant's fields are its message's arguments.
#[derive(Issues, Clone, Debug, PartialEq)]
pub enum ExpenseIssue {
    /// A report about nothing.
    #[error]
    NoLines,
    /// A report that ends before it begins.
    #[error]
    DatesReversed {
        /// The first day.
        date_from: Date,
    },
    /// Nobody approves or rejects what he or she is paid.
    #[error]
    OwnReport,
    /// A report is its worker's, and nobody else changes it.
    #[error]
    NotOwnReport,
    /// An expense that is still to come.
    #[error]
    DateInFuture {
        /// The latest.
        today: Date,
    },
    /// A per diem for days that are still to come.
    #[error]
    DaysInFuture {
        /// Its last day.
        last_day: Date,
        /// The latest.
        today: Date,
    },
    /// An expense that has waited too long.
    #[justification]
    TooOld {
        /// How many days it may wait.
        days: i64,
    },
    /// A line of another time than its report.
    #[warning]
    OutsideReport {
        /// The report's first day.
        date_from: Date,
        /// The report's last day.
        date_to: Date,
    },
    /// An amount, a rate or a count of zero or less.
    #[error]
    NotPositive,
    /// An amount with more decimals than its currency has.
    #[error]
    TooFine {
        /// The currency.
        currency: Text,
        /// How many it has.
        decimals: i64,
    },
    /// Neither entered nor found.
    #[error]
    NoExchangeRate {
        /// What is to be changed.
        currency: Text,
        /// Into what.
        to: Text,
        /// The day whose rate is wanted.
        date: Date,
    },
    /// A currency that is worth more or less than itself.
    #[error]
    SameCurrency {
        /// The report's and the line's.
        currency: Text,
    },
    /// Another rate than the table's.
    #[justification]
    ExchangeRateDiffers {
        /// What is to be changed.
        currency: Text,
        /// Into what.
        to: Text,
        /// The day whose rate is wanted.
        date: Date,
        /// The table's.
        known: Decimal,
    },
    /// Mileage and per diems are in the currency of their rates.
    #[error]
    CurrencyNotOfRate {
        /// That currency.
        currency: Text,
    },
    /// A vehicle of another worker.
    #[error]
    VehicleOfAnother,
    /// No tiers hold on the day, or not for all of the distance.
    #[error]
    NoMileageRate {
        /// How far.
        distance: Decimal,
        /// When.
        date: Date,
    },
    /// A location without a rate on the day.
    #[error]
    NoPerDiemRate {
        /// The location.
        location: Text,
        /// When.
        date: Date,
    },
    /// A per diem that goes on after its rate.
    #[error]
    PerDiemRateEnds {
        /// The location.
        location: Text,
        /// The last day of the first day's rate.
        covered: Date,
    },
    /// More meals than days, or fewer than none.
    #[error]
    MealsOutOfRange {
        /// How many days.
        days: i64,
    },
    /// A day of provided meals that no per diem covers.
    #[error]
    NoPerDiemOnDay {
        /// The day.
        date: Date,
    },
    /// A day of provided meals that an earlier row has already.
    #[error]
    SameMealDay {
        /// The day.
        date: Date,
    },
    /// Above a policy's limit; how grave that is, the policy says.
    #[warning]
    OverLimit {
        /// What was spent, in the limit's currency.
        amount: Decimal,
        /// What is allowed for all nights or persons.
        allowed: Decimal,
        /// The policy's limit.
        limit: Decimal,
        /// What the limit is for.
        per: Per,
        /// What all three are in.
        currency: Text,
    },
    /// There is no rate between a line's currency and a limit's.
    #[warning]
    LimitNotComparable {
        /// The line's currency.
        currency: Text,
        /// The limit's currency.
        limit_currency: Text,
    },
    /// Two per diems of the report for the same day.
    #[error]
    OverlappingPerDiems {
        /// The earlier line, counted from 1.
        line: i64,
    },
    /// A per diem for a day that another report of the worker has one for.
    #[error]
    PerDiemClaimed {
        /// What that report is about.
        purpose: Text,
        /// Its per diem's first day.
        first: Date,
        /// Its per diem's last day.
        last: Date,
    },
    /// The same as an earlier line.
    #[warning]
    SameExpenseTwice {
        /// The earlier line, counted from 1.
        line: i64,
    },
    /// The same as a line of another report of the worker.
    #[warning]
    ExpenseClaimed {
        /// What that report is about.
        purpose: Text,
    },
    /// There are so many rows that not all were compared.
    #[warning]
    TooManyToCompare {
        /// Of which table.
        table: Text,
    },
    /// A part of no line.
    #[error]
    UnknownLine,
    /// A part of a distance or of days.
    #[error]
    NoParts {
        /// The line's category.
        category: Text,
    },
    /// A line whose category wants its parts.
    #[error]
    NotItemised {
        /// The category.
        category: Text,
    },
    /// Parts that are more or less than the whole.
    #[error]
    ItemisationDiffers {
        /// The line's amount.
        amount: Decimal,
        /// Its parts.
        itemised: Decimal,
    },
    /// Too much to be believed without a receipt.
    #[error]
    ReceiptMissing {
        /// What needs none.
        threshold: Decimal,
        /// What it is in.
        currency: Text,
    },
}
