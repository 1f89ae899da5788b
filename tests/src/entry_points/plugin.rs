//! What a plugin with a field of each type says of itself, and a request for it.

use lockstep_model::{
    Context, Date, Document, Layout, Part, RecordSet, Request, Timestamp,
    schema::{
        Action, Collection, Descriptor, Entity, Field, FieldKind, FieldPath, FieldType, IssueKind, Rule, RuleKind,
        Severity, Table,
    },
};

fn field(name: &str, kind: FieldKind, of: FieldType) -> Field {
    Field { name: name.into(), label: name.into(), kind, of, required: false, read_only: false, table: None }
}

fn rule(kind: RuleKind, name: &str, collection: Option<u16>, writes: u16) -> Rule {
    Rule {
        name: name.into(),
        kind,
        function: format!("sample::{name}"),
        collection,
        reads: Vec::new(),
        writes: vec![FieldPath { collection, field: writes }],
        tables: Vec::new(),
        guards: Vec::new(),
    }
}

fn names(names: [&str; 2]) -> FieldType {
    FieldType::Enumeration(names.map(str::to_owned).into())
}

fn lines() -> Collection {
    Collection {
        name: "lines".into(),
        label: "Lines".into(),
        derived: false,
        fields: vec![
            Field { required: true, ..field("quantity", FieldKind::Entered, FieldType::Decimal(4)) },
            field("remark", FieldKind::Entered, FieldType::Text(40)),
            field("kind", FieldKind::Defaulted, names(["good", "service"])),
            field("amount", FieldKind::Calculated, FieldType::Decimal(2)),
        ],
    }
}

fn kinds() -> Collection {
    Collection {
        name: "kinds".into(),
        label: "Kinds".into(),
        derived: true,
        fields: vec![
            field("kind", FieldKind::Calculated, FieldType::Text(10)),
            field("amount", FieldKind::Calculated, FieldType::Decimal(2)),
        ],
    }
}

/// One entity with a field of each type, a collection and a derived one, a frozen status, an action with an argument; a
/// table; an issue.
pub fn descriptor() -> Descriptor {
    use FieldKind::{Assigned, Calculated, Defaulted, Entered, State};
    let action = |name: &str, arguments, states: &[&str]| Action {
        name: name.into(),
        label: name.into(),
        arguments,
        states: states.iter().map(|state| (*state).to_owned()).collect(),
    };
    let entity = Entity {
        name: "sample".into(),
        label: "Sample".into(),
        fields: vec![
            Field { table: Some(0), ..field("customer", Entered, FieldType::Text(10)) },
            field("count", Entered, FieldType::Integer),
            field("is-urgent", Entered, FieldType::Boolean),
            field("day", Defaulted, FieldType::Date),
            field("moment", Assigned, FieldType::Timestamp),
            field("status", State, names(["open", "closed"])),
            field("total", Calculated, FieldType::Decimal(2)),
        ],
        collections: vec![lines(), kinds()],
        actions: vec![
            action("create", Vec::new(), &["open"]),
            action("close", vec![field("reason", Entered, FieldType::Text(20))], &["open"]),
        ],
        rules: vec![
            rule(RuleKind::Default, "day", None, 3),
            rule(RuleKind::Default, "kind", Some(0), 2),
            rule(RuleKind::Calculation, "amount", Some(0), 3),
            Rule {
                writes: [0, 1].map(|field| FieldPath { collection: Some(1), field }).into(),
                ..rule(RuleKind::Calculation, "kinds", None, 0)
            },
            rule(RuleKind::Calculation, "total", None, 6),
            Rule { writes: Vec::new(), guards: vec![0], ..rule(RuleKind::Validation, "is-sound", None, 0) },
        ],
        status: Some(5),
        frozen: vec!["closed".into()],
        last_writer: false,
    };
    let table = Table {
        name: "customer".into(),
        label: "Customer".into(),
        fields: vec![
            Field { required: true, ..field("account", Entered, FieldType::Text(10)) },
            field("limit", Entered, FieldType::Decimal(2)),
            field("since", Entered, FieldType::Date),
        ],
        key: vec![0],
        view: None,
    };
    let issue =
        IssueKind { code: "over-limit".into(), severity: Severity::Justification, arguments: vec!["limit".into()] };
    Descriptor { entities: vec![entity], tables: vec![table], issues: vec![issue] }
}

/// A request for it: a document with two lines, of which nothing else is known.
///
/// # Panics
/// Never: absent cells fit every field.
pub fn request() -> Request {
    let descriptor = descriptor();
    let entity = &descriptor.entities[0];
    let lines = &entity.collections[0].fields;
    let layout = Layout::given_rows(lines);
    let absent = vec![None; layout.columns.len()];
    let lines = RecordSet::from_rows(&layout, lines, &["1", "2"], &[absent.clone(), absent]).expect("nothing fits");
    let mut request = empty_request(entity);
    request.document.collections[0] = lines;
    request
}

/// A request without a value for the entity's last action.
pub(super) fn empty_request(entity: &Entity) -> Request {
    let collections = entity.collections.iter().map(|known| RecordSet::absent(&Layout::given_rows(&known.fields), 0));
    let arguments = entity.actions.last().map(|action| RecordSet::absent(&Layout::all(&action.arguments), 1));
    Request {
        context: Context {
            now: Timestamp(1_772_438_400_000),
            today: Date(20_514),
            seed: 1,
            user: "u".into(),
            company: "c".into(),
            roles: vec!["sales".into()],
        },
        entity: 0,
        document: Document {
            key: String::new(),
            header: RecordSet::absent(&Layout::given_header(&entity.fields), 1),
            collections: collections.collect(),
            stored: None,
        },
        action: entity.actions.len().saturating_sub(1) as u16,
        arguments: arguments.unwrap_or_default(),
        part: Part::Mirrored,
        rows: Vec::new(),
        explain: false,
    }
}
