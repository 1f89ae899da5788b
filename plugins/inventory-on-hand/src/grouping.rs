//! Grouped views: which stock is taken, and what it adds up to.

use std::collections::BTreeMap;

use lockstep_sdk::prelude::*;

use crate::{
    dimensions::StockStatus,
    tables::{Measure, Parameters, Stock},
    view::{Group, StockRow},
};

/// What stock must be to be taken; what is absent, it may be any.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Filter<'a> {
    pub(crate) item: Option<&'a Text>,
    pub(crate) site: Option<&'a Text>,
    pub(crate) warehouse: Option<&'a Text>,
    pub(crate) location: Option<&'a Text>,
    pub(crate) batch: Option<&'a Text>,
    pub(crate) status: Option<StockStatus>,
}

impl Filter<'_> {
    pub(crate) fn admits(&self, stock: &Stock) -> bool {
        is(self.item, Some(&stock.item))
            && is(self.site, Some(&stock.site))
            && is(self.warehouse, Some(&stock.warehouse))
            && is(self.location, stock.location.as_ref())
            && is(self.batch, stock.batch.as_ref())
            && self.status.is_none_or(|status| status == stock.status)
    }
}

fn is(wanted: Option<&Text>, found: Option<&Text>) -> bool {
    wanted.is_none() || wanted == found
}

/// The records that a view reads: those of its item and warehouse, where it says an item.
pub(crate) fn read(cx: &Context, item: Option<&Text>, warehouse: Option<&Text>) -> Selection<Stock> {
    let limit = Parameters::of(cx).view_records_max();
    match (item, warehouse) {
        (Some(item), Some(warehouse)) => cx.select((item, warehouse), limit),
        (Some(item), None) => cx.select(item, limit),
        (None, _) => cx.select((), limit),
    }
}

/// An on-hand record as a row of the view.
pub(crate) fn row(stock: Stock, measure: &Measure) -> StockRow {
    StockRow {
        quantity: Some(measure.of(&stock)),
        id: stock.record,
        item: Some(stock.item),
        site: Some(stock.site),
        warehouse: Some(stock.warehouse),
        location: stock.location,
        batch: stock.batch,
        status: Some(stock.status),
        unit: stock.unit,
    }
}

/// The dimensions that rows are grouped by.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct By {
    pub(crate) item: Option<bool>,
    pub(crate) site: Option<bool>,
    pub(crate) warehouse: Option<bool>,
    pub(crate) location: Option<bool>,
    pub(crate) batch: Option<bool>,
    pub(crate) status: Option<bool>,
}

/// The rows' sums, in the order of the dimensions' values. By no dimension it is one group of all.
pub(crate) fn group(rows: &[StockRow], by: By) -> Vec<Group> {
    let mut groups = BTreeMap::<String, Group>::new();
    for row in rows {
        let first = by.group_of(row);
        let group = groups.entry(id(&first)).or_insert(first);
        group.quantity = Some(group.quantity.unwrap_or_default() + row.quantity.unwrap_or_default());
        group.records = Some(group.records.unwrap_or_default() + 1);
        if group.unit != row.unit {
            group.unit = None;
        }
    }
    groups.into_iter().map(|(id, group)| Group { id: id.into(), ..group }).collect()
}

/// What all groups add up to, if it is all in one unit.
pub(crate) fn total(groups: &[Group]) -> Option<Decimal> {
    let is_addable = |group: &Group| group.unit.is_some() && group.unit == groups[0].unit;
    groups.iter().all(is_addable).then(|| groups.iter().filter_map(|group| group.quantity).sum())
}

impl By {
    /// The group that a row opens: its values of these dimensions, and nothing counted yet.
    fn group_of(self, row: &StockRow) -> Group {
        fn of<T: Clone>(value: Option<&T>, is_grouped: Option<bool>) -> Option<T> {
            value.filter(|_| is_grouped == Some(true)).cloned()
        }
        Group {
            item: of(row.item.as_ref(), self.item),
            site: of(row.site.as_ref(), self.site),
            warehouse: of(row.warehouse.as_ref(), self.warehouse),
            location: of(row.location.as_ref(), self.location),
            batch: of(row.batch.as_ref(), self.batch),
            status: of(row.status.as_ref(), self.status),
            unit: row.unit.clone(),
            ..Group::default()
        }
    }
}

