//! A parameter whose type is not its field's.

#![allow(unused)]

use lockstep_sdk::prelude::*;

#[derive(Reference, Clone, Debug, Default)]
pub struct Customer {
    #[field(key)]
    pub account: Text,
}

#[derive(Reference, Clone, Debug, Default)]
pub struct Item {
    #[field(key)]
    pub number: Text,
}

lockstep_sdk::plugin! { entities: [order::Order], tables: [Customer, Item] }

#[entity]
mod order {
    use super::{Customer, Item};
    use lockstep_sdk::prelude::*;

    #[derive(Clone, Debug, Default)]
    #[entity]
    pub struct Order {
        #[field(entered, table = Customer)]
        pub customer: Option<Text>,
        #[field(entered)]
        pub requested: Option<Date>,
        #[field(calculated, scale = 2)]
        pub total: Option<Decimal>,
        pub lines: Vec<Line>,
    }

    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Line {
        #[field(entered, scale = 2)]
        pub quantity: Option<Decimal>,
    }

    impl Order {
        #[calculation]
        pub fn total(#[each(lines)] quantity: Column<'_, i64>) -> Decimal {
            Decimal::ZERO
        }

        #[validation]
        pub fn in_time(requested: Timestamp) -> Option<Issue> {
            None
        }

        #[validation]
        pub fn is_known(customer: &Item) -> Option<Issue> {
            None
        }

        #[validation]
        pub fn has_lines(lines: Vec<Line>) -> Option<Issue> {
            None
        }

        #[validation]
        pub fn has_date(requested: &str) -> Option<Issue> {
            None
        }
    }

    impl Line {
        #[validation]
        pub fn some(quantity: &mut Decimal) -> Option<Issue> {
            None
        }
    }
}

fn main() {}
