//! Reference tables in memory, from CSV and JSON: for the command, for tests, for small installations.

use std::collections::BTreeMap;

use crate::{
    document::Document,
    json::Json,
    key::{KeyError, SEPARATOR, key_text},
    record_set::{Layout, RecordSet},
    rounds::RowSource,
    rows::{Found, FoundRows, LookUp, TableRows},
    schema::{Descriptor, Table},
    shape::ShapeError,
    value::{Value, ValueError},
};

mod csv_rows;
mod json_rows;
mod reading;

pub use reading::{ReadRow, read_csv, read_json_lines};

/// Reference tables in memory.
#[derive(Clone, Debug)]
pub struct Tables {
    schema: Vec<Table>,
    contents: Vec<Content>,
}

/// One table's rows. A row added later takes the place of one with the same key and company.
#[derive(Clone, Debug)]
struct Content {
    layout: Layout,
    batches: Vec<RecordSet>,
    /// By key, then by company (the shared row's is empty): the batch and the row in it.
    index: BTreeMap<String, BTreeMap<String, (usize, u32)>>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Untouched,
    Here,
    NotHere,
}

/// One row to be added.
struct NewRow {
    /// Where it comes from, for messages: a line of a file, or the number of a JSON row.
    origin: Origin,
    /// Empty: shared.
    company: String,
    values: Vec<Option<Value>>,
}

/// Where a row comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A line of a CSV file, counted from 1.
    Line(u64),
    /// A row of a JSON list, counted from 1.
    Row(u64),
}

impl std::fmt::Display for Origin {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Line(number) => write!(formatter, "line {number}"),
            Self::Row(number) => write!(formatter, "row {number}"),
        }
    }
}

/// Why rows could not be added.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum TableError {
    #[error("the plugin has no table `{table}`: it has {}", listed(.tables))]
    NoSuchTable { table: String, tables: Vec<String> },
    #[error("table `{table}`: the file is empty: its first line must name the fields")]
    NoHeader { table: String },
    #[error("table `{table}`: there is no field `{column}`: the fields are {}", listed(.fields))]
    NoSuchField { table: String, column: String, fields: Vec<String> },
    #[error("table `{table}`: the column `{column}` is there twice")]
    ColumnTwice { table: String, column: String },
    #[error("table `{table}`: the column `{column}` is missing")]
    ColumnMissing { table: String, column: String },
    #[error("table `{table}`: {}", csv_rows::words(.source))]
    Csv { table: String, source: csv::Error },
    #[error("table `{table}`, {origin}, `{column}`: {source}")]
    Value { table: String, origin: Origin, column: String, source: ValueError },
    #[error("table `{table}`, {origin}: the required field `{column}` is absent")]
    Required { table: String, origin: Origin, column: String },
    #[error("table `{table}`, {origin}: {source}")]
    Key { table: String, origin: Origin, source: KeyError },
    #[error("table `{table}`: {first} and {second} have the same key `{key}`{}", in_company(.company))]
    SameKey { table: String, first: Origin, second: Origin, key: String, company: String },
    #[error("table `{table}`: {source}")]
    Json { table: String, source: crate::json::JsonError },
    #[error("table `{table}`: {source}")]
    Shape { table: String, source: ShapeError },
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { format!("`{}`", names.join("`, `")) }
}

fn in_company(company: &str) -> String {
    if company.is_empty() { String::new() } else { format!(" in company `{company}`") }
}

fn no_such_field(table: &Table, column: &str) -> TableError {
    let fields = table.fields.iter().map(|field| field.name.clone()).collect();
    TableError::NoSuchField { table: table.name.clone(), column: column.to_owned(), fields }
}

fn check_required(table: &Table, row: &NewRow) -> Result<(), TableError> {
    let absent = table.fields.iter().zip(&row.values).find(|(field, value)| field.required && value.is_none());
    absent.map_or(Ok(()), |(field, _)| {
        let (table, column) = (table.name.clone(), field.name.clone());
        Err(TableError::Required { table, origin: row.origin, column })
    })
}

