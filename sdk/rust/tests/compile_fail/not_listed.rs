//! A table and an entity that the plugin does not list.

#![allow(unused)]

use lockstep_sdk::prelude::*;

#[derive(Reference, Clone, Debug, Default)]
pub struct Customer {
    #[field(key)]
    pub account: Text,
}

lockstep_sdk::plugin! { entities: [order::Order] }

#[entity]
mod order {
    use super::Customer;
    use lockstep_sdk::prelude::*;

    #[derive(Clone, Debug, Default)]
    #[entity]
    pub struct Order {
        #[field(entered, table = Customer)]
        pub customer: Option<Text>,
    }

    impl Order {
        #[validation(at = customer)]
        pub fn is_known(customer: Option<&Customer>) -> Option<Issue> {
            None
        }
    }
}

#[entity]
mod note {
    use lockstep_sdk::prelude::*;

    #[derive(Clone, Debug, Default)]
    #[entity]
    pub struct Note {
        #[field(entered)]
        pub text: Option<Text>,
    }
}

fn main() {}
