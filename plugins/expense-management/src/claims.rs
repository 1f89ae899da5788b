//! Claims: what a line has in common with earlier lines, and with the worker's other reports.

use lockstep_sdk::prelude::*;

use crate::{
    issues::ExpenseIssue,
    views::{ClaimedExpense, ClaimedPerDiem},
};

/// The most per diems of a worker that are compared.
const PER_DIEMS_MAX: u32 = 400;

/// The most expenses of a worker on one day that are compared.
const EXPENSES_MAX: u32 = 100;

/// Some days, both ends among them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Days {
    pub(crate) first: Date,
    pub(crate) last: Date,
}

impl Days {
    pub(crate) fn contains(self, day: Date) -> bool {
        self.first <= day && day <= self.last
    }

    fn overlaps(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

/// For each that overlaps an earlier one, the first such.
pub(crate) fn overlapping(per_diems: &[(usize, Days)]) -> impl Iterator<Item = (usize, usize)> {
    per_diems.iter().enumerate().filter_map(|(position, (row, days))| {
        let earlier = per_diems[..position].iter().find(|(_, other)| days.overlaps(*other));
        earlier.map(|(earlier, _)| (*earlier, *row))
    })
}

/// A per diem of another report for one of these days.
pub(crate) fn claimed_per_diem(cx: &Context, worker: &Text, own_report: &Text, days: Days) -> Option<ExpenseIssue> {
    let claimed = cx.select::<ClaimedPerDiem>(worker, PER_DIEMS_MAX);
    let is_other = |other: &&ClaimedPerDiem| other.report != *own_report;
    let is_same_time = |other: &&ClaimedPerDiem| days.overlaps(Days { first: other.date, last: other.last_day });
    let found = claimed.rows.iter().filter(is_other).find(is_same_time);
    let issue = found.map(|other| ExpenseIssue::PerDiemClaimed {
        purpose: other.purpose.clone(),
        first: other.date,
        last: other.last_day,
    });
    issue.or_else(|| too_many(claimed.cut_short, "claimed-per-diem"))
}

/// What was paid to whom, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expense<'a> {
    pub(crate) date: Date,
    pub(crate) merchant: &'a str,
    pub(crate) amount: Decimal,
    pub(crate) currency: &'a str,
}

impl Expense<'_> {
    /// The same day, amount and merchant, however its name is written.
    pub(crate) fn is_same(&self, other: &Expense<'_>) -> bool {
        (self.date, self.amount, self.currency) == (other.date, other.amount, other.currency)
            && letters(self.merchant).eq(letters(other.merchant))
    }
}

/// A name's letters, all of them small.
fn letters(name: &str) -> impl Iterator<Item = char> + '_ {
    name.trim().chars().flat_map(char::to_lowercase)
}

/// The same expense on another report.
pub(crate) fn claimed_expense(
    cx: &Context,
    worker: &Text,
    own_report: &Text,
    expense: &Expense<'_>,
) -> Option<ExpenseIssue> {
    let claimed = cx.select::<ClaimedExpense>((worker, expense.date), EXPENSES_MAX);
    let is_same = |other: &ClaimedExpense| {
        let ClaimedExpense { date, merchant, amount, currency, .. } = other;
        expense.is_same(&Expense { date: *date, merchant, amount: *amount, currency })
    };
    let found = claimed.rows.iter().find(|other| other.report != *own_report && is_same(other));
    let issue = found.map(|other| ExpenseIssue::ExpenseClaimed { purpose: other.purpose.clone() });
    issue.or_else(|| too_many(claimed.cut_short, "claimed-expense"))
}

fn too_many(cut_short: bool, table: &'static str) -> Option<ExpenseIssue> {
    cut_short.then(|| ExpenseIssue::TooManyToCompare { table: Text::fixed(table) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(first: Date, last: Date) -> Days {
        Days { first, last }
    }

    #[test]
    fn days_overlap_from_the_first_one_in_common() {
        let trip = days(date!("2026-03-02"), date!("2026-03-04"));
        assert!(trip.overlaps(days(date!("2026-03-04"), date!("2026-03-09"))));
        assert!(trip.overlaps(days(date!("2026-03-03"), date!("2026-03-03"))));
        assert!(!trip.overlaps(days(date!("2026-03-05"), date!("2026-03-09"))));
        assert!(!trip.overlaps(days(date!("2026-02-27"), date!("2026-03-01"))));
    }

    #[test]
    fn the_first_earlier_one_is_named() {
        let trip = |row, first| (row, days(first, date!("2026-03-09")));
        let all = [trip(0, date!("2026-03-09")), trip(2, date!("2026-03-02")), trip(5, date!("2026-03-05"))];
        assert_eq!(overlapping(&all).collect::<Vec<_>>(), [(0, 2), (0, 5)]);
    }

    #[test]
    fn what_is_too_much_to_be_read_is_said() {
        const DAY: Date = date!("2026-03-02");
        let per_diem = |line: u32| ClaimedPerDiem {
            worker: "wren".into(),
            date: DAY,
            report: "r".into(),
            line: line.to_string().into(),
            purpose: Text::default(),
            last_day: DAY,
        };
        let expense = |line: u32| ClaimedExpense {
            worker: "wren".into(),
            date: DAY,
            report: "r".into(),
            line: line.to_string().into(),
            purpose: Text::default(),
            merchant: "Gull Taxi".into(),
            amount: Decimal::ONE,
            currency: "EUR".into(),
        };
        let found = |rows, days| {
            let cx = Context::test(DAY).with_rows(rows);
            let (worker, own_report) = (Text::fixed("wren"), Text::default());
            let taxi = Expense { date: DAY, merchant: "Marsh Cabs", amount: Decimal::ONE, currency: "EUR" };
            (claimed_per_diem(&cx, &worker, &own_report, days), claimed_expense(&cx, &worker, &own_report, &taxi))
        };
        let later = days(date!("2026-03-03"), date!("2026-03-04"));
        let rows = |per_diems, expenses| {
            ReferenceStore::new().with_all((0..per_diems).map(per_diem)).with_all((0..expenses).map(expense))
        };
        assert_eq!(found(rows(PER_DIEMS_MAX, EXPENSES_MAX), later), (None, None));
        let too_many = |table| Some(ExpenseIssue::TooManyToCompare { table: Text::fixed(table) });
        let expected = (too_many("claimed-per-diem"), too_many("claimed-expense"));
        assert_eq!(found(rows(PER_DIEMS_MAX + 1, EXPENSES_MAX + 1), later), expected);
    }

    #[test]
    fn a_merchants_name_may_be_written_in_another_way() {
        let expense = |merchant, amount| Expense { date: date!("2026-03-02"), merchant, amount, currency: "EUR" };
        assert!(expense("Gull Taxi", dec!(12)).is_same(&expense(" gull taxi", dec!(12.0))));
        assert!(expense("Zum Öhrchen", dec!(12)).is_same(&expense("ZUM ÖHRCHEN\u{a0}", dec!(12))));
        assert!(!expense("Zum Öhrchen", dec!(12)).is_same(&expense("Zum Ohrchen", dec!(12))));
        assert!(!expense("Gull Taxi", dec!(12)).is_same(&expense("Gull Taxis", dec!(12))));
        assert!(!expense("Gull Taxi", dec!(12)).is_same(&expense("Gull Taxi", dec!(12.01))));
    }
}