impl Tables {
    /// The descriptor's tables, all empty. Views are there without a word: as long as there are no records they have
    /// no rows.
    pub fn new(descriptor: &Descriptor) -> Self {
        let content = |table: &Table| Content {
            layout: Layout::all(&table.fields),
            batches: Vec::new(),
            index: BTreeMap::new(),
            state: if table.view.is_some() { State::Here } else { State::Untouched },
        };
        Self { schema: descriptor.tables.clone(), contents: descriptor.tables.iter().map(content).collect() }
    }

    /// Adds the rows of a CSV file: its first line names the fields, in any order, and perhaps `company`; dates are in
    /// ISO form, decimals plain, an empty cell is absent.
    ///
    /// # Errors
    /// At the first thing that is wrong; no row is added then.
    pub fn add_csv(&mut self, table: &str, reader: impl std::io::Read) -> Result<(), TableError> {
        let position = self.position(table)?;
        let rows = csv_rows::read(&self.schema[position], reader)?;
        self.add(position, &rows)
    }

    /// Adds the rows of a JSON list of objects, with the fields' names and perhaps `company` as keys. A row takes the
    /// place of one with the same key and company.
    ///
    /// # Errors
    /// At the first thing that is wrong; no row is added then.
    pub fn add_json(&mut self, table: &str, rows: &Json) -> Result<(), TableError> {
        let position = self.position(table)?;
        let rows = json_rows::read(&self.schema[position], rows)?;
        self.add(position, &rows)
    }

    /// Adds the rows that records have in the views on them. A record is a position among the descriptor's entities and
    /// the document as it is stored; an empty company is the shared one.
    ///
    /// # Errors
    /// When values do not fit a view, because a record was not read by this descriptor.
    ///
    /// # Panics
    /// As [`View::rows_of`](crate::schema::View::rows_of).
    pub fn add_records(
        &mut self,
        descriptor: &Descriptor,
        records: &[(u16, Document)],
        company: &str,
    ) -> Result<(), TableError> {
        for (position, table) in descriptor.tables.iter().enumerate() {
            let Some(view) = &table.view else { continue };
            let mut records: Vec<_> = records.iter().filter(|(entity, _)| *entity == view.entity).collect();
            records.sort_by(|(_, one), (_, other)| one.key.cmp(&other.key));
            let mut by_key = BTreeMap::new();
            for values in records.iter().flat_map(|(_, record)| view.rows_of(table, descriptor, record)) {
                let key: Option<Vec<_>> = table.key.iter().map(|&field| values[usize::from(field)].clone()).collect();
                if let Some(Ok(key)) = key.map(|key| key_text(&key)) {
                    by_key.entry(key).or_insert(values);
                }
            }
            let new = |(number, values)| NewRow { origin: Origin::Row(number), company: company.to_owned(), values };
            let rows: Vec<_> = (1..).zip(by_key.into_values()).map(new).collect();
            self.add(position, &rows)?;
        }
        Ok(())
    }

    /// Makes a table one that is not here: its look-ups are answered so.
    ///
    /// # Errors
    /// When there is no such table.
    pub fn unavailable(&mut self, table: &str) -> Result<(), TableError> {
        let position = self.position(table)?;
        self.contents[position].state = State::NotHere;
        Ok(())
    }

    /// The tables that were never added to, nor made unavailable.
    pub fn untouched(&self) -> impl Iterator<Item = &str> {
        let states = self.schema.iter().zip(&self.contents);
        states.filter(|(_, content)| content.state == State::Untouched).map(|(table, _)| table.name.as_str())
    }

    /// How many rows a table has, those of all companies and the shared ones.
    pub fn row_count(&self, table: &str) -> usize {
        let content = self.position(table).ok().map(|position| &self.contents[position]);
        content.map_or(0, |content| content.index.values().map(BTreeMap::len).sum())
    }

