//! Reading and writing record sets, a column at a time.

use crate::{
    contract::RecordSet,
    field::{FieldValue, Pool},
    held::Cell,
    layout::List,
    spec::FieldSpec,
};

/// Where a field's column lies: its position among all columns, and within its pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Column {
    index: u16,
    position: u16,
}

/// Where columns lie, one after the other: those of a record set, so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Columns {
    count: u16,
    pools: [u16; 3],
}

impl Columns {
    /// Before the first; behind the rows' ids where these stand first among the texts.
    pub(crate) const fn new(has_ids: bool) -> Self {
        Self { count: 0, pools: [0, 0, has_ids as u16] }
    }

    /// The next one, of a pool.
    pub(crate) const fn next(&mut self, pool: Pool) -> Column {
        let taken = &mut self.pools[pool as usize];
        let column = Column { index: self.count, position: *taken };
        *taken += 1;
        self.count += 1;
        column
    }
}

/// How a record set is read; what came in lives as long as the evaluation, and so do its texts.
impl RecordSet {
    /// How many rows there are.
    #[inline]
    pub(crate) fn count(&self) -> usize {
        self.rows as usize
    }

    /// Whether a cell has a value.
    #[inline]
    pub(crate) fn is_present(&self, column: Column, row: usize) -> bool {
        let bit = usize::from(column.index) * self.count() + row;
        self.present[bit / 64] >> (bit % 64) & 1 == 1
    }

    /// Hands over the values of a column, row by row.
    #[inline]
    pub(crate) fn each<T: FieldValue>(&self, column: Column, mut take: impl FnMut(Option<T>)) {
        let rows = self.count();
        let (first_bit, first) = (usize::from(column.index) * rows, usize::from(column.position) * rows);
        let mut bits = 0;
        for row in 0..rows {
            let bit = first_bit + row;
            bits = if row == 0 || bit % 64 == 0 { self.present[bit / 64] >> (bit % 64) } else { bits >> 1 };
            take(if bits & 1 == 1 { Some(T::read(self, first + row)) } else { None });
        }
    }

    /// The id of a row of a collection.
    #[inline]
    pub(crate) fn id(&self, row: usize) -> &'static str {
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
        &self.texts.as_str()[start as usize..self.text_ends[position] as usize]
    }
}

/// One row, read field by field in schema order.
#[derive(Debug)]
pub struct Reader<'a> {
    cells: &'a RecordSet,
    /// Of the next field in `present`.
    bit: usize,
    /// Of the next field of each pool.
    positions: [usize; 3],
}

impl<'a> Reader<'a> {
    /// Of a row.
    pub fn new(cells: &'a RecordSet, row: usize) -> Self {
        Self { cells, bit: row, positions: [row; 3] }
    }

