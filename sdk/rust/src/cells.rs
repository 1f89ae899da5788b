//! Reading and writing record sets, a column at a time.

use crate::{
    bindings::values::RecordSet,
    field::{FieldValue, Pool},
    held::Cell,
    spec::FieldSpec,
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

/// Where columns lie, one after the other.
#[derive(Debug)]
pub(crate) struct Columns {
    index: usize,
    taken: [usize; 3],
}

impl Columns {
    /// Before the first; behind the rows' ids where these stand first among the texts.
    pub(crate) const fn new(has_ids: bool) -> Self {
        Self { index: 0, taken: [0, 0, has_ids as usize] }
    }

    /// The next one, of a pool.
    pub(crate) fn next(&mut self, pool: Pool) -> Column {
        let taken = &mut self.taken[pool as usize];
        let column = Column { index: self.index, position: *taken };
        *taken += 1;
        self.index += 1;
        column
    }
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

    /// Hands over the values of a column, row by row.
    #[inline]
    pub(crate) fn each<T: FieldValue>(&self, column: Column, mut take: impl FnMut(Option<T>)) {
        let (first_bit, first) = (column.index * self.rows, column.position * self.rows);
        let mut bits = self.present.get(first_bit / 64).copied().unwrap_or_default() >> (first_bit % 64);
        for row in 0..self.rows {
            take(if bits & 1 == 1 { Some(T::read(self, first + row)) } else { None });
            let next = first_bit + row + 1;
            bits = if next % 64 == 0 { self.present.get(next / 64).copied().unwrap_or_default() } else { bits >> 1 };
        }
    }

    /// The id of a row of a collection.
    #[inline]
    pub fn id(&self, row: usize) -> &'static str {
        self.text(row)
    }

    /// The value at a position of the integers.
    #[inline]
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

/// One row, read field by field in schema order.
#[derive(Debug)]
pub struct Reader<'a> {
    cells: &'a Cells,
    /// Of the next field in `present`.
    bit: usize,
    /// Of the next field of each pool.
    positions: [usize; 3],
}

impl<'a> Reader<'a> {
    /// Of a row.
    pub fn new(cells: &'a Cells, row: usize) -> Self {
        Self { cells, bit: row, positions: [row; 3] }
    }

    /// The next field's value, if it has one.
    #[inline(never)]
    pub fn optional<T: FieldValue>(&mut self) -> Option<T> {
        let Self { cells, bit, positions } = self;
        let is_present = cells.present[*bit / 64] >> (*bit % 64) & 1 == 1;
        *bit += cells.rows;
        let position = &mut positions[T::POOL as usize];
        let value = if is_present { Some(T::read(cells, *position)) } else { None };
        *position += cells.rows;
        value
    }

    /// The next field's value.
    ///
    /// # Panics
    /// When it has none: a plugin fault, since hosts refuse such rows.
    #[inline]
    pub fn required<T: FieldValue>(&mut self) -> T {
        self.optional().expect("a table's row has a value in each column that is no `Option`")
    }
}

/// How many columns a record set has, and how many each of its pools: integers, decimals, texts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    columns: usize,
    pools: [usize; 3],
}

impl Sizes {
    /// Of what is given, with ids or without.
    pub(crate) const fn given(fields: &[FieldSpec], cells: &[Cell], has_ids: bool) -> Self {
        Self::of(fields, cells, has_ids, true)
    }

    /// Of what is derived, with ids or without.
    pub(crate) const fn derived(fields: &[FieldSpec], cells: &[Cell], has_ids: bool) -> Self {
        Self::of(fields, cells, has_ids, false)
    }

    const fn of(fields: &[FieldSpec], cells: &[Cell], has_ids: bool, given: bool) -> Self {
        let mut sizes = Self { columns: 0, pools: [0, 0, has_ids as usize] };
        let mut position = 0;
        while position < fields.len() {
            let kind = fields[position].kind;
            if if given { kind.is_given() } else { kind.is_derived() } {
                sizes.columns += 1;
                sizes.pools[cells[position].of.pool as usize] += 1;
            }
            position += 1;
        }
        sizes
    }
}

