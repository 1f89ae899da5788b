//! Making record sets: from rows of values, and from rows of other record sets.

use std::ops::Range;

use crate::{
    decimal::decimal_to_words,
    record_set::{Layout, RecordSet},
    schema::{Field, FieldType, Pool},
    shape::ShapeError,
    value::{Value, ValueError},
};

impl RecordSet {
    /// A record set of rows whose values stand in the order of the layout's columns. `ids` has one for each row where
    /// the layout has ids, else none.
    ///
    /// # Errors
    /// At the first value that does not fit its field; rows are named by their ids, else counted from 1.
    pub fn from_rows(
        layout: &Layout,
        fields: &[Field],
        ids: &[&str],
        rows: &[Vec<Option<Value>>],
    ) -> Result<Self, ShapeError> {
        let mut set = Self::absent(layout, rows.len() as u32);
        set.text_ends.clear();
        if layout.has_ids {
            (0..rows.len()).for_each(|row| set.push_text(ids.get(row).copied().unwrap_or_default()));
        }
        for (number, column) in layout.columns.iter().enumerate() {
            let field = &fields[usize::from(column.field)];
            for (row, values) in rows.iter().enumerate() {
                let value = values.get(number).and_then(Option::as_ref);
                let cell = usize::from(column.position) * rows.len() + row;
                set.put(&field.of, cell, value).map_err(|reason| {
                    let id = ids.get(row).map_or_else(|| (row + 1).to_string(), |id| (*id).to_owned());
                    ShapeError::new(format!("[{id}].{}", field.name), reason)
                })?;
                if value.is_some() {
                    set.set_present(number, row);
                }
            }
        }
        Ok(set)
    }

    /// One row of values: a header, or an action's arguments.
    ///
    /// # Errors
    /// At the first value that does not fit its field.
    pub fn from_row(layout: &Layout, fields: &[Field], row: Vec<Option<Value>>) -> Result<Self, ShapeError> {
        Self::from_rows(layout, fields, &[], &[row]).map_err(|error| {
            let path = error.path.trim_start_matches("[1].").to_owned();
            ShapeError { path, ..error }
        })
    }

    /// So many rows with every cell absent, and with empty ids.
    pub fn absent(layout: &Layout, rows: u32) -> Self {
        let count = rows as usize;
        let [integers, decimals, texts] = layout.pools.map(|columns| usize::from(columns) * count);
        Self {
            rows,
            present: vec![0; (layout.columns.len() * count).div_ceil(64)],
            integers: vec![0; integers],
            decimals: vec![0; 2 * decimals],
            text_ends: vec![0; texts],
            texts: String::new(),
        }
    }

    /// The rows of these ranges, one after the other. All are rows of one table: without ids, and with the same
    /// columns.
    ///
    /// # Panics
    /// When a range or a record set does not fit.
    pub fn gather(parts: &[(&Self, Range<u32>)]) -> Self {
        let rows = parts.iter().map(|(_, range)| range.len()).sum::<usize>();
        let Some((first, _)) = parts.iter().find(|(_, range)| !range.is_empty()) else { return Self::default() };
        let columns = [first.integers.len(), first.decimals.len() / 2, first.text_ends.len()];
        let [integers, decimals, texts] = columns.map(|cells| cells / first.rows as usize);
        let columns = integers + decimals + texts;
        let mut set = Self {
            rows: rows as u32,
            present: vec![0; (columns * rows).div_ceil(64)],
            integers: Vec::with_capacity(integers * rows),
            decimals: Vec::with_capacity(2 * decimals * rows),
            text_ends: Vec::with_capacity(texts * rows),
            texts: String::new(),
        };
        for (column, (part, range)) in cross(integers, parts) {
            set.integers.extend_from_slice(&part.integers[part.cells(column, range)]);
        }
        for (column, (part, range)) in cross(decimals, parts) {
            set.decimals.extend(part.decimals.as_chunks::<2>().0[part.cells(column, range)].iter().flatten());
        }
        for (column, (part, range)) in cross(texts, parts) {
            part.cells(column, range).for_each(|cell| set.push_text(part.text_at(cell).unwrap_or_default()));
        }
        for column in 0..columns {
            let cells = parts.iter().flat_map(|(part, range)| range.clone().map(move |row| (part, row)));
            for (row, (part, from)) in cells.enumerate() {
                if part.is_present(column, from) {
                    set.set_present(column, row);
                }
            }
        }
        set
    }

    fn cells(&self, column: usize, rows: &Range<u32>) -> Range<usize> {
        let first = column * self.rows as usize;
        first + rows.start as usize..first + rows.end as usize
    }

    fn push_text(&mut self, text: &str) {
        self.texts.push_str(text);
        self.text_ends.push(self.texts.len() as u32);
    }

    fn set_present(&mut self, column: usize, row: usize) {
        let bit = column * self.rows as usize + row;
        self.present[bit / 64] |= 1 << (bit % 64);
    }

    fn put(&mut self, of: &FieldType, cell: usize, value: Option<&Value>) -> Result<(), ValueError> {
        let Some(value) = value else {
            if of.pool() == Pool::Texts {
                self.push_text("");
            }
            return Ok(());
        };
        of.check(value)?;
        match (value, of) {
            (Value::Integer(value), _) => self.integers[cell] = *value,
            (Value::Boolean(value), _) => self.integers[cell] = i64::from(*value),
            (Value::Date(date), _) => self.integers[cell] = date.0.into(),
            (Value::Timestamp(moment), _) => self.integers[cell] = moment.0,
            (Value::Enumeration(name), FieldType::Enumeration(names)) => {
                self.integers[cell] = names.iter().position(|known| known == name).unwrap_or_default() as i64;
            }
            (Value::Decimal(decimal), _) => {
                self.decimals.as_chunks_mut().0[cell] = decimal_to_words(decimal.normalize());
            }
            (Value::Text(text) | Value::Enumeration(text), _) => self.push_text(text),
        }
        Ok(())
    }
}

fn cross<T>(columns: usize, parts: &[T]) -> impl Iterator<Item = (usize, &T)> {
    (0..columns).flat_map(move |column| parts.iter().map(move |part| (column, part)))
}
