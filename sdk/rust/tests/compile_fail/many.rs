//! Several mistakes of one module are reported at once.

#![allow(unused)]

use lockstep_sdk::prelude::*;

lockstep_sdk::plugin! { entities: [order::Order] }

#[entity]
mod order {
    use lockstep_sdk::prelude::*;

    #[derive(Clone, Debug, Default)]
    #[entity(name = "order", colour = "red")]
    pub struct Order {
        #[field(entered, table = Customer)]
        pub customer: Text,
        #[field(calculated)]
        pub total: Option<Decimal>,
        #[field(defaulted)]
        pub currency: Option<Text>,
    }

    impl Order {
        #[calculation]
        pub fn total(price: Decimal) -> Decimal {
            price
        }

        #[validation(at = custommer, actions = [confirm])]
        pub fn is_there(&self, customer: &Text) -> Option<Issue> {
            None
        }

        #[validation]
        pub fn says_nothing(currency: &str) {}
    }
}

fn main() {}
