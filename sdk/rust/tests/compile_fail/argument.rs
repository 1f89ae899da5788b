//! Arguments of issues and of actions that cannot be.

#![allow(unused)]

use lockstep_sdk::prelude::*;

#[derive(Issues, Clone, Debug)]
pub enum OrderIssue {
    #[error]
    BelowMinimum { minimum: f64 },
}

lockstep_sdk::plugin! { entities: [order::Order], issues: [OrderIssue] }

#[entity]
mod order {
    use lockstep_sdk::prelude::*;

    #[derive(Clone, Debug, Default)]
    #[entity]
    pub struct Order {
        #[field(entered)]
        pub item: Option<Text>,
    }

    #[derive(Clone, Debug, Default)]
    #[arguments(cancel)]
    pub struct Cancel {
        #[field(required)]
        pub reason: Text,
        pub remark: Option<Text>,
    }

    impl Order {
        #[action]
        pub fn cancel(arguments: &Cancel) -> Order {
            Order::default()
        }
    }
}

fn main() {}
