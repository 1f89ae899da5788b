//! Rows of views: kept beside the records for the packages in force, computed from the records for others.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_model::{
    Digest, LookUp, Record, RecordId, Value,
    key::SEPARATOR,
    schema::{Descriptor, FieldType, Table},
};
use lockstep_sync::views::{ViewRow, rows_of};

use super::{
    Result,
    batch::Asking,
    packages::Package,
    store::{RecordViews, Transaction, Values, ViewWrite},
};

/// Digest of all that a view's rows depend on.
fn definition(descriptor: &Descriptor, table: &Table) -> Option<[u8; 32]> {
    let view = table.view.as_ref()?;
    let entity = descriptor.entities.get(usize::from(view.entity))?;
    let parts = (&table.fields, &table.key, view, &entity.name, &entity.fields, &entity.collections);
    // Texts, numbers and lists: there is nothing that could fail.
    let status = (entity.status, &entity.frozen);
    serde_json::to_vec(&(parts, status)).ok().map(|json| Digest::of(&json).0)
}

/// Keeps the views of a package that is in force, and gives their names; those that were defined otherwise are made
/// anew from all records.
pub(super) fn keep(transaction: &dyn Transaction, package: &Package) -> Result<BTreeSet<String>> {
    let descriptor = &package.descriptor;
    let wanted: BTreeMap<_, _> = descriptor
        .tables
        .iter()
        .filter_map(|table| Some((table.name.clone(), definition(descriptor, table)?)))
        .collect();
    let there = transaction.views(&package.name)?;
    for name in there.keys().filter(|name| !wanted.contains_key(*name)) {
        transaction.put_view(&package.name, name, None)?;
    }
    let outdated: BTreeSet<_> =
        wanted.iter().filter(|(name, definition)| there.get(*name) != Some(definition)).map(|(name, _)| name).collect();
    if outdated.is_empty() {
        return Ok(wanted.into_keys().collect());
    }
    for name in &outdated {
        transaction.put_view(&package.name, name, wanted.get(*name).copied())?;
    }
    let entities: BTreeSet<u16> = descriptor
        .tables
        .iter()
        .filter(|table| outdated.contains(&table.name))
        .filter_map(|table| table.view.as_ref().map(|view| view.entity))
        .collect();
    let names: BTreeSet<String> = outdated.into_iter().cloned().collect();
    for entity in entities {
        let entity = &descriptor.entities[usize::from(entity)].name;
        let records = transaction.records_of(&package.name, entity, None)?;
        let id = |key| RecordId { plugin: package.name.clone(), entity: entity.clone(), key };
        let records: Vec<_> = records.into_iter().map(|(key, record)| (id(key), record)).collect();
        let views = records.iter().filter_map(|(id, record)| rows(package, &names, id, &record.company, Some(record)));
        transaction.put_view_rows(&views.collect::<Vec<_>>())?;
    }
    Ok(wanted.into_keys().collect())
}

/// The rows that a record has in those of its entity's views that are among these, if there are any such views.
pub(super) fn rows<'a>(
    package: &'a Package,
    names: &BTreeSet<String>,
    id: &'a RecordId,
    company: &'a str,
    record: Option<&Record>,
) -> Option<RecordViews<'a>> {
    let descriptor = &package.descriptor;
    let is_of = |table: &&Table| {
        let view = table.view.as_ref();
        view.is_some_and(|view| descriptor.entities[usize::from(view.entity)].name == id.entity)
    };
    let views = descriptor.tables.iter().filter(is_of).map(|table| &*table.name);
    let views: Vec<&str> = views.filter(|name| names.contains(*name)).collect();
    if views.is_empty() {
        return None;
    }
    let rows = record.map(|record| fitting(descriptor, id, record)).unwrap_or_default();
    let rows = rows.into_iter().filter_map(|row| {
        let table = &descriptor.tables[usize::from(row.table)];
        let is_wanted = views.contains(&&*table.name);
        is_wanted.then(|| ViewWrite { view: table.name.clone(), values: named(table, &row), key: row.key })
    });
    let rows = rows.collect();
    Some(RecordViews { record: id, company, views, rows })
}

/// The rows of a record in a package's views; a record that does not fit the package has none.
fn fitting(descriptor: &Descriptor, id: &RecordId, record: &Record) -> Vec<ViewRow> {
    rows_of(descriptor, id, record).unwrap_or_else(|error| {
        tracing::warn!(record = %id, %error, "a record does not fit a package: its views are without it");
        Vec::new()
    })
}

fn named(table: &Table, row: &ViewRow) -> Values {
    let values = table.fields.iter().zip(&row.values);
    values.filter_map(|(field, value)| Some((field.name.clone(), value.clone()?))).collect()
}

/// A view's rows by way of its entity's records, as the user sees them: a company's own row before the shared one, and
/// of several records' the first one's.
pub(super) fn compute(
    transaction: &dyn Transaction,
    asking: &Asking<'_>,
    table: u16,
) -> Result<BTreeMap<String, Values>> {
    let Asking { package, context, sight } = asking;
    let definition = &package.descriptor.tables[usize::from(table)];
    let Some(view) = &definition.view else { return Ok(BTreeMap::new()) };
    let entity = &package.descriptor.entities[usize::from(view.entity)].name;
    let seen = sight.entity(&package.name, entity);
    let mut rows: BTreeMap<String, (bool, Values)> = BTreeMap::new();
    for (key, record) in transaction.records_of(&package.name, entity, Some(&["", &context.company]))? {
        let Some(record) = seen.seen(&record) else { continue };
        let id = RecordId { plugin: package.name.clone(), entity: entity.clone(), key };
        let is_shared = record.company.is_empty();
        for row in fitting(&package.descriptor, &id, &record).into_iter().filter(|row| row.table == table) {
            let is_better = rows.get(&row.key).is_none_or(|(other_is_shared, _)| *other_is_shared && !is_shared);
            if is_better {
                let values = named(definition, &row);
                rows.insert(row.key, (is_shared, values));
            }
        }
    }
    Ok(rows.into_iter().map(|(key, (_, values))| (key, values)).collect())
}

/// What a look-up finds among computed rows: by prefix one more than its limit, if there are.
pub(super) fn find(rows: &BTreeMap<String, Values>, look_up: &LookUp) -> Vec<Values> {
    let Some(limit) = look_up.limit else { return rows.get(&look_up.key).cloned().into_iter().collect() };
    let start = if look_up.key.is_empty() { String::new() } else { format!("{}{SEPARATOR}", look_up.key) };
    let within = rows.range(start.clone()..).take_while(|(key, _)| key.starts_with(&start));
    within.map(|(_, values)| values.clone()).take((limit as usize).saturating_add(1)).collect()
}

/// A number as a field's value; none: the field holds no such thing.
pub(super) fn number(of: &FieldType, number: i64) -> Option<Value> {
    let value = match of {
        FieldType::Integer => Value::Integer(number),
        FieldType::Decimal(_) => Value::Decimal(number.into()),
        FieldType::Text(_) => Value::Text(number.to_string()),
        _ => return None,
    };
    of.check(&value).is_ok().then_some(value)
}
