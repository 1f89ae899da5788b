//! A plugin's description of itself, moved into the model.

use lockstep_model::schema as model;

use super::{lift::severity, schema};

pub(crate) fn descriptor(descriptor: schema::Descriptor) -> model::Descriptor {
    model::Descriptor {
        entities: all(descriptor.entities, entity),
        tables: all(descriptor.tables, table),
        issues: all(descriptor.issues, issue_kind),
    }
}

fn all<T, U>(list: Vec<T>, one: impl Fn(T) -> U) -> Vec<U> {
    list.into_iter().map(one).collect()
}

fn entity(entity: schema::Entity) -> model::Entity {
    model::Entity {
        name: entity.name,
        label: entity.label,
        fields: all(entity.fields, field),
        collections: all(entity.collections, collection),
        actions: all(entity.actions, action),
        rules: all(entity.rules, rule),
        status: entity.status,
        frozen: entity.frozen,
        last_writer: entity.last_writer,
    }
}

fn collection(collection: schema::Collection) -> model::Collection {
    let schema::Collection { name, label, derived, fields } = collection;
    model::Collection { name, label, derived, fields: all(fields, field) }
}

fn field(field: schema::Field) -> model::Field {
    model::Field {
        name: field.name,
        label: field.label,
        kind: field_kind(field.kind),
        of: field_type(field.of),
        required: field.required,
        read_only: field.read_only,
        table: field.table,
    }
}

fn field_kind(kind: schema::FieldKind) -> model::FieldKind {
    match kind {
        schema::FieldKind::Entered => model::FieldKind::Entered,
        schema::FieldKind::Defaulted => model::FieldKind::Defaulted,
        schema::FieldKind::Calculated => model::FieldKind::Calculated,
        schema::FieldKind::State => model::FieldKind::State,
        schema::FieldKind::Assigned => model::FieldKind::Assigned,
    }
}

fn field_type(of: schema::FieldType) -> model::FieldType {
    match of {
        schema::FieldType::Integer => model::FieldType::Integer,
        schema::FieldType::Decimal(scale) => model::FieldType::Decimal(scale),
        schema::FieldType::Text(length) => model::FieldType::Text(length),
        schema::FieldType::Boolean => model::FieldType::Boolean,
        schema::FieldType::Enumeration(names) => model::FieldType::Enumeration(names),
        schema::FieldType::Date => model::FieldType::Date,
        schema::FieldType::Timestamp => model::FieldType::Timestamp,
    }
}

fn field_path(path: schema::FieldPath) -> model::FieldPath {
    model::FieldPath { collection: path.collection, field: path.field }
}

fn rule(rule: schema::Rule) -> model::Rule {
    model::Rule {
        name: rule.name,
        kind: rule_kind(rule.kind),
        function: rule.function,
        collection: rule.collection,
        reads: all(rule.reads, field_path),
        writes: all(rule.writes, field_path),
        tables: rule.tables,
        guards: rule.guards,
    }
}

fn rule_kind(kind: schema::RuleKind) -> model::RuleKind {
    match kind {
        schema::RuleKind::Default => model::RuleKind::Default,
        schema::RuleKind::Calculation => model::RuleKind::Calculation,
        schema::RuleKind::Validation => model::RuleKind::Validation,
        schema::RuleKind::ServerOnly => model::RuleKind::ServerOnly,
        schema::RuleKind::Condition => model::RuleKind::Condition,
        schema::RuleKind::Action => model::RuleKind::Action,
    }
}

fn action(action: schema::Action) -> model::Action {
    model::Action {
        name: action.name,
        label: action.label,
        arguments: all(action.arguments, field),
        states: action.states,
    }
}

fn table(table: schema::Table) -> model::Table {
    model::Table {
        name: table.name,
        label: table.label,
        fields: all(table.fields, field),
        key: table.key,
        view: table.view.map(view),
    }
}

fn view(view: schema::View) -> model::View {
    model::View { entity: view.entity, collection: view.collection, sources: all(view.sources, view_source) }
}

fn view_source(source: schema::ViewSource) -> model::ViewSource {
    match source {
        schema::ViewSource::RecordKey => model::ViewSource::RecordKey,
        schema::ViewSource::RowId => model::ViewSource::RowId,
        schema::ViewSource::Field(path) => model::ViewSource::Field(field_path(path)),
    }
}

fn issue_kind(kind: schema::IssueKind) -> model::IssueKind {
    model::IssueKind { code: kind.code, severity: severity(kind.severity), arguments: kind.arguments }
}
