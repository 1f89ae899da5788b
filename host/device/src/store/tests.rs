//! Look-ups in the store, held against those in memory.

use std::collections::BTreeMap;

use lockstep_model::{
    Cell, Found, LookUp, Record, RecordId, Row, RowSource, Tables, Value, exchange::RowId, json::Json, key::key_text,
    schema::Descriptor,
};
use lockstep_sync::{rows::table_rows, views};
use proptest::prelude::*;
use serde_json::json;

use super::{
    Lens, Store, meta,
    records::{self, Layer},
    rows,
};

/// Notes with lines; a view of the lines by topic, a view of the notes, and a fed table with a key of two fields.
fn descriptor(version: u32) -> Descriptor {
    let field = |name: &str, of: serde_json::Value| {
        json!({"name": name, "label": name, "kind": "entered", "of": of, "required": false, "read-only": false,
            "table": null})
    };
    let text = json!({"text": 20});
    let path = |collection: Option<u16>, field: u16| json!({"field": {"collection": collection, "field": field}});
    // A later version's view has another column.
    let mut columns = vec![field("topic", text.clone()), field("note", text.clone()), field("size", json!("integer"))];
    let mut sources = vec![path(Some(0), 0), json!("record-key"), path(Some(0), 1)];
    if version > 1 {
        columns.push(field("title", text.clone()));
        sources.push(path(None, 0));
    }
    let descriptor = json!({
        "entities": [{
            "name": "note", "label": "Note", "fields": [field("title", text.clone())],
            "collections": [{"name": "lines", "label": "Lines", "derived": false,
                "fields": [field("topic", text.clone()), field("size", json!("integer"))]}],
            "actions": [], "rules": [], "status": null, "frozen": [], "last-writer": false,
        }],
        "tables": [
            {"name": "topics", "label": "t", "fields": columns, "key": [0, 1],
                "view": {"entity": 0, "collection": 0, "sources": sources}},
            {"name": "titles", "label": "t", "fields": [field("title", text.clone()), field("note", text.clone())],
                "key": [0], "view": {"entity": 0, "collection": null, "sources": [path(None, 0), json!("record-key")]}},
            {"name": "rates", "label": "t",
                "fields": [field("from", text.clone()), field("to", text.clone()), field("rate", json!({"decimal": 2}))],
                "key": [0, 1], "view": null},
        ],
        "issues": [],
    });
    let descriptor: Descriptor = serde_json::from_value(descriptor).expect("a descriptor");
    descriptor.check().expect("a sound descriptor");
    descriptor
}

const COMPANIES: [&str; 3] = ["", "c1", "c2"];
const WORDS: [&str; 5] = ["a", "b", "a b", "ab", "é"];

/// A record as strategies make it: company, title, topics with sizes; none: deleted.
type Made = Option<(usize, Option<usize>, Vec<(usize, i64)>)>;

fn record(made: &Made) -> Option<Record> {
    let (company, title, lines) = made.as_ref()?;
    let cell = |value| Cell { value, entered: false };
    let text = |word: usize| Value::Text(WORDS[word].into());
    let lines = lines.iter().enumerate().map(|(number, (topic, size))| Row {
        id: format!("{number}"),
        cells: [("topic".into(), cell(text(*topic))), ("size".into(), cell(Value::Integer(*size)))].into(),
    });
    let lines: Vec<_> = lines.collect();
    Some(Record {
        company: COMPANIES[*company].into(),
        cells: title.map(|title| ("title".to_owned(), cell(text(title)))).into_iter().collect(),
        collections: if lines.is_empty() { BTreeMap::new() } else { [("lines".to_owned(), lines)].into() },
    })
}

fn id(key: usize) -> RecordId {
    RecordId { plugin: "p".into(), entity: "note".into(), key: format!("k{key}") }
}

fn made() -> impl Strategy<Value = Made> {
    let lines = proptest::collection::vec((0..WORDS.len(), 0..3_i64), 0..4);
    proptest::option::weighted(0.8, (0..3_usize, proptest::option::of(0..WORDS.len()), lines))
}

/// The rows of a table by name, for memory.
fn reference(
    descriptor: &Descriptor,
    shown: &BTreeMap<usize, Record>,
    rates: &BTreeMap<(usize, usize, usize), i64>,
) -> Tables {
    let mut tables = Tables::new(descriptor);
    // Per table and company the first record's row of a key stands.
    let mut by_table: BTreeMap<(u16, &str, String), Vec<Option<Value>>> = BTreeMap::new();
    for (key, record) in shown {
        for row in views::rows_of(descriptor, &id(*key), record).expect("it fits") {
            by_table.entry((row.table, &record.company, row.key)).or_insert(row.values);
        }
    }
    for ((table, company, _), values) in by_table {
        let table = &descriptor.tables[usize::from(table)];
        let present =
            table.fields.iter().zip(&values).filter_map(|(field, value)| Some((&field.name, value.as_ref()?)));
        let mut row: serde_json::Map<_, _> = present
            .map(|(name, value)| {
                let value = if let Value::Integer(value) = value { json!(value) } else { json!(value.to_string()) };
                (name.clone(), value)
            })
            .collect();
        row.insert("company".into(), json!(company));
        let json = Json::parse(&json!([row]).to_string()).expect("JSON");
        tables.add_json(&table.name, &json).expect("rows");
    }
    for ((company, from, to), rate) in rates {
        let row =
            json!([{"company": COMPANIES[*company], "from": WORDS[*from], "to": WORDS[*to], "rate": rate.to_string()}]);
        tables.add_json("rates", &Json::parse(&row.to_string()).expect("JSON")).expect("rows");
    }
    if rates.is_empty() {
        tables.unavailable("rates").expect("a table");
    }
    tables
}

