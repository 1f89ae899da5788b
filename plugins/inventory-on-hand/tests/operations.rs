//! Operations one after the other, as a server runs them on what the ones before have left.

use inventory_on_hand::{
    dimensions::StockStatus,
    stock::{Count, OnHand, Release, Reserve, Transfer},
    tables::{Item, Stock, Unit, Warehouse},
};
use lockstep_sdk::prelude::*;

fn rows() -> ReferenceStore {
    let item = Item { number: "I-1".into(), unit: "kg".into(), ..Item::default() };
    let unit = Unit { code: "kg".into(), decimals: 3, ..Unit::default() };
    let warehouse = |code: &str| Warehouse { code: code.into(), site: "NORTH".into(), ..Warehouse::default() };
    ReferenceStore::new().with(item).with(unit).with(warehouse("11")).with(warehouse("12"))
}

fn record(physical: Decimal) -> OnHand {
    let (item, warehouse) = (Some("I-1".into()), Some("11".into()));
    OnHand { key: "R-1".into(), item, warehouse, physical: Some(physical), ..OnHand::default() }
}

fn stock(record: &str, warehouse: &str, physical: Decimal) -> Stock {
    Stock {
        item: "I-1".into(),
        warehouse: warehouse.into(),
        status: StockStatus::Available,
        record: record.into(),
        site: "NORTH".into(),
        location: None,
        batch: None,
        unit: None,
        physical: Some(physical),
        reserved: None,
        ordered: None,
        on_order: None,
    }
}

fn context(rows: ReferenceStore) -> Context {
    Context::test(date!("2026-03-02")).with_rows(rows)
}

#[test]
fn of_two_devices_that_reserve_the_last_pieces_one_is_refused_with_what_is_left() {
    let cx = context(rows());
    let reserve = Reserve { quantity: Some(dec!(5)) };
    let first = record(dec!(8)).evaluate_with(&cx, "reserve", &reserve);
    let reserved = first.patched.expect("the first is accepted").reserved;
    assert_eq!(reserved, Some(dec!(5)));

    let second = OnHand { reserved, ..record(dec!(8)) }.evaluate_with(&cx, "reserve", &reserve);
    assert_eq!(second.codes(), ["more-than-available"]);
    assert_eq!(second.document.available_physical, Some(dec!(3)));
    assert!(second.patched.is_none());
}

#[test]
fn what_is_reserved_and_released_is_as_before() {
    let cx = context(rows());
    let reserve = Reserve { quantity: Some(dec!(2.125)) };
    let reserved = record(dec!(8)).evaluate_with(&cx, "reserve", &reserve).patched.expect("it is reserved").reserved;
    let release = Release { quantity: Some(dec!(2.125)) };
    let released = OnHand { reserved, ..record(dec!(8)) }.evaluate_with(&cx, "release", &release);
    assert_eq!(released.patched.expect("it is released").reserved, Some(dec!(0)));
}

#[test]
fn a_transfer_leaves_the_sum_as_it_is() {
    for (here, there, quantity) in
        [(dec!(8), dec!(3), dec!(5)), (dec!(8), dec!(0), dec!(8)), (dec!(1), dec!(-4), dec!(0.125))]
    {
        let cx = context(rows().with(stock("R-1", "11", here)).with(stock("R-2", "12", there)));
        let transfer = Transfer { quantity: Some(quantity), warehouse: Some("12".into()), ..Transfer::default() };
        let result = record(here).evaluate_with(&cx, "transfer", &transfer);
        assert!(result.issues.is_empty(), "{:?}", result.codes());
        let after: Decimal = result.patches.iter().map(|patch| physical(&patch.header.decimals)).sum();
        assert_eq!(after, here + there);
        assert_eq!(result.patches.len(), 2);
    }
}

/// The physical quantity of a patch that sets nothing else: the first of its decimals.
fn physical(decimals: &[u64]) -> Decimal {
    let (low, high) = (decimals[0], decimals[1]);
    Decimal::from_parts(low as u32, (low >> 32) as u32, high as u32, high >> 63 == 1, (high >> 32) as u32 & 0xff)
}

#[test]
fn a_count_is_the_new_quantity_and_says_when() {
    let counted = record(dec!(8)).evaluate_with(&context(rows()), "count", &Count { counted: Some(dec!(7.5)) });
    let patched = counted.patched.expect("it is counted");
    assert_eq!(patched.physical, Some(dec!(7.5)));
    assert_eq!(patched.last_counted, Some(date!("2026-03-02")));
}
