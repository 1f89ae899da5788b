//! What test guests have in common: the contract's types, a descriptor with one entity, and an outcome without
//! anything to say. Written on the bare contract, so that a guest can break whatever the SDK would hold it to.

mod bump;

pub use bump::Bump;
pub use exports::lockstep::logic::logic::{
    Answer, Conclusion, Context, Derived, Document, FieldState, Guest as Logic, Issue, LookUp, Outcome, Part, Patch,
    Place, Request, Step,
};
pub use lockstep::logic::{
    schema::{
        Action, Collection, Descriptor, Entity, Field, FieldKind, FieldPath, FieldType, IssueKind, Rule, RuleKind,
        Severity, Table,
    },
    values::{RecordSet, Value},
};
pub use wit_bindgen;

wit_bindgen::generate!({
    path: "../../../wit/1.0.0",
    world: "plugin",
    pub_export_macro: true,
    default_bindings_module: "kit",
});

/// A field that the user enters.
pub fn entered(name: &str, of: FieldType) -> Field {
    field(name, FieldKind::Entered, of)
}

/// A field that a rule calculates.
pub fn calculated(name: &str, of: FieldType) -> Field {
    field(name, FieldKind::Calculated, of)
}

/// A field of this kind.
pub fn field(name: &str, kind: FieldKind, of: FieldType) -> Field {
    Field { name: name.into(), label: name.into(), kind, of, required: false, read_only: false, table: None }
}

/// A rule for the header that reads nothing.
pub fn rule(name: &str, kind: RuleKind, function: &str, writes: Vec<FieldPath>) -> Rule {
    Rule {
        name: name.into(),
        kind,
        function: function.into(),
        collection: None,
        reads: vec![],
        writes,
        tables: vec![],
        guards: vec![],
    }
}

/// `create`, `update`, without arguments.
pub fn actions() -> Vec<Action> {
    ["create", "update"]
        .map(|name| Action { name: name.into(), label: name.into(), arguments: vec![], states: vec![] })
        .into()
}

/// An entity with these fields and rules.
pub fn entity(name: &str, fields: Vec<Field>, rules: Vec<Rule>) -> Entity {
    Entity {
        name: name.into(),
        label: name.into(),
        fields,
        collections: vec![],
        actions: actions(),
        rules,
        status: None,
        frozen: vec![],
        last_writer: false,
    }
}

/// One entity, `thing`, with an entered and a calculated number, and a table, `item`.
pub fn descriptor() -> Descriptor {
    let total = FieldPath { collection: None, field: 1 };
    Descriptor {
        entities: vec![entity(
            "thing",
            vec![entered("number", FieldType::Integer), calculated("total", FieldType::Integer)],
            vec![rule("total", RuleKind::Calculation, "thing::total", vec![total])],
        )],
        tables: vec![Table {
            name: "item".into(),
            label: "item".into(),
            fields: vec![entered("code", FieldType::Text(40))],
            key: vec![0],
            view: None,
        }],
        issues: vec![IssueKind { code: "odd".into(), severity: Severity::Warning, arguments: vec![] }],
    }
}

/// A row without a field.
pub fn no_fields() -> RecordSet {
    RecordSet { rows: 1, ..rows(0) }
}

/// So many rows without a value.
pub fn rows(rows: u32) -> RecordSet {
    RecordSet { rows, present: vec![], integers: vec![], decimals: vec![], text_ends: vec![], texts: String::new() }
}

/// The outcome for a `thing` with this total.
pub fn total(total: i64) -> Outcome {
    outcome(RecordSet { rows: 1, present: vec![1], integers: vec![total], ..rows(1) })
}

/// An outcome with this header and nothing else; all actions are allowed.
pub fn outcome(header: RecordSet) -> Outcome {
    Outcome {
        derived: Derived { header, collections: vec![] },
        patches: vec![],
        field_states: vec![],
        actions: vec![0, 1],
        issues: vec![],
        used: vec![],
    }
}

/// An answer with this conclusion.
pub fn answer(conclusion: Conclusion) -> Answer {
    Answer { conclusion, log: vec![], steps: vec![] }
}

/// The number that the document gives; 0 where it gives none.
pub fn number(request: &Request) -> i64 {
    request.document.header.integers.first().copied().unwrap_or(0)
}
