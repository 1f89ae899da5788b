//! What happens where there are more rows than rules read: never half an answer without a word.

use inventory_on_hand::{
    dimensions::StockStatus,
    stock::{OnHand, Reserve, Transfer},
    tables::{Item, Reservation, Stock, Unit, Warehouse},
};
use lockstep_sdk::prelude::*;

/// One more than rules read.
const MANY: i64 = 1001;

fn rows() -> ReferenceStore {
    let item = Item { number: "I-1".into(), unit: "pcs".into(), ..Item::default() };
    let warehouse = Warehouse { code: "11".into(), site: "NORTH".into(), has_locations: true, ..Warehouse::default() };
    ReferenceStore::new().with(item).with(warehouse).with(Unit { code: "pcs".into(), ..Unit::default() })
}

fn number(number: i64) -> Text {
    format!("{number:04}").into()
}

fn stock(at: i64) -> Stock {
    Stock {
        item: "I-1".into(),
        warehouse: "11".into(),
        status: StockStatus::Available,
        record: number(at),
        site: "NORTH".into(),
        location: Some(number(at)),
        batch: None,
        unit: Some("pcs".into()),
        physical: Some(dec!(1)),
        reserved: None,
        ordered: None,
        on_order: None,
    }
}

fn record() -> OnHand {
    OnHand {
        item: Some("I-1".into()),
        warehouse: Some("11".into()),
        location: Some(number(1)),
        physical: Some(dec!(1)),
        ..OnHand::default()
    }
}

fn transfer_to(location: i64) -> Transfer {
    Transfer { quantity: Some(dec!(1)), location: Some(number(location)), ..Transfer::default() }
}

fn context(rows: ReferenceStore) -> Context {
    Context::test(date!("2026-03-02")).with_rows(rows)
}

#[test]
fn a_transfer_finds_the_last_record_that_is_read() {
    let cx = context(rows().with_all((1..=MANY).map(stock)));
    let result = record().evaluate_with(&cx, "transfer", &transfer_to(MANY - 1));
    assert!(result.codes().is_empty(), "{:?}", result.codes());
    let there = result.patches.iter().find(|patch| !patch.key.is_empty()).expect("the other record changes");
    assert_eq!(there.key, number(MANY - 1).as_str());
}

#[test]
fn a_transfer_to_a_record_past_those_read_is_refused() {
    let cx = context(rows().with_all((1..=MANY).map(stock)));
    let result = record().evaluate_with(&cx, "transfer", &transfer_to(MANY));
    assert_eq!(result.codes(), ["too-many-records"]);
    assert_eq!(result.issues[0].severity, Severity::Error);
    assert!(result.patches.is_empty());
}

#[test]
fn a_transfer_to_no_record_of_all_that_there_are_says_so() {
    let cx = context(rows().with_all((1..MANY).map(stock)));
    let result = record().evaluate_with(&cx, "transfer", &transfer_to(MANY));
    assert_eq!(result.codes(), ["no-stock-there"]);
}

fn reservation(at: i64) -> Reservation {
    Reservation {
        item: "I-1".into(),
        warehouse: "11".into(),
        status: StockStatus::Available,
        number: number(at),
        location: Some(number(2)),
        batch: None,
        quantity: dec!(1),
    }
}

#[test]
fn the_server_does_not_decide_on_some_of_the_reservations() {
    let reserve = Reserve { quantity: Some(dec!(1)) };
    let codes_with = |reservations: i64| {
        let cx = context(rows().with_all((1..=reservations).map(reservation)));
        record().evaluate_on_server(&cx, "reserve", &reserve).codes()
    };
    assert!(codes_with(MANY - 1).is_empty());
    assert_eq!(codes_with(MANY), ["too-many-records"]);
}

#[test]
fn nor_on_what_can_be_moved() {
    let codes_with = |reservations: i64| {
        let cx = context(rows().with_all((1..=reservations).map(reservation)));
        record().evaluate_on_server(&cx, "transfer", &transfer_to(2)).codes()
    };
    assert!(codes_with(MANY - 1).is_empty());
    assert_eq!(codes_with(MANY), ["too-many-records"]);
}
