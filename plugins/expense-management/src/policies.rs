//! Policies: how much of a category is allowed in a country, for a line, a night or a person.

use lockstep_sdk::prelude::*;

use crate::{
    issues::ExpenseIssue,
    rates::{converted, is_valid},
    tables::{Category, Kind, Per, Policy, PolicyResult},
};

/// Stands in a policy's key where it holds in all countries that have none of their own.
const ANYWHERE: Text = Text::fixed("*");

/// The most policies that a category may have in a country.
const POLICIES_MAX: u32 = 200;

/// What was spent, on what, where and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spending<'a> {
    pub(crate) category: &'a Category,
    pub(crate) country: Option<&'a Text>,
    pub(crate) date: Date,
    pub(crate) amount: Decimal,
    pub(crate) currency: &'a Text,
    pub(crate) nights: Option<i64>,
    pub(crate) persons: Option<i64>,
}

/// What the policies say that hold for it: those of its country, else those of all countries.
pub(crate) fn check(cx: &Context, spending: &Spending<'_>) -> Vec<Issue> {
    let mut found = spending.country.map(|country| holding(cx, spending, country)).unwrap_or_default();
    if found.rows.is_empty() {
        let anywhere = holding(cx, spending, &ANYWHERE);
        found = Found { rows: anywhere.rows, cut_short: found.cut_short || anywhere.cut_short };
    }
    let too_many = found.cut_short.then(|| ExpenseIssue::TooManyToCompare { table: Text::fixed("policy") }.into());
    let said = found.rows.iter().filter_map(|policy| compare(cx, policy, spending));
    said.chain(too_many).collect()
}

/// The policies that hold, and whether there may be more.
#[derive(Default)]
struct Found {
    rows: Vec<Policy>,
    cut_short: bool,
}

fn holding(cx: &Context, spending: &Spending<'_>, country: &Text) -> Found {
    let Selection { mut rows, cut_short } = cx.select::<Policy>((&spending.category.code, country), POLICIES_MAX);
    rows.retain(|policy| is_valid(policy.valid_from, policy.valid_to, spending.date));
    Found { rows, cut_short }
}

fn compare(cx: &Context, policy: &Policy, spending: &Spending<'_>) -> Option<Issue> {
    let Some(amount) = converted(cx, spending.amount, spending.currency, &policy.currency, spending.date) else {
        let (currency, limit_currency) = (spending.currency.clone(), policy.currency.clone());
        return Some(ExpenseIssue::LimitNotComparable { currency, limit_currency }.into());
    };
    let allowed = policy.limit * units(policy.per, spending)?;
    if amount <= allowed {
        return None;
    }
    let over = ExpenseIssue::OverLimit {
        amount,
        allowed,
        limit: policy.limit,
        per: policy.per,
        currency: policy.currency.clone(),
    };
    Some(over.severity(severity(policy.result)))
}

/// How often the limit is allowed: nights count in hotels, persons at meals. None where their number is not known.
fn units(per: Per, spending: &Spending<'_>) -> Option<Decimal> {
    let units = match (per, spending.category.kind) {
        (Per::Night, Kind::Hotel) => spending.nights?,
        (Per::Person, Kind::Meal) => spending.persons?,
        _ => 1,
    };
    Some(units.max(1).into())
}

/// How grave a policy is.
fn severity(result: PolicyResult) -> Severity {
    match result {
        PolicyResult::Error => Severity::Error,
        PolicyResult::Justification => Severity::Justification,
        PolicyResult::Warning => Severity::Warning,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOTEL: Text = Text::fixed("HOTEL");
    const EUR: Text = Text::fixed("EUR");
    const DAY: Date = date!("2026-03-02");

    fn policy(country: Text, number: i64, limit: Decimal, result: PolicyResult) -> Policy {
        let (valid_from, currency) = (date!("2026-01-01"), EUR);
        Policy {
            category: HOTEL,
            country,
            valid_from,
            number,
            limit,
            currency,
            per: Per::Night,
            result,
            valid_to: None,
        }
    }

    #[track_caller]
    fn check_severities(policies: &[Policy], country: Option<&Text>, expected: &[Severity]) {
        let rows = ReferenceStore::new().with_all(policies.iter().cloned());
        let cx = Context::test(DAY).with_rows(rows);
        let category = Category { code: HOTEL, kind: Kind::Hotel, ..Category::default() };
        let spending = Spending {
            category: &category,
            country,
            date: DAY,
            amount: dec!(800),
            currency: &EUR,
            nights: Some(3),
            persons: Some(100),
        };
        let found: Vec<_> = check(&cx, &spending).iter().map(|issue| issue.severity).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn each_night_is_allowed_as_much_as_the_limit() {
        check_severities(&[policy(ANYWHERE, 1, dec!(266.66), PolicyResult::Error)], None, &[Severity::Error]);
        check_severities(&[policy(ANYWHERE, 1, dec!(266.67), PolicyResult::Error)], None, &[]);
    }

    #[test]
    fn a_countrys_own_policies_go_before_those_of_all() {
        let (at, de) = (Text::fixed("AT"), Text::fixed("DE"));
        let policies = [
            policy(ANYWHERE, 1, dec!(100), PolicyResult::Warning),
            policy(at.clone(), 1, dec!(300), PolicyResult::Error),
        ];
        check_severities(&policies, Some(&at), &[]);
        check_severities(&policies, Some(&de), &[Severity::Warning]);
        check_severities(&policies, None, &[Severity::Warning]);
    }

    #[test]
    fn each_limit_that_is_passed_is_said() {
        let policies = [
            policy(ANYWHERE, 1, dec!(100), PolicyResult::Warning),
            policy(ANYWHERE, 2, dec!(200), PolicyResult::Justification),
            policy(ANYWHERE, 3, dec!(300), PolicyResult::Error),
        ];
        check_severities(&policies, None, &[Severity::Warning, Severity::Justification]);
    }
}
