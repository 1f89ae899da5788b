//! What generators draw from: a plugin's reference tables, and what its cases have as examples.
//!
//! Tables that are fed are the files of the `reference` folder; views are of records, which are added later.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::Context as _;
use lockstep_model::{
    Document, Layout, LookUp, RowSource, Tables, Value,
    schema::{Descriptor, Field, FieldType, Table},
};

use crate::examples::Examples;

/// A plugin's reference tables, all of them and with one of them not here, and its examples.
pub struct Reference {
    tables: Tables,
    without: Vec<Tables>,
    companies: Vec<String>,
    examples: Examples,
    /// By table and field: the values that rows have there.
    values: Vec<Vec<Vec<Value>>>,
}

impl Reference {
    /// Reads the files `reference/TABLE.csv` and the cases. Views have no rows.
    ///
    /// # Errors
    /// When one is missing or wrong, or a view has a file.
    pub fn read(plugin: &Path, descriptor: &Descriptor) -> anyhow::Result<Self> {
        let mut tables = Tables::new(descriptor);
        let mut companies = BTreeSet::from(["main".to_owned()]);
        for table in &descriptor.tables {
            let path = plugin.join("reference").join(format!("{}.csv", table.name));
            if table.view.is_some() {
                anyhow::ensure!(!path.exists(), "{}: the rows of a view are the plugin's own records", path.display());
                continue;
            }
            let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
            tables.add_csv(&table.name, &*bytes).with_context(|| path.display().to_string())?;
            companies.extend(companies_of(&bytes)?);
        }
        let examples = Examples::read(plugin, descriptor)?;
        Self::of(tables, companies.into_iter().collect(), examples, descriptor)
    }

    /// The same with the rows that records have in the views on them; every company sees them.
    ///
    /// # Errors
    /// When values do not fit a view.
    pub fn with_records(self, descriptor: &Descriptor, records: &[(u16, Document)]) -> anyhow::Result<Self> {
        let Self { mut tables, companies, examples, .. } = self;
        tables.add_records(descriptor, records, "")?;
        Self::of(tables, companies, examples, descriptor)
    }

    fn of(tables: Tables, companies: Vec<String>, examples: Examples, descriptor: &Descriptor) -> anyhow::Result<Self> {
        let without = descriptor.tables.iter().map(|table| {
            let mut tables = tables.clone();
            tables.unavailable(&table.name).map(|()| tables)
        });
        let values =
            (0..).zip(&descriptor.tables).map(|(position, table)| values(position, table, &tables, &companies));
        let values = values.collect();
        Ok(Self { without: without.collect::<Result<_, _>>()?, tables, companies, examples, values })
    }

    /// What people wrote.
    pub fn examples(&self) -> &Examples {
        &self.examples
    }

    /// The tables; `without`: the position of one that is not here.
    pub fn tables(&self, without: Option<usize>) -> &Tables {
        without.map_or(&self.tables, |position| &self.without[position])
    }

    /// The companies that have rows of their own, and one more.
    pub fn companies(&self) -> &[String] {
        &self.companies
    }

    /// The keys of a table, as a field that names it holds them.
    pub fn keys(&self, table: u16, descriptor: &Descriptor) -> &[Value] {
        let table = usize::from(table);
        descriptor.tables[table].key.first().map_or(&[], |key| &self.values[table][usize::from(*key)])
    }

    /// The values of all fields like this one, in all tables.
    pub fn like<'a>(
        &'a self,
        field: &'a Field,
        descriptor: &'a Descriptor,
        is_like: fn(&Field, &Field) -> bool,
    ) -> impl Iterator<Item = &'a Value> {
        let tables = descriptor.tables.iter().zip(&self.values);
        let fields = tables.flat_map(|(table, values)| table.fields.iter().zip(values));
        fields.filter(move |(known, _)| is_like(known, field)).flat_map(|(_, values)| values)
    }
}

fn companies_of(csv: &[u8]) -> anyhow::Result<Vec<String>> {
    let mut reader = csv::Reader::from_reader(csv);
    let Some(column) = reader.headers()?.iter().position(|name| name == "company") else { return Ok(Vec::new()) };
    let companies = reader.records().map(|record| Ok(record?.get(column).unwrap_or_default().to_owned()));
    let companies: anyhow::Result<Vec<String>> = companies.collect();
    Ok(companies?.into_iter().filter(|company| !company.is_empty()).collect())
}

/// The values of each field, none twice, as any company sees them.
fn values(position: u16, table: &Table, tables: &Tables, companies: &[String]) -> Vec<Vec<Value>> {
    let all = LookUp { table: position, key: String::new(), limit: Some(u32::MAX) };
    let layout = Layout::all(&table.fields);
    let mut values: Vec<Vec<Value>> = table.fields.iter().map(|_| Vec::new()).collect();
    for company in companies {
        let Ok(answers) = tables.answer(company, std::slice::from_ref(&all));
        for rows in answers.iter().map(|answer| &answer.rows) {
            for row in 0..rows.rows {
                for (found, value) in values.iter_mut().zip(rows.row(&layout, &table.fields, row)) {
                    found.extend(value.filter(|value| !found.contains(value)));
                }
            }
        }
    }
    values
}

/// Whether both hold the same kind of value.
pub fn same_type(one: &Field, other: &Field) -> bool {
    std::mem::discriminant::<FieldType>(&one.of) == std::mem::discriminant(&other.of)
}

/// Whether both hold the same kind of value and are called alike: `unit` and `sales-unit`.
pub fn same_name(one: &Field, other: &Field) -> bool {
    same_type(one, other) && (one.name.ends_with(&other.name) || other.name.ends_with(&one.name))
}
