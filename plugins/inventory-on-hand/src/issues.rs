//! What can be wrong with stock, with what is done to it and with a view of it. The words for each are in `messages/`,
//! under its name in kebab-case.

use lockstep_sdk::prelude::*;

use crate::dimensions::StockStatus;

/// What can be wrong; a variant's fields are its message's arguments.
#[derive(Issues, Clone, Debug, PartialEq)]
pub enum StockIssue {
    /// A batch of an item that has none.
    #[error]
    ItemWithoutBatches {
        /// The item.
        item: Text,
        /// Its name.
        name: Text,
    },
    /// A warehouse of another site.
    #[error]
    WarehouseOfOtherSite {
        /// The warehouse.
        warehouse: Text,
        /// Its site.
        site: Text,
    },
    /// A location that the warehouse does not have.
    #[error]
    UnknownLocation {
        /// The location.
        location: Text,
        /// The warehouse.
        warehouse: Text,
    },
    /// There is a record with these dimensions already.
    #[error]
    StockExists {
        /// The item.
        item: Text,
        /// The warehouse.
        warehouse: Text,
    },
    /// A record that still has quantities is not deleted.
    #[error]
    StockNotEmpty,
    /// Nothing, or less, to be reserved, released or moved.
    #[error]
    QuantityNotPositive,
    /// More decimals than quantities in the unit have.
    #[error]
    TooManyDecimals {
        /// The unit.
        unit: Text,
        /// How many it has.
        decimals: i64,
    },
    /// Stock that may not be used is not reserved.
    #[error]
    StatusNotReservable {
        /// Its status.
        status: StockStatus,
    },
    /// More than is there and not reserved.
    #[error]
    MoreThanAvailable {
        /// The quantity asked for.
        quantity: Decimal,
        /// What is available.
        available: Decimal,
        /// What both are in.
        unit: Text,
    },
    /// More is released than is reserved.
    #[error]
    MoreThanReserved {
        /// The quantity asked for.
        quantity: Decimal,
        /// What is reserved.
        reserved: Decimal,
        /// What both are in.
        unit: Text,
    },
    /// Fewer than none were counted.
    #[error]
    CountNegative,
    /// The count is far from the books; the user must say why.
    #[justification]
    CountDiffers {
        /// What was counted.
        counted: Decimal,
        /// What the books say.
        physical: Decimal,
        /// What both are in.
        unit: Text,
        /// By how many percent it may differ.
        percent: Decimal,
    },
    /// Less was counted than is reserved.
    #[warning]
    ReservedMoreThanCounted {
        /// What was counted.
        counted: Decimal,
        /// What is reserved.
        reserved: Decimal,
        /// What both are in.
        unit: Text,
    },
    /// A transfer to where the stock is.
    #[error]
    TransferToItself,
    /// A transfer to where there is no record.
    #[error]
    NoStockThere {
        /// The item.
        item: Text,
        /// The warehouse.
        warehouse: Text,
        /// The location; `–` for none.
        location: Text,
        /// The batch; `–` for none.
        batch: Text,
        /// The status.
        status: StockStatus,
    },
    /// More records of an item in a warehouse than are read, where all of them decide.
    #[error]
    TooManyRecords {
        /// How many are read.
        limit: i64,
    },
    /// A view that does not show all there is.
    #[warning]
    CutShort {
        /// How many rows were read.
        limit: i64,
    },
    /// A group of quantities that cannot be added up.
    #[warning]
    MixedUnits,
}
