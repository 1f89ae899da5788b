//! The dimensions of stock: of which item it is, where, in which batch, and whether it may be used.

use lockstep_sdk::prelude::*;

use crate::{issues::StockIssue, tables::Stock};

/// How many records of one item, warehouse and status are read: there is one for each location and batch.
const RECORDS_MAX: u32 = 1000;

/// Whether stock may be used.
#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum StockStatus {
    /// It may.
    #[default]
    Available,
    /// It may not.
    Blocked,
    /// Not before it has been inspected.
    Quarantine,
}

/// What tells an on-hand record from all others. A warehouse belongs to one site, so the site adds nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dimensions {
    /// Of what it is.
    pub item: Text,
    /// The warehouse that it is in.
    pub warehouse: Text,
    /// The place within the warehouse, where it has such.
    pub location: Option<Text>,
    /// The batch, where the item has such.
    pub batch: Option<Text>,
    /// Whether it may be used.
    pub status: StockStatus,
}

impl Dimensions {
    /// Those of a record's fields.
    pub fn of(
        item: &Text,
        warehouse: &Text,
        location: Option<&Text>,
        batch: Option<&Text>,
        status: StockStatus,
    ) -> Self {
        let (item, warehouse, location, batch) = (item.clone(), warehouse.clone(), location.cloned(), batch.cloned());
        Self { item, warehouse, location, batch, status }
    }

    /// The record that has them.
    ///
    /// # Errors
    /// `too-many-records` where there are more records than are read, and none of those read is it.
    pub fn find(&self, cx: &Context) -> Result<Option<Stock>, Issue> {
        let selection = cx.select::<Stock>((&self.item, &self.warehouse, self.status), RECORDS_MAX);
        let is_it = |stock: &Stock| stock.location == self.location && stock.batch == self.batch;
        match selection.rows.into_iter().find(is_it) {
            None if selection.cut_short => Err(StockIssue::TooManyRecords { limit: RECORDS_MAX.into() }.into()),
            found => Ok(found),
        }
    }
}
