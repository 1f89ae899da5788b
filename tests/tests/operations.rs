//! Operations with every plugin: what a device does, a server with the same data does too, and a record that was
//! written is settled.

use std::{collections::BTreeMap, convert::Infallible};

use lockstep_engine::Plugin;
use lockstep_model::{
    Cell, Change, Context, Derived, Digest, Document, Layout, Message, Operation, OperationId, Part, ReadSet, Receipt,
    Record, RecordId, RecordSet, Request, ResolvedDocument, Row, RowSource as _, Tables, Verdict,
    canonical::{decode_message, decode_record, encode_message, encode_record},
    evaluate_in_rounds,
    operation::{Edit, Edits, RowChange},
    record::Cells,
    resolved::Source as Origin,
    schema::{Entity, Field, FieldKind},
};
use lockstep_sync::{Authority, Base, Done, Ended, Executed, Executor, Needs, Snapshot, Source, decide, views};
use lockstep_tests::{
    documents::Sample,
    plugins::{self, LIMITS, Workspace},
};

const SAMPLES: u64 = 400;

/// Records and tables that an operation may read.
struct World<'a> {
    records: BTreeMap<RecordId, Base>,
    tables: &'a Tables,
}

impl Source for World<'_> {
    type Error = Infallible;

    fn fetch(&self, context: &Context, needs: &Needs, snapshot: &mut Snapshot) -> Result<(), Infallible> {
        for id in &needs.records {
            snapshot.records.insert(id.clone(), self.records.get(id).cloned().unwrap_or(Base::Absent));
        }
        snapshot.add_rows(&self.tables.answer(&context.company, &needs.rows)?);
        Ok(())
    }
}

/// A sample's document as a user enters it: what rules, actions and the mirror give is left out.
fn entered(entity: &Entity, document: &Document) -> Change {
    let edits = |fields: &[Field], set: &RecordSet, layout: &Layout, row: u32| -> Edits {
        let users =
            (0..).zip(fields).filter(|(_, field)| matches!(field.kind, FieldKind::Entered | FieldKind::Defaulted));
        let edit = |(position, field): (u16, &Field)| {
            let value = set.field(layout, fields, position, row)?;
            Some((field.name.clone(), Edit { base: None, value: Some(value) }))
        };
        users.filter_map(edit).collect()
    };
    let fields = edits(&entity.fields, &document.header, &Layout::given_header(&entity.fields), 0);
    let rows = entity.collections.iter().zip(&document.collections).filter(|(_, set)| set.rows > 0);
    let rows = rows.map(|(collection, set)| {
        let layout = Layout::given_rows(&collection.fields);
        let added = (0..)
            .zip(set.ids())
            .map(|(row, id)| (id.to_owned(), RowChange::Added(edits(&collection.fields, set, &layout, row))));
        (collection.name.clone(), added.collect())
    });
    Change { fields, rows: rows.collect() }
}

/// A sample's document as it would be stored.
fn stored(entity: &Entity, document: &Document, derived: &Derived, company: &str) -> Record {
    let resolved = ResolvedDocument::new(entity, document, derived);
    let cells = |fields: &[Field], row: Option<(u16, u32)>| -> Cells {
        let cell = |(position, field): (u16, &Field)| {
            let (mut value, origin) = resolved.value(row, position)?;
            value.normalise();
            let entered = field.kind == FieldKind::Defaulted && origin == Origin::Given;
            Some((field.name.clone(), Cell { value, entered }))
        };
        (0..).zip(fields).filter_map(cell).collect()
    };
    let collections = (0..).zip(&entity.collections).filter_map(|(position, collection)| {
        let set = resolved.rows(position).filter(|set| set.rows > 0)?;
        let row =
            |(row, id): (u32, &str)| Row { id: id.to_owned(), cells: cells(&collection.fields, Some((position, row))) };
        Some((collection.name.clone(), (0..).zip(set.ids()).map(row).collect()))
    });
    Record { company: company.to_owned(), cells: cells(&entity.fields, None), collections: collections.collect() }
}

fn operation(plugin: &Workspace, request: &Request, id: &RecordId, action: &str, change: Change) -> Operation {
    let entity = &plugin.native.descriptor().entities[usize::from(request.entity)];
    let (position, definition) = entity.action(action).expect("the action");
    let layout = Layout::all(&definition.arguments);
    let argument = |(position, field): (u16, &Field)| {
        Some((field.name.clone(), request.arguments.field(&layout, &definition.arguments, position, 0)?))
    };
    let arguments = if position == request.action {
        (0..).zip(&definition.arguments).filter_map(argument).collect()
    } else {
        BTreeMap::new()
    };
    let codes = plugin.native.descriptor().issues.iter();
    let nothing = Digest::of(b"");
    Operation {
        id: OperationId { device: "d1".into(), sequence: 1 },
        package: plugin.native.digest(),
        record: id.clone(),
        action: action.to_owned(),
        change,
        arguments,
        justifications: codes.map(|kind| (kind.code.clone(), "agreed beforehand".to_owned())).collect(),
        context: request.context.clone(),
        reads: ReadSet::default(),
        depends_on: Vec::new(),
        replaces: None,
        receipt: Receipt { package: nothing, engine: String::new(), input: nothing, outcome: nothing, fuel: None },
        effect: nothing,
    }
}

/// What an operation does, if it is allowed and nothing fails.
fn run(engine: &Plugin, operation: &Operation, world: &World<'_>, authority: Authority<'_>) -> Option<Ended> {
    let executor = Executor { evaluator: engine, descriptor: engine.descriptor(), limits: &LIMITS };
    Some(executor.run(operation, &operation.context, world, authority).ok()?.0)
}

