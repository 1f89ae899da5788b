//! Whether a descriptor holds together: names, positions, types. One that does not is the plugin's fault.

use std::collections::HashSet;

use crate::{
    decimal::SCALE_MAX,
    outcome::STANDARD_CODES,
    schema::{
        Action, Collection, Descriptor, Entity, Field, FieldKind, FieldPath, FieldType, IssueKind, Rule, RuleKind,
        Table, View, ViewSource,
    },
};

/// Why a descriptor does not hold together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct DescriptorError {
    /// Where: `sales-order.lines.quantity`.
    pub path: String,
    /// Why.
    pub reason: DescriptorReason,
}

/// Why a descriptor does not hold together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum DescriptorReason {
    #[error("the name is not in kebab-case")]
    NotKebabCase,
    #[error("the name is there twice")]
    NameTwice,
    #[error("the name has a meaning of its own")]
    Reserved,
    #[error("there is no {what} {position}: there are {count}, counted from 0")]
    NoSuch { what: &'static str, position: u16, count: usize },
    #[error("{found} {what} are too many: at most 65535 can be counted")]
    TooMany { what: &'static str, found: usize },
    #[error("{found} decimals are too many: a decimal has at most 28")]
    TooManyDecimals { found: u8 },
    #[error("an enumeration without values")]
    NoValues,
    #[error("the enumeration's value `{value}` is there twice or empty")]
    Value { value: String },
    #[error("the status field must be an enumeration of the kind `state`")]
    NotAStatus,
    #[error("there is no status `{status}`")]
    NoSuchStatus { status: String },
    #[error("a derived collection without fields")]
    NoFields,
    #[error("a derived collection's fields must be calculated")]
    NotCalculated,
    #[error(
        "a derived collection must have one calculation, of the header and named after it, that writes all its fields, \
         and no other rule may give them values"
    )]
    NotOneRule,
    #[error("the table has no key")]
    NoKey,
    #[error("the key names a field twice")]
    KeyTwice,
    #[error("a decimal cannot be part of a key")]
    DecimalKey,
    #[error("the view has {found} sources for {fields} fields")]
    Sources { found: usize, fields: usize },
    #[error("the view has no collection whose rows' ids it could have")]
    NoRows,
    #[error("the view's field comes from a collection that is not the view's")]
    OtherRows,
    #[error("the view's field is {field:?}, and what it comes from is {source_type:?}")]
    SourceType { field: FieldType, source_type: FieldType },
}

type Checked = Result<(), DescriptorError>;

fn fault(path: impl Into<String>, reason: DescriptorReason) -> Checked {
    Err(DescriptorError { path: path.into(), reason })
}

impl Descriptor {
    /// Whether names are sound and unique, positions are there, and types are ones that a field can have.
    ///
    /// # Errors
    /// At the first thing that is wrong.
    pub fn check(&self) -> Result<(), DescriptorError> {
        check_names("entities", "entities", self.entities.iter().map(|entity| &*entity.name), &[])?;
        check_names("tables", "tables", self.tables.iter().map(|table| &*table.name), &[])?;
        let standard = STANDARD_CODES.map(|(code, _)| code);
        check_names("issues", "issues", self.issues.iter().map(|kind| &*kind.code), &standard)?;
        self.entities.iter().try_for_each(|entity| check_entity(entity, self))?;
        self.tables.iter().try_for_each(|table| check_table(table, self))?;
        self.issues.iter().try_for_each(check_issue_kind)
    }
}

fn check_names<'n>(
    path: &str,
    what: &'static str,
    names: impl ExactSizeIterator<Item = &'n str>,
    reserved: &[&str],
) -> Checked {
    let found = names.len();
    if found > usize::from(u16::MAX) {
        return fault(path, DescriptorReason::TooMany { what, found });
    }
    let mut seen = HashSet::with_capacity(found);
    for name in names {
        let path = || format!("{path}.{name}");
        if !is_kebab_case(name) {
            return fault(path(), DescriptorReason::NotKebabCase);
        }
        if reserved.contains(&name) {
            return fault(path(), DescriptorReason::Reserved);
        }
        if !seen.insert(name) {
            return fault(path(), DescriptorReason::NameTwice);
        }
    }
    Ok(())
}

/// Words of lower-case letters and digits, the first beginning with a letter, with one hyphen between them.
pub fn is_kebab_case(name: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.split('-').all(is_word)
}

