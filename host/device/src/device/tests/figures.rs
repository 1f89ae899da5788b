//! What a device does when much is waiting.

use std::time::{Duration, Instant};

use lockstep_model::{
    Record, RecordId,
    canonical::encode_page,
    exchange::{Entry, Page},
};

use super::kit::Kit;
use crate::world::text;

/// Far above what it takes, so that a loaded machine passes and a commit for each operation does not.
const GENEROUS: Duration = Duration::from_secs(20);

#[test]
fn a_thousand_pending_operations_are_replayed_in_one_go() {
    let mut kit = Kit::new();
    kit.server.is_offline.set(true);
    let started = Instant::now();
    for number in 0..1000 {
        kit.create(&format!("C-{number}"), "3");
    }
    let submitted = started.elapsed();
    let started = Instant::now();
    kit.reopen();
    let opened = started.elapsed();
    let moved = Entry::Record {
        id: RecordId { plugin: "orders".into(), entity: "stock".into(), key: "s".into() },
        record: Some(Record { company: "c1".into(), ..Record::default() }),
    };
    let page = encode_page(&Page { is_restart: false, entries: vec![moved], cookie: vec![1; 16], has_more: false });
    kit.device().begin_sync().expect("a step");
    let started = Instant::now();
    kit.device().pulled(Ok(page)).expect("a working disk");
    let replayed = started.elapsed();
    println!("submit of 1,000: {submitted:?}; opening: {opened:?}; replay of 1,000: {replayed:?}");
    assert_eq!(kit.orders().len(), 1000);
    assert!(kit.device().operations().expect("operations").iter().all(|view| view.is_overlaid));
    assert!(replayed < GENEROUS && opened < GENEROUS, "{replayed:?} {opened:?}");
}

#[test]
fn ten_thousand_records_are_fetched_in_one_go() {
    let mut kit = Kit::new();
    let entries = (0..10_000).map(|number| {
        let cells =
            [("customer".to_owned(), lockstep_model::Cell { value: text(&format!("C-{number}")), entered: false })];
        let record = Record { company: "c1".into(), cells: cells.into(), ..Record::default() };
        let id = RecordId { plugin: "orders".into(), entity: "order".into(), key: format!("k{number}") };
        Entry::Record { id, record: Some(record) }
    });
    let page = Page { is_restart: true, entries: entries.collect(), cookie: vec![1; 16], has_more: false };
    let page = encode_page(&page);
    kit.device().begin_sync().expect("a step");
    let started = Instant::now();
    kit.device().pulled(Ok(page)).expect("a working disk");
    let fetched = started.elapsed();
    let started = Instant::now();
    let total = kit.page("orders").total;
    println!("10,000 records: {fetched:?}; a page of them: {:?}", started.elapsed());
    assert_eq!(total, 10_000);
    assert!(fetched < GENEROUS, "{fetched:?}");
}
