//! Promised ship dates.

use lockstep_sdk::prelude::*;
use sales_orders::{
    order::SalesOrder,
    tables::{Parameters, Supply, SupplyKind},
};

use crate::shop::{TODAY, context, order, rows};

fn supply(kind: SupplyKind, days_from_today: i32, number: &str, quantity: Decimal) -> Supply {
    Supply { item: "I-1".into(), date: TODAY.add_days(days_from_today), number: number.into(), kind, quantity }
}

#[test]
fn an_order_does_not_compete_with_itself() {
    let rows = rows().with(supply(SupplyKind::Issue, 3, "SO-7", dec!(400)));
    let promised = |number: &str| {
        let order = SalesOrder { number: Some(number.into()), ..order(dec!(500)) };
        order.evaluate(&context(rows.clone()), "update").document.lines[0].promised_ship_date
    };
    assert_eq!(promised("SO-7"), Some(TODAY));
    assert_eq!(promised("SO-8"), None);
}

#[test]
fn without_parameters_nothing_late_counts() {
    let rows = rows().with(supply(SupplyKind::Receipt, -1, "PO-1", dec!(100)));
    let parameters = Parameters { name: "sales".into(), backward_fence: 1, delayed_offset: 2, ..Parameters::default() };
    let result = |rows| order(dec!(501)).evaluate(&context(rows), "create");

    let strict = result(rows.clone());
    assert_eq!(strict.document.lines[0].promised_ship_date, None);
    assert_eq!(strict.codes(), ["nothing-to-promise"]);

    let lenient = result(rows.with(parameters));
    assert_eq!(lenient.document.lines[0].promised_ship_date, Some(TODAY.add_days(2)));
    assert_eq!(lenient.codes(), ["promised-late"]);
}

#[test]
fn without_the_supply_on_the_device_nothing_is_said_of_it() {
    let result = order(dec!(1)).evaluate(&context(rows().without::<Supply>()), "create");
    assert_eq!(result.document.lines[0].promised_ship_date, None);
    assert_eq!(result.codes(), ["not-checked"]);
}
