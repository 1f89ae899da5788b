//! Rows whose type is told by a table: where a struct holds its fields, and how values of each type are read, written
//! and asked. So one loop serves all structs, and a struct costs a package no code of its own.
//!
//! # Safety
//! All that is unsafe here rests on one invariant: a [`Shape`] made by [`Shape::of`] tells of each of its fields the
//! place and the type of an `Option` in the struct. `#[entity]` writes the table from the struct itself: the place by
//! `offset_of!`, the type by that of the very same field. Rows are made of slices, and count with them.

use std::{borrow::Cow, marker::PhantomData};

use crate::{
    Text,
    bindings::schema::FieldKind,
    cells::{Column, Columns, Writer},
    contract::RecordSet,
    entity::Record,
    field::{FieldValue, Pool},
    reference::Table,
    spec::FieldSpec,
};

/// A field type, as a table of what can be done with an `Option` of it.
#[derive(Debug)]
pub struct Held {
    pub(crate) pool: Pool,
    is_present: unsafe fn(*const u8) -> bool,
    is_said: unsafe fn(*const u8) -> bool,
    clear: unsafe fn(*mut u8),
    key: unsafe fn(*const u8) -> Option<Cow<'static, str>>,
    fill: unsafe fn(&RecordSet, Column, *mut u8, usize),
    write: unsafe fn(&mut Writer, Option<&RecordSet>, Column, *const u8, usize),
}

impl Held {
    /// Of a type.
    pub(crate) const fn of<T: FieldValue>() -> Self {
        Self {
            pool: T::POOL,
            is_present: is_present::<T>,
            is_said: is_said::<T>,
            clear: clear::<T>,
            key: key::<T>,
            fill: fill::<T>,
            write: write::<T>,
        }
    }
}

// SAFETY: for all of them: `cell` is an `Option<T>` that nobody else has meanwhile; `first` is that of the first row, and
// those of as many rows as the cells or the writer have follow, each `stride` bytes after the one before.

unsafe fn is_present<T>(cell: *const u8) -> bool {
    unsafe { (*cell.cast::<Option<T>>()).is_some() }
}

unsafe fn is_said<T: FieldValue>(cell: *const u8) -> bool {
    unsafe { (*cell.cast::<Option<T>>()).as_ref().is_some_and(T::is_said) }
}

unsafe fn clear<T>(cell: *mut u8) {
    unsafe { *cell.cast::<Option<T>>() = None }
}

unsafe fn key<T: FieldValue>(cell: *const u8) -> Option<Cow<'static, str>> {
    unsafe { (*cell.cast::<Option<T>>()).as_ref().map(T::key_text) }
}

unsafe fn fill<T: FieldValue>(cells: &RecordSet, column: Column, first: *mut u8, stride: usize) {
    let mut cell = first;
    cells.each::<T>(column, |value| {
        if let Some(value) = value {
            unsafe { *cell.cast() = Some(value) };
        }
        cell = cell.wrapping_add(stride);
    });
}

/// Without what was given, where that is told with its column.
unsafe fn write<T: FieldValue>(
    writer: &mut Writer,
    given: Option<&RecordSet>,
    column: Column,
    first: *const u8,
    stride: usize,
) {
    let mut cell = first;
    writer.column::<T>(|row| {
        let value = unsafe { (*cell.cast::<Option<T>>()).as_ref() };
        cell = cell.wrapping_add(stride);
        value.filter(|_| given.is_none_or(|given| !given.is_present(column, row)))
    });
}

/// Where a field stands: in its struct, and in the record sets that come in and go out.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    /// At so many bytes.
    offset: usize,
    /// As an `Option` of this type.
    pub(crate) of: &'static Held,
    /// The table whose key it holds.
    table: Option<&'static Table>,
    /// Its number among the fields that hold keys.
    slot: u16,
    /// In what is given, if it is.
    given: Column,
    /// In what is derived, if it is.
    derived: Column,
}

impl Cell {
    /// Of a field in its struct.
    #[must_use]
    pub const fn new(offset: usize, of: &'static Held, table: Option<&'static Table>) -> Self {
        let nowhere = Columns::new(false).next(of.pool);
        Self { offset, of, table, slot: 0, given: nowhere, derived: nowhere }
    }

