//! A guest with rows that a rule gives: as the SDK writes them, on both engines.

use std::path::Path;

use lockstep_engine::{EvaluateError, FaultKind, PluginFault};
use lockstep_model::{
    Concluded, Part, Place, Request, RoundsError, evaluate_in_rounds,
    json::{Json, read_document, write_outcome},
    outcome_digest,
    schema::Descriptor,
};
use lockstep_tests::{
    documents::{Documents, Mood},
    guests,
    reference::Reference,
};

use crate::{LIMITS, check_serves, load, thing};

/// Three items of two families, with limits.
fn reference(descriptor: &Descriptor) -> Reference {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests/derived-rows");
    Reference::read(&folder, descriptor).expect("its tables")
}

const DOCUMENT: &str = r#"{"lines": [{"item": "A", "quantity": "2.50"}, {"item": "B", "quantity": 1},
    {"item": "C", "quantity": "3"}]}"#;

fn request(document: &str, descriptor: &Descriptor) -> Request {
    let (entity, document) = read_document(&Json::parse(document).expect("JSON"), descriptor).expect("a document");
    let arguments = lockstep_model::RecordSet { rows: 1, ..Default::default() };
    Request { entity, document, arguments, explain: true, ..thing(1) }
}

type Said = Result<(Concluded, Json), Box<PluginFault>>;

/// Evaluates on both engines, which agree; the outcome as people read it too.
fn evaluate(document: &str, part: Part, has_items: bool) -> Said {
    let [native, portable] = load(guests::DERIVED_ROWS).map(|plugin| {
        let descriptor = plugin.descriptor();
        let request = Request { part, ..request(document, descriptor) };
        let reference = reference(descriptor);
        let tables = reference.tables((!has_items).then_some(0));
        match evaluate_in_rounds(&plugin, descriptor, request, tables, &LIMITS) {
            Ok(concluded) => {
                let json = write_outcome(&concluded.outcome, &concluded.request, descriptor);
                Ok((concluded, json))
            }
            Err(RoundsError::Evaluate(EvaluateError::Fault(fault))) => Err(Box::new(fault)),
            Err(other) => panic!("{other}"),
        }
    });
    assert_eq!(native, portable);
    native
}

fn part<'a>(json: &'a Json, path: &[&str]) -> &'a Json {
    path.iter().fold(json, |json, key| json.get(key).unwrap_or_else(|| panic!("no `{key}` in {json}")))
}

fn families(json: &Json) -> String {
    part(json, &["derived", "families"]).to_string()
}

