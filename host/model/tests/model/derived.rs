//! Derived collections: their descriptor, their rows in documents and outcomes, and how people see them.

use lockstep_model::{
    Answer, Conclusion, FieldState, Issue, Layout, LookUp, Outcome, Part, Patch, Place, RecordSet, Request,
    ResolvedDocument, Step, Value,
    json::{Json, read_document, read_outcome, read_record, write_document, write_outcome, write_resolved},
    schema::{Descriptor, Entity, FieldKind, FieldPath, FieldType, RuleKind, Severity, View, ViewSource},
};

use crate::sample::{descriptor, document, json, limits, request, silent};

/// The position of `item-totals`.
const TOTALS: u16 = 1;

fn entity() -> Entity {
    descriptor().entities.swap_remove(0)
}

/// Rows of `item-totals` with these ids, each with a quantity.
fn totals(ids: &[&str]) -> RecordSet {
    let known = &entity().collections[usize::from(TOTALS)];
    let row = vec![None, Some(Value::Decimal(5.into())), None];
    RecordSet::from_rows(&Layout::derived_rows(known), &known.fields, ids, &vec![row; ids.len()]).expect("rows")
}

fn descriptor_refused(change: impl FnOnce(&mut Entity), sentence: &str) {
    let mut descriptor = descriptor();
    change(&mut descriptor.entities[0]);
    assert_eq!(descriptor.check().map_err(|error| error.to_string()), Err(sentence.to_owned()));
}

#[test]
fn all_its_fields_are_calculated() {
    let sentence = "order.item-totals.quantity: a derived collection's fields must be calculated";
    for kind in [FieldKind::Entered, FieldKind::Defaulted, FieldKind::State, FieldKind::Assigned] {
        descriptor_refused(|entity| entity.collections[1].fields[1].kind = kind, sentence);
    }
    let nothing = |entity: &mut Entity| {
        entity.collections[1].fields.clear();
        entity.rules[3].writes.clear();
    };
    descriptor_refused(nothing, "order.item-totals: a derived collection without fields");
}

#[test]
fn one_calculation_of_the_header_gives_its_rows() {
    let sentence = "order.item-totals: a derived collection must have one calculation, of the header and named after it, \
                    that writes all its fields, and no other rule may give them values";
    let refused = |change: fn(&mut Entity)| descriptor_refused(change, sentence);
    refused(|entity| _ = entity.rules.remove(3));
    refused(|entity| entity.rules.push(entity.rules[3].clone()));
    refused(|entity| "totals".clone_into(&mut entity.rules[3].name));
    refused(|entity| entity.rules[3].kind = RuleKind::Default);
    refused(|entity| entity.rules[3].collection = Some(TOTALS));
    refused(|entity| _ = entity.rules[3].writes.pop());
    refused(|entity| entity.rules[3].writes.push(FieldPath { collection: None, field: 8 }));
    refused(|entity| entity.rules[2].writes.push(FieldPath { collection: Some(TOTALS), field: 0 }));
    refused(|entity| entity.rules[1].collection = Some(TOTALS));
}

#[test]
fn other_rules_may_read_it_and_be_rules_of_its_rows() {
    let mut descriptor = descriptor();
    let rules = &mut descriptor.entities[0].rules;
    rules[3].writes.reverse();
    let mut condition = rules[4].clone();
    condition.kind = RuleKind::Condition;
    condition.collection = Some(TOTALS);
    condition.writes = vec![FieldPath { collection: Some(TOTALS), field: 0 }];
    rules[2].reads.push(FieldPath { collection: Some(TOTALS), field: 1 });
    rules.push(condition);
    assert_eq!(descriptor.check(), Ok(()));
}

/// A frozen request with these stored rows.
fn frozen(ids: &[&str]) -> Request {
    let mut request = request();
    request.document.header.integers[1] = 1;
    let mut stored = silent(&request, &entity()).derived;
    stored.collections[1] = totals(ids);
    request.document.stored = Some(stored);
    request
}

#[test]
fn a_document_gives_no_rows_of_it() {
    let refused = |request: &Request, sentence: &str| {
        assert_eq!(request.check(&descriptor()).map_err(|error| error.to_string()), Err(sentence.to_owned()));
    };
    let mut request = request();
    request.document.collections[1] = totals(&["a"]);
    refused(&request, "item-totals: the rows are given by the collection's rule: leave them out");
    request.document.collections[1] = RecordSet { integers: vec![1], ..RecordSet::default() };
    refused(&request, "item-totals: 1 words in the integer pool, expected 0");

    assert_eq!(frozen(&["b", "a"]).check(&descriptor()), Ok(()));
    refused(&frozen(&["a", "a"]), "stored.item-totals: two rows have the id `a`");
    refused(&frozen(&["a", ""]), "stored.item-totals[2].id: a row has no id");
}

/// What is said of an outcome of a request.
fn said(request: &Request, change: impl FnOnce(&mut Outcome)) -> Result<(), String> {
    let mut outcome = silent(request, &entity());
    outcome.derived.collections[1] = totals(&["b", "a", "10"]);
    change(&mut outcome);
    outcome.check(request, &descriptor(), &limits()).map_err(|error| error.to_string())
}

