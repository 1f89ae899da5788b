//! Tables whose keys are none.

#![allow(unused)]

use lockstep_sdk::prelude::*;

#[derive(Reference, Clone, Debug, Default)]
pub struct Customer {
    #[field(key)]
    pub account: Option<Text>,
    pub name: Text,
}

#[derive(Reference, Clone, Debug, Default)]
pub struct Tier {
    #[field(key, scale = 2)]
    pub from: Decimal,
}

#[derive(Reference, Clone, Debug, Default)]
pub struct Rate {
    pub code: Text,
}

#[derive(Reference, Clone, Debug, Default)]
#[reference(title = "Item")]
pub struct Item {
    #[field(key)]
    pub number: Text,
}

#[derive(Reference, Clone, Debug)]
pub enum Kind {
    One,
}

lockstep_sdk::plugin! { entities: [order::Order], tables: [Customer, Tier, Rate, Item, Kind] }

#[entity]
mod order {
    use super::Customer;
    use lockstep_sdk::prelude::*;

    #[derive(Clone, Debug, Default)]
    #[entity]
    pub struct Order {
        #[field(entered, table = Customer)]
        pub customer: Option<Text>,
        #[field(calculated)]
        pub name: Option<Text>,
    }

    impl Order {
        #[calculation]
        pub fn name(customer: &Customer) -> Text {
            customer.name.clone()
        }
    }
}

fn main() {}
