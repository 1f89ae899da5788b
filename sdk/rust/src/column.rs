//! How rules see a collection: one field of all rows, or the number of the row at hand.

use crate::{Decimal, strided::Cells};

/// The position of the row that a rule of a collection runs for, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowIndex(pub usize);

/// One field of all rows of a collection, in row order; a cell may be absent.
///
/// ```
/// use lockstep_sdk::{Column, dec};
///
/// let amounts = [Some(dec!(10.50)), None, Some(dec!(2))];
/// let amounts: Column<_> = amounts.iter().map(Option::as_ref).collect();
/// assert_eq!(amounts.sum(), dec!(12.50));
/// assert_eq!(amounts.len(), 3);
/// ```
#[derive(Clone, Debug)]
pub struct Column<'a, T>(Cells<'a, T>);

impl<'a, T: Clone> FromIterator<Option<&'a T>> for Column<'a, T> {
    /// For tests: what it holds is never freed.
    fn from_iter<I: IntoIterator<Item = Option<&'a T>>>(cells: I) -> Self {
        Self::over(cells.into_iter().map(Option::<&T>::cloned).collect::<Vec<_>>().leak(), |cell| cell)
    }
}

impl<'a, T> Column<'a, T> {
    /// A field of rows. The code that `#[entity]` writes calls it, and `field` is a field of the row.
    #[doc(hidden)]
    #[inline]
    pub fn over<R>(rows: &'a [R], field: impl FnOnce(&'a R) -> &'a Option<T>) -> Self {
        Self(Cells::over(rows, field))
    }

    /// Without absent cells, for tests.
    pub fn of(values: &'a [T]) -> Self
    where
        T: Clone,
    {
        values.iter().map(Some).collect()
    }

    /// How many rows there are, absent cells included.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.0.len() == 0
    }

    /// The cell of a row.
    ///
    /// # Panics
    /// When there is no such row.
    #[inline]
    pub fn get(&self, row: usize) -> Option<&'a T> {
        self.0.get(row)
    }

    /// All cells, row by row.
    #[inline]
    pub fn cells(&self) -> impl Iterator<Item = Option<&'a T>> + '_ {
        (0..self.len()).map(|row| self.get(row))
    }

    /// The present values with their rows.
    #[inline]
    pub fn rows(&self) -> impl Iterator<Item = (usize, &'a T)> + '_ {
        (0..self.len()).filter_map(|row| Some((row, self.get(row)?)))
    }

    /// The present values.
    #[inline]
    pub fn values(&self) -> impl Iterator<Item = &'a T> + '_ {
        (0..self.len()).filter_map(|row| self.get(row))
    }
}

impl Column<'_, Decimal> {
    /// The sum of the present values; 0 where there are none.
    ///
    /// # Panics
    /// When the sum does not fit a decimal: a plugin fault.
    pub fn sum(&self) -> Decimal {
        self.values().sum()
    }
}

impl<T: Ord> Column<'_, T> {
    /// The largest of the present values.
    pub fn max(&self) -> Option<&T> {
        self.values().max()
    }

    /// The smallest of the present values.
    pub fn min(&self) -> Option<&T> {
        self.values().min()
    }
}
