//! Where a transfer goes: to the record of the same item and batch at another place.

use lockstep_sdk::prelude::*;

use crate::{dimensions::Dimensions, issues::StockIssue, stock::Transfer, tables::Stock};

/// Stands in a message for a dimension that there is not.
const NONE: Text = Text::fixed("–");

/// The record that a transfer goes to.
pub(crate) fn target(cx: &Context, from: &Dimensions, arguments: &Transfer) -> Result<Stock, Issue> {
    let to = destination(from, arguments);
    if to == *from {
        return Err(StockIssue::TransferToItself.into());
    }
    to.find(cx)?.ok_or_else(|| no_stock(to).into())
}

/// What is not said stays as it is; in another warehouse there is no location unless one is said.
fn destination(from: &Dimensions, arguments: &Transfer) -> Dimensions {
    let warehouse = arguments.warehouse.as_ref().unwrap_or(&from.warehouse);
    let is_same_warehouse = *warehouse == from.warehouse;
    Dimensions {
        warehouse: warehouse.clone(),
        location: arguments.location.clone().or_else(|| from.location.clone().filter(|_| is_same_warehouse)),
        status: arguments.status.unwrap_or(from.status),
        ..from.clone()
    }
}

fn no_stock(to: Dimensions) -> StockIssue {
    let Dimensions { item, warehouse, location, batch, status } = to;
    let (location, batch) = (location.unwrap_or(NONE), batch.unwrap_or(NONE));
    StockIssue::NoStockThere { item, warehouse, location, batch, status }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dimensions::StockStatus;

    fn from() -> Dimensions {
        let (item, warehouse) = ("I-1".into(), "11".into());
        Dimensions { item, warehouse, location: Some("A-01".into()), batch: None, status: StockStatus::Available }
    }

    #[test]
    fn what_is_not_said_stays_as_it_is() {
        assert_eq!(destination(&from(), &Transfer::default()), from());
        let moved = destination(&from(), &Transfer { location: Some("A-02".into()), ..Transfer::default() });
        assert_eq!(moved, Dimensions { location: Some("A-02".into()), ..from() });
        let blocked = destination(&from(), &Transfer { status: Some(StockStatus::Blocked), ..Transfer::default() });
        assert_eq!(blocked, Dimensions { status: StockStatus::Blocked, ..from() });
    }

    #[test]
    fn another_warehouse_has_locations_of_its_own() {
        let moved = destination(&from(), &Transfer { warehouse: Some("12".into()), ..Transfer::default() });
        assert_eq!(moved, Dimensions { warehouse: "12".into(), location: None, ..from() });
        let same = destination(&from(), &Transfer { warehouse: Some("11".into()), ..Transfer::default() });
        assert_eq!(same, from());
    }
}
