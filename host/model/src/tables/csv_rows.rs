//! Rows of a reference table from CSV.

use crate::{
    schema::{Field, Table},
    tables::{NewRow, Origin, TableError},
    value::Value,
};

const COMPANY: &str = "company";

/// What a column of the file holds.
enum Target {
    Field(usize),
    Company,
}

pub(super) fn read(table: &Table, reader: impl std::io::Read) -> Result<Vec<NewRow>, TableError> {
    read_each(table, reader)?.into_iter().collect()
}

/// The rows, each with what is wrong with it.
pub(super) fn read_each(
    table: &Table,
    mut reader: impl std::io::Read,
) -> Result<Vec<Result<NewRow, TableError>>, TableError> {
    let csv_error = |source| TableError::Csv { table: table.name.clone(), source };
    let mut file = Vec::new();
    reader.read_to_end(&mut file).map_err(|error| csv_error(error.into()))?;
    let mut reader = csv::ReaderBuilder::new().has_headers(true).from_reader(&file[..]);
    let targets = read_header(table, reader.headers().map_err(csv_error)?)?;
    let read = |record: csv::Result<csv::StringRecord>| {
        let record = record.map_err(csv_error)?;
        read_row(table, &targets, &record, line_of(&record, &file))
    };
    Ok(reader.records().map(read).collect())
}

/// A field named `company` is the field; only a table without one has a company column.
fn read_header(table: &Table, header: &csv::StringRecord) -> Result<Vec<Target>, TableError> {
    let name = || table.name.clone();
    if header.iter().all(str::is_empty) {
        return Err(TableError::NoHeader { table: name() });
    }
    let mut targets = Vec::new();
    for (position, column) in header.iter().enumerate() {
        let column = if position == 0 { column.trim_start_matches('\u{feff}') } else { column };
        if header.iter().take(position).any(|earlier| earlier == column) {
            return Err(TableError::ColumnTwice { table: name(), column: column.to_owned() });
        }
        targets.push(match table.fields.iter().position(|field| field.name == column) {
            Some(field) => Target::Field(field),
            None if column == COMPANY => Target::Company,
            None => return Err(super::no_such_field(table, column)),
        });
    }
    let missing = (0..table.fields.len())
        .find(|field| !targets.iter().any(|target| matches!(target, Target::Field(there) if there == field)));
    match missing {
        Some(field) => Err(TableError::ColumnMissing { table: name(), column: table.fields[field].name.clone() }),
        None => Ok(targets),
    }
}

/// What is wrong with a file that is no proper CSV, with its line.
pub(super) fn words(error: &csv::Error) -> String {
    let line = |position: &Option<csv::Position>| position.as_ref().map_or(1, csv::Position::line);
    match error.kind() {
        csv::ErrorKind::Utf8 { pos, .. } => format!("line {} is no text in UTF-8: save the file as such", line(pos)),
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            format!("line {} has {len} values, and the first line names {expected_len} fields", line(pos))
        }
        csv::ErrorKind::Io(error) => format!("the file cannot be read: {error}"),
        _ => error.to_string(),
    }
}

/// The reader counts the empty lines before a record as its own.
fn line_of(record: &csv::StringRecord, file: &[u8]) -> u64 {
    let Some(position) = record.position() else { return 0 };
    let rest = usize::try_from(position.byte()).ok().and_then(|byte| file.get(byte..)).unwrap_or_default();
    let empty = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|byte| **byte == b'\n');
    position.line() + empty.count() as u64
}

fn read_row(table: &Table, targets: &[Target], record: &csv::StringRecord, line: u64) -> Result<NewRow, TableError> {
    let origin = Origin::Line(line);
    let mut row = NewRow { origin, company: String::new(), values: vec![None; table.fields.len()] };
    for (target, cell) in targets.iter().zip(record) {
        match target {
            Target::Company => cell.clone_into(&mut row.company),
            Target::Field(field) => row.values[*field] = read_cell(table, &table.fields[*field], origin, cell)?,
        }
    }
    super::check_required(table, &row)?;
    Ok(row)
}

fn read_cell(table: &Table, field: &Field, origin: Origin, cell: &str) -> Result<Option<Value>, TableError> {
    if cell.is_empty() {
        return Ok(None);
    }
    field.of.parse(cell).map(Some).map_err(|source| {
        let (table, column) = (table.name.clone(), field.name.clone());
        TableError::Value { table, origin, column, source }
    })
}
