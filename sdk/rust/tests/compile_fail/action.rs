//! Actions that are not there, and what actions cannot be.

#![allow(unused)]

use lockstep_sdk::prelude::*;

#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    #[default]
    Draft,
    Confirmed,
}

lockstep_sdk::plugin! { entities: [order::Order] }

#[entity]
mod order {
    use super::Status;
    use lockstep_sdk::prelude::*;

    #[derive(Clone, Debug, Default)]
    #[entity(status = status, without(confirm))]
    pub struct Order {
        #[field(state)]
        pub status: Option<Status>,
        pub lines: Vec<Line>,
    }

    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Line {
        #[field(entered)]
        pub count: Option<i64>,
    }

    #[derive(Clone, Debug, Default)]
    #[arguments(cancle)]
    pub struct Cancel {
        #[field(required)]
        pub reason: Option<Text>,
    }

    impl Order {
        #[validation(actions = [confrim])]
        pub fn has_status(status: Status) -> Option<Issue> {
            None
        }

        #[action]
        pub fn confirm() -> Order {
            Order { status: Some(Status::Confirmed), ..Order::default() }
        }

        #[action(state = [Draft])]
        pub fn cancel(arguments: &Cancel) -> Order {
            Order::default()
        }
    }

    impl Line {
        #[action]
        pub fn ship() -> Order {
            Order::default()
        }
    }
}

fn main() {}
