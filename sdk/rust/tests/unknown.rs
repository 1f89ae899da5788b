//! What a table that is not on the device leaves unknown: all that depends on it, said once, and nothing else.

#![expect(missing_docs, reason = "the names say it")]

use lockstep_sdk::prelude::*;

#[derive(Reference, Clone, Debug)]
pub struct Price {
    #[field(key)]
    pub item: Text,
    #[field(scale = 2)]
    pub price: Decimal,
}

#[derive(Reference, Clone, Debug)]
pub struct Limit {
    #[field(key)]
    pub name: Text,
    #[field(scale = 2)]
    pub limit: Decimal,
}

#[entity]
pub mod order {
    use super::*;

    #[derive(Clone, Debug, Default)]
    #[entity(name = "order")]
    pub struct Order {
        #[field(calculated, scale = 2)]
        pub total: Option<Decimal>,
        #[field(calculated, scale = 2)]
        pub half: Option<Decimal>,
        pub lines: Vec<Line>,
    }

    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Line {
        #[field(entered)]
        pub item: Option<Text>,
        #[field(defaulted, required, scale = 2)]
        pub price: Option<Decimal>,
        #[field(calculated, scale = 2)]
        pub net: Option<Decimal>,
    }

    impl Line {
        #[default]
        pub fn price(cx: &Context, item: &str) -> Option<Decimal> {
            cx.lookup::<Price>(item).map(|row| row.price)
        }

        #[calculation]
        pub fn net(price: Option<Decimal>) -> Decimal {
            price.unwrap_or_default()
        }
    }

    impl Order {
        #[calculation]
        pub fn total(#[each(lines)] net: Column<'_, Decimal>) -> Decimal {
            net.sum()
        }

        #[calculation]
        pub fn half(total: Option<Decimal>) -> Decimal {
            total.unwrap_or_default() / dec!(2)
        }

        #[validation]
        pub fn within_limit(cx: &Context) -> Option<Issue> {
            cx.lookup::<Limit>("order").map(|_| Issue::new("above-limit", Severity::Error))
        }

        #[validation(server_only)]
        pub fn within_limit_now(cx: &Context) -> Option<Issue> {
            cx.lookup::<Limit>("order").map(|_| Issue::new("above-limit", Severity::Error))
        }

        #[action]
        pub fn confirm(half: Option<Decimal>) -> Self {
            Self { half, ..Self::default() }
        }
    }
}

lockstep_sdk::plugin! { entities: [order::Order], tables: [Price, Limit] }

use order::{Line, Order};

fn entered(price: Decimal) -> Line {
    Line { item: Some("a".into()), price: Some(price), net: None }
}

fn looked_up() -> Line {
    Line { item: Some("a".into()), ..Line::default() }
}

fn evaluate(lines: &[Line], rows: ReferenceStore, action: &str) -> lockstep_sdk::Evaluated<Order> {
    let order = Order { lines: lines.to_vec(), ..Order::default() };
    order.evaluate(&Context::test(date!("2026-03-02")).with_rows(rows), action)
}

#[test]
fn what_depends_on_a_field_that_is_not_known_is_not_known_either() {
    let result = evaluate(&[entered(dec!(3)), looked_up()], ReferenceStore::new().without::<Price>(), "create");
    assert_eq!((result.document.total, result.document.half), (None, None));
    assert_eq!(result.codes(), ["not-checked"], "and nothing that is unknown is called missing");
}

#[test]
fn a_row_that_is_not_known_leaves_the_others_as_they_are_wherever_it_stands() {
    let lines = [entered(dec!(3)), looked_up(), entered(dec!(5))];
    for order in [[0, 1, 2], [1, 0, 2], [2, 0, 1], [1, 2, 0]] {
        let lines = order.map(|position: usize| lines[position].clone());
        let result = evaluate(&lines, ReferenceStore::new().without::<Price>(), "create");
        for line in result.document.lines {
            assert_eq!(line.net, line.price);
        }
    }
}

#[test]
fn a_validation_that_cannot_look_up_says_so() {
    let result = evaluate(&[], ReferenceStore::new().without::<Limit>(), "create");
    assert_eq!(result.codes(), ["not-checked"]);
    let cx = Context::test(date!("2026-03-02")).with_rows(ReferenceStore::new().without::<Limit>());
    assert_eq!(Order::default().evaluate_on_server(&cx, "create", &()).codes(), ["not-checked"]);
}

#[test]
fn an_action_that_does_not_know_what_it_reads_is_refused() {
    let result = evaluate(&[looked_up()], ReferenceStore::new().without::<Price>(), "confirm");
    assert!(result.patched.is_none());
    assert!(result.issues.iter().any(|issue| issue.code == "not-checked" && issue.severity == Severity::Error));
}

#[test]
fn a_key_that_no_row_can_have_finds_none() {
    let line = Line { item: Some("a\u{1f}b".into()), ..Line::default() };
    assert_eq!(evaluate(&[line], ReferenceStore::new(), "create").codes(), ["required"]);
}
