//! A descriptor with every kind of field, and requests and outcomes that fit it.

use lockstep_model::{
    Context, Date, Derived, Document, FieldState, Issue, Layout, Limits, Outcome, Part, Patch, Place, RecordSet,
    Request, Timestamp, Value,
    decimal::decimal_from_words,
    json::{Json, read_arguments, read_context, read_document},
    schema::{Collection, Descriptor, Entity, Field, FieldType, Severity},
};
use proptest::{collection::vec, option, prelude::*};

/// The descriptor of the tests and of `vectors.json`.
pub(crate) fn descriptor() -> Descriptor {
    serde_json::from_str(include_str!("descriptor.json")).expect("a descriptor")
}

pub(crate) fn limits() -> Limits {
    Limits {
        fuel: 1_000_000,
        instantiation_fuel: 1_000_000,
        memory_bytes: 1 << 20,
        table_elements: 100,
        input_bytes: 1 << 20,
        output_bytes: 1 << 20,
        issues: 10,
        patches: 3,
        log_lines: 5,
        look_ups: 8,
        rounds: 4,
        wall_clock_ms: 1000,
    }
}

pub(crate) fn json(text: &str) -> Json {
    Json::parse(text).expect("JSON")
}

pub(crate) fn document(text: &str) -> Document {
    read_document(&json(text), &descriptor()).expect("a document").1
}

pub(crate) fn context() -> Context {
    let text = r#"{"now": "2026-03-02T08:00:00Z", "today": "2026-03-02", "seed": 1, "user": "u", "company": "c"}"#;
    read_context(&json(text)).expect("a context")
}

