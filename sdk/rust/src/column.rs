//! How rules see a collection: one field of all rows, or the number of the row at hand.

use crate::Decimal;

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
pub struct Column<'a, T>(Vec<Option<&'a T>>);

impl<'a, T> FromIterator<Option<&'a T>> for Column<'a, T> {
    fn from_iter<I: IntoIterator<Item = Option<&'a T>>>(cells: I) -> Self {
        Self(cells.into_iter().collect())
    }
}

impl<'a, T> Column<'a, T> {
    /// Without absent cells, for tests.
    pub fn of(values: &'a [T]) -> Self {
        values.iter().map(Some).collect()
    }

    /// How many rows there are, absent cells included.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The cell of a row.
    ///
    /// # Panics
    /// When there is no such row.
    pub fn get(&self, row: usize) -> Option<&'a T> {
        self.0[row]
    }

    /// All cells, row by row.
    pub fn cells(&self) -> impl Iterator<Item = Option<&'a T>> + '_ {
        self.0.iter().copied()
    }

    /// The present values with their rows.
    pub fn rows(&self) -> impl Iterator<Item = (usize, &'a T)> + '_ {
        self.0.iter().enumerate().filter_map(|(row, cell)| cell.map(|value| (row, value)))
    }

    /// The present values.
    pub fn values(&self) -> impl Iterator<Item = &'a T> + '_ {
        self.0.iter().copied().flatten()
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
