//! The line discount: nine levels of customers and items, most specific first.

use lockstep_sdk::prelude::*;

use crate::{
    agreements::{self, Level, Terms, TooMany},
    tables::{ALL, AgreementKind, Customer, Goods, Item},
};

/// The discount in percent that is agreed for this customer and this item on these terms, if one is.
pub(crate) fn line_discount(
    cx: &Context,
    customer: &Customer,
    item: &Item,
    terms: &Terms,
) -> Result<Option<Decimal>, TooMany> {
    agreements::find(cx, AgreementKind::LineDiscount, levels(customer, item), terms)
}

/// (customer, item), (customer, item's group), (customer, all), (group, item), … (all, all). A customer or an item
/// without a group has no levels for it.
fn levels(customer: &Customer, item: &Item) -> impl Iterator<Item = Level> {
    agreements::buyers(customer, customer.discount_group.as_ref())
        .flat_map(|buyers| goods(item).map(move |goods| Level { buyers: buyers.clone(), goods }))
}

/// The item, its group if it has one, all items.
fn goods(item: &Item) -> impl Iterator<Item = (Goods, Text)> {
    let one = Some((Goods::Item, item.number.clone()));
    let group = item.discount_group.clone().map(|group| (Goods::Group, group));
    [one, group, Some((Goods::All, ALL))].into_iter().flatten()
}
