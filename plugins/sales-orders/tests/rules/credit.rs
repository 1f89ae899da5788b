//! The credit check, on devices and with the server's numbers.

use lockstep_sdk::prelude::*;
use sales_orders::tables::{CreditCheck, CurrentBalance, Customer, OverLimit, Parameters};

use crate::shop::{context, customer, order, rows};

/// An order of ten, 216.39 with its tax, for a customer with a limit of 1,000 who owes so much.
fn shop(owed: Decimal, over_limit: OverLimit) -> ReferenceStore {
    let name = "sales".into();
    rows().with(Customer { credit_limit: dec!(1000), open_balance: owed, ..customer() }).with(Parameters {
        name,
        credit_check: CreditCheck::Balance,
        over_limit,
        ..Parameters::default()
    })
}

#[track_caller]
fn check(rows: ReferenceStore, expected: Option<Severity>) {
    let result = order(dec!(10)).evaluate(&context(rows), "create");
    assert_eq!(result.issue("over-credit-limit").map(|issue| issue.severity), expected);
}

#[test]
fn the_parameters_say_how_grave_it_is() {
    check(shop(dec!(783.61), OverLimit::Error), None);
    check(shop(dec!(783.62), OverLimit::Warning), Some(Severity::Warning));
    check(shop(dec!(783.62), OverLimit::Error), Some(Severity::Error));
}

#[test]
fn the_server_decides_by_what_is_owed_now() {
    let rows = shop(dec!(0), OverLimit::Error);
    let codes = |rows| order(dec!(10)).evaluate_on_server(&context(rows), "confirm", &()).codes();
    assert!(codes(rows.clone()).is_empty());
    let owes = CurrentBalance { account: "C-1".into(), open_balance: dec!(900), ..CurrentBalance::default() };
    assert_eq!(codes(rows.with(owes)), ["over-credit-limit"]);
}
