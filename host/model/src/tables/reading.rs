//! Rows read one by one, for stores that keep them, with all that is wrong with them.

use std::collections::BTreeMap;

use crate::{
    key::{KeyError, key_text},
    schema::Table,
    tables::{NewRow, Origin, TableError, csv_rows, json_rows},
    value::Value,
};

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadRow {
    /// Where it stood.
    pub origin: Origin,
    /// The company whose row it is; empty: all of them share it.
    pub company: String,
    /// Its key as text.
    pub key: String,
    /// Its present values by field name.
    pub values: BTreeMap<String, Value>,
}

/// The rows of a CSV file, as [`Tables::add_csv`](super::Tables::add_csv) reads them.
///
/// # Errors
/// All that is wrong with them, line by line.
pub fn read_csv(table: &Table, reader: impl std::io::Read) -> Result<Vec<ReadRow>, Vec<TableError>> {
    csv_rows::read_each(table, reader).map_err(|error| vec![error]).and_then(|rows| with_keys(table, rows))
}

/// The rows of lines, each a JSON object as [`Tables::add_json`](super::Tables::add_json) reads it. Empty lines are
/// passed over.
///
/// # Errors
/// All that is wrong with them, line by line.
pub fn read_json_lines(table: &Table, text: &str) -> Result<Vec<ReadRow>, Vec<TableError>> {
    with_keys(table, json_rows::read_lines(table, text))
}

fn with_keys(table: &Table, rows: Vec<Result<NewRow, TableError>>) -> Result<Vec<ReadRow>, Vec<TableError>> {
    let (mut read, mut errors) = (Vec::new(), Vec::new());
    let mut seen: BTreeMap<(String, String), Origin> = BTreeMap::new();
    for row in rows {
        let keyed = row.and_then(|row| {
            let key = key_of(table, &row)?;
            match seen.insert((key.clone(), row.company.clone()), row.origin) {
                None => Ok(read_row(table, key, row)),
                Some(first) => Err(TableError::SameKey {
                    table: table.name.clone(),
                    first,
                    second: row.origin,
                    key: Table::key_for_people(&key),
                    company: row.company,
                }),
            }
        });
        match keyed {
            Ok(row) => read.push(row),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(read) } else { Err(errors) }
}

fn key_of(table: &Table, row: &NewRow) -> Result<String, TableError> {
    let value = |field: &u16| {
        let absent = || KeyError::Absent { field: table.fields[usize::from(*field)].name.clone() };
        row.values[usize::from(*field)].as_ref().ok_or_else(absent)
    };
    let values: Result<Vec<_>, _> = table.key.iter().map(value).collect();
    values.and_then(key_text).map_err(|source| TableError::Key {
        table: table.name.clone(),
        origin: row.origin,
        source,
    })
}

fn read_row(table: &Table, key: String, row: NewRow) -> ReadRow {
    let named = table.fields.iter().zip(row.values).filter_map(|(field, value)| {
        let mut value = value?;
        value.normalise();
        Some((field.name.clone(), value))
    });
    ReadRow { origin: row.origin, company: row.company, key, values: named.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Field, FieldKind, FieldType};

    fn table() -> Table {
        let field = |name: &str, of| Field {
            name: name.into(),
            label: name.into(),
            kind: FieldKind::Entered,
            of,
            required: true,
            read_only: false,
            table: None,
        };
        let fields = vec![field("item", FieldType::Text(9)), field("price", FieldType::Decimal(2))];
        Table { name: "price".into(), label: "Price".into(), fields, key: vec![0], view: None }
    }

    #[test]
    fn rows_have_their_keys_and_companies() {
        let rows = read_csv(&table(), &b"price,company,item\n1.50,c1,A\n2,,A\n"[..]).expect("rows");
        let found: Vec<_> =
            rows.iter().map(|row| (&*row.key, &*row.company, row.values["price"].to_string())).collect();
        assert_eq!(found, [("A", "c1", "1.5".to_owned()), ("A", "", "2".to_owned())]);
        let lines = "{\"item\": \"A\", \"price\": \"1.5\", \"company\": \"c1\"}\n\n{\"item\": \"A\", \"price\": 2}\n";
        let of_lines = read_json_lines(&table(), lines).expect("rows");
        assert!(rows.iter().zip(&of_lines).all(|(one, other)| one.values == other.values && one.key == other.key));
    }

    #[test]
    fn all_that_is_wrong_is_said_by_line() {
        let wrong = read_csv(&table(), &b"item,price\nA,1\nB,x\nA,2\n,3\n"[..]).expect_err("wrong");
        let said: Vec<_> = wrong.iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 3, "{said:?}");
        assert!(said[0].contains("line 3") && said[1].contains("line 4") && said[2].contains("line 5"), "{said:?}");
        let wrong = read_json_lines(&table(), "{\"item\": 1}\n[\n").expect_err("wrong");
        assert!(wrong[0].to_string().contains("line 1") && wrong[1].to_string().contains("line 2"), "{wrong:?}");
    }

    #[test]
    fn what_is_no_proper_csv_is_said_with_its_line() {
        let said = |file: &[u8]| read_csv(&table(), file).expect_err("wrong")[0].to_string();
        let short = said(b"item,price\nA\n");
        assert!(short.ends_with("line 2 has 1 values, and the first line names 2 fields"), "{short}");
        let binary = said(b"item,price\nA,\xff\n");
        assert!(binary.contains("line 2 is no text in UTF-8"), "{binary}");
    }
}
