//! Rules that wait for each other.

#![allow(unused)]

use lockstep_sdk::prelude::*;

lockstep_sdk::plugin! { entities: [order::Order] }

#[entity]
mod order {
    use lockstep_sdk::prelude::*;

    #[derive(Clone, Debug, Default)]
    #[entity]
    pub struct Order {
        #[field(calculated, scale = 2)]
        pub subtotal: Option<Decimal>,
        #[field(calculated, scale = 2)]
        pub discount: Option<Decimal>,
        #[field(calculated, scale = 2)]
        pub total: Option<Decimal>,
        #[field(calculated, scale = 2)]
        pub apart: Option<Decimal>,
        pub lines: Vec<Line>,
    }

    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Line {
        #[field(calculated, scale = 2)]
        pub amount: Option<Decimal>,
    }

    impl Order {
        #[calculation]
        pub fn subtotal(#[each(lines)] amount: Column<'_, Decimal>) -> Decimal {
            amount.sum()
        }

        #[calculation]
        pub fn discount(subtotal: Decimal) -> Decimal {
            subtotal
        }

        #[calculation]
        pub fn total(subtotal: Decimal, discount: Decimal) -> Decimal {
            subtotal - discount
        }

        #[calculation]
        pub fn apart(apart: Option<Decimal>) -> Option<Decimal> {
            apart
        }
    }

    impl Line {
        #[calculation]
        pub fn amount(#[header] discount: Decimal) -> Decimal {
            discount
        }
    }
}

fn main() {}
