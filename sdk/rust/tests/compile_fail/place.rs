//! Issues at places that are not there.

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
        pub lines: Vec<Line>,
    }

    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Line {
        #[field(entered)]
        pub count: Option<i64>,
    }

    #[derive(Clone, Debug, Default)]
    #[arguments(cancel)]
    pub struct Cancel {
        #[field(required)]
        pub reason: Option<Text>,
    }

    impl Order {
        #[validation(at = costumer)]
        pub fn first(customer: &str) -> Option<Issue> {
            None
        }

        #[validation(at = lines.amount)]
        pub fn second(lines: &[Line]) -> Option<Issue> {
            None
        }

        #[validation(at = rows.count)]
        pub fn third(lines: &[Line]) -> Option<Issue> {
            None
        }

        #[validation(at = arguments.reasons, actions = [cancel])]
        pub fn fourth(arguments: &Cancel) -> Option<Issue> {
            None
        }

        #[validation(at = lines.count.sum)]
        pub fn fifth(lines: &[Line]) -> Option<Issue> {
            None
        }

        #[validation(where = customer)]
        pub fn sixth(customer: &str) -> Option<Issue> {
            None
        }

        #[condition(hidden = [colour])]
        pub fn seventh(customer: &str) -> bool {
            true
        }

        #[condition]
        pub fn eighth(customer: &str) -> bool {
            true
        }

        #[action]
        pub fn cancel(arguments: &Cancel) -> Order {
            Order::default()
        }
    }
}

fn main() {}
