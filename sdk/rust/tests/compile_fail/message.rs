//! Issues without a message, and messages that use what their issue does not have.

#![allow(unused)]

use lockstep_sdk::prelude::*;

#[derive(Issues, Clone, Debug)]
pub enum OrderIssue {
    #[error]
    BelowMinimum { minimum: Decimal },
    #[error]
    Stopped { item: Text },
    #[warning]
    NoWords,
    #[warning]
    NothingToSay,
    Unsure,
    #[error]
    #[warning]
    Both,
    #[error]
    Unnamed(Text),
}

lockstep_sdk::plugin! { entities: [order::Order], issues: [OrderIssue] }

#[entity]
mod order {
    use super::OrderIssue;
    use lockstep_sdk::prelude::*;

    #[derive(Clone, Debug, Default)]
    #[entity]
    pub struct Order {
        #[field(entered)]
        pub item: Option<Text>,
    }

    impl Order {
        #[validation(at = item)]
        pub fn not_stopped(item: Text) -> Result<(), OrderIssue> {
            Err(OrderIssue::Stopped { item })
        }
    }
}

fn main() {}