fn check_position(path: &str, what: &'static str, position: u16, count: usize) -> Checked {
    if usize::from(position) < count {
        return Ok(());
    }
    fault(path, DescriptorReason::NoSuch { what, position, count })
}

fn check_entity(entity: &Entity, descriptor: &Descriptor) -> Checked {
    let path = &entity.name;
    let fields = entity.fields.iter().map(|field| &*field.name);
    let names: Vec<_> = fields.chain(entity.collections.iter().map(|collection| &*collection.name)).collect();
    check_names(path, "fields", names.into_iter(), &["entity", "key", "document", "arguments"])?;
    check_names(path, "actions", entity.actions.iter().map(|action| &*action.name), &[])?;
    entity.fields.iter().try_for_each(|field| check_field(path, field, descriptor))?;
    entity.collections.iter().try_for_each(|collection| check_collection(path, collection, descriptor))?;
    check_status(entity)?;
    entity.actions.iter().try_for_each(|action| check_action(path, action, descriptor))?;
    if entity.rules.len() > usize::from(u16::MAX) {
        return fault(path, DescriptorReason::TooMany { what: "rules", found: entity.rules.len() });
    }
    (0..).zip(&entity.rules).try_for_each(|(position, rule)| {
        check_rule(&format!("{path}.{}", entity.rule_name(position)), rule, entity, descriptor)
    })?;
    let mut derived = (0..).zip(&entity.collections).filter(|(_, collection)| collection.derived);
    derived.try_for_each(|(position, collection)| check_derived_collection(entity, position, collection))
}

fn check_collection(path: &str, collection: &Collection, descriptor: &Descriptor) -> Checked {
    let path = format!("{path}.{}", collection.name);
    check_names(&path, "fields", collection.fields.iter().map(|field| &*field.name), &["id"])?;
    collection.fields.iter().try_for_each(|field| check_field(&path, field, descriptor))
}

fn check_field(path: &str, field: &Field, descriptor: &Descriptor) -> Checked {
    let path = format!("{path}.{}", field.name);
    if let Some(table) = field.table {
        check_position(&path, "table", table, descriptor.tables.len())?;
    }
    match &field.of {
        FieldType::Decimal(found) if *found > SCALE_MAX => {
            fault(path, DescriptorReason::TooManyDecimals { found: *found })
        }
        FieldType::Enumeration(values) if values.is_empty() => fault(path, DescriptorReason::NoValues),
        FieldType::Enumeration(values) => {
            let mut seen = HashSet::new();
            let wrong = values.iter().find(|value| value.is_empty() || !seen.insert(*value));
            wrong.map_or(Ok(()), |value| fault(path, DescriptorReason::Value { value: value.clone() }))
        }
        _ => Ok(()),
    }
}

fn check_status(entity: &Entity) -> Checked {
    let path = || format!("{}.status", entity.name);
    let statuses = match entity.status {
        None => &Vec::new(),
        Some(position) => {
            check_position(&path(), "field", position, entity.fields.len())?;
            let field = &entity.fields[usize::from(position)];
            match (&field.of, field.kind) {
                (FieldType::Enumeration(statuses), FieldKind::State) => statuses,
                _ => return fault(path(), DescriptorReason::NotAStatus),
            }
        }
    };
    let named = entity.frozen.iter().chain(entity.actions.iter().flat_map(|action| &action.states));
    match named.into_iter().find(|status| !statuses.contains(status)) {
        Some(status) => fault(path(), DescriptorReason::NoSuchStatus { status: status.clone() }),
        None => Ok(()),
    }
}

fn check_action(path: &str, action: &Action, descriptor: &Descriptor) -> Checked {
    let path = format!("{path}.{}", action.name);
    check_names(&path, "arguments", action.arguments.iter().map(|field| &*field.name), &[])?;
    action.arguments.iter().try_for_each(|field| check_field(&path, field, descriptor))
}

fn check_rule(path: &str, rule: &Rule, entity: &Entity, descriptor: &Descriptor) -> Checked {
    if let Some(collection) = rule.collection {
        check_position(path, "collection", collection, entity.collections.len())?;
    }
    let fields = rule.reads.iter().chain(&rule.writes);
    fields.into_iter().try_for_each(|field| check_field_path(path, *field, entity))?;
    rule.tables.iter().try_for_each(|table| check_position(path, "table", *table, descriptor.tables.len()))?;
    rule.guards.iter().try_for_each(|action| check_position(path, "action", *action, entity.actions.len()))
}

