//! States that are not there.

#![allow(unused)]

use lockstep_sdk::prelude::*;

#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    #[default]
    Draft,
    Confirmed,
}

lockstep_sdk::plugin! { entities: [order::Order, note::Note, memo::Memo] }

#[entity]
mod order {
    use super::Status;
    use lockstep_sdk::prelude::*;

    #[derive(Clone, Debug, Default)]
    #[entity(status = status, frozen = [Closed])]
    pub struct Order {
        #[field(state)]
        pub status: Option<Status>,
    }

    impl Order {
        #[action(states = [Drafted])]
        pub fn confirm() -> Order {
            Order { status: Some(Status::Confirmed), ..Order::default() }
        }
    }
}

#[entity]
mod note {
    use lockstep_sdk::prelude::*;

    #[derive(Clone, Debug, Default)]
    #[entity(status = text, frozen = [Closed])]
    pub struct Note {
        #[field(entered)]
        pub text: Option<Text>,
    }
}

#[entity]
mod memo {
    use lockstep_sdk::prelude::*;

    #[derive(Clone, Debug, Default)]
    #[entity(status = state)]
    pub struct Memo {
        #[field(entered)]
        pub text: Option<Text>,
    }

    impl Memo {
        #[action(states = [Draft])]
        pub fn send() -> Memo {
            Memo::default()
        }
    }
}

fn main() {}
