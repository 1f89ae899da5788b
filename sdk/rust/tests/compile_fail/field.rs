//! Fields that do not say enough, or what no field can be.

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
        pub customer: Text,
        #[field(entered)]
        pub amount: Option<Decimal>,
        #[field(entered, scale = 29)]
        pub rate: Option<Decimal>,
        #[field(entered, calculated)]
        pub currency: Option<Text>,
        #[field(required)]
        pub reason: Option<Text>,
        #[field(entered, colour = "red")]
        pub colour: Option<Text>,
        #[field(entered)]
        pub key: Option<Text>,
        pub remark: Option<Text>,
        pub lines: Vec<Line>,
        pub parts: Vec<Line>,
    }

    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Line {
        #[field(entered)]
        pub count: i64,
    }

    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Part {
        #[field(entered)]
        pub count: Option<i64>,
    }
}

fn main() {}