#[test]
fn an_outcome_has_its_rows_with_their_ids() {
    let request = request();
    let refused = |change: fn(&mut RecordSet), sentence: &str| {
        assert_eq!(said(&request, |outcome| change(&mut outcome.derived.collections[1])), Err(sentence.to_owned()));
    };
    assert_eq!(said(&request, |_| ()), Ok(()));
    assert_eq!(said(&request, |outcome| outcome.derived.collections[1] = RecordSet::default()), Ok(()));
    refused(|rows| *rows = totals(&["a", "b", "a"]), "item-totals: two rows have the id `a`");
    refused(|rows| *rows = totals(&["a", ""]), "item-totals[2].id: a row has no id");
    refused(
        |rows| {
            rows.text_ends.drain(..3);
            rows.texts.clear();
        },
        "item-totals: 3 ends in the text pool, expected 6",
    );
    refused(|rows| rows.rows = u32::MAX, "item-totals: 1 words of presence bits, expected 201326592");
    refused(
        |rows| rows.decimals[2..4].copy_from_slice(&[1, 7 << 32]),
        "item-totals[a].quantity: 7 decimals are too many: the field takes 6",
    );
}

fn issue(place: Place) -> Issue {
    let (code, severity) = ("late".to_owned(), Severity::Warning);
    Issue { code, severity, place, arguments: Vec::new(), offer: None, rule: None }
}

#[test]
fn places_are_among_the_rows_that_its_rule_gave() {
    let request = request();
    let row = |row| Place::Row { collection: TOTALS, row };
    let cell = |row, field| Place::Cell { collection: TOTALS, row, field };
    assert_eq!(said(&request, |outcome| outcome.issues = vec![issue(row(2)), issue(cell(0, 2))]), Ok(()));
    let sentence = "issues[1]: there is no row 3: there are 3, counted from 0";
    assert_eq!(said(&request, |outcome| outcome.issues = vec![issue(row(3))]), Err(sentence.to_owned()));
    let sentence = "issues[1]: there is no field 3: there are 3, counted from 0";
    assert_eq!(said(&request, |outcome| outcome.issues = vec![issue(cell(0, 3))]), Err(sentence.to_owned()));
    let state = |row| FieldState { place: cell(row, 0), hidden: true, read_only: false, required: false };
    assert_eq!(said(&request, |outcome| outcome.field_states = vec![state(2)]), Ok(()));
    let sentence = "field-states[1]: there is no row 3: there are 3, counted from 0";
    assert_eq!(said(&request, |outcome| outcome.field_states = vec![state(3)]), Err(sentence.to_owned()));
}

#[test]
fn the_server_only_part_does_not_say_how_many_rows_there_are() {
    let request = Request { part: Part::ServerOnly, ..request() };
    let outcome = |place| Outcome { issues: vec![issue(place)], ..Outcome::default() };
    let check = |place| outcome(place).check(&request, &descriptor(), &limits()).map_err(|error| error.to_string());
    assert_eq!(check(Place::Row { collection: TOTALS, row: 7 }), Ok(()));
    let sentence = "issues[1]: there is no row 7: there are 2, counted from 0";
    assert_eq!(check(Place::Row { collection: 0, row: 7 }), Err(sentence.to_owned()));

    let outcome = outcome(Place::Row { collection: TOTALS, row: u32::MAX });
    let json = write_outcome(&outcome, &request, &descriptor());
    assert!(json.to_string().contains("item-totals[4294967296]"), "rows are counted: {json}");
    assert_eq!(read_outcome(&json, &request, &descriptor()), Ok(outcome));
}

#[test]
fn steps_are_of_rows_that_are_there() {
    let mut descriptor = descriptor();
    let entity = &mut descriptor.entities[0];
    entity.rules[4].collection = Some(TOTALS);
    entity.rules[4].reads.clear();
    let request = Request { explain: true, ..request() };
    let check = |conclusion: Conclusion, row| {
        let steps = vec![Step { rule: 4, row: Some(row), yielded: false, used: Vec::new() }];
        let answer = Answer { conclusion, log: Vec::new(), steps };
        answer.check(&request, &descriptor, &limits()).map_err(|error| error.to_string())
    };
    let mut outcome = silent(&request, &descriptor.entities[0]);
    outcome.derived.collections[1] = totals(&["a", "b"]);
    let outcome = Conclusion::Outcome(outcome);
    assert_eq!(check(outcome.clone(), 1), Ok(()));
    let sentence = "steps: there is no row 2: there are 2, counted from 0";
    assert_eq!(check(outcome, 2), Err(sentence.to_owned()));
    let needs = Conclusion::Needs(vec![LookUp { table: 0, key: "x".to_owned(), limit: None }]);
    assert_eq!(check(needs, 2), Ok(()), "the rule's rows are not given yet");
}

