//! Reading and writing record sets, a column at a time.

use crate::{
    bindings::values::RecordSet,
    field::{FieldValue, Pool},
};

/// A record set that came in; its texts live as long as the evaluation.
#[derive(Debug, Default)]
pub struct Cells {
    rows: usize,
    present: Vec<u64>,
    integers: Vec<i64>,
    decimals: Vec<u64>,
    text_ends: Vec<u32>,
    texts: &'static str,
}

/// Where a field's column lies: its position among all columns, and within its pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its position in the `present` bits.
    pub index: usize,
    /// Its position in its pool.
    pub position: usize,
}

/// Where the columns of those fields lie that are included; the others get the place of the next one.
///
/// `first_text` is 1 where row ids stand first in the text pool.
#[must_use]
pub const fn columns<const N: usize>(fields: [(Pool, bool); N], first_text: usize) -> [Column; N] {
    let mut columns = [Column { index: 0, position: 0 }; N];
    let (mut index, mut integers, mut decimals, mut texts) = (0, 0, 0, first_text);
    let mut field = 0;
    while field < N {
        let (pool, included) = fields[field];
        let taken = match pool {
            Pool::Integers => &mut integers,
            Pool::Decimals => &mut decimals,
            Pool::Texts => &mut texts,
        };
        columns[field] = Column { index, position: *taken };
        if included {
            *taken += 1;
            index += 1;
        }
        field += 1;
    }
    columns
}

impl Cells {
    /// Takes over a record set.
    pub fn new(set: RecordSet) -> Self {
        Self {
            rows: set.rows as usize,
            present: set.present,
            integers: set.integers,
            decimals: set.decimals,
            text_ends: set.text_ends,
            // The sandbox lives for one evaluation and frees nothing; elsewhere it is tests that come here.
            texts: set.texts.leak(),
        }
    }

    /// How many rows there are.
    #[inline]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Whether a cell has a value.
    #[inline]
    pub fn is_present(&self, column: Column, row: usize) -> bool {
        let bit = column.index * self.rows + row;
        self.present[bit / 64] >> (bit % 64) & 1 == 1
    }

    /// A cell's value, if it has one.
    #[inline]
    pub fn get<T: FieldValue>(&self, column: Column, row: usize) -> Option<T> {
        if self.is_present(column, row) { Some(T::read(self, column.position * self.rows + row)) } else { None }
    }

    /// Sets those of `cells`, one for each row, that have a value in a column.
    #[inline]
    pub fn fill<'a, T: FieldValue>(&self, column: Column, cells: impl Iterator<Item = &'a mut Option<T>>) {
        let (first_bit, first) = (column.index * self.rows, column.position * self.rows);
        for (row, cell) in cells.enumerate() {
            let bit = first_bit + row;
            if self.present[bit / 64] >> (bit % 64) & 1 == 1 {
                *cell = Some(T::read(self, first + row));
            }
        }
    }

    /// The id of a row of a collection.
    #[inline]
    pub fn id(&self, row: usize) -> &'static str {
        self.text(row)
    }

    #[inline]
    /// The value at a position of the integers.
    pub fn integer(&self, position: usize) -> i64 {
        self.integers[position]
    }

    #[inline]
    pub(crate) fn decimal(&self, position: usize) -> (u64, u64) {
        let [low, high] = self.decimals.as_chunks::<2>().0[position];
        (low, high)
    }

    #[inline]
    pub(crate) fn text(&self, position: usize) -> &'static str {
        let start = if position == 0 { 0 } else { self.text_ends[position - 1] };
        &self.texts[start as usize..self.text_ends[position] as usize]
    }
}

/// A record set in the making: columns are appended in schema order.
#[derive(Debug)]
pub struct Writer {
    set: RecordSet,
    column: usize,
}

impl Writer {
    /// For so many rows, and so many columns in each pool: integers, decimals, texts.
    pub fn new(rows: usize, [integers, decimals, texts]: [usize; 3]) -> Self {
        let set = RecordSet {
            rows: rows as u32,
            present: vec![0; (rows * (integers + decimals + texts)).div_ceil(64)],
            integers: Vec::with_capacity(integers * rows),
            decimals: Vec::with_capacity(2 * decimals * rows),
            text_ends: Vec::with_capacity(texts * rows),
            // The last one, so that it can grow in place.
            texts: String::new(),
        };
        Self { set, column: 0 }
    }

    /// The rows' ids, before all columns.
    pub fn ids<'a>(&mut self, ids: impl Iterator<Item = &'a str>) {
        for id in ids {
            push_text(&mut self.set, id);
        }
    }

    /// The next column, row by row.
    #[inline]
    pub fn column<'a, T: FieldValue>(&mut self, values: impl Iterator<Item = Option<&'a T>>) {
        let first_bit = self.column * self.set.rows as usize;
        self.column += 1;
        for (bit, value) in (first_bit..).zip(values) {
            if let Some(value) = value {
                self.set.present[bit / 64] |= 1 << (bit % 64);
                value.write(&mut self.set);
            } else {
                T::write_absent(&mut self.set);
            }
        }
    }

    /// The record set.
    pub fn finish(self) -> RecordSet {
        self.set
    }
}

/// Appends a text to its pool.
#[inline]
pub(crate) fn push_text(set: &mut RecordSet, text: &str) {
    // A sandbox calls its host to copy, even to copy nothing.
    if !text.is_empty() {
        set.texts.push_str(text);
    }
    set.text_ends.push(set.texts.len() as u32);
}

/// How many included columns each pool has: integers, decimals, texts.
#[must_use]
pub const fn pool_sizes<const N: usize>(fields: [(Pool, bool); N]) -> [usize; 3] {
    let mut sizes = [0; 3];
    let mut field = 0;
    while field < N {
        let (pool, included) = fields[field];
        if included {
            sizes[pool as usize] += 1;
        }
        field += 1;
    }
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Date, Decimal, Text, dec};

    const FIELDS: [(Pool, bool); 4] =
        [(Pool::Texts, true), (Pool::Decimals, true), (Pool::Integers, false), (Pool::Integers, true)];

    #[test]
    fn what_is_written_is_read_again() {
        let texts = [Some(Text::from("grün")), None, Some(Text::from(""))];
        let amounts = [None, Some(dec!(-12.50)), Some(Decimal::MAX)];
        let dates = [Some(Date::from_days(-1)), Some(Date::from_days(0)), None];
        let mut writer = Writer::new(3, pool_sizes(FIELDS));
        writer.ids(["1", "2", "3"].into_iter());
        writer.column::<Text>(texts.iter().map(Option::as_ref));
        writer.column::<Decimal>(amounts.iter().map(Option::as_ref));
        writer.column::<Date>(dates.iter().map(Option::as_ref));
        let cells = Cells::new(writer.finish());

        let columns = columns(FIELDS, 1);
        for row in 0..3 {
            assert_eq!(cells.id(row), ["1", "2", "3"][row]);
            assert_eq!(cells.get::<Text>(columns[0], row), texts[row]);
            assert_eq!(cells.get::<Decimal>(columns[1], row), amounts[row]);
            assert_eq!(cells.get::<Date>(columns[3], row), dates[row]);
        }
    }

    #[test]
    fn a_field_that_is_left_out_takes_no_place() {
        let [_, _, left_out, last] = columns(FIELDS, 0);
        assert_eq!((left_out, last), (last, Column { index: 2, position: 0 }));
        assert_eq!(pool_sizes(FIELDS), [1, 1, 1]);
    }
}
