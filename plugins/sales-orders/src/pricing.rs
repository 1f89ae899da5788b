//! The unit price: what is agreed with the customer, else with its group, else with all, else the item's base price.

use lockstep_sdk::prelude::*;

use crate::{
    agreements::{self, Level, Terms, TooMany},
    tables::{AgreementKind, Customer, Goods, Item},
};

/// The price of the item's price unit for this customer on these terms.
pub(crate) fn unit_price(cx: &Context, customer: &Customer, item: &Item, terms: &Terms) -> Result<Decimal, TooMany> {
    let agreed = agreements::find(cx, AgreementKind::Price, levels(customer, item), terms)?;
    Ok(agreed.unwrap_or(item.base_price))
}

/// (customer, item), (customer's group, item), (all, item).
fn levels(customer: &Customer, item: &Item) -> impl Iterator<Item = Level> {
    let goods = (Goods::Item, item.number.clone());
    agreements::buyers(customer, customer.price_group.as_ref())
        .map(move |buyers| Level { buyers, goods: goods.clone() })
}
