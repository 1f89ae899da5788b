//! Header rules that give a field of all rows, ids as a column, conditions for named actions, keys as arguments.

#![expect(missing_docs, reason = "the names say it")]

use lockstep_sdk::prelude::*;

#[derive(Reference, Clone, Debug)]
pub struct Budget {
    #[field(key)]
    pub project: Text,
    #[field(scale = 2)]
    pub left: Decimal,
}

#[entity]
pub mod claim {
    use super::*;

    #[derive(Clone, Debug, Default)]
    #[entity(name = "claim")]
    pub struct Claim {
        #[field(entered, required, table = Budget)]
        pub project: Option<Text>,
        #[field(entered)]
        pub note: Option<Text>,
        #[field(calculated, scale = 2)]
        pub paid: Option<Decimal>,
        pub lines: Vec<Line>,
    }

    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Line {
        pub id: Text,
        #[field(entered, scale = 2)]
        pub amount: Option<Decimal>,
        #[field(calculated, scale = 2)]
        pub paid: Option<Decimal>,
        #[field(calculated, scale = 2)]
        pub open: Option<Decimal>,
        #[field(defaulted)]
        pub rank: Option<Text>,
    }

    #[derive(Clone, Debug, Default)]
    #[arguments(move_to)]
    pub struct MoveTo {
        #[field(required, table = Budget)]
        pub project: Option<Text>,
    }

    impl Claim {
        /// As far as the budget goes, line by line.
        #[calculation(lines.paid)]
        pub fn paid_in_turn(project: &Budget, #[each(lines)] amount: Column<'_, Decimal>) -> Vec<Option<Decimal>> {
            let mut left = project.left;
            let pay = |amount: Option<&Decimal>| {
                let paid = left.min(*amount?);
                left -= paid;
                Some(paid)
            };
            amount.cells().map(pay).collect()
        }

        #[calculation]
        pub fn paid(#[each(lines)] paid: Column<'_, Decimal>) -> Decimal {
            paid.sum()
        }

        #[default(lines)]
        pub fn rank(#[each(lines)] id: Column<'_, Text>) -> Vec<Option<Text>> {
            id.cells().map(Option::<&Text>::cloned).collect()
        }

        #[condition(required = [note], actions = [submit])]
        pub fn is_large(paid: Decimal) -> bool {
            paid > dec!(100)
        }

        #[action]
        pub fn submit() -> Self {
            Self::default()
        }

        #[action]
        pub fn move_to(arguments: &MoveTo) -> Self {
            Self { project: arguments.project.clone(), ..Self::default() }
        }
    }

    impl Line {
        #[calculation]
        pub fn open(amount: Decimal, paid: Option<Decimal>) -> Decimal {
            amount - paid.unwrap_or_default()
        }
    }
}

use claim::{Claim, Line, MoveTo};

lockstep_sdk::plugin! { entities: [claim::Claim], tables: [Budget] }

fn line(id: &str, amount: Option<Decimal>) -> Line {
    Line { id: id.into(), amount, ..Line::default() }
}

fn claim(lines: Vec<Line>) -> Claim {
    Claim { project: Some("p".into()), lines, ..Claim::default() }
}

fn context() -> Context {
    let budget = Budget { project: "p".into(), left: dec!(110) };
    Context::test(date!("2026-03-02")).with_rows(ReferenceStore::new().with(budget))
}

#[test]
fn a_rule_of_the_header_gives_a_field_of_all_rows() {
    let lines = vec![line("a", Some(dec!(80))), line("b", None), line("c", Some(dec!(50))), line("d", Some(dec!(1)))];
    let result = claim(lines).evaluate(&context(), "update");
    let paid: Vec<_> = result.document.lines.iter().map(|line| line.paid).collect();
    assert_eq!(paid, [Some(dec!(80)), None, Some(dec!(30)), Some(dec!(0))]);
    assert_eq!(result.document.lines[2].open, Some(dec!(20)));
    assert_eq!(result.document.paid, Some(dec!(110)));
}

#[test]
fn a_default_of_all_rows_leaves_what_is_given() {
    let given = Line { rank: Some("first".into()), ..line("a", None) };
    let result = claim(vec![given, line("b", None)]).evaluate(&context(), "update");
    let ranks: Vec<_> = result.document.lines.iter().map(|line| line.rank.as_deref()).collect();
    assert_eq!(ranks, [Some("first"), Some("b")]);
}

#[test]
fn what_depends_on_a_column_that_is_not_known_has_no_turn() {
    let cx = Context::test(date!("2026-03-02")).with_rows(ReferenceStore::new().without::<Budget>());
    let result = claim(vec![line("a", Some(dec!(80)))]).evaluate(&cx, "update");
    assert_eq!((result.document.lines[0].open, result.document.paid), (None, None));
    assert!(result.codes().contains(&"not-checked"));
}

#[test]
fn a_condition_requires_for_the_actions_that_it_names() {
    let large = claim(vec![line("a", Some(dec!(101)))]);
    let saved = large.evaluate(&context(), "update");
    assert!(saved.issues.is_empty(), "{:?}", saved.codes());
    assert!(saved.states[0].required);
    let submitted = large.evaluate(&context(), "submit");
    assert!(submitted.has_issue_at("required", Place::Field(1)));
    assert_eq!(submitted.codes(), ["required"]);
    assert!(claim(vec![line("a", Some(dec!(100)))]).evaluate(&context(), "submit").issues.is_empty());
}

#[test]
fn a_key_that_is_an_argument_is_checked() {
    let to = |project: &str| MoveTo { project: Some(project.into()) };
    assert!(claim(vec![]).evaluate_with(&context(), "move-to", &to("p")).issues.is_empty());
    let result = claim(vec![]).evaluate_with(&context(), "move-to", &to("q"));
    assert!(result.has_issue_at("unknown-key", Place::Argument(0)));
}
