//! Conditions that say nothing that could hold, or of no field.

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
        #[field(entered)]
        pub unit: Option<Text>,
    }

    impl Order {
        #[condition(hidden = [unit])]
        pub fn is_plain(item: &str) -> Option<Issue> {
            None
        }

        #[condition(hidden = [units])]
        pub fn is_odd(item: &str) -> bool {
            true
        }

        #[condition(invisible = [unit])]
        pub fn is_even(item: &str) -> bool {
            true
        }

        #[condition(required = [])]
        pub fn is_new(item: &str) -> bool {
            true
        }

        #[condition]
        pub fn is_old(item: &str) -> bool {
            true
        }
    }
}

fn main() {}
