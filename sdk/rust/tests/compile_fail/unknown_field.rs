//! A parameter that is no field: of the rule's own row, of the header, of all rows.

#![allow(unused)]

use lockstep_sdk::prelude::*;

lockstep_sdk::plugin! { entities: [order::Order] }

#[entity]
mod order {
    use lockstep_sdk::prelude::*;

    #[derive(Clone, Debug, Default)]
    #[entity]
    pub struct Order {
        #[field(entered)]
        pub customer: Option<Text>,
        #[field(calculated, scale = 2)]
        pub total: Option<Decimal>,
        pub lines: Vec<Line>,
    }

    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Line {
        #[field(entered, scale = 2)]
        pub quantity: Option<Decimal>,
        #[field(calculated, scale = 2)]
        pub amount: Option<Decimal>,
    }

    impl Order {
        #[calculation]
        pub fn total(#[each(lines)] ammount: Column<'_, Decimal>) -> Decimal {
            ammount.sum()
        }

        #[validation]
        pub fn has_lines(line: &[Line]) -> Option<Issue> {
            None
        }

        #[validation]
        pub fn few(#[each(rows)] quantity: Column<'_, Decimal>) -> Option<Issue> {
            None
        }
    }

    impl Line {
        #[calculation]
        pub fn amount(quantty: Decimal, #[header] custmer: Text) -> Decimal {
            quantty
        }

        #[validation]
        pub fn has_colour(colour: Text) -> Option<Issue> {
            None
        }
    }
}

fn main() {}