/// A record set in the making: columns are appended in schema order.
#[derive(Debug)]
pub(crate) struct Writer {
    set: RecordSet,
    first_bit: usize,
}

impl Writer {
    /// For so many rows and columns.
    pub(crate) fn new(rows: usize, sizes: &Sizes) -> Self {
        let [integers, decimals, texts] = sizes.pools;
        let set = RecordSet {
            rows: rows as u32,
            present: vec![0; (rows * sizes.columns).div_ceil(64)],
            integers: Vec::with_capacity(integers * rows),
            decimals: Vec::with_capacity(2 * decimals * rows),
            text_ends: Vec::with_capacity(texts * rows),
            // The last one, so that it can grow in place.
            texts: String::new(),
        };
        Self { set, first_bit: 0 }
    }

    /// The next row's id, before all columns.
    pub(crate) fn id(&mut self, id: &str) {
        push_text(&mut self.set, id);
    }

    /// The next column, row by row.
    #[inline]
    pub(crate) fn column<'a, T: FieldValue>(&mut self, mut value: impl FnMut(usize) -> Option<&'a T>) {
        let rows = self.set.rows as usize;
        for row in 0..rows {
            if let Some(value) = value(row) {
                let bit = self.first_bit + row;
                self.set.present[bit / 64] |= 1 << (bit % 64);
                value.write(&mut self.set);
            } else {
                T::write_absent(&mut self.set);
            }
        }
        self.first_bit += rows;
    }

    /// The record set.
    pub(crate) fn finish(self) -> RecordSet {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Date, Decimal, Text, dec};

    const POOLS: [Pool; 3] = [Pool::Texts, Pool::Decimals, Pool::Integers];

    fn sizes(texts: usize) -> Sizes {
        Sizes { columns: 3, pools: [1, 1, texts] }
    }

    fn write<T: FieldValue>(writer: &mut Writer, values: &[Option<T>]) {
        writer.column(|row| values[row].as_ref());
    }

    #[test]
    fn what_is_written_is_read_again() {
        let texts = [Some(Text::from("grün")), None, Some(Text::from(""))];
        let amounts = [None, Some(dec!(-12.50)), Some(Decimal::MAX)];
        let dates = [Some(Date::from_days(-1)), Some(Date::from_days(0)), None];
        let mut writer = Writer::new(3, &sizes(2));
        for id in ["1", "2", "3"] {
            writer.id(id);
        }
        write(&mut writer, &texts);
        write(&mut writer, &amounts);
        write(&mut writer, &dates);
        let cells = Cells::new(writer.finish());

        let mut columns = Columns::new(true);
        let columns = POOLS.map(|pool| columns.next(pool));
        for row in 0..3 {
            assert_eq!(cells.id(row), ["1", "2", "3"][row]);
            assert_eq!(cells.get::<Text>(columns[0], row), texts[row]);
            assert_eq!(cells.get::<Decimal>(columns[1], row), amounts[row]);
        }
        let mut read = Vec::new();
        cells.each::<Date>(columns[2], |date| read.push(date));
        assert_eq!(read, dates);
    }

    #[test]
    fn a_row_is_read_field_by_field() {
        let mut writer = Writer::new(2, &sizes(1));
        write(&mut writer, &[Some(Text::from("a")), Some(Text::from("b"))]);
        write(&mut writer, &[Some(dec!(1)), None]);
        write(&mut writer, &[None, Some(7_i64)]);
        let cells = Cells::new(writer.finish());
        let mut reader = Reader::new(&cells, 1);
        assert_eq!(reader.required::<Text>(), "b");
        assert_eq!(reader.optional::<Decimal>(), None);
        assert_eq!(reader.required::<i64>(), 7);
    }
}
