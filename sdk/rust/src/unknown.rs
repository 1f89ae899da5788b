//! Which fields could not be known, because a look-up that their rule made was not answered or its table is not here.
//!
//! A rule that reads such a field has no turn, and its own field is not known either: so no total is computed from half
//! its parts. A rule of a row asks about its own row, so that the order of rows changes nothing; one that reads all
//! rows asks about any.

use crate::spec::FieldPath;

/// Sets of fields, one bit a field.
#[derive(Debug, Default)]
pub(crate) struct Unknown {
    /// The header's; then for each collection those that some row does not know; as far as fields were added.
    any: Vec<u128>,
    /// Those of each row of each collection, as far as rows were added.
    rows: Vec<Vec<u128>>,
}

impl Unknown {
    /// Whether nothing is.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.any.is_empty()
    }

    /// Whether none of what a rule reads is unknown to it, in its scope or in the row that it runs for.
    #[cold]
    pub(crate) fn spares(&self, scope: usize, row: Option<u32>, reads: &[FieldPath]) -> bool {
        reads.iter().all(|read| {
            let of = read.scope();
            let unknown = if of == scope { self.of(scope, row) } else { self.any(of) };
            unknown >> read.field & 1 == 0
        })
    }

    /// Whether a field is unknown.
    pub(crate) fn has(&self, scope: usize, row: Option<u32>, field: u16) -> bool {
        self.of(scope, row) >> field & 1 == 1
    }

    fn any(&self, scope: usize) -> u128 {
        self.any.get(scope).copied().unwrap_or_default()
    }

    fn any_mut(&mut self, scope: usize) -> &mut u128 {
        self.any.resize(self.any.len().max(scope + 1), 0);
        &mut self.any[scope]
    }

    fn of(&self, scope: usize, row: Option<u32>) -> u128 {
        match row {
            None => self.any(scope),
            Some(row) => {
                let rows = scope.checked_sub(1).and_then(|collection| self.rows.get(collection));
                rows.and_then(|rows| rows.get(row as usize)).copied().unwrap_or_default()
            }
        }
    }

    /// Adds all fields of a collection that has no rows because they could not be known.
    #[cold]
    pub(crate) fn add_all(&mut self, scope: usize) {
        *self.any_mut(scope) = u128::MAX;
    }

    /// Adds a field.
    #[cold]
    pub(crate) fn add(&mut self, scope: usize, row: Option<u32>, field: u16) {
        *self.any_mut(scope) |= 1 << field;
        if let (Some(row), Some(collection)) = (row, scope.checked_sub(1)) {
            self.rows.resize(self.rows.len().max(collection + 1), Vec::new());
            let rows = &mut self.rows[collection];
            rows.resize(rows.len().max(row as usize + 1), 0);
            rows[row as usize] |= 1 << field;
        }
    }
}
