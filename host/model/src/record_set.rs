//! Rows of one shape, column by column, as they cross the boundary of a sandbox.

mod build;
mod check;

use crate::{
    decimal::decimal_from_words,
    schema::{Collection, Field, FieldType, Pool},
    shape::ShapeError,
    value::{Date, Decimal, Timestamp, Value},
};

pub(crate) use check::{CellError, Rows, check_columns};

/// Rows of one shape. The contract (`wit/1.0.0/values.wit`) says where each value stands; a [`Layout`] computes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordSet {
    /// How many rows there are.
    pub rows: u32,
    /// A bit for each cell, field by field.
    pub present: Vec<u64>,
    /// Integers, booleans, enumerations, dates (days since 1970-01-01), timestamps (ms UTC).
    pub integers: Vec<i64>,
    /// Two words a value: low 64 bits; high 32 bits, scale << 32, sign << 63.
    pub decimals: Vec<u64>,
    /// Where each text ends in `texts`, in bytes.
    pub text_ends: Vec<u32>,
    /// All texts, one after the other.
    pub texts: String,
}

/// Which columns a record set has, and where they lie in its pools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The columns, in schema order; a column's position here is its position in [`RecordSet::present`].
    pub columns: Vec<Column>,
    /// Whether the rows' ids stand first in the text pool.
    pub has_ids: bool,
    /// How many columns each pool has: integers, decimals, texts (ids included).
    pub pools: [u16; 3],
}

/// One column of a [`Layout`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The field's position in the schema.
    pub field: u16,
    /// The pool.
    pub pool: Pool,
    /// The column's position within the pool.
    pub position: u16,
}

/// The columns of those fields that `includes` picks, with their positions in the pools.
pub(crate) fn columns<'f>(
    fields: &'f [Field],
    has_ids: bool,
    includes: impl Fn(&Field) -> bool + Clone + 'f,
) -> impl Iterator<Item = Column> + Clone + 'f {
    let picked = fields.iter().enumerate().filter(move |(_, field)| includes(field));
    picked.scan([0, 0, u16::from(has_ids)], |taken, (position, field)| {
        let pool = field.of.pool();
        let next = &mut taken[pool as usize];
        *next += 1;
        Some(Column { field: position as u16, pool, position: *next - 1 })
    })
}

impl Layout {
    /// The layout of those fields that `includes` picks.
    pub fn new(fields: &[Field], has_ids: bool, includes: impl Fn(&Field) -> bool + Clone) -> Self {
        let mut pools = [0, 0, u16::from(has_ids)];
        let columns: Vec<_> = columns(fields, has_ids, includes).collect();
        for column in &columns {
            pools[column.pool as usize] += 1;
        }
        Self { columns, has_ids, pools }
    }

    /// All fields: a table's row, an action's arguments.
    pub fn all(fields: &[Field]) -> Self {
        Self::new(fields, false, |_| true)
    }

    /// The fields of a header that a document gives.
    pub fn given_header(fields: &[Field]) -> Self {
        Self::new(fields, false, |field| field.kind.is_given())
    }

    /// The fields of a collection that a document gives, with the rows' ids.
    pub fn given_rows(fields: &[Field]) -> Self {
        Self::new(fields, true, |field| field.kind.is_given())
    }

    /// The fields of a header that an outcome derives.
    pub fn derived(fields: &[Field]) -> Self {
        Self::new(fields, false, |field| field.kind.is_derived())
    }

    /// The fields of a collection that an outcome derives; with the rows' ids where the rows are derived too.
    pub fn derived_rows(collection: &Collection) -> Self {
        Self::new(&collection.fields, collection.derived, |field| field.kind.is_derived())
    }

    /// The position of the column that holds this field.
    pub fn column_of(&self, field: u16) -> Option<usize> {
        self.columns.binary_search_by_key(&field, |column| column.field).ok()
    }
}

impl RecordSet {
    /// Whether the cell has a value. Columns are counted as in [`Layout::columns`]; a cell that is not there has none.
    pub fn is_present(&self, column: usize, row: u32) -> bool {
        let bit = column * self.rows as usize + row as usize;
        self.present.get(bit / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1)
    }

    /// The cell's value; none where it is absent.
    pub fn value(&self, layout: &Layout, fields: &[Field], column: usize, row: u32) -> Option<Value> {
        let place = layout.columns.get(column).filter(|_| row < self.rows && self.is_present(column, row))?;
        let of = &fields.get(usize::from(place.field))?.of;
        let cell = usize::from(place.position) * self.rows as usize + row as usize;
        match place.pool {
            Pool::Integers => typed(of, *self.integers.get(cell)?),
            Pool::Decimals => self.decimal_at(cell).map(Value::Decimal),
            Pool::Texts => self.text_at(cell).map(|text| Value::Text(text.to_owned())),
        }
    }

    /// The value of a field by its position in the schema; none where it is absent or not among the columns.
    pub fn field(&self, layout: &Layout, fields: &[Field], field: u16, row: u32) -> Option<Value> {
        self.value(layout, fields, layout.column_of(field)?, row)
    }

    /// One row's values, column by column.
    pub fn row(&self, layout: &Layout, fields: &[Field], row: u32) -> Vec<Option<Value>> {
        (0..layout.columns.len()).map(|column| self.value(layout, fields, column, row)).collect()
    }

    /// A row's id, where ids stand first in the text pool.
    pub fn id(&self, row: u32) -> Option<&str> {
        if row < self.rows { self.text_at(row as usize) } else { None }
    }

    /// The rows' ids, where they stand first in the text pool.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        (0..self.rows as usize).map_while(|row| self.text_at(row))
    }

    /// The position of the row with this id.
    pub fn row_of(&self, id: &str) -> Option<u32> {
        self.ids().position(|known| known == id).map(|row| row as u32)
    }

    /// The text at this position of the text pool.
    pub(crate) fn text_at(&self, cell: usize) -> Option<&str> {
        let begin = if cell == 0 { 0 } else { *self.text_ends.get(cell - 1)? };
        self.texts.get(begin as usize..*self.text_ends.get(cell)? as usize)
    }

    fn decimal_at(&self, cell: usize) -> Option<Decimal> {
        decimal_from_words([*self.decimals.get(2 * cell)?, *self.decimals.get(2 * cell + 1)?]).ok()
    }

    /// Makes every decimal canonical. Words that are no decimal stay, for [`check`](Self::check) to find.
    pub fn normalise(&mut self) {
        self.decimals.as_chunks_mut().0.iter_mut().for_each(crate::decimal::normalise);
    }

    /// Whether the pools fit the layout and every value fits its field. Rows are named by their ids, else counted
    /// from 1: `[2].quantity`.
    ///
    /// # Errors
    /// At the first thing that does not fit.
    pub fn check(&self, layout: &Layout, fields: &[Field]) -> Result<(), ShapeError> {
        let rows = if layout.has_ids { Rows::ById } else { Rows::Counted };
        check_columns(self, layout.columns.iter().copied(), layout.has_ids, fields)
            .map_err(|error| error.located(self, fields, rows))
    }
}

fn typed(of: &FieldType, word: i64) -> Option<Value> {
    Some(match of {
        FieldType::Boolean => Value::Boolean(word != 0),
        FieldType::Enumeration(names) => Value::Enumeration(names.get(usize::try_from(word).ok()?)?.clone()),
        FieldType::Date => Value::Date(Date(i32::try_from(word).ok()?)),
        FieldType::Timestamp => Value::Timestamp(Timestamp(word)),
        _ => Value::Integer(word),
    })
}