fn check_derived_collection(entity: &Entity, position: u16, collection: &Collection) -> Checked {
    let path = format!("{}.{}", entity.name, collection.name);
    if collection.fields.is_empty() {
        return fault(path, DescriptorReason::NoFields);
    }
    if let Some(field) = collection.fields.iter().find(|field| field.kind != FieldKind::Calculated) {
        return fault(format!("{path}.{}", field.name), DescriptorReason::NotCalculated);
    }
    let is_of_it = |path: &FieldPath| path.collection == Some(position);
    let mut rules = entity.rules.iter().filter(|rule| {
        let gives_values = matches!(rule.kind, RuleKind::Default | RuleKind::Calculation);
        gives_values && (rule.collection == Some(position) || rule.writes.iter().any(is_of_it))
    });
    let gives_rows = |rule: &Rule| {
        let mut writes = rule.writes.clone();
        writes.sort_unstable();
        let all = (0..collection.fields.len() as u16).map(|field| FieldPath { collection: Some(position), field });
        let is_named_after_it = rule.collection.is_none() && rule.name == collection.name;
        rule.kind == RuleKind::Calculation && is_named_after_it && all.eq(writes)
    };
    match (rules.next(), rules.next()) {
        (Some(rule), None) if gives_rows(rule) => Ok(()),
        _ => fault(path, DescriptorReason::NotOneRule),
    }
}

fn check_field_path(path: &str, field: FieldPath, entity: &Entity) -> Checked {
    if let Some(collection) = field.collection {
        check_position(path, "collection", collection, entity.collections.len())?;
    }
    check_position(path, "field", field.field, entity.fields_of(field.collection).len())
}

fn check_table(table: &Table, descriptor: &Descriptor) -> Checked {
    let path = &table.name;
    check_names(path, "fields", table.fields.iter().map(|field| &*field.name), &[])?;
    table.fields.iter().try_for_each(|field| check_field(path, field, descriptor))?;
    if table.key.is_empty() {
        return fault(path, DescriptorReason::NoKey);
    }
    let mut seen = HashSet::new();
    for &position in &table.key {
        check_position(path, "field", position, table.fields.len())?;
        if !seen.insert(position) {
            return fault(path, DescriptorReason::KeyTwice);
        }
        if matches!(table.fields[usize::from(position)].of, FieldType::Decimal(_)) {
            return fault(path, DescriptorReason::DecimalKey);
        }
    }
    table.view.as_ref().map_or(Ok(()), |view| check_view(table, view, descriptor))
}

fn check_view(table: &Table, view: &View, descriptor: &Descriptor) -> Checked {
    let path = &table.name;
    check_position(path, "entity", view.entity, descriptor.entities.len())?;
    let entity = &descriptor.entities[usize::from(view.entity)];
    if let Some(collection) = view.collection {
        check_position(path, "collection", collection, entity.collections.len())?;
    }
    if view.sources.len() != table.fields.len() {
        let (found, fields) = (view.sources.len(), table.fields.len());
        return fault(path, DescriptorReason::Sources { found, fields });
    }
    let mut fields = table.fields.iter().zip(&view.sources);
    fields.try_for_each(|(field, source)| check_source(&format!("{path}.{}", field.name), field, *source, view, entity))
}

fn check_source(path: &str, field: &Field, source: ViewSource, view: &View, entity: &Entity) -> Checked {
    let from = match source {
        ViewSource::RowId if view.collection.is_none() => return fault(path, DescriptorReason::NoRows),
        ViewSource::RecordKey | ViewSource::RowId => &FieldType::Text(0),
        ViewSource::Field(from) => {
            check_field_path(path, from, entity)?;
            if from.collection.is_some() && from.collection != view.collection {
                return fault(path, DescriptorReason::OtherRows);
            }
            &entity.fields_of(from.collection)[usize::from(from.field)].of
        }
    };
    let fits = match (&field.of, from) {
        (FieldType::Text(longest), FieldType::Text(length)) => longest >= length,
        (FieldType::Decimal(finest), FieldType::Decimal(scale)) => finest >= scale,
        (field, from) => field == from,
    };
    if fits {
        return Ok(());
    }
    fault(path, DescriptorReason::SourceType { field: field.of.clone(), source_type: from.clone() })
}

fn check_issue_kind(kind: &IssueKind) -> Checked {
    check_names(&kind.code, "arguments", kind.arguments.iter().map(String::as_str), &[])
}
