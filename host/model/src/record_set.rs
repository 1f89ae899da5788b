//! Rows of one shape, column by column, as they cross the boundary of a sandbox.

use crate::schema::{Field, Pool};

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

impl Layout {
    /// The layout of those fields that `includes` picks.
    pub fn new(fields: &[Field], has_ids: bool, includes: impl Fn(&Field) -> bool) -> Self {
        let mut pools = [0, 0, u16::from(has_ids)];
        let columns = fields
            .iter()
            .enumerate()
            .filter(|(_, field)| includes(field))
            .map(|(position, field)| {
                let pool = field.of.pool();
                let taken = &mut pools[pool as usize];
                *taken += 1;
                Column { field: position as u16, pool, position: *taken - 1 }
            })
            .collect();
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

    /// The fields that an outcome derives.
    pub fn derived(fields: &[Field]) -> Self {
        Self::new(fields, false, |field| field.kind.is_derived())
    }
}