#[test]
fn both_engines_give_the_same_rows() {
    let (concluded, json) = evaluate(DOCUMENT, Part::Mirrored, true).expect("an outcome");
    assert_eq!(
        families(&json),
        r#"[{"id":"tools","family":"tools","quantity":"5.5","lines":2},{"id":"paint","family":"paint","quantity":"1","lines":1}]"#
    );
    assert_eq!(part(&json, &["derived", "largest"]), &Json::text("5.5"));
    let places: Vec<_> = concluded.outcome.issues.iter().map(|issue| (&*issue.code, issue.place)).collect();
    assert_eq!(places, [("over-limit", Place::Cell { collection: 0, row: 0, field: 1 })]);
    assert!(part(&json, &["issues"]).to_string().contains(r#""place":"families[tools].quantity""#), "{json}");
    let hidden = r#"[{"place":"families[paint].lines","hidden":true}]"#;
    assert_eq!(part(&json, &["field-states"]).to_string(), hidden);
    assert_eq!(concluded.rounds, 3, "items, then limits of the families that they have");
    let of_rule: Vec<_> = concluded.steps.iter().filter(|step| step.rule == 0).collect();
    assert!(matches!(of_rule[..], [step] if step.row.is_none() && step.yielded && step.used.len() == 3));
}

#[test]
fn rows_that_are_not_known_are_not_there() {
    let (concluded, json) = evaluate(DOCUMENT, Part::Mirrored, false).expect("an outcome");
    assert_eq!(part(&json, &["derived"]).to_string(), r#"{"families":[],"lines":[{"id":"1"},{"id":"2"},{"id":"3"}]}"#);
    let codes: Vec<_> = concluded.outcome.issues.iter().map(|issue| &*issue.code).collect();
    assert_eq!(codes, ["not-checked"]);
}

#[test]
fn the_server_only_part_speaks_of_the_same_rows() {
    let (concluded, _) = evaluate(DOCUMENT, Part::ServerOnly, true).expect("an outcome");
    let places: Vec<_> = concluded.outcome.issues.iter().map(|issue| issue.place).collect();
    assert_eq!(places, [Place::Row { collection: 0, row: 1 }]);
}

#[test]
fn stored_rows_stand_where_the_document_is_frozen() {
    let frozen = r#"{"status": "closed", "lines": [{"item": "A", "quantity": 1}],
        "families": [{"id": "x", "family": "tools", "quantity": "6"}, {"id": "y"}]}"#;
    let (concluded, json) = evaluate(frozen, Part::Mirrored, true).expect("an outcome");
    assert_eq!(families(&json), r#"[{"id":"x","family":"tools","quantity":"6"},{"id":"y"}]"#);
    assert_eq!(concluded.outcome.issues[0].place, Place::Cell { collection: 0, row: 0, field: 1 });
    assert_eq!(concluded.request.document.stored.as_ref(), Some(&concluded.outcome.derived));
    let (other, _) = evaluate(&frozen.replace("\"y\"", "\"z\""), Part::Mirrored, true).expect("an outcome");
    assert_ne!(outcome_digest(&concluded.outcome), outcome_digest(&other.outcome), "ids are part of an outcome");
}

#[test]
fn two_rows_with_one_id_are_a_fault_that_names_it() {
    let document = DOCUMENT.replacen('{', r#"{"merged": false, "#, 1);
    let fault = evaluate(&document, Part::Mirrored, true).expect_err("the id is there twice");
    assert_eq!(fault.kind, FaultKind::BadOutput("families: two rows have the id `tools`".to_owned()));
    check_serves();
}

#[test]
fn a_row_without_an_id_is_a_fault() {
    let fault = evaluate(r#"{"lines": [{"item": "unknown"}]}"#, Part::Mirrored, true).expect_err("no id");
    assert_eq!(fault.kind, FaultKind::BadOutput("families[1].id: a row has no id".to_owned()));
}

#[test]
fn random_documents_give_no_rows_and_have_one_outcome() {
    let [native, portable] = load(guests::DERIVED_ROWS);
    let descriptor = native.descriptor();
    let reference = reference(descriptor);
    let documents = Documents { descriptor, reference: &reference };
    let (mut rows, mut stored) = (0, 0);
    for seed in 0..600 {
        let sample = documents.sample(seed);
        assert_eq!(sample.request.check(descriptor), Ok(()), "seed {seed}");
        assert_eq!(sample.request.document.collections[0].rows, 0);
        stored += u32::from(sample.mood == Mood::Frozen);
        let [one, other] = [&native, &portable].map(|plugin| {
            let tables = reference.tables(sample.without);
            evaluate_in_rounds(plugin, descriptor, sample.request.clone(), tables, &LIMITS)
                .map_err(|error| error.to_string())
        });
        assert_eq!(one, other, "seed {seed}");
        let derived = one.map(|concluded| concluded.outcome.derived);
        rows += derived.ok().and_then(|derived| Some(derived.collections.first()?.rows)).unwrap_or_default();
    }
    assert!(rows > 50 && stored > 5, "{rows} rows, {stored} documents with stored ones");
}

#[test]
fn a_document_that_gives_rows_is_its_callers_fault() {
    for plugin in load(guests::DERIVED_ROWS) {
        let descriptor = plugin.descriptor();
        let mut request = request(DOCUMENT, descriptor);
        request.document.collections[0] =
            lockstep_model::RecordSet { rows: 1, text_ends: vec![1], texts: "x".to_owned(), ..Default::default() };
        let refused = lockstep_model::Evaluate::evaluate(&plugin, &request, &LIMITS).expect_err("rows are given");
        assert!(matches!(&refused, EvaluateError::Caller(error) if error.to_string().contains("leave them out")));
    }
}
