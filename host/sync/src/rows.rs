//! Stored rows of tables as the package at hand has them. Stores keep rows by field name, so that they outlive the
//! package that wrote them.

use std::collections::BTreeMap;

use lockstep_model::{
    Found, FoundRows, Layout, LookUp, RecordSet, TableRows, Value,
    schema::{Descriptor, Table},
};

/// What a store found for a look-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAnswer {
    /// What was looked up.
    pub look_up: LookUp,
    /// What became of it.
    pub found: Found,
    /// The present values of each row by field name, in key order.
    pub rows: Vec<BTreeMap<String, Value>>,
}

/// Stored answers in the form that evaluations take. A field that a row does not have, or whose value does not fit this
/// package's field, is absent.
pub fn table_rows(descriptor: &Descriptor, answers: &[StoredAnswer]) -> Vec<TableRows> {
    let set = |answer: &StoredAnswer| {
        let table = descriptor.tables.get(usize::from(answer.look_up.table));
        table.map_or_else(RecordSet::default, |table| record_set(table, &answer.rows))
    };
    let sets: Vec<_> = answers.iter().map(set).collect();
    let found = answers.iter().zip(&sets).map(|(StoredAnswer { look_up, found, .. }, rows)| FoundRows {
        table: look_up.table,
        key: &look_up.key,
        limit: look_up.limit,
        found: *found,
        parts: vec![(rows, 0..rows.rows)],
    });
    TableRows::collect(found.collect())
}

fn record_set(table: &Table, rows: &[BTreeMap<String, Value>]) -> RecordSet {
    let values = |row: &BTreeMap<String, Value>| {
        let fitting = table.fields.iter().map(|field| {
            let value = row.get(&field.name)?;
            field.of.check(value).is_ok().then(|| value.clone())
        });
        fitting.collect::<Vec<_>>()
    };
    let rows: Vec<_> = rows.iter().map(values).collect();
    // All that is left fits.
    RecordSet::from_rows(&Layout::all(&table.fields), &table.fields, &[], &rows).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lockstep_model::schema::{Field, FieldKind, FieldType};

    fn descriptor() -> Descriptor {
        let field = |name: &str, of| Field {
            name: name.into(),
            label: name.into(),
            kind: FieldKind::Entered,
            of,
            required: false,
            read_only: false,
            table: None,
        };
        let fields = vec![field("item", FieldType::Text(9)), field("count", FieldType::Integer)];
        let table = Table { name: "t".into(), label: "t".into(), fields, key: vec![0], view: None };
        Descriptor { tables: vec![table], ..Descriptor::default() }
    }

    #[test]
    fn what_does_not_fit_is_absent_and_what_is_unknown_is_passed_over() {
        let row = |count| {
            let values = [("item", Value::Text("a".into())), ("count", count), ("newer", Value::Integer(1))];
            values.map(|(name, value)| (name.to_owned(), value)).into()
        };
        let look_up = |key: &str| LookUp { table: 0, key: key.into(), limit: None };
        let answer = |key, count| StoredAnswer { look_up: look_up(key), found: Found::Whole, rows: vec![row(count)] };
        let none = StoredAnswer { look_up: look_up("c"), found: Found::NotHere, rows: Vec::new() };
        let rows = table_rows(
            &descriptor(),
            &[none, answer("b", Value::Integer(7)), answer("a", Value::Text("seven".into()))],
        );
        let fields = &descriptor().tables[0].fields;
        let counts: Vec<_> = (0..2).map(|row| rows[0].rows.field(&Layout::all(fields), fields, 1, row)).collect();
        assert_eq!(counts, [None, Some(Value::Integer(7))]);
        let found: Vec<_> = rows[0].look_ups().map(|found| (found.key.to_owned(), found.found)).collect();
        let expected = [("a", Found::Whole), ("b", Found::Whole), ("c", Found::NotHere)];
        assert_eq!(found, expected.map(|(key, found)| (key.to_owned(), found)));
    }
}
