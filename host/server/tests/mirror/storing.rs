//! Look-ups in the store, held against the model's tables.

use std::collections::BTreeMap;

use lockstep_model::{
    Found, LookUp, RecordId, RowSource, Tables, Value,
    canonical::encode_found_rows,
    exchange::RowId,
    json::Json,
    key::key_text,
    schema::{Descriptor, Field, FieldKind, FieldType, Table},
};
use lockstep_sync::rows::{StoredAnswer, table_rows};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

use lockstep_server::mirror::store::{Reach, RecordViews, RowQuery, TableKind, Transaction, Values, ViewWrite};

use crate::server::{Kind, Place};

on_each_store!(rows_are_found_as_the_model_finds_them, a_scope_counts_without_holes);

fn descriptor() -> Descriptor {
    let field = |name: &str, of| Field {
        name: name.into(),
        label: name.into(),
        kind: FieldKind::Entered,
        of,
        required: true,
        read_only: false,
        table: None,
    };
    let fields = vec![field("a", FieldType::Text(9)), field("b", FieldType::Text(9)), field("n", FieldType::Integer)];
    let table = Table { name: "t".into(), label: "t".into(), fields, key: vec![0, 1], view: None };
    Descriptor { tables: vec![table], ..Descriptor::default() }
}

#[derive(Clone, Debug)]
struct Row {
    company: &'static str,
    a: String,
    b: String,
    n: i64,
}

fn texts() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", " ", "a", "a ", "a!", "aa", "b", "ä", "\u{10ffff}"]).prop_map(str::to_owned)
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let company = prop::sample::select(vec!["", "c1", "c2"]);
    let row = (company, texts(), texts(), 0..9_i64).prop_map(|(company, a, b, n)| Row { company, a, b, n });
    prop::collection::vec(row, 0..40)
}

fn look_ups() -> impl Strategy<Value = Vec<LookUp>> {
    let both = (texts(), texts()).prop_map(|(a, b)| format!("{a}\u{1f}{b}"));
    let key = prop_oneof![both, texts()];
    let look_up = (key, prop::option::of(0..6_u32)).prop_map(|(key, limit)| LookUp { table: 0, key, limit });
    prop::collection::vec(look_up, 1..20)
}

fn key(row: &Row) -> String {
    key_text(&[Value::Text(row.a.clone()), Value::Text(row.b.clone())]).expect("a key")
}

fn values(row: &Row) -> Values {
    let text = |text: &String| Value::Text(text.clone());
    [("a", text(&row.a)), ("b", text(&row.b)), ("n", Value::Integer(row.n))]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
}

fn found(transaction: &dyn Transaction, kind: TableKind, company: &str, look_up: &LookUp) -> StoredAnswer {
    let query = RowQuery {
        plugin: "p".into(),
        table: "t".into(),
        company: company.into(),
        key: look_up.key.clone(),
        limit: look_up.limit,
    };
    let mut rows = transaction.rows(kind, &[query]).expect("rows").remove(0);
    let limit = look_up.limit.map_or(usize::MAX, |limit| limit as usize);
    let found = if rows.len() > limit { Found::CutShort } else { Found::Whole };
    rows.truncate(limit);
    StoredAnswer { look_up: look_up.clone(), found, rows }
}

fn cases() -> TestRunner {
    TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(64) })
}

/// Fed rows and views' rows are found as the model's tables find them, whatever the company.
fn rows_are_found_as_the_model_finds_them(kind: Kind) {
    let place = Place::new(kind);
    let store = place.open("main");
    let check = |(rows, look_ups, gone): (Vec<Row>, Vec<LookUp>, Vec<Row>)| {
        let descriptor = descriptor();
        let transaction = store.change(&Reach::all()).expect("a change");
        transaction.put_view("p", "t", Some([0; 32])).expect("a view");
        // Rows that are gone leave no trace.
        let mut last: BTreeMap<(String, &str), &Row> = BTreeMap::new();
        let (mut first, mut then) = (Vec::new(), BTreeMap::new());
        for row in &gone {
            let id = RowId { plugin: "p".into(), table: "t".into(), company: row.company.into(), key: key(row) };
            first.push((id.clone(), Some(values(row))));
            then.insert(id, None);
        }
        transaction.put_rows(&first).expect("written");
        transaction.put_rows(&then.into_iter().collect::<Vec<_>>()).expect("written");
        for row in &rows {
            last.insert((key(row), row.company), row);
        }
        let mut tables = Tables::new(&descriptor);
        tables.add_json("t", &Json::parse("[]").expect("JSON")).expect("no rows");
        let mut written = Vec::new();
        let mut views = Vec::new();
        for (number, ((key, company), row)) in last.into_iter().enumerate() {
            let id = RowId { plugin: "p".into(), table: "t".into(), company: company.into(), key: key.clone() };
            written.push((id, Some(values(row))));
            let record = RecordId { plugin: "p".into(), entity: "e".into(), key: number.to_string() };
            views.push((record, company, ViewWrite { view: "t".into(), key, values: values(row) }));
            let json = serde_json::json!([{"a": row.a, "b": row.b, "n": row.n, "company": company}]);
            tables.add_json("t", &Json::parse(&json.to_string()).expect("JSON")).expect("a row");
        }
        transaction.put_rows(&written).expect("written");
        let views = views.iter().map(|(record, company, row)| RecordViews {
            record,
            company,
            views: vec!["t"],
            rows: vec![row.clone()],
        });
        transaction.put_view_rows(&views.collect::<Vec<_>>()).expect("written");
        for company in ["c1", "c2", "c3"] {
            for look_up in &look_ups {
                let Ok(expected) = tables.answer(company, std::slice::from_ref(look_up));
                let expected = encode_found_rows(&expected[0].look_ups().next().expect("an answer"));
                for kind in [TableKind::Fed, TableKind::View] {
                    let answer = table_rows(&descriptor, &[found(&*transaction, kind, company, look_up)]);
                    let answer = encode_found_rows(&answer[0].look_ups().next().expect("an answer"));
                    prop_assert_eq!(&answer, &expected, "{:?} {} {:?}", kind, company, look_up);
                }
            }
        }
        Ok(())
    };
    cases().run(&(rows(), look_ups(), rows()), check).expect("as the model");
}

/// Sequences of a scope have no holes, whoever writes what.
fn a_scope_counts_without_holes(kind: Kind) {
    let place = Place::new(kind);
    let store = place.open("main");
    let scopes = || store.snapshot().and_then(|snapshot| snapshot.scopes()).expect("scopes");
    let check = |rows: Vec<Row>| {
        let before = scopes();
        for row in &rows {
            let transaction = store.change(&Reach::all()).expect("a change");
            let id =
                RowId { plugin: "p".into(), table: "t".into(), company: row.company.into(), key: row.n.to_string() };
            transaction.put_rows(&[(id, Some(values(row)))]).expect("written");
            if row.n % 2 == 0 {
                transaction.commit().expect("committed");
            }
        }
        let after = scopes();
        for company in ["", "c1", "c2"] {
            let committed = rows.iter().filter(|row| row.company == company && row.n % 2 == 0).count() as u64;
            let count = |scopes: &BTreeMap<String, u64>| scopes.get(company).copied().unwrap_or_default();
            prop_assert_eq!(count(&after) - count(&before), committed);
        }
        Ok(())
    };
    cases().run(&rows(), check).expect("no holes");
}