    /// All of a struct, with their places in record sets.
    #[must_use]
    pub const fn placed<const COUNT: usize>(mut cells: [Self; COUNT], fields: &[FieldSpec], ids: Ids) -> [Self; COUNT] {
        let mut given = Columns::new(!matches!(ids, Ids::None));
        let mut derived = Columns::new(matches!(ids, Ids::Derived));
        let (mut position, mut keys) = (0, 0);
        while position < COUNT {
            let cell = &mut cells[position];
            if fields[position].kind.is_given() {
                cell.given = given.next(cell.of.pool);
            }
            if fields[position].kind.is_derived() {
                cell.derived = derived.next(cell.of.pool);
            }
            cell.slot = keys;
            keys += cell.table.is_some() as u16;
            position += 1;
        }
        cells
    }
}

/// Where a row's id stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ids {
    /// Nowhere: a header has none.
    None,
    /// With what is given.
    Given,
    /// With what is derived, as the rows are.
    Derived,
}

/// A struct, as a table of its fields.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    fields: &'static [FieldSpec],
    cells: &'static [Cell],
    checked: &'static [u16],
    /// How many fields hold keys.
    keys: usize,
    ids: Ids,
    /// Where the struct holds its id, if it does.
    id: Option<usize>,
    stride: usize,
    given: Columns,
    derived: Columns,
}

impl Shape {
    const fn of<R: Record>() -> &'static Self {
        const {
            &Self {
                fields: R::FIELDS,
                cells: R::CELLS,
                checked: R::CHECKED,
                keys: match R::CELLS.last() {
                    Some(last) => last.slot as usize + last.table.is_some() as usize,
                    None => 0,
                },
                ids: R::IDS,
                id: R::ID,
                stride: size_of::<R>(),
                given: Columns::given(R::FIELDS, R::CELLS, matches!(R::IDS, Ids::Given)),
                derived: Columns::derived(R::FIELDS, R::CELLS, matches!(R::IDS, Ids::Derived)),
            }
        }
    }
}

impl Shape {
    /// Its fields, with their places.
    fn each(&self) -> impl Iterator<Item = (&'static FieldSpec, &'static Cell)> {
        self.fields.iter().zip(self.cells)
    }
}

/// The rows of some struct.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    shape: &'static Shape,
    first: *const u8,
    count: usize,
    of: PhantomData<&'a ()>,
}

impl<'a> Rows<'a> {
    /// All rows of a collection.
    pub fn of<R: Record>(rows: &'a [R]) -> Self {
        Self { shape: Shape::of::<R>(), first: rows.as_ptr().cast(), count: rows.len(), of: PhantomData }
    }

    /// A header.
    pub fn one<R: Record>(record: &'a R) -> Self {
        Self::of(std::slice::from_ref(record))
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    pub(crate) fn fields(&self) -> &'static [FieldSpec] {
        self.shape.fields
    }