/// A request to confirm an order of two lines, without rows.
pub(crate) fn request() -> Request {
    let text = r#"{"customer": "C-100", "status": "draft", "lines": [
        {"item": "I-1", "quantity": "12"}, {"id": "b", "item": "I-2", "quantity": 0.5}]}"#;
    let descriptor = descriptor();
    let (action, confirm) = descriptor.entities[0].action("confirm").expect("the action");
    Request {
        context: context(),
        entity: 0,
        document: document(text),
        action,
        arguments: read_arguments(&json(r#"{"reason": "ready"}"#), confirm).expect("arguments"),
        part: Part::Mirrored,
        rows: Vec::new(),
        explain: false,
    }
}

/// An outcome of that request that derives nothing.
pub(crate) fn silent(request: &Request, entity: &Entity) -> Outcome {
    let header = RecordSet::absent(&Layout::derived(&entity.fields), 1);
    let pairs = entity.collections.iter().zip(&request.document.collections);
    let collections = pairs.map(|(known, rows)| RecordSet::absent(&Layout::derived_rows(known), rows.rows));
    Outcome { derived: Derived { header, collections: collections.collect() }, ..Outcome::default() }
}

fn value(of: &FieldType) -> BoxedStrategy<Value> {
    match of.clone() {
        FieldType::Integer => prop_oneof![any::<i64>(), -3..3i64].prop_map(Value::Integer).boxed(),
        FieldType::Decimal(scale) => {
            let words = (any::<u64>(), prop_oneof![Just(0), any::<u32>()], 0..=u64::from(scale), any::<bool>());
            let words = words
                .prop_map(|(low, high, scale, sign)| [low, u64::from(high) | (scale << 32) | (u64::from(sign) << 63)]);
            words.prop_map(|words| Value::Decimal(decimal_from_words(words).expect("words").normalize())).boxed()
        }
        FieldType::Text(length) => text(length.min(20) as usize).prop_map(Value::Text).boxed(),
        FieldType::Boolean => any::<bool>().prop_map(Value::Boolean).boxed(),
        FieldType::Enumeration(names) => proptest::sample::select(names).prop_map(Value::Enumeration).boxed(),
        FieldType::Date => (Date::MIN.0..=Date::MAX.0).prop_map(|days| Value::Date(Date(days))).boxed(),
        FieldType::Timestamp => {
            (Timestamp::MIN.0..=Timestamp::MAX.0).prop_map(|ms| Value::Timestamp(Timestamp(ms))).boxed()
        }
    }
}

fn text(length: usize) -> impl Strategy<Value = String> {
    vec(prop_oneof![Just('ß'), Just('"'), Just('\\'), Just('\n'), Just('😀'), any::<char>()], 0..=length)
        .prop_map(String::from_iter)
}

fn rows_of(fields: &[Field], layout: Layout, ids: Vec<String>) -> impl Strategy<Value = RecordSet> + use<> {
    let columns = layout.columns.iter().map(|column| option::of(value(&fields[usize::from(column.field)].of)).boxed());
    let row = columns.collect::<Vec<_>>();
    let fields = fields.to_vec();
    vec(row, ids.len()).prop_map(move |rows| {
        let ids: Vec<_> = ids.iter().map(String::as_str).collect();
        RecordSet::from_rows(&layout, &fields, &ids, &rows).expect("rows that fit")
    })
}

fn collections(
    entity: &Entity,
    layout: fn(&Collection) -> Layout,
    ids: &[Vec<String>],
) -> impl Strategy<Value = Vec<RecordSet>> + use<> {
    let all = entity.collections.iter().zip(ids);
    all.map(|(known, ids)| rows_of(&known.fields, layout(known), ids.clone()).boxed()).collect::<Vec<_>>()
}

/// The rows that a document gives: those of derived collections are left out.
fn given_rows(entity: &Entity, ids: &[Vec<String>]) -> impl Strategy<Value = Vec<RecordSet>> + use<> {
    let pairs = entity.collections.iter().zip(ids);
    let given: Vec<_> = pairs.map(|(known, ids)| if known.derived { Vec::new() } else { ids.clone() }).collect();
    collections(entity, |known| Layout::given_rows(&known.fields), &given)
}

/// Some ids for the rows of each collection.
fn some_ids(entity: &Entity) -> impl Strategy<Value = Vec<Vec<String>>> + use<> {
    let ids = vec(proptest::collection::hash_set("[a-z0-9]{1,4}", 0..4), entity.collections.len());
    ids.prop_map(|ids| ids.into_iter().map(|ids| ids.into_iter().collect()).collect())
}

fn derived(entity: &Entity, ids: &[Vec<String>]) -> impl Strategy<Value = Derived> + use<> {
    let header = rows_of(&entity.fields, Layout::derived(&entity.fields), vec![String::new()]);
    (header, collections(entity, Layout::derived_rows, ids))
        .prop_map(|(header, collections)| Derived { header, collections })
}

fn some_document(entity: &Entity) -> impl Strategy<Value = Document> + use<> {
    let entity = entity.clone();
    some_ids(&entity).prop_flat_map(move |ids| {
        let header = rows_of(&entity.fields, Layout::given_header(&entity.fields), vec![String::new()]);
        let rows = given_rows(&entity, &ids);
        let entity = entity.clone();
        (text(5), header, rows, derived(&entity, &ids)).prop_map(move |(key, header, collections, stored)| {
            let document = Document { key, header, collections, stored: None };
            let stored = document.frozen_status(&entity).map(|_| stored);
            Document { stored, ..document }
        })
    })
}

/// Any request that fits the descriptor, without rows.
pub(crate) fn some_request() -> impl Strategy<Value = Request> {
    let entity = descriptor().entities.swap_remove(0);
    (some_document(&entity), any::<u64>(), text(8), vec(text(4), 0..3), 0..entity.actions.len() as u16).prop_flat_map(
        move |(document, seed, user, roles, action)| {
            let fields = entity.actions[usize::from(action)].arguments.clone();
            rows_of(&fields, Layout::all(&fields), vec![String::new()]).prop_map(move |arguments| Request {
                context: Context { seed, user: user.clone(), roles: roles.clone(), ..context() },
                entity: 0,
                document: document.clone(),
                action,
                arguments,
                part: Part::Mirrored,
                rows: Vec::new(),
                explain: false,
            })
        },
    )
}

fn some_place(request: &Request, ids: &[Vec<String>]) -> impl Strategy<Value = Place> + use<> {
    let entity = descriptor().entities.swap_remove(0);
    let mut places = vec![Place::Document];
    places.extend((0..entity.fields.len() as u16).map(Place::Field));
    let arguments = entity.actions[usize::from(request.action)].arguments.len();
    places.extend((0..arguments as u16).map(Place::Argument));
    for ((collection, known), ids) in (0..).zip(&entity.collections).zip(ids) {
        for row in 0..ids.len() as u32 {
            places.push(Place::Row { collection, row });
            let fields = 0..known.fields.len() as u16;
            places.extend(fields.map(|field| Place::Cell { collection, row, field }));
        }
    }
    proptest::sample::select(places)
}

fn some_issue(request: &Request, ids: &[Vec<String>]) -> impl Strategy<Value = Issue> + use<> {
    let severities = [Severity::Error, Severity::Warning, Severity::Information, Severity::Justification];
    let minimum = value(&FieldType::Decimal(28));
    let named = (option::of(minimum), option::of(value(&FieldType::Date)));
    (some_place(request, ids), proptest::sample::select(severities.to_vec()), named, option::of(0..5u16)).prop_map(
        |(place, severity, (minimum, day), rule)| Issue {
            code: "below-minimum".to_owned(),
            severity,
            place,
            arguments: minimum
                .map(|value| ("minimum".to_owned(), value))
                .into_iter()
                .chain(day.map(|value| ("day".to_owned(), value)))
                .collect(),
            offer: None,
            rule,
        },
    )
}

fn some_patch(entity: &Entity) -> impl Strategy<Value = Patch> + use<> {
    let ids = vec![vec!["1".to_owned(), String::new(), "x".to_owned(), String::new()], Vec::new()];
    let header = rows_of(&entity.fields, Layout::given_header(&entity.fields), vec![String::new()]);
    let removed = vec((Just(0), "[a-z]{1,3}"), 0..3);
    let given = entity.fields.iter().enumerate().filter(|(_, field)| field.kind.is_given());
    let given: Vec<_> = given.map(|(position, _)| position as u16).collect();
    let layout = Layout::given_header(&entity.fields);
    (text(3), header, proptest::sample::subsequence(given, 0..3), given_rows(entity, &ids), removed).prop_map(
        move |(key, header, cleared, collections, removed)| {
            let is_set = |field: &u16| layout.column_of(*field).is_some_and(|column| header.is_present(column, 0));
            let cleared = cleared.into_iter().filter(|field| !is_set(field)).collect();
            Patch { entity: 0, key, header, cleared, collections, removed }
        },
    )
}

/// Any request with any outcome that fits it.
pub(crate) fn some_outcome() -> impl Strategy<Value = (Request, Outcome)> {
    let entity = descriptor().entities.swap_remove(0);
    (some_request(), some_ids(&entity)).prop_flat_map(move |(request, mut ids)| {
        for ((known, rows), ids) in entity.collections.iter().zip(&request.document.collections).zip(&mut ids) {
            if !known.derived {
                *ids = rows.ids().map(str::to_owned).collect();
            }
        }
        let states = vec((any::<bool>(), any::<bool>()), 0..2).prop_map(|marks| {
            let state = |(hidden, read_only)| FieldState { place: Place::Field(1), hidden, read_only, required: true };
            marks.into_iter().map(state).collect::<Vec<_>>()
        });
        let actions = proptest::sample::subsequence(vec![0, 1, 2, 3], 0..=4);
        let issues = vec(some_issue(&request, &ids), 0..4);
        (derived(&entity, &ids), vec(some_patch(&entity), 0..2), states, actions, issues).prop_map(
            move |(derived, patches, field_states, actions, issues)| {
                let outcome = Outcome { derived, patches, field_states, actions, issues, used: Vec::new() };
                (request.clone(), outcome)
            },
        )
    })
}