fn values(group: &Group) -> [Option<&str>; 6] {
    let Group { item, site, warehouse, location, batch, status, .. } = group;
    let [item, site, warehouse, location, batch] =
        [item, site, warehouse, location, batch].map(|text| text.as_ref().map(Text::as_str));
    [item, site, warehouse, location, batch, status.map(StockStatus::name)]
}

/// The values of all dimensions with a `/` after each; one within a value stands behind a `\`.
fn id(group: &Group) -> String {
    let mut id = String::new();
    for value in values(group) {
        for character in value.unwrap_or_default().chars() {
            if ['/', '\\'].contains(&character) {
                id.push('\\');
            }
            id.push(character);
        }
        id.push('/');
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    const BY_ITEM: By = By { item: Some(true), site: None, warehouse: None, location: None, batch: None, status: None };

    fn row(item: &str, location: Option<&str>, unit: &str, quantity: Decimal) -> StockRow {
        StockRow {
            item: Some(item.into()),
            location: location.map(Into::into),
            status: Some(StockStatus::Available),
            unit: Some(unit.into()),
            quantity: Some(quantity),
            ..StockRow::default()
        }
    }

    fn values_and_quantities(groups: &[Group]) -> Vec<(Option<&str>, Option<&str>, Option<Decimal>)> {
        groups.iter().map(|group| (group.item.as_deref(), group.location.as_deref(), group.quantity)).collect()
    }

    #[test]
    fn rows_of_one_value_are_one_group() {
        let rows = [
            row("I-2", None, "pcs", dec!(5)),
            row("I-1", Some("A"), "pcs", dec!(2)),
            row("I-1", Some("B"), "pcs", dec!(-3)),
        ];
        let groups = group(&rows, BY_ITEM);
        assert_eq!(
            values_and_quantities(&groups),
            [(Some("I-1"), None, Some(dec!(-1))), (Some("I-2"), None, Some(dec!(5)))]
        );
        assert_eq!(groups[0].records, Some(2));
        assert_eq!(groups[0].location, None);
        assert_eq!(total(&groups), Some(dec!(4)));
    }

    #[test]
    fn by_nothing_there_is_one_group() {
        let rows = [row("I-1", None, "pcs", dec!(2)), row("I-2", None, "pcs", dec!(5))];
        assert_eq!(values_and_quantities(&group(&rows, By::default())), [(None, None, Some(dec!(7)))]);
        assert!(group(&[], By::default()).is_empty());
    }

    #[test]
    fn rows_without_a_value_are_a_group_too() {
        let rows = [row("I-1", Some("A"), "pcs", dec!(2)), row("I-1", None, "pcs", dec!(5))];
        let groups = group(&rows, By { location: Some(true), ..BY_ITEM });
        assert_eq!(
            values_and_quantities(&groups),
            [(Some("I-1"), None, Some(dec!(5))), (Some("I-1"), Some("A"), Some(dec!(2)))]
        );
    }

    #[test]
    fn ids_are_told_apart_whatever_the_values() {
        let by = By { location: Some(true), ..BY_ITEM };
        let id_of = |item: &str, location: &str| id(&by.group_of(&row(item, Some(location), "pcs", dec!(0))));
        assert_eq!(id_of("I-1", "A"), "I-1///A///");
        assert_eq!(id_of("a/", "b"), "a\\////b///");
        assert_ne!(id_of("a/", "b"), id_of("a", "/b"));
        assert_ne!(id_of("a\\", "b"), id_of("a", "\\b"));
        assert_ne!(id_of("a/b", ""), id_of("a", "b"));
    }

    #[test]
    fn different_units_are_not_added_up_in_silence() {
        let rows = [row("I-1", None, "pcs", dec!(2)), row("I-2", None, "kg", dec!(5)), row("I-2", None, "kg", dec!(1))];
        let mixed = group(&rows, By::default());
        assert_eq!(mixed[0].unit, None);
        assert_eq!(total(&mixed), None);
        let by_item = group(&rows, BY_ITEM);
        assert_eq!(by_item[1].unit, Some("kg".into()));
        assert_eq!(total(&by_item), None);
        assert_eq!(total(&[]), Some(dec!(0)));
    }
}
