//! Derived collections: rows that a rule gives, what reads them, and what becomes of them where something is missing.

#![expect(missing_docs, reason = "the names say it")]

use lockstep_sdk::{
    __private::{Entity as _, FieldPath, Maybe, schema},
    Evaluated,
    prelude::*,
};

#[derive(Enumeration, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Status {
    #[default]
    Open,
    Closed,
}

#[derive(Reference, Clone, Debug)]
pub struct Item {
    #[field(key)]
    pub number: Text,
    pub family: Text,
}

#[derive(Reference, Clone, Debug)]
pub struct Target {
    #[field(key)]
    pub family: Text,
    #[field(scale = 2)]
    pub quantity: Decimal,
}

#[derive(Issues, Clone, Debug)]
#[issues(messages = "tests/derived")]
pub enum CountIssue {
    #[error]
    BelowTarget { target: Decimal },
    #[warning]
    ManyFamilies { count: i64 },
}

#[entity]
pub mod count {
    use super::*;

    #[derive(Clone, Debug, Default)]
    #[entity(status = status, frozen = [Closed])]
    pub struct Count {
        #[field(state)]
        pub status: Option<Status>,
        #[field(entered, scale = 2)]
        pub factor: Option<Decimal>,
        #[field(calculated, scale = 2)]
        pub largest: Option<Decimal>,
        #[field(calculated)]
        pub described: Option<Text>,
        #[field(calculated)]
        pub ids: Option<Text>,
        #[field(calculated)]
        pub families: Vec<Family>,
        pub rows: Vec<Row>,
        #[field(calculated)]
        pub ranks: Vec<Rank>,
    }

    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Row {
        pub id: Text,
        #[field(entered)]
        pub item: Option<Text>,
        #[field(entered, scale = 2)]
        pub quantity: Option<Decimal>,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    #[collection(label = "Product families")]
    pub struct Family {
        pub id: Text,
        #[field(calculated, table = Target, max_length = 20)]
        pub family: Option<Text>,
        #[field(calculated, scale = 2)]
        pub quantity: Option<Decimal>,
        #[field(calculated, scale = 2)]
        pub missing: Option<Decimal>,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    #[collection]
    pub struct Rank {
        pub id: Text,
        #[field(calculated)]
        pub place: Option<i64>,
    }

    impl Count {
        /// Needs the tables, all rows and the factor.
        #[calculation]
        pub fn families(cx: &Context, rows: &[Row], factor: Decimal) -> Vec<Family> {
            let mut families: Vec<Family> = Vec::new();
            for row in rows {
                let Some(item) = row.item.as_ref().and_then(|item| cx.lookup::<Item>(item)) else { continue };
                let quantity = row.quantity.unwrap_or_default() * factor;
                match families.iter_mut().find(|family| family.id == item.family) {
                    Some(family) => family.quantity = family.quantity.map(|sum| sum + quantity),
                    None => families.push(Family {
                        id: item.family.clone(),
                        family: Some(item.family.clone()),
                        quantity: Some(quantity),
                        missing: None,
                    }),
                }
            }
            families
        }

        /// Reads another derived collection, and may have no rows.
        #[calculation]
        pub fn ranks(families: &[Family]) -> Option<Vec<Rank>> {
            let mut ids: Vec<_> = families.iter().map(|family| (family.quantity, family.id.clone())).collect();
            ids.sort();
            let rank = |(place, (_, id)): (i64, (_, Text))| Rank { id, place: Some(place) };
            (families.len() > 1).then(|| (1..).zip(ids.into_iter().rev()).map(rank).collect())
        }

        #[calculation]
        pub fn largest(#[each(families)] quantity: Column<'_, Decimal>) -> Option<Decimal> {
            quantity.max().copied()
        }

        #[calculation]
        pub fn described(families: &[Family], largest: Option<Decimal>) -> String {
            let names: Vec<_> = families.iter().map(|family| family.id.as_str()).collect();
            format!("{} up to {}", names.join(" "), largest.unwrap_or_default())
        }

        #[calculation]
        pub fn ids(#[each(families)] id: Column<'_, Text>) -> String {
            id.values().map(Text::as_str).collect::<Vec<_>>().join(",")
        }

        #[validation(at = families)]
        pub fn not_too_many(families: &[Family]) -> Option<Issue> {
            (families.len() > 2).then(|| CountIssue::ManyFamilies { count: families.len() as i64 }.at_row(2))
        }

        #[action]
        pub fn close() -> Patch<Self> {
            let families = vec![Family { id: "x".into(), ..Family::default() }];
            Patch::own(Self { status: Some(Status::Closed), families, ..Self::default() })
                .remove(CountCollection::Rows, "2")
        }
    }

    impl Family {
        /// The key's row is looked up by the SDK, for rows that are not there before the rule has run.
        #[validation(at = quantity)]
        pub fn at_least_target(quantity: Decimal, family: &Target) -> Result<(), CountIssue> {
            let target = family.quantity;
            if quantity < target { Err(CountIssue::BelowTarget { target }) } else { Ok(()) }
        }

        #[condition(hidden = [missing])]
        pub fn misses_nothing(missing: Option<Decimal>) -> bool {
            missing.is_none()
        }
    }
}

lockstep_sdk::plugin! { entities: [count::Count], tables: [Item, Target], issues: [CountIssue] }

use count::{Count, Family, Rank, Row};

fn tables() -> ReferenceStore {
    let item = |number: &str, family: &str| Item { number: number.into(), family: family.into() };
    let target = |family: &str, quantity| Target { family: family.into(), quantity };
    ReferenceStore::new()
        .with(item("a", "tools"))
        .with(item("b", "paint"))
        .with(item("c", "tools"))
        .with(target("tools", dec!(10)))
        .with(target("paint", dec!(1)))
}

fn row(item: &str, quantity: Decimal) -> Row {
    Row { id: item.into(), item: Some(item.into()), quantity: Some(quantity) }
}

fn counted() -> Count {
    let rows = vec![row("a", dec!(2)), row("b", dec!(3)), row("c", dec!(1.5))];
    Count { factor: Some(dec!(2)), rows, ..Count::default() }
}

fn evaluate(count: &Count, tables: ReferenceStore) -> Evaluated<Count> {
    count.evaluate(&Context::test(date!("2026-03-02")).with_rows(tables), "create")
}

fn family(id: &str, quantity: Decimal) -> Family {
    Family { id: id.into(), family: Some(id.into()), quantity: Some(quantity), missing: None }
}

#[test]
fn a_rule_gives_the_rows_and_other_rules_read_them() {
    let Evaluated { document, issues, states, .. } = evaluate(&counted(), tables());
    assert_eq!(document.families, [family("tools", dec!(7)), family("paint", dec!(6))]);
    let rank = |id: &str, place| Rank { id: id.into(), place: Some(place) };
    assert_eq!(document.ranks, [rank("tools", 1), rank("paint", 2)]);
    assert_eq!(document.largest, Some(dec!(7)));
    assert_eq!(document.described.as_deref(), Some("tools paint up to 7.0"));
    assert_eq!(document.ids.as_deref(), Some("tools,paint"));
    let issues: Vec<_> = issues.iter().map(|issue| (issue.code, issue.place)).collect();
    assert_eq!(issues, [("below-target", Place::Cell(0, 0, 1))]);
    assert_eq!(states.len(), 2, "a condition of each row");
}

#[test]
fn the_rows_that_a_document_has_do_not_count() {
    let count = Count { families: vec![family("invented", dec!(99)); 2], ..counted() };
    assert_eq!(evaluate(&count, tables()).document.families.len(), 2);
    let no_rows = Count { rows: Vec::new(), ..count };
    let Evaluated { document, .. } = evaluate(&no_rows, tables());
    assert_eq!((document.families, document.largest), (Vec::new(), None));
    assert_eq!(document.described.as_deref(), Some(" up to 0"), "no rows are known rows");
}

#[test]
fn without_a_wanted_parameter_there_are_no_rows() {
    let Evaluated { document, issues, .. } = evaluate(&Count { factor: None, ..counted() }, tables());
    assert!(document.families.is_empty() && document.ranks.is_empty() && issues.is_empty());
    assert_eq!(document.described.as_deref(), Some(" up to 0"));
}

#[test]
fn an_option_of_rows_may_be_none() {
    let count = Count { rows: vec![row("a", dec!(2))], ..counted() };
    let Evaluated { document, .. } = evaluate(&count, tables());
    assert_eq!((document.families.len(), document.ranks.len()), (1, 0));
}

#[test]
fn what_depends_on_rows_that_cannot_be_known_is_not_known_either() {
    let Evaluated { document, issues, .. } = evaluate(&counted(), tables().without::<Item>());
    assert_eq!((document.families.len(), document.ranks.len()), (0, 0));
    assert_eq!((document.largest, document.described, document.ids), (None, None, None));
    let codes: Vec<_> = issues.iter().map(|issue| issue.code).collect();
    assert_eq!(codes, ["not-checked"]);
}

#[test]
fn stored_rows_stand_in_a_frozen_status() {
    let stored = vec![family("tools", dec!(1))];
    let count = Count { status: Some(Status::Closed), families: stored.clone(), ..counted() };
    let Evaluated { document, issues, .. } = evaluate(&count, tables());
    assert_eq!(document.families, stored);
    assert_eq!(document.described, None);
    assert_eq!(issues[0].place, Place::Cell(0, 0, 1), "validations run on them");
}

#[test]
fn a_validation_of_the_header_is_placed_at_the_collection() {
    let rows = tables().with(Item { number: "d".into(), family: "wood".into() });
    let mut count = counted();
    count.rows.push(row("d", dec!(1)));
    assert!(evaluate(&count, rows).has_issue_at("many-families", Place::Row(0, 2)));
}

#[test]
fn a_patch_has_no_derived_rows() {
    let result = counted().evaluate(&Context::test(date!("2026-03-02")).with_rows(tables()), "close");
    let [patch] = &result.patches[..] else { panic!("one patch: {:?}", result.patches) };
    let rows: Vec<_> = patch.collections.iter().map(|rows| (rows.rows, rows.text_ends.len())).collect();
    assert_eq!(rows, [(0, 0); 3]);
    let removed: Vec<_> = patch.removed.iter().map(|row| (row.collection, row.id.as_str())).collect();
    assert_eq!(removed, [(1, "2")], "collections keep their positions");
}

#[test]
fn the_descriptor_says_whose_rows_they_are() {
    let entity = Count::SPEC;
    let derived: Vec<_> = entity.collections.iter().map(|known| (known.name.as_str(), known.derived)).collect();
    assert_eq!(derived, [("families", true), ("rows", false), ("ranks", true)]);
    assert_eq!(entity.collections[0].label.as_str(), "Product families");
    let order: Vec<_> = entity.rules.iter().map(|rule| rule.name.as_str()).take(5).collect();
    assert_eq!(order, ["families", "ranks", "largest", "described", "ids"]);
    let rule = &entity.rules[0];
    assert!(matches!(rule.kind, schema::RuleKind::Calculation));
    assert_eq!(rule.collection, Maybe::None);
    let written = [0, 1, 2].map(|field| FieldPath { collection: Maybe::Some(0), field });
    assert_eq!(*rule.writes, written);
}

#[entity]
pub mod odd {
    use super::*;

    #[derive(Clone, Debug, Default)]
    #[entity]
    pub struct Odd {
        #[field(entered)]
        pub ids: Option<Text>,
        #[field(calculated)]
        pub rows: Vec<Row>,
    }

    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Row {
        pub id: Text,
        #[field(calculated)]
        pub number: Option<i64>,
    }

    impl Odd {
        #[calculation]
        pub fn rows(cx: &Context, ids: &str) -> Option<Vec<Row>> {
            if ids == "none" {
                return None;
            }
            if ids == "looked up" {
                let id = cx.lookup::<Item>("a").map(|item| item.number).unwrap_or_default();
                return Some(vec![Row { id, number: None }]);
            }
            Some(ids.split(',').map(|id| Row { id: id.into(), number: None }).collect())
        }
    }
}

impl lockstep_sdk::Listed for odd::Odd {
    const INDEX: u16 = 1;
}

fn rows_of(ids: &str) -> Vec<Text> {
    let odd = odd::Odd { ids: Some(ids.into()), rows: Vec::new() };
    let rows = odd.evaluate(&Context::test(date!("2026-03-02")), "create").document.rows;
    rows.into_iter().map(|row| row.id).collect()
}

#[test]
fn rows_stay_in_the_rules_order() {
    assert_eq!(rows_of("b,a,10,9"), ["b", "a", "10", "9"].map(Text::from));
    assert!(rows_of("none").is_empty());
}

#[test]
fn ids_that_could_not_be_known_are_no_fault() {
    let odd = odd::Odd { ids: Some("looked up".into()), rows: Vec::new() };
    let cx = Context::test(date!("2026-03-02"));
    let cx = cx.with_rows(ReferenceStore::new().without::<Item>());
    let result = odd.evaluate(&cx, "create");
    assert!(result.document.rows.is_empty());
    assert_eq!(result.codes(), ["not-checked"]);
}

#[test]
#[should_panic(expected = "the rule of `rows` gave two rows the id `b`")]
fn a_doubled_id_is_a_fault() {
    rows_of("b,a,b");
}

#[test]
#[should_panic(expected = "the rule of `rows` gave a row with an empty id")]
fn an_empty_id_is_a_fault() {
    rows_of("a,,b");
}
