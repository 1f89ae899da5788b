//! Available to promise: when a quantity of an item can be shipped without taking it from what others were promised.
//!
//! The method is *cumulative with look-ahead*: "the cumulative with look-ahead ATP equals the ATP from the previous
//! period plus the MPS of the period minus the backlog of the period minus the sum of the differences between the
//! backlogs and MPSs of all future periods until, but not to include, the period where point production exceeds the
//! backlogs" (APICS Dictionary, "cumulative available-to-promise"). Here a period is a day, MPS are receipts, and
//! backlog are issues:
//!
//! - stock(day) = stock(day before) + receipts(day) − issues(day), beginning with what is on hand today;
//! - ATP(day) = stock(day) − the net issues of the days after it, up to, and without, the first day through which the
//!   receipts after `day` exceed the issues after `day`; never below 0.
//!
//! # Why one pass is enough
//! The receipts after `day` exceed the issues after it through the first later day `t` with stock(t) > stock(day). The
//! net issues of the days between are stock(day) − stock(the last day before `t`). So ATP(day) is simply *the stock on
//! the last day before it rises above stock(day)*, or on the last day of all where it never does. On days on which
//! nothing moves both stay as they are: today and the days with movements are all that need looking at.

use std::collections::BTreeMap;

use lockstep_sdk::prelude::*;

use crate::tables::{Parameters, Supply, SupplyKind};

/// The most rows of supply that an item may have.
const SUPPLY_MAX: u32 = 1_000;

/// The stock from a day on, until the next day on which something moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stock {
    day: Date,
    quantity: Decimal,
}

/// How what is late counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Overdue {
    /// At most so many days late, or it counts no more.
    backward_fence: i32,
    /// It is expected so many days from today.
    delayed_offset: i32,
}

impl From<&Parameters> for Overdue {
    fn from(parameters: &Parameters) -> Self {
        Self { backward_fence: days(parameters.backward_fence), delayed_offset: days(parameters.delayed_offset) }
    }
}

/// The first day from today on whose ATP covers the quantity, if one is known. The order's own issues are left out:
/// it does not compete with itself.
pub(crate) fn promise(cx: &Context, item: &Text, quantity: Decimal, own_number: Option<&Text>) -> Option<Date> {
    let supply = cx.select::<Supply>(item.clone(), SUPPLY_MAX);
    let overdue = Overdue::from(&Parameters::of(cx));
    if supply.cut_short || quantity <= Decimal::ZERO {
        return None;
    }
    let others = supply.rows.iter().filter(|row| Some(&row.number) != own_number);
    first_covering(&stock_by_day(others, cx.today, overdue), quantity)
}

/// The stock of today and of each later day on which something moves.
fn stock_by_day<'a>(rows: impl Iterator<Item = &'a Supply>, today: Date, overdue: Overdue) -> Vec<Stock> {
    let mut moves = BTreeMap::from([(today, Decimal::ZERO)]);
    for row in rows {
        if let Some(day) = effective_day(row, today, overdue) {
            *moves.entry(day).or_default() += signed_quantity(row);
        }
    }
    let stock = moves.into_iter().scan(Decimal::ZERO, |stock, (day, moved)| {
        *stock += moved;
        Some(Stock { day, quantity: *stock })
    });
    stock.collect()
}

/// The day on which a row counts; none where it is too late to count.
fn effective_day(row: &Supply, today: Date, overdue: Overdue) -> Option<Date> {
    let days_late = row.date.days_until(today);
    match row.kind {
        SupplyKind::OnHand => Some(today),
        SupplyKind::Receipt | SupplyKind::Issue if days_late <= 0 => Some(row.date),
        SupplyKind::Receipt | SupplyKind::Issue => {
            (days_late <= overdue.backward_fence).then(|| today.add_days(overdue.delayed_offset))
        }
    }
}

fn signed_quantity(row: &Supply) -> Decimal {
    match row.kind {
        SupplyKind::OnHand | SupplyKind::Receipt => row.quantity,
        SupplyKind::Issue => -row.quantity,
    }
}

/// The first day whose ATP is at least the quantity.
fn first_covering(stock: &[Stock], quantity: Decimal) -> Option<Date> {
    let available = available_by_day(stock);
    stock.iter().zip(available).find(|(_, available)| *available >= quantity).map(|(stock, _)| stock.day)
}

/// The ATP of each of these days: the stock on the last day before it rises above that day's; see the module's doc.
fn available_by_day(stock: &[Stock]) -> Vec<Decimal> {
    let mut available = vec![Decimal::ZERO; stock.len()];
    let mut rising = Vec::<usize>::new();
    for (position, at) in stock.iter().enumerate().rev() {
        while rising.pop_if(|later| stock[*later].quantity <= at.quantity).is_some() {}
        let first_higher = rising.last().copied().unwrap_or(stock.len());
        available[position] = stock[first_higher - 1].quantity.max(Decimal::ZERO);
        rising.push(position);
    }
    available
}

