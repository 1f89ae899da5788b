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
            let row = read_row(table, number, row).map_err(|source| TableError::Json {
                table: table.name.clone(),
                source: source.within(&format!("[{number}]")),
            })?;
            super::check_required(table, &row)?;
            Ok(row)
        })
        .collect()
}

fn read_row(table: &Table, number: u64, row: &Json) -> Result<NewRow, JsonError> {
    let mut new =
        NewRow { origin: Origin::Row(number), company: String::new(), values: vec![None; table.fields.len()] };
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