    /// The table whose key a field holds.
    pub(crate) fn table(&self, field: usize) -> Option<&'static Table> {
        self.shape.cells[field].table
    }

    /// How many fields of all rows hold keys.
    pub(crate) fn slots(&self) -> usize {
        self.count * self.shape.keys
    }

    /// The number among them of a row's field.
    pub(crate) fn slot(&self, row: usize, field: usize) -> usize {
        row * self.shape.keys + usize::from(self.shape.cells[field].slot)
    }

    /// The given fields that are required or hold keys.
    pub(crate) fn checked(&self) -> &'static [u16] {
        self.shape.checked
    }

    fn cell(&self, row: usize, field: usize) -> (*const u8, &'static Held) {
        assert!(row < self.count);
        let field = &self.shape.cells[field];
        (self.first.wrapping_add(row * self.shape.stride + field.offset), field.of)
    }

    /// Whether a field has a value.
    pub(crate) fn is_present(&self, row: usize, field: usize) -> bool {
        let (cell, of) = self.cell(row, field);
        // SAFETY: the cell is the row's field, and of its type.
        unsafe { (of.is_present)(cell) }
    }

    /// Whether a field has a value that says anything.
    pub(crate) fn is_said(&self, row: usize, field: usize) -> bool {
        let (cell, of) = self.cell(row, field);
        // SAFETY: the cell is the row's field, and of its type.
        unsafe { (of.is_said)(cell) }
    }

    /// The key that a field holds.
    pub(crate) fn key(&self, row: usize, field: usize) -> Option<Cow<'static, str>> {
        let (cell, of) = self.cell(row, field);
        // SAFETY: the cell is the row's field, and of its type.
        unsafe { (of.key)(cell) }
    }

    /// A row's id; empty where the struct does not hold it.
    pub(crate) fn id(&self, row: usize) -> &'static str {
        assert!(row < self.count);
        let Some(id) = self.shape.id else { return "" };
        let id: *const Text = self.first.wrapping_add(row * self.shape.stride + id).cast();
        // SAFETY: the row holds a text there.
        unsafe { (*id).as_str() }
    }

    /// The derived columns, without what was given; with the rows' ids where they are a rule's.
    pub(crate) fn derived(self, given: &RecordSet) -> RecordSet {
        let mut writer = Writer::new(self.count, self.shape.derived);
        if self.shape.ids == Ids::Derived {
            self.write_ids(&mut writer);
        }
        for (field, cell) in self.shape.each() {
            if field.kind.is_derived() {
                self.write(&mut writer, cell, field.kind.is_given().then_some(given));
            }
        }
        writer.finish()
    }

    /// The given columns, as a patch has them; it has no rows that are a rule's.
    pub(crate) fn given(mut self) -> RecordSet {
        if self.shape.ids == Ids::Derived {
            self.count = 0;
        }
        let mut writer = Writer::new(self.count, self.shape.given);
        if self.shape.ids == Ids::Given {
            self.write_ids(&mut writer);
        }
        for (_, cell) in self.shape.each().filter(|(field, _)| field.kind.is_given()) {
            self.write(&mut writer, cell, None);
        }
        writer.finish()
    }

    fn write_ids(&self, writer: &mut Writer) {
        for row in 0..self.count {
            writer.text(self.id(row));
        }
    }

    fn write(&self, writer: &mut Writer, field: &Cell, given: Option<&RecordSet>) {
        let first = self.first.wrapping_add(field.offset);
        // SAFETY: it is the field of the first row, and the writer has as many rows.
        unsafe { (field.of.write)(writer, given, field.given, first, self.shape.stride) };
    }
}

/// The rows of some struct, to be changed.
#[derive(Debug)]
pub struct RowsMut<'a> {
    rows: Rows<'a>,
    of: PhantomData<&'a mut ()>,
}

impl<'a> RowsMut<'a> {
    /// All rows of a collection.
    pub fn of<R: Record>(rows: &'a mut [R]) -> Self {
        let first = rows.as_mut_ptr().cast::<u8>().cast_const();
        let rows = Rows { shape: Shape::of::<R>(), first, count: rows.len(), of: PhantomData };
        Self { rows, of: PhantomData }
    }

    /// A header.
    pub fn one<R: Record>(record: &'a mut R) -> Self {
        Self::of(std::slice::from_mut(record))
    }

    /// Makes a field absent.
    pub(crate) fn clear(&mut self, row: usize, field: usize) {
        let (cell, of) = self.rows.cell(row, field);
        // SAFETY: the cell is the row's field, and of its type; the rows are borrowed to be changed.
        unsafe { (of.clear)(cell.cast_mut()) }
    }

    /// Makes all calculated fields absent.
    pub(crate) fn clear_calculated(&mut self) {
        for (position, field) in self.rows.fields().iter().enumerate() {
            if field.kind == FieldKind::Calculated {
                (0..self.rows.count).for_each(|row| self.clear(row, position));
            }
        }
    }

    /// Takes over ids and values: those that were given, and derived ones where they are stored.
    ///
    /// # Panics
    /// Where there are not as many rows as were given or stored: hosts give as many.
    pub(crate) fn fill(&mut self, given: &RecordSet, stored: Option<&RecordSet>) {
        let Rows { shape, first, count, .. } = self.rows;
        let first = first.cast_mut();
        assert!(given.count() == count && stored.is_none_or(|stored| stored.count() == count));
        if let Some(id) = shape.id {
            for row in 0..count {
                // SAFETY: the row holds a text there, and the rows are borrowed to be changed.
                unsafe { *first.wrapping_add(row * shape.stride + id).cast() = Text::fixed(given.id(row)) };
            }
        }
        for (field, cell) in shape.each() {
            let fill = |cells: &RecordSet, column| {
                // SAFETY: it is the field of the first row, and the cells have as many rows.
                unsafe { (cell.of.fill)(cells, column, first.wrapping_add(cell.offset), shape.stride) };
            };
            if let Some(stored) = stored
                && field.kind.is_derived()
            {
                fill(stored, cell.derived);
            }
            // What was given stands before what was derived, so it comes last.
            if field.kind.is_given() {
                fill(given, cell.given);
            }
        }
    }
}
