//! Types that no field can hold.

#![allow(unused)]

use lockstep_sdk::prelude::*;

#[derive(Reference, Clone, Debug, Default)]
pub struct Rate {
    #[field(key)]
    pub code: Text,
    pub value: f64,
}

lockstep_sdk::plugin! { entities: [order::Order], tables: [Rate] }

#[entity]
mod order {
    use lockstep_sdk::prelude::*;

    #[derive(Clone, Debug, Default)]
    #[entity]
    pub struct Order {
        #[field(entered)]
        pub weight: Option<f64>,
    }
}

fn main() {}