/// A parameter as a number of days.
fn days(parameter: i64) -> i32 {
    parameter.clamp(0, 36_500) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = date!("2026-03-02");
    const WEEK_AND_TOMORROW: Overdue = Overdue { backward_fence: 7, delayed_offset: 1 };

    fn row(kind: SupplyKind, days_from_today: i32, quantity: Decimal) -> Supply {
        Supply { kind, date: TODAY.add_days(days_from_today), quantity, ..Supply::default() }
    }

    fn on_hand(quantity: Decimal) -> Supply {
        row(SupplyKind::OnHand, -30, quantity)
    }

    fn receipt(days_from_today: i32, quantity: Decimal) -> Supply {
        row(SupplyKind::Receipt, days_from_today, quantity)
    }

    fn issue(days_from_today: i32, quantity: Decimal) -> Supply {
        row(SupplyKind::Issue, days_from_today, quantity)
    }

    /// Days from today and ATP.
    #[track_caller]
    fn check(rows: &[Supply], expected: &[(i32, Decimal)]) {
        let stock = stock_by_day(rows.iter(), TODAY, WEEK_AND_TOMORROW);
        let days = stock.iter().map(|stock| TODAY.days_until(stock.day));
        let available: Vec<_> = days.zip(available_by_day(&stock)).collect();
        assert_eq!(available, expected);
    }

    #[track_caller]
    fn check_promise(rows: &[Supply], quantity: Decimal, days_from_today: Option<i32>) {
        let stock = stock_by_day(rows.iter(), TODAY, WEEK_AND_TOMORROW);
        let expected = days_from_today.map(|days| TODAY.add_days(days));
        assert_eq!(first_covering(&stock, quantity), expected);
    }

    #[test]
    fn what_is_on_hand_can_be_promised_today() {
        check(&[on_hand(dec!(40)), on_hand(dec!(2))], &[(0, dec!(42))]);
        check_promise(&[on_hand(dec!(42))], dec!(42), Some(0));
        check_promise(&[on_hand(dec!(42))], dec!(42.01), None);
        check_promise(&[], dec!(1), None);
    }

    #[test]
    fn a_delayed_receipt_and_a_delayed_issue_meet_tomorrow() {
        let rows = [receipt(-3, dec!(200)), issue(-1, dec!(75)), receipt(10, dec!(100))];
        check(&rows, &[(0, dec!(0)), (1, dec!(125)), (10, dec!(225))]);
        check_promise(&rows, dec!(125), Some(1));
        check_promise(&rows, dec!(150), Some(10));
        check_promise(&rows, dec!(225.5), None);
    }

    #[test]
    fn the_fence_belongs_to_what_counts() {
        check(&[receipt(-7, dec!(5)), receipt(-8, dec!(50))], &[(0, dec!(0)), (1, dec!(5))]);
        check(&[receipt(0, dec!(5))], &[(0, dec!(5))]);
    }

    #[test]
    fn an_issue_before_the_next_receipt_is_kept_back_today() {
        let rows = [on_hand(dec!(100)), issue(3, dec!(60)), receipt(8, dec!(80))];
        check(&rows, &[(0, dec!(40)), (3, dec!(40)), (8, dec!(120))]);
    }

    #[test]
    fn an_issue_that_a_receipt_covers_in_time_is_not() {
        let rows = [on_hand(dec!(100)), receipt(2, dec!(80)), issue(3, dec!(60))];
        check(&rows, &[(0, dec!(100)), (2, dec!(120)), (3, dec!(120))]);
    }

    #[test]
    fn a_receipt_too_small_for_the_issues_behind_it_takes_from_before() {
        let rows = [on_hand(dec!(100)), issue(2, dec!(30)), receipt(4, dec!(10)), issue(6, dec!(50))];
        check(&rows, &[(0, dec!(30)), (2, dec!(70)), (4, dec!(30)), (6, dec!(30))]);
    }

    #[test]
    fn what_is_oversold_leaves_nothing_rather_than_less() {
        let rows = [on_hand(dec!(10)), issue(1, dec!(25)), receipt(5, dec!(12))];
        check(&rows, &[(0, dec!(0)), (1, dec!(0)), (5, dec!(0))]);
        check_promise(&rows, dec!(1), None);
    }

    /// The definition word for word: for each day the net issues of the later ones, until the receipts exceed them.
    fn by_definition(stock: &[Stock]) -> Vec<Decimal> {
        let at = |position: usize| {
            let (mut taken, mut through) = (Decimal::ZERO, Decimal::ZERO);
            for later in position + 1..stock.len() {
                let net_issue = stock[later - 1].quantity - stock[later].quantity;
                through += net_issue;
                if through < Decimal::ZERO {
                    break;
                }
                taken += net_issue;
            }
            (stock[position].quantity - taken).max(Decimal::ZERO)
        };
        (0..stock.len()).map(at).collect()
    }

    #[test]
    fn one_pass_agrees_with_the_definition() {
        let mut state = 1_u32;
        let mut below = |bound: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) % bound
        };
        for _ in 0..2_000 {
            let rows: Vec<_> = (0..below(12))
                .map(|_| {
                    let kind = [SupplyKind::OnHand, SupplyKind::Receipt, SupplyKind::Issue][below(3) as usize];
                    row(kind, below(20) as i32 - 9, Decimal::from(below(9)))
                })
                .collect();
            let stock = stock_by_day(rows.iter(), TODAY, WEEK_AND_TOMORROW);
            assert_eq!(available_by_day(&stock), by_definition(&stock), "{rows:?}");
        }
    }
}