fn done(ended: Option<Ended>) -> Option<Done> {
    match ended? {
        Ended::Done(done) => Some(done),
        Ended::Refused(_) => None,
    }
}

/// How often what was tried.
#[derive(Default, Debug)]
struct Count {
    created: u32,
    acted: u32,
    settled: u32,
}

/// Runs an operation on both sides and both engines, and gives what it does.
fn run_everywhere(plugin: &Workspace, mut operation: Operation, world: &World<'_>, what: &str) -> Option<Done> {
    let done = done(run(&plugin.native, &operation, world, Authority::Device))?;
    operation.reads = done.reads.clone();
    operation.effect = done.effect;
    let Message::Operation(sent) = decode_message(&encode_message(&Message::Operation(operation.clone()))).expect(what)
    else {
        panic!("{what}: another message")
    };
    assert_eq!(sent, operation, "{what}");
    let mut fuel = None;
    for (engine, name) in [(&plugin.native, "native"), (&plugin.portable, "portable")] {
        let again = match run(engine, &sent, world, Authority::Device) {
            Some(Ended::Done(done)) => done,
            other => panic!("{what}, {name}: {other:?}"),
        };
        assert_eq!(
            (&again.writes, again.effect, &again.reads),
            (&done.writes, done.effect, &done.reads),
            "{what}, {name}"
        );
        // The device itself had looked up what it did not use, too.
        let first = *fuel.get_or_insert(again.fuel);
        assert_eq!(again.fuel, first, "{what}, {name}");
    }
    let server = run(&plugin.native, &sent, world, Authority::Server(&sent.context)).expect(what);
    let executed = match server {
        Ended::Done(done) => Executed::Done(done),
        Ended::Refused(refused) => Executed::Refused(refused),
    };
    match decide(&sent, &executed, true).expect("it is executed") {
        Verdict::Accepted { moved } => assert_eq!(moved, [], "{what}"),
        Verdict::Rejected { refusal: lockstep_model::Refusal::ServerOnly(_), .. } => {}
        other => panic!("{what}: {other:?}"),
    }
    Some(done)
}

fn check(plugin: &Workspace, sample: &Sample, count: &mut Count) {
    let request = Request { part: Part::Mirrored, ..sample.request.clone() };
    let descriptor = plugin.native.descriptor();
    let entity = &descriptor.entities[usize::from(request.entity)];
    let tables = plugin.documents().tables(sample).into_owned();
    let what = format!("{}: sample {}", plugin.name, sample.seed);
    let key = if request.document.key.is_empty() { "record-1".to_owned() } else { request.document.key.clone() };
    let id = RecordId { plugin: plugin.name.clone(), entity: entity.name.clone(), key };
    let empty = World { records: BTreeMap::new(), tables: &tables };

    if entity.action("create").is_some() {
        let create = operation(plugin, &request, &id, "create", entered(entity, &request.document));
        if let Some(done) = run_everywhere(plugin, create, &empty, &format!("{what}, create")) {
            count.created += 1;
            let record = done.writes[&id].clone().expect("it is written");
            check_settled(plugin, &request, &id, &record, &tables, &what, count);
        }
    }

    let direct = evaluate_in_rounds(&plugin.native, descriptor, request.clone(), &tables, &LIMITS);
    let Ok(direct) = direct else { return };
    let record = stored(entity, &request.document, &direct.outcome.derived, &request.context.company);
    let action = &entity.actions[usize::from(request.action)].name;
    if action == "create" {
        return;
    }
    let world = World { records: [(id.clone(), Base::There(record))].into(), tables: &tables };
    let act = operation(plugin, &request, &id, action, Change::default());
    if let Some(done) = run_everywhere(plugin, act, &world, &format!("{what}, {action}")) {
        count.acted += 1;
        for (written, record) in done.writes.iter().filter_map(|(id, record)| Some((id, record.as_ref()?))) {
            views::rows_of(descriptor, written, record).unwrap_or_else(|error| panic!("{what}: {error}"));
            if *written == id {
                check_settled(plugin, &request, &id, record, &tables, &what, count);
            }
        }
    }
}

/// A record comes back from its bytes, and an update that changes nothing changes nothing.
fn check_settled(
    plugin: &Workspace,
    request: &Request,
    id: &RecordId,
    record: &Record,
    tables: &Tables,
    what: &str,
    count: &mut Count,
) {
    assert_eq!(decode_record(&encode_record(record)).as_ref(), Ok(record), "{what}");
    let entity = &plugin.native.descriptor().entities[usize::from(request.entity)];
    if entity.action("update").is_none() {
        return;
    }
    let world = World { records: [(id.clone(), Base::There(record.clone()))].into(), tables };
    let update = operation(plugin, request, id, "update", Change::default());
    if let Some(done) = done(run(&plugin.native, &update, &world, Authority::Device)) {
        count.settled += 1;
        assert_eq!(done.writes.get(id), Some(&Some(record.clone())), "{what}: an empty update changes the record");
    }
}

#[test]
fn what_a_device_does_a_server_with_the_same_data_does_too() {
    for plugin in plugins::all() {
        let documents = plugin.documents();
        let mut count = Count::default();
        for seed in 0..SAMPLES {
            check(plugin, &documents.sample(seed), &mut count);
        }
        println!("{}: {count:?}", plugin.name);
        let entity_actions = plugin.native.descriptor().entities.iter().flat_map(|entity| &entity.actions);
        let has_create = entity_actions.clone().any(|action| action.name == "create");
        assert!(!has_create || count.created > 0, "{}: nothing could be created", plugin.name);
        assert!(count.acted > 0 && count.settled > 0, "{}: {count:?}", plugin.name);
    }
}