    fn position(&self, name: &str) -> Result<usize, TableError> {
        self.schema.iter().position(|table| table.name == name).ok_or_else(|| TableError::NoSuchTable {
            table: name.to_owned(),
            tables: self.schema.iter().map(|table| table.name.clone()).collect(),
        })
    }

    fn add(&mut self, position: usize, rows: &[NewRow]) -> Result<(), TableError> {
        let table = &self.schema[position];
        let content = &mut self.contents[position];
        let values: Vec<_> = rows.iter().map(|row| row.values.clone()).collect();
        let batch = RecordSet::from_rows(&content.layout, &table.fields, &[], &values)
            .map_err(|source| TableError::Shape { table: table.name.clone(), source })?;
        let mut added: BTreeMap<(String, &str), usize> = BTreeMap::new();
        for (row, new) in rows.iter().enumerate() {
            let key = table.key_of(&content.layout, &batch, row as u32).map_err(|source| TableError::Key {
                table: table.name.clone(),
                origin: new.origin,
                source,
            })?;
            if let Some(first) = added.get(&(key.clone(), &*new.company)) {
                let (first, second) = (rows[*first].origin, new.origin);
                let key = Table::key_for_people(&key);
                return Err(TableError::SameKey {
                    table: table.name.clone(),
                    first,
                    second,
                    key,
                    company: new.company.clone(),
                });
            }
            added.insert((key, &new.company), row);
        }
        let number = content.batches.len();
        for ((key, company), row) in added {
            content.index.entry(key).or_default().insert(company.to_owned(), (number, row as u32));
        }
        content.batches.push(batch);
        content.state = State::Here;
        Ok(())
    }

    fn look_up<'a>(&'a self, company: &str, look_up: &'a LookUp) -> FoundRows<'a> {
        let LookUp { table, ref key, limit } = *look_up;
        let answer = |found, parts| FoundRows { table, key, limit, found, parts };
        let Some(content) = self.contents.get(usize::from(table)).filter(|content| content.state != State::NotHere)
        else {
            return answer(Found::NotHere, Vec::new());
        };
        let Some(limit) = limit else {
            return answer(Found::Whole, content.by_key(company, key).into_iter().collect());
        };
        let mut rows = content.by_prefix(company, key);
        let parts = rows.by_ref().take(limit as usize).collect();
        let found = if rows.next().is_some() { Found::CutShort } else { Found::Whole };
        answer(found, parts)
    }
}

type Part<'a> = (&'a RecordSet, std::ops::Range<u32>);

impl Content {
    fn by_key(&self, company: &str, key: &str) -> Option<Part<'_>> {
        self.visible(self.index.get(key)?, company)
    }

    fn by_prefix<'a>(&'a self, company: &str, prefix: &str) -> impl Iterator<Item = Part<'a>> {
        let start = if prefix.is_empty() { String::new() } else { format!("{prefix}{SEPARATOR}") };
        let from = self.index.range(start.clone()..);
        let within = from.take_while(move |(key, _)| key.starts_with(&start));
        within.filter_map(move |(_, rows)| self.visible(rows, company))
    }

    /// A company's own row comes before the shared one.
    fn visible(&self, rows: &BTreeMap<String, (usize, u32)>, company: &str) -> Option<Part<'_>> {
        let &(batch, row) = rows.get(company).or_else(|| rows.get(""))?;
        Some((&self.batches[batch], row..row + 1))
    }
}

impl RowSource for Tables {
    type Error = std::convert::Infallible;

    fn answer(&self, company: &str, look_ups: &[LookUp]) -> Result<Vec<TableRows>, Self::Error> {
        let answers = look_ups.iter().map(|look_up| self.look_up(company, look_up)).collect();
        Ok(TableRows::collect(answers))
    }
}