#[test]
fn no_patch_changes_it() {
    let patched = |rows: RecordSet, removed: Vec<(u16, String)>| {
        said(&request(), |outcome| {
            let entity = entity();
            let header = RecordSet::absent(&Layout::given_header(&entity.fields), 1);
            let lines = RecordSet::absent(&Layout::given_rows(&entity.collections[0].fields), 0);
            let (key, cleared) = (String::new(), Vec::new());
            outcome.patches = vec![Patch { entity: 0, key, header, cleared, collections: vec![lines, rows], removed }];
        })
    };
    assert_eq!(patched(RecordSet::default(), Vec::new()), Ok(()));
    let ids = RecordSet { rows: 1, text_ends: vec![1], texts: "a".to_owned(), ..RecordSet::default() };
    let sentence = "patches[1].item-totals: the rows are given by the collection's rule: leave them out";
    assert_eq!(patched(ids, Vec::new()), Err(sentence.to_owned()));
    let sentence = "patches[1]: the rows of `item-totals` are given by its rule: no patch can take one away";
    assert_eq!(patched(RecordSet::default(), vec![(TOTALS, "a".to_owned())]), Err(sentence.to_owned()));
}

#[test]
fn people_do_not_write_its_rows() {
    let refused = |text: &str| read_document(&json(text), &descriptor()).unwrap_err().to_string();
    let sentence = "item-totals: calculated by the plugin: leave it out";
    assert_eq!(refused(r#"{"item-totals": [{"id": "a"}]}"#), sentence);
    assert_eq!(refused(r#"{"item-totals": [{"item": "a"}]}"#), sentence);
    let empty = document(r#"{"item-totals": [], "lines": []}"#);
    assert_eq!(write_document(&empty, &entity()), json(r#"{"entity": "order", "lines": []}"#));
    let set = r#"{"derived": {"lines": [{"id": "1"}, {"id": "b"}]}, "actions": [], "issues": [],
        "patches": [{"entity": "order", "set": {"item-totals": [{"id": "a"}]}}]}"#;
    let error = read_outcome(&json(set), &request(), &descriptor()).unwrap_err().to_string();
    assert_eq!(error, "patches[1].set.item-totals: calculated by the plugin: leave it out");
}

#[test]
fn people_see_its_rows_with_what_was_derived() {
    let (request, descriptor): (Request, Descriptor) = (request(), descriptor());
    let mut outcome = silent(&request, &descriptor.entities[0]);
    outcome.derived.collections[1] = totals(&["b", "a"]);
    outcome.issues = vec![issue(Place::Cell { collection: TOTALS, row: 1, field: 1 })];
    let written = write_outcome(&outcome, &request, &descriptor);
    let rows = json(r#"[{"id": "b", "quantity": "5"}, {"id": "a", "quantity": "5"}]"#);
    assert_eq!(written.get("derived").and_then(|derived| derived.get("item-totals")), Some(&rows));
    assert!(written.to_string().contains(r#""place":"item-totals[a].quantity""#), "{written}");
    assert_eq!(read_outcome(&written, &request, &descriptor), Ok(outcome.clone()));

    let resolved = ResolvedDocument::new(&descriptor.entities[0], &request.document, &outcome.derived);
    assert_eq!(resolved.cell(TOTALS, 1, 1), Some(Value::Decimal(5.into())));
    assert_eq!(resolved.rows(TOTALS).and_then(|rows| rows.row_of("a")), Some(1));
    assert_eq!(write_resolved(&resolved, &request.document).get("item-totals"), Some(&rows));
    let stored: Json = write_document(&frozen(&["a"]).document, &descriptor.entities[0]);
    assert_eq!(stored.get("item-totals"), Some(&json(r#"[{"id": "a", "quantity": "5"}]"#)));
}

#[test]
fn its_rows_may_be_those_of_a_view() {
    let mut descriptor = descriptor();
    let path = |field| ViewSource::Field(FieldPath { collection: Some(TOTALS), field });
    let table = &mut descriptor.tables[1];
    table.fields[1].of = FieldType::Decimal(6);
    table.view = Some(View { entity: 0, collection: Some(TOTALS), sources: vec![ViewSource::RowId, path(1)] });
    assert_eq!(descriptor.check(), Ok(()));
    let record = r#"{"key": "K", "lines": [{}, {}, {}], "item-totals": [{"id": "b", "quantity": "5"}, {"id": "a"}]}"#;
    let (_, record) = read_record(&json(record), &descriptor).expect("a record");
    let table = &descriptor.tables[1];
    let rows = table.view.as_ref().map(|view| view.rows_of(table, &descriptor, &record));
    let text = |id: &str| Some(Value::Text(id.to_owned()));
    let wanted = vec![vec![text("b"), Some(Value::Decimal(5.into()))], vec![text("a"), None]];
    assert_eq!(rows, Some(wanted));
}

#[test]
fn its_ids_stand_before_its_columns() {
    let rows = totals(&["b", "a"]);
    assert_eq!((rows.texts.as_str(), &rows.text_ends[..]), ("ba", &[1, 2, 2, 2][..]));
    let entity = entity();
    let [lines, totals] = &entity.collections[..] else { panic!("two collections") };
    assert!(Layout::derived_rows(totals).has_ids && !Layout::derived_rows(lines).has_ids);
    assert_eq!(totals.fields[0].of, FieldType::Text(10));
}
