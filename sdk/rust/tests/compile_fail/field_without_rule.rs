//! Derived fields that no rule derives.

#![allow(unused)]

use lockstep_sdk::prelude::*;

lockstep_sdk::plugin! { entities: [order::Order] }

#[entity]
mod order {
    use lockstep_sdk::prelude::*;

    #[derive(Clone, Debug, Default)]
    #[entity]
    pub struct Order {
        #[field(defaulted)]
        pub currency: Option<Text>,
        pub lines: Vec<Line>,
    }

    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Line {
        #[field(calculated, scale = 2)]
        pub amount: Option<Decimal>,
    }
}

fn main() {}
