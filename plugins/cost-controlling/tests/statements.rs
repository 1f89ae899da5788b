//! Whole statements, evaluated natively: what would be clumsy as a case file.

use cost_controlling::{
    flags::Flag,
    statement::{CostStatement, StatementRow},
    tables::{
        Balance, BudgetVersion, Configuration, ConfigurationElement, CostElement, CostObject, ElementKind, Period,
        Threshold,
    },
};
use lockstep_sdk::prelude::*;

/// In the third period of the year.
const TODAY: Date = date!("2026-03-18");

/// One cost object, `CC-1`, whose manager is the tester, and one cost element, `6100`.
fn rows() -> ReferenceStore {
    let period = |code: &str, number, first_day, last_day| Period {
        code: code.into(),
        fiscal_year: 2026,
        number,
        first_day,
        last_day,
        open: true,
    };
    ReferenceStore::new()
        .with(CostObject {
            code: "CC-1".into(),
            name: "Workshop".into(),
            manager: "tester".into(),
            currency: "EUR".into(),
            configuration: Some("all".into()),
        })
        .with(CostElement { code: "6100".into(), name: "Materials".into(), kind: ElementKind::Expenditure })
        .with(Configuration { code: "all".into(), name: "All".into(), budget: BudgetVersion::Revised })
        .with(ConfigurationElement { configuration: "all".into(), position: 1, cost_element: "6100".into() })
        .with(period("2026-02", 2, date!("2026-02-01"), date!("2026-02-28")))
        .with(period("2026-03", 3, date!("2026-03-01"), date!("2026-03-31")))
}

fn balance(number: i64, cost_element: &str, actual: Decimal, budget: Decimal) -> Balance {
    Balance {
        cost_object: "CC-1".into(),
        fiscal_year: 2026,
        number,
        cost_element: cost_element.into(),
        actual,
        original_budget: budget,
        revised_budget: budget,
    }
}

fn evaluate(rows: ReferenceStore, today: Date) -> lockstep_sdk::Evaluated<CostStatement> {
    let statement = CostStatement { cost_object: Some("CC-1".into()), ..CostStatement::default() };
    statement.evaluate(&Context::test(today).with_rows(rows), "create")
}

#[test]
fn eleven_and_a_half_thousand_against_ten_is_fifteen_percent_over() {
    let result = evaluate(rows().with(balance(3, "6100", dec!(11500), dec!(10000))), TODAY);
    let [row, ..] = &result.document.rows[..] else { panic!("there is no row") };
    let StatementRow { current_variance, current_variance_percent, flag, .. } = row;
    assert_eq!((*current_variance, *current_variance_percent), (Some(dec!(-1500)), Some(dec!(-15))));
    assert_eq!(*flag, Some(Flag::Clear));
    assert!(result.issues.is_empty());
}

#[test]
fn a_flag_is_judged_anew_in_each_period() {
    let threshold = Threshold {
        cost_object: "*".into(),
        cost_element: "*".into(),
        period_amount: Some(dec!(100)),
        ..Threshold::default()
    };
    let rows = rows().with(threshold);
    let rows = rows.with(balance(2, "6100", dec!(101), dec!(0))).with(balance(3, "6100", dec!(99), dec!(0)));
    assert_eq!(evaluate(rows.clone(), date!("2026-02-28")).document.red_flags, Some(1));
    assert_eq!(evaluate(rows, date!("2026-03-01")).document.red_flags, Some(0));
}

#[test]
fn more_balances_than_are_read_are_told_and_no_figures_are_shown() {
    let with = |count: u32| {
        let balances = (0..count).map(|number| balance(3, &number.to_string(), dec!(1), dec!(1)));
        evaluate(rows().with_all(balances), TODAY)
    };
    let whole = with(2_000);
    assert!(whole.issues.is_empty());
    assert!(!whole.document.rows.is_empty());

    let cut_short = with(2_001);
    assert_eq!(cut_short.codes(), ["cut-short"]);
    assert!(cut_short.document.rows.is_empty());
    assert_eq!(cut_short.document.variance, None);
}
