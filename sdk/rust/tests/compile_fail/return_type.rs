//! Rules that return what they cannot.

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
        pub item: Option<Text>,
        #[field(defaulted)]
        pub unit: Option<Text>,
        #[field(calculated, scale = 2)]
        pub amount: Option<Decimal>,
    }

    impl Order {
        #[default]
        pub fn unit(item: &str) -> i64 {
            1
        }

        #[calculation]
        pub fn amount() -> Option<f64> {
            None
        }

        #[validation]
        pub fn is_there(item: &str) -> bool {
            true
        }

        #[validation]
        pub fn is_known(item: &str) -> Result<(), String> {
            Ok(())
        }

        #[action]
        pub fn confirm() -> bool {
            true
        }
    }
}

fn main() {}
