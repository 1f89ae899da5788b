//! What a device does when much is waiting.

use lockstep_model::{
    Record, RecordId,
    canonical::encode_page,
    exchange::{Entry, Page},
};

use super::kit::Kit;
use crate::world::text;

#[test]
fn a_thousand_pending_operations_are_replayed_in_one_go() {
    let mut kit = Kit::new();
    kit.server.is_offline.set(true);
    for number in 0..1000 {
        kit.create(&format!("C-{number}"), "3");
    }
    kit.reopen();
    let moved = Entry::Record {
        id: RecordId { plugin: "orders".into(), entity: "stock".into(), key: "s".into() },
        record: Some(Record { company: "c1".into(), ..Record::default() }),
    };
    let page = encode_page(&Page { is_restart: false, entries: vec![moved], cookie: vec![1; 16], has_more: false });
    kit.device().begin_sync().expect("a step");
    kit.device().pulled(Ok(page)).expect("a working disk");
    assert_eq!(kit.orders().len(), 1000);
    assert!(kit.device().operations().expect("operations").iter().all(|view| view.is_overlaid));
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
    kit.device().pulled(Ok(page)).expect("a working disk");
    let total = kit.page("orders").total;
    assert_eq!(total, 10_000);
}
