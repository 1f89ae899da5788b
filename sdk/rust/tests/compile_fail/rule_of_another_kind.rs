//! Rules for fields that they cannot give a value: entered ones, those of another kind, those that are not there.

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
        #[field(defaulted)]
        pub currency: Option<Text>,
        #[field(calculated)]
        pub count: Option<i64>,
    }

    impl Order {
        #[default]
        pub fn customer() -> Text {
            "C-100".into()
        }

        #[calculation]
        pub fn currency() -> Text {
            "EUR".into()
        }

        #[calculation]
        pub fn coumt() -> i64 {
            1
        }

        #[calculation]
        #[validation]
        pub fn count() -> i64 {
            1
        }
    }
}

fn main() {}
