//! Modules without a header, with two, and in another file.

#![allow(unused)]

use lockstep_sdk::prelude::*;

lockstep_sdk::plugin! { entities: [with_two::Order] }

#[entity]
mod without {
    use lockstep_sdk::prelude::*;

    #[derive(Clone, Debug, Default)]
    pub struct Order {
        #[field(entered)]
        pub item: Option<Text>,
    }

    impl Order {
        #[validation]
        pub fn is_there(#[header] item: &str) -> Option<Issue> {
            None
        }
    }
}

#[entity]
mod with_two {
    use lockstep_sdk::prelude::*;

    #[derive(Clone, Debug, Default)]
    #[entity]
    pub struct Order {
        #[field(entered)]
        pub item: Option<Text>,
    }

    #[derive(Clone, Debug, Default)]
    #[entity]
    pub struct Note {
        #[field(entered)]
        pub text: Option<Text>,
    }
}

#[entity]
mod elsewhere;

fn main() {}
