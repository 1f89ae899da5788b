//! Actions: what they require, and what they change.

#![expect(missing_docs, reason = "the names say it")]

use lockstep_sdk::prelude::*;

#[derive(Reference, Clone, Debug)]
pub struct Customer {
    #[field(key)]
    pub account: Text,
    pub carrier: Text,
}

#[entity]
pub mod delivery {
    use super::*;

    #[derive(Clone, Debug, Default)]
    #[entity(name = "delivery")]
    pub struct Delivery {
        #[field(entered, table = Customer)]
        pub customer: Option<Text>,
        #[field(entered, scale = 1)]
        pub weight: Option<Decimal>,
        #[field(state)]
        pub carrier: Option<Text>,
        #[field(state)]
        pub note: Option<Text>,
    }

    #[derive(Clone, Debug, Default)]
    #[arguments(refuse)]
    pub struct Refuse {
        #[field(required)]
        pub reason: Option<Text>,
    }

    impl Delivery {
        #[action]
        pub fn refuse(arguments: &Refuse) -> Self {
            Self { note: arguments.reason.clone(), ..Self::default() }
        }

        #[action]
        pub fn send(customer: &Customer, weight: Decimal) -> Self {
            let carrier = if weight > dec!(100) { Text::fixed("freight") } else { customer.carrier.clone() };
            Self { carrier: Some(carrier), ..Self::default() }
        }

        #[action]
        pub fn recall(weight: Option<Decimal>) -> Patch<Self> {
            let note = weight.is_none().then(|| "never weighed".into());
            let values = Self { note, ..Self::default() };
            Patch::own(values).clear(DeliveryField::Carrier).clear(DeliveryField::Weight).clear(DeliveryField::Carrier)
        }
    }
}

lockstep_sdk::plugin! { entities: [delivery::Delivery], tables: [Customer] }

use delivery::{Delivery, Refuse};

fn evaluate(delivery: &Delivery, action: &str) -> lockstep_sdk::Evaluated<Delivery> {
    let rows = ReferenceStore::new().with(Customer { account: "C".into(), carrier: "post".into() });
    delivery.evaluate(&Context::test(date!("2026-03-02")).with_rows(rows), action)
}

#[test]
fn an_action_changes_what_it_returns() {
    let delivery = Delivery { customer: Some("C".into()), weight: Some(dec!(7)), ..Delivery::default() };
    let result = evaluate(&delivery, "send");
    assert_eq!(result.patched.and_then(|patched| patched.carrier), Some("post".into()));
}

#[test]
fn an_action_requires_what_it_takes_as_if_it_were_there() {
    let result = evaluate(&Delivery::default(), "send");
    assert_eq!(result.codes(), ["required", "required"]);
    assert!(result.patched.is_none());
}

#[test]
fn an_argument_of_nothing_but_white_space_is_absent() {
    let codes = |reason: &str| {
        let arguments = Refuse { reason: Some(reason.into()) };
        Delivery::default().evaluate_with(&Context::test(date!("2026-03-02")), "refuse", &arguments).codes()
    };
    assert_eq!(codes(" \t\u{3000}"), ["required"]);
    assert!(codes(" - ").is_empty());
}

#[test]
fn an_action_requires_the_row_that_it_takes() {
    let delivery = Delivery { customer: Some("?".into()), weight: Some(dec!(7)), ..Delivery::default() };
    let result = evaluate(&delivery, "send");
    assert_eq!(result.codes(), ["unknown-key"]);
    assert!(result.patched.is_none());
}

#[test]
fn cleared_fields_come_in_order_and_once() {
    let result = evaluate(&Delivery::default(), "recall");
    assert_eq!(result.patches[0].cleared.as_slice(), [1, 2]);
}
