//! Views: which rows records have in them, and which descriptors hold together.

use lockstep_model::{
    DescriptorReason, LookUp, RowSource, Tables,
    json::{Json, read_record},
    schema::{Collection, Descriptor, Entity, Field, FieldKind, FieldPath, FieldType, Table, View, ViewSource},
};

fn field(name: &str, kind: FieldKind, of: FieldType, required: bool) -> Field {
    Field { name: name.into(), label: name.into(), kind, of, required, read_only: false, table: None }
}

/// Timesheets of workers, and a view of their lines by worker.
fn descriptor() -> Descriptor {
    let lines = Collection {
        name: "lines".into(),
        label: "Lines".into(),
        fields: vec![
            field("hours", FieldKind::Entered, FieldType::Decimal(2), false),
            field("billable", FieldKind::Calculated, FieldType::Decimal(2), false),
        ],
        ..Collection::default()
    };
    let sheet = Entity {
        name: "timesheet".into(),
        label: "Timesheet".into(),
        fields: vec![field("worker", FieldKind::Entered, FieldType::Text(10), false)],
        collections: vec![lines],
        ..Entity::default()
    };
    let path = |collection, field| ViewSource::Field(FieldPath { collection, field });
    let entry = Table {
        name: "entry".into(),
        label: "Entry".into(),
        fields: vec![
            field("worker", FieldKind::Entered, FieldType::Text(10), true),
            field("sheet", FieldKind::Entered, FieldType::Text(40), true),
            field("line", FieldKind::Entered, FieldType::Text(40), true),
            field("hours", FieldKind::Entered, FieldType::Decimal(2), true),
            field("billable", FieldKind::Entered, FieldType::Decimal(2), false),
        ],
        key: vec![0, 1, 2],
        view: Some(View {
            entity: 0,
            collection: Some(0),
            sources: vec![path(None, 0), ViewSource::RecordKey, ViewSource::RowId, path(Some(0), 0), path(Some(0), 1)],
        }),
    };
    Descriptor { entities: vec![sheet], tables: vec![entry], issues: vec![] }
}

fn rows_of(records: &str, worker: &str) -> Vec<Vec<String>> {
    let descriptor = descriptor();
    descriptor.check().expect("it holds together");
    let records = Json::parse(records).expect("it is JSON");
    let records: Vec<_> = records
        .as_list()
        .expect("a list")
        .iter()
        .map(|record| read_record(record, &descriptor).expect("a record"))
        .collect();
    let mut tables = Tables::new(&descriptor);
    tables.add_records(&descriptor, &records, "").expect("the records fit");
    let look_up = LookUp { table: 0, key: worker.into(), limit: Some(10) };
    let Ok(answers) = tables.answer("", &[look_up]);
    let (table, layout) = (&descriptor.tables[0], lockstep_model::Layout::all(&descriptor.tables[0].fields));
    let rows = &answers[0].rows;
    let row = |row| rows.row(&layout, &table.fields, row);
    let shown = |value: Option<lockstep_model::Value>| value.map_or("-".to_owned(), |value| value.to_string());
    (0..rows.rows).map(|number| row(number).into_iter().map(shown).collect()).collect()
}

#[test]
fn each_complete_row_of_a_record_is_a_row_of_the_view() {
    let records = r#"[
        {"key": "B", "worker": "ann", "lines": [{"id": "1", "hours": "8", "billable": "4"}, {"id": "2"}]},
        {"key": "A", "worker": "ann", "lines": [{"id": "1", "hours": "1.5"}]},
        {"key": "C", "lines": [{"id": "1", "hours": "3"}]},
        {"key": "D", "worker": "bob", "lines": [{"id": "1", "hours": "2"}]}
    ]"#;
    assert_eq!(rows_of(records, "ann"), [["ann", "A", "1", "1.5", "-"], ["ann", "B", "1", "8", "4"]]);
}

#[test]
fn a_view_without_records_is_there_and_empty() {
    let tables = Tables::new(&descriptor());
    assert_eq!(tables.untouched().count(), 0);
    assert!(rows_of("[]", "ann").is_empty());
}

#[test]
fn a_record_without_a_key_is_refused() {
    let record = Json::parse(r#"{"worker": "ann"}"#).expect("it is JSON");
    let error = read_record(&record, &descriptor()).expect_err("it has no key");
    assert_eq!(error.to_string(), "key: missing");
}

#[test]
fn a_view_that_does_not_fit_its_records_does_not_hold_together() {
    let refused = |change: fn(&mut View)| {
        let mut descriptor = descriptor();
        change(descriptor.tables[0].view.as_mut().expect("it is a view"));
        descriptor.check().expect_err("it does not hold together")
    };
    let gone = refused(|view| view.entity = 1);
    assert!(matches!(gone.reason, DescriptorReason::NoSuch { what: "entity", .. }));
    let few = refused(|view| _ = view.sources.pop());
    assert_eq!(few.reason, DescriptorReason::Sources { found: 4, fields: 5 });
    let rowless = refused(|view| view.collection = None);
    assert_eq!((rowless.path.as_str(), rowless.reason), ("entry.line", DescriptorReason::NoRows));
    let retyped = refused(|view| view.sources[0] = ViewSource::Field(FieldPath { collection: Some(0), field: 0 }));
    assert!(matches!(retyped.reason, DescriptorReason::SourceType { .. }));
}
