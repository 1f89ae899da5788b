//! The dashboard and its lists.

use lockstep_model::Value;

use super::kit::{Kit, identity};
use crate::{
    device::{Condition, DeviceError, Identity, PageQuery, SortBy},
    world::{create, number, text},
};

fn kit() -> Kit {
    let mut kit = Kit::new();
    for (customer, quantity) in [("B", "3"), ("A", "5"), ("C", "1"), ("A", "2")] {
        kit.create(customer, quantity);
    }
    kit
}

fn listed(kit: &mut Kit, query: &PageQuery) -> (Vec<String>, usize) {
    let query = PageQuery { limit: if query.limit == 0 { 100 } else { query.limit }, ..query.clone() };
    let view = kit.device().page("orders", "orders", &query).expect("a page");
    (view.rows.into_iter().map(|row| row.texts.join("|")).collect(), view.total)
}

#[test]
fn the_dashboard_speaks_the_users_language_and_shows_what_he_has() {
    let mut kit = Kit::new();
    let tiles = kit.device().dashboard().expect("signed in");
    let tile = &tiles[0];
    let said = (&*tile.name, &*tile.title, &*tile.icon, &*tile.color);
    assert_eq!((tiles.len(), said), (1, ("orders", "Orders", "cart", "#0f6cbd")));
    kit.device().set_locale("de");
    assert_eq!(kit.device().dashboard().expect("signed in")[0].title, "Aufträge");
    let view = kit.device().workspace("orders").expect("a workspace");
    let pages: Vec<_> = view.pages.iter().map(|page| (&*page.name, page.is_list)).collect();
    assert_eq!(pages, [("orders", true), ("mine", true), ("order", false)]);
    assert_eq!(view.pages[0].title, "All orders", "what has no German words is told in English");
    let secret = kit.device().page("orders", "secret", &PageQuery::default());
    assert!(matches!(secret, Err(DeviceError::NoSuch { what: "page", .. })));
    let nobody = Identity { roles: vec!["warehouse".into()], ..identity() };
    kit.device().sign_in(nobody, None).expect("signed in");
    assert!(kit.device().dashboard().expect("signed in").is_empty());
    assert!(matches!(kit.device().workspace("orders"), Err(DeviceError::NoSuch { .. })));
}

#[test]
fn a_list_is_sorted_filtered_searched_and_cut() {
    let mut kit = kit();
    let all = PageQuery::default();
    assert_eq!(listed(&mut kit, &all).0, ["A||50", "A||20", "B||30", "C||10"]);
    let by = |field: &str, is_descending| SortBy { field: field.into(), is_descending };
    let sorted = PageQuery { sort: Some(vec![by("customer", true), by("total", false)]), ..all.clone() };
    assert_eq!(listed(&mut kit, &sorted).0, ["C||10", "B||30", "A||20", "A||50"]);
    let of = |condition| PageQuery { filter: Some(vec![condition]), ..PageQuery::default() };
    let values = Condition { field: "customer".into(), values: vec![text("A"), text("C")], ..Condition::default() };
    assert_eq!(listed(&mut kit, &of(values)).0, ["A||50", "A||20", "C||10"]);
    let range =
        Condition { field: "total".into(), from: Some(number("20")), to: Some(number("30")), ..Condition::default() };
    assert_eq!(listed(&mut kit, &of(range)).0, ["A||20", "B||30"]);
    let found = PageQuery { search: " a ".into(), ..all.clone() };
    assert_eq!(listed(&mut kit, &found).0, ["A||50", "A||20"]);
    let none = PageQuery { search: "a b".into(), ..all.clone() };
    assert_eq!(listed(&mut kit, &none), (vec![], 0));
    let second = PageQuery { offset: 1, limit: 2, ..all.clone() };
    assert_eq!(listed(&mut kit, &second), (vec!["A||20".to_owned(), "B||30".to_owned()], 4));
    let unknown = PageQuery { sort: Some(vec![by("colour", false)]), ..all };
    assert!(matches!(kit.device().page("orders", "orders", &unknown), Err(DeviceError::NoSuch { .. })));
    assert!(matches!(kit.device().page("orders", "order", &PageQuery::default()), Err(DeviceError::NoSuch { .. })));
}

#[test]
fn a_list_that_starts_with_the_users_own_does_and_others_companies_are_not_shown() {
    let mut kit = kit();
    let key = kit.create("D", "1");
    kit.update(&key, "note", "user");
    assert_eq!(kit.page("mine").rows.len(), 1);
    let view = kit.page("orders");
    assert_eq!(view.opens.as_deref(), Some("order"));
    let actions: Vec<_> = view.actions.iter().map(|action| (&*action.name, action.form.clone())).collect();
    assert_eq!(actions, [("create", vec!["customer".to_owned()]), ("confirm", vec![])]);
    assert_eq!(view.columns[0].label, "Customer");
    let mut theirs = create("x1", "I-1", "3");
    theirs.context.company = "c2".into();
    kit.server.others(&mut theirs);
    kit.sync();
    assert_eq!(kit.page("orders").total, 5);
    let none = kit.device().draft("orders", "order", Some("x1")).expect("a draft");
    assert!(none.is_new(), "it is not there for this company");
    kit.device().sign_in(Identity { company: "c2".into(), ..identity() }, None).expect("signed in");
    assert_eq!(kit.page("orders").rows[0].values[2], Some(Value::Decimal(30.into())));
}