fn look_ups() -> Vec<LookUp> {
    let words = || WORDS.iter().map(|word| (*word).to_owned()).chain(["none".to_owned()]);
    let pairs = words()
        .flat_map(|one| words().chain((0..4).map(|key| format!("k{key}"))).map(move |other| (one.clone(), other)));
    let text = |one: &String, other: &String| {
        key_text(&[Value::Text(one.clone()), Value::Text(other.clone())]).expect("a key")
    };
    let by_key =
        pairs.flat_map(|(one, other)| [0, 2].map(|table| LookUp { table, key: text(&one, &other), limit: None }));
    let titles = words().map(|title| LookUp { table: 1, key: title, limit: None });
    let prefixes = words().chain([String::new()]).flat_map(|key| {
        [0, 1, 2, 50]
            .into_iter()
            .flat_map(move |limit| [0, 1, 2].map(|table| LookUp { table, key: key.clone(), limit: Some(limit) }))
    });
    let mut all: Vec<_> = by_key.chain(titles).chain(prefixes).collect();
    all.sort();
    all.dedup();
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// The store finds what memory finds: base alone and overlaid, under the package for which view rows are kept and
    /// under others.
    #[test]
    fn look_ups_find_what_they_find_in_memory(
        base in proptest::collection::btree_map(0..4_usize, made(), 0..4),
        overlay in proptest::collection::btree_map(0..4_usize, made(), 0..3),
        rates in proptest::collection::btree_map((0..3_usize, 0..WORDS.len(), 0..WORDS.len()), 0..9_i64, 0..8),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = Store::open(&folder.path().join("file"), 1 << 30).expect("it opens");
        let kept = descriptor(1);
        let write = |connection: &rusqlite::Transaction<'_>| {
            meta::set_bytes(connection, meta::COOKIE, b"x")?;
            for (layer, all) in [(Layer::Base, &base), (Layer::Overlay, &overlay)] {
                for (key, made) in all {
                    records::put(connection, layer, &id(*key), record(made).as_ref(), Some(&kept))?;
                }
            }
            rows::set_here(connection, "p", "rates", !rates.is_empty())?;
            for ((company, from, to), rate) in &rates {
                let text = |word: usize| Value::Text(WORDS[word].into());
                let values = [("from", text(*from)), ("to", text(*to)), ("rate", Value::Decimal((*rate).into()))];
                let key = key_text(&[text(*from), text(*to)]).expect("a key");
                let id = RowId { plugin: "p".into(), table: "rates".into(), company: COMPANIES[*company].into(), key };
                let values = values.map(|(name, value)| (name.to_owned(), value)).into();
                rows::put(connection, &id, Some(&values))?;
            }
            Ok::<_, super::StoreError>(())
        };
        store.write(write).expect("written");
        let mut shown: BTreeMap<_, _> = base.iter().map(|(key, made)| (*key, record(made))).collect();
        shown.extend(overlay.iter().map(|(key, made)| (*key, record(made))));
        let shown: BTreeMap<_, _> = shown.into_iter().filter_map(|(key, record)| Some((key, record?))).collect();
        let compare = |store: &Store, asked: &Descriptor, kept: Option<&Descriptor>| {
            let tables = reference(asked, &shown, &rates);
            let lens = Lens { connection: store.connection(), plugin: "p", descriptor: asked, kept };
            for company in ["c1", "c2", ""] {
                for look_up in look_ups() {
                    let answer = lens.answer(company, &look_up).expect("a working disk");
                    let found = table_rows(asked, &[answer]);
                    let Ok(expected) = tables.answer(company, std::slice::from_ref(&look_up));
                    prop_assert_eq!(found, expected, "{} {:?}", company, look_up);
                }
            }
            Ok(())
        };
        compare(&store, &kept, Some(&kept))?;
        // Another package of the same views, one with other views, and one while none is kept.
        compare(&store, &descriptor(1), Some(&kept))?;
        compare(&store, &descriptor(2), Some(&kept))?;
        compare(&store, &descriptor(1), None)?;
        let newer = descriptor(2);
        let digest = lockstep_model::Digest::of(b"newer");
        store.write(|connection| records::keep_for(connection, "p", digest, &newer)).expect("written");
        compare(&store, &newer, Some(&newer))?;
    }
}

#[test]
fn a_table_of_which_nothing_was_said_is_not_here_nor_is_a_view_before_the_first_pull() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = Store::open(&folder.path().join("file"), 1 << 30).expect("it opens");
    let descriptor = descriptor(1);
    let found = |store: &Store, table| {
        let lens =
            Lens { connection: store.connection(), plugin: "p", descriptor: &descriptor, kept: Some(&descriptor) };
        lens.answer("c1", &LookUp { table, key: "a".into(), limit: Some(1) }).expect("a working disk").found
    };
    assert_eq!([0, 1, 2, 9].map(|table| found(&store, table)), [Found::NotHere; 4]);
    store.write(|connection| meta::set_bytes(connection, meta::COOKIE, b"x")).expect("written");
    assert_eq!([0, 1, 2].map(|table| found(&store, table)), [Found::Whole, Found::Whole, Found::NotHere]);
}
