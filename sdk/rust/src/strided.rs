//! One field of all rows, where it stands.
//!
//! # Safety
//! What is unsafe here rests on this: cells are those of one field, so that they are as far from each other as the rows.

use std::marker::PhantomData;

/// The cells of a field in all rows of a slice.
#[derive(Debug)]
pub(crate) struct Cells<'a, T> {
    first: *const u8,
    stride: usize,
    count: usize,
    of: PhantomData<&'a Option<T>>,
}

impl<T> Clone for Cells<'_, T> {
    fn clone(&self) -> Self {
        Self { ..*self }
    }
}

impl<'a, T> Cells<'a, T> {
    /// Of a field; `field` gives that of the first row.
    #[inline]
    pub(crate) fn over<R>(rows: &'a [R], field: impl FnOnce(&'a R) -> &'a Option<T>) -> Self {
        let first = rows.first().map_or(std::ptr::null(), |row| std::ptr::from_ref(field(row)).cast());
        Self { first, stride: size_of::<R>(), count: rows.len(), of: PhantomData }
    }

    /// How many there are.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// That of a row.
    ///
    /// # Panics
    /// When there is no such row.
    #[inline]
    pub(crate) fn get(&self, row: usize) -> Option<&'a T> {
        assert!(row < self.count, "there is no row {row}");
        // SAFETY: the first row's field is there, that of each other one as many strides behind it, and the slice
        // outlives what is returned.
        let cell: &'a Option<T> = unsafe { &*self.first.wrapping_add(row * self.stride).cast() };
        cell.as_ref()
    }
}
