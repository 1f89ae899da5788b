//! Rows of a reference table from JSON.

use crate::{
    json::{Json, JsonError, read_value},
    schema::Table,
    tables::{NewRow, Origin, TableError},
};

const COMPANY: &str = "company";

pub(super) fn read(table: &Table, rows: &Json) -> Result<Vec<NewRow>, TableError> {
    let rows = rows.as_list().map_err(|source| TableError::Json { table: table.name.clone(), source })?;
    let numbered = (1..).zip(rows);
    numbered
        .map(|(number, row)| {
            let row = read_row(table, Origin::Row(number), row).map_err(|source| TableError::Json {
                table: table.name.clone(),
                source: source.within(&format!("[{number}]")),
            })?;
            super::check_required(table, &row)?;
            Ok(row)
        })
        .collect()
}

/// The rows of JSON lines, each with what is wrong with it. Empty lines are passed over.
pub(super) fn read_lines(table: &Table, text: &str) -> Vec<Result<NewRow, TableError>> {
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let read = |(number, line): (u64, &str)| {
        let origin = Origin::Line(number);
        let row = Json::parse(line).and_then(|json| read_row(table, origin, &json)).map_err(|source| {
            TableError::Json { table: table.name.clone(), source: source.within(&format!("line {number}")) }
        })?;
        super::check_required(table, &row)?;
        Ok(row)
    };
    lines.map(read).collect()
}

fn read_row(table: &Table, origin: Origin, row: &Json) -> Result<NewRow, JsonError> {
    let mut new = NewRow { origin, company: String::new(), values: vec![None; table.fields.len()] };
    for (key, value) in row.as_object()? {
        let field = table.fields.iter().position(|field| field.name == *key);
        match field {
            Some(field) => {
                let of = &table.fields[field].of;
                new.values[field] = read_value(value, of).map_err(|error| error.within(key))?;
            }
            None if key == COMPANY => value.as_text().map_err(|error| error.within(key))?.clone_into(&mut new.company),
            None => {
                let known = table.fields.iter().map(|field| field.name.clone()).chain([COMPANY.to_owned()]);
                return Err(JsonError::unknown_key(key, known));
            }
        }
    }
    Ok(new)
}
