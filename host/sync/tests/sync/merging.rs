//! Two sides edit the same record.

use lockstep_model::{
    Refusal,
    operation::{Edits, RowChange},
    verdict::{Conflict, Side},
};
use proptest::prelude::*;

use crate::world::{World, create, edit, number, order, text, update, update_line};

fn ordered() -> World {
    let mut world = World::new();
    world.submit(&mut create("o1", "I-1", "3"));
    world
}

#[test]
fn disjoint_edits_merge() {
    let mut world = ordered();
    world.submit(&mut update("o1", [("note", None, Some(text("theirs")))]));
    world.submit(&mut update("o1", [("customer", Some(text("C-1")), Some(text("C-2")))]));
    let record = world.record(&order("o1"));
    assert_eq!(record.value("note"), Some(&text("theirs")));
    assert_eq!(record.value("customer"), Some(&text("C-2")));
}

#[test]
fn equal_edits_agree() {
    let mut world = ordered();
    let note = || update("o1", [("note", None, Some(text("same")))]);
    world.submit(&mut note());
    world.submit(&mut note());
    assert_eq!(world.record(&order("o1")).value("note"), Some(&text("same")));
}

#[test]
fn the_same_field_edited_differently_is_a_conflict_with_all_three_sides() {
    let mut world = ordered();
    world.submit(&mut update("o1", [("note", None, Some(text("theirs")))]));
    let refused = world.refused(&update("o1", [("note", None, Some(text("mine")))]));
    let sides = [None, Some(text("mine")), Some(text("theirs"))].map(Side::Field);
    let [base, mine, theirs] = sides;
    assert_eq!(refused.refusal, Refusal::Conflicts(vec![Conflict { path: "note".into(), base, mine, theirs }]));
}

#[test]
fn a_row_that_one_side_changed_and_the_other_took_away_is_a_conflict() {
    let mut world = ordered();
    let before = world.clone();
    let seen = before.record(&order("o1")).row("lines", "a").expect("the line").clone();
    let seen = ["item", "quantity", "price"].map(|name| (name.to_owned(), seen.value(name).expect("a value").clone()));
    let mut removal = update("o1", []);
    removal.change.rows.entry("lines".into()).or_default().insert("a".into(), RowChange::Removed(seen.into()));
    let more = || update_line("o1", [("quantity", Some(number("3")), Some(number("4")))]);

    world.submit(&mut more());
    let refused = world.refused(&removal).refusal;
    assert!(matches!(&refused, Refusal::Conflicts(all) if all[0].path == "lines[a]" && all[0].mine == Side::Row(None)));

    let mut world = before;
    world.submit(&mut removal);
    let refused = world.refused(&more()).refusal;
    assert!(matches!(&refused, Refusal::Conflicts(all) if all[0].theirs == Side::Row(None)), "{refused:?}");
    // What both took away is away.
    world.submit(&mut removal);
}

proptest! {
    /// Whoever comes first, edits of different fields give the same record.
    #[test]
    fn disjoint_edits_commute(note in "[a-z]{0,5}", terms in "[a-z]{1,5}", quantity in 1..40_i64) {
        let terms_before = Some(text("terms of C-1"));
        let mine = || update("o1", [("note", None, Some(text(&note))), ("terms", terms_before.clone(), Some(text(&terms)))]);
        let theirs = || update_line("o1", [("quantity", Some(number("3")), Some(number(&quantity.to_string())))]);
        let (mut one, mut other) = (ordered(), ordered());
        one.submit(&mut mine());
        one.submit(&mut theirs());
        other.submit(&mut theirs());
        other.submit(&mut mine());
        prop_assert_eq!(one.record(&order("o1")), other.record(&order("o1")));
    }

    /// An edit that states another base than what is there is never taken silently.
    #[test]
    fn no_edit_is_lost(base in "[a-c]", current in "[a-c]", mine in "[a-c]") {
        let mut world = ordered();
        world.submit(&mut update("o1", [("note", None, Some(text(&current)))]));
        let mut late = update("o1", []);
        late.change.fields = Edits::from([("note".to_owned(), edit(Some(text(&base)), Some(text(&mine))))]);
        if base == current || mine == current {
            world.submit(&mut late);
            let record = world.record(&order("o1"));
            prop_assert_eq!(record.value("note"), Some(&text(&mine)));
        } else {
            prop_assert!(matches!(world.refused(&late).refusal, Refusal::Conflicts(_)));
        }
    }
}