    /// The next field's value, if it has one.
    #[inline(never)]
    pub fn optional<T: FieldValue>(&mut self) -> Option<T> {
        let Self { cells, bit, positions } = self;
        let is_present = cells.present[*bit / 64] >> (*bit % 64) & 1 == 1;
        *bit += cells.count();
        let position = &mut positions[T::POOL as usize];
        let value = if is_present { Some(T::read(cells, *position)) } else { None };
        *position += cells.count();
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

impl Columns {
    /// All that are given, with ids or without.
    pub(crate) const fn given(fields: &[FieldSpec], cells: &[Cell], has_ids: bool) -> Self {
        Self::all(fields, cells, has_ids, true)
    }

    /// All that are derived, with ids or without.
    pub(crate) const fn derived(fields: &[FieldSpec], cells: &[Cell], has_ids: bool) -> Self {
        Self::all(fields, cells, has_ids, false)
    }

    const fn all(fields: &[FieldSpec], cells: &[Cell], has_ids: bool, given: bool) -> Self {
        let mut columns = Self::new(has_ids);
        let mut position = 0;
        while position < fields.len() {
            let kind = fields[position].kind;
            if if given { kind.is_given() } else { kind.is_derived() } {
                columns.next(cells[position].of.pool);
            }
            position += 1;
        }
        columns
    }
}

/// A record set in the making: columns are appended in schema order.
#[derive(Debug)]
pub struct Writer {
    rows: usize,
    /// The first cell of the next column, in each pool.
    next_bit: usize,
    next_integer: usize,
    next_decimal: usize,
    present: &'static mut [u64],
    integers: &'static mut [i64],
    decimals: &'static mut [[u64; 2]],
    text_ends: Vec<u32>,
    texts: String,
}

impl Writer {
    /// For so many rows, and these columns.
    pub(crate) fn new(rows: usize, columns: Columns) -> Self {
        let [integers, decimals, texts] = columns.pools.map(usize::from);
        Self {
            rows,
            next_bit: 0,
            next_integer: 0,
            next_decimal: 0,
            present: vec![0; (rows * usize::from(columns.count)).div_ceil(64)].leak(),
            integers: vec![0; integers * rows].leak(),
            decimals: vec![[0; 2]; decimals * rows].leak(),
            text_ends: Vec::with_capacity(texts * rows),
            // The last one, so that it can grow in place.
            texts: String::new(),
        }
    }

    /// The next column, row by row.
    #[inline]
    pub(crate) fn column<'a, T: FieldValue>(&mut self, mut value: impl FnMut(usize) -> Option<&'a T>) {
        for row in 0..self.rows {
            if let Some(value) = value(row) {
                self.present[self.next_bit / 64] |= 1 << (self.next_bit % 64);
                value.write(self);
            } else {
                T::write_absent(self);
            }
            self.next_bit += 1;
        }
    }

    /// The next of the integers.
    #[inline]
    pub fn integer(&mut self, value: i64) {
        self.integers[self.next_integer] = value;
        self.next_integer += 1;
    }

    /// The next of the decimals.
    #[inline]
    pub(crate) fn decimal(&mut self, words: [u64; 2]) {
        self.decimals[self.next_decimal] = words;
        self.next_decimal += 1;
    }

    /// The next of the texts; the rows' ids come before all columns.
    #[inline]
    pub(crate) fn text(&mut self, text: &str) {
        // A sandbox calls its host to copy, even to copy nothing.
        if !text.is_empty() {
            self.texts.push_str(text);
        }
        self.text_ends.push(self.texts.len() as u32);
    }

    /// The record set.
    pub(crate) fn finish(self) -> RecordSet {
        RecordSet {
            rows: self.rows as u32,
            present: List::of(self.present),
            integers: List::of(self.integers),
            decimals: List::of(self.decimals.as_flattened()),
            text_ends: self.text_ends.into(),
            texts: self.texts.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Date, Decimal, Text, dec};

    const POOLS: [Pool; 3] = [Pool::Texts, Pool::Decimals, Pool::Integers];

    fn columns(texts: u16) -> Columns {
        Columns { count: 3, pools: [1, 1, texts] }
    }

    fn write<T: FieldValue>(writer: &mut Writer, values: &[Option<T>]) {
        writer.column(|row| values[row].as_ref());
    }

    fn read<T: FieldValue>(cells: &RecordSet, column: Column) -> Vec<Option<T>> {
        let mut read = Vec::new();
        cells.each::<T>(column, |value| read.push(value));
        read
    }

    #[test]
    fn what_is_written_is_read_again() {
        let texts = [Some(Text::from("grün")), None, Some(Text::from(""))];
        let amounts = [None, Some(dec!(-12.50)), Some(Decimal::MAX)];
        let dates = [Some(Date::from_days(-1)), Some(Date::from_days(0)), None];
        let mut writer = Writer::new(3, columns(2));
        for id in ["1", "2", "3"] {
            writer.text(id);
        }
        write(&mut writer, &texts);
        write(&mut writer, &amounts);
        write(&mut writer, &dates);
        let cells = writer.finish();

        let mut columns = Columns::new(true);
        let columns = POOLS.map(|pool| columns.next(pool));
        for row in 0..3 {
            assert_eq!(cells.id(row), ["1", "2", "3"][row]);
            assert_eq!(cells.is_present(columns[0], row), texts[row].is_some());
        }
        assert_eq!(read::<Text>(&cells, columns[0]), texts);
        assert_eq!(read::<Decimal>(&cells, columns[1]), amounts);
        assert_eq!(read::<Date>(&cells, columns[2]), dates);
    }

    #[test]
    fn a_row_is_read_field_by_field() {
        let mut writer = Writer::new(2, columns(1));
        write(&mut writer, &[Some(Text::from("a")), Some(Text::from("b"))]);
        write(&mut writer, &[Some(dec!(1)), None]);
        write(&mut writer, &[None, Some(7_i64)]);
        let cells = writer.finish();
        let mut reader = Reader::new(&cells, 1);
        assert_eq!(reader.required::<Text>(), "b");
        assert_eq!(reader.optional::<Decimal>(), None);
        assert_eq!(reader.required::<i64>(), 7);
    }
}
