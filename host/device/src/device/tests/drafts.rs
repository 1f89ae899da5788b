//! Drafts: what a user sees while he fills in a form.

use lockstep_model::{Value, schema::Severity};

use super::kit::{Kit, evaluations};
use crate::{
    device::{At, DeviceError, DraftView, FieldView},
    world::{number, text},
};

fn field<'v>(view: &'v DraftView, path: &str) -> &'v FieldView {
    let at: At = path.parse().expect("a path");
    let header = view.fields.iter();
    let rows = view.collections.iter().flat_map(|collection| collection.rows.iter().flat_map(|row| &row.fields));
    header.chain(rows).find(|field| field.at == at).expect("a field")
}

#[test]
fn what_is_derived_and_what_is_wrong_shows_at_once() {
    let mut kit = Kit::new();
    let mut draft = kit.device().draft("orders", "order", None).expect("a draft");
    let row = kit.device().add_row(&mut draft, "lines").expect("a collection");
    let cell = |field: &str| format!("lines[{row}].{field}");
    draft.set_text(&cell("item").parse().expect("a path"), "I-2").expect("fits");
    draft.set_text(&cell("quantity").parse().expect("a path"), "30").expect("fits");
    let view = kit.device().show(&draft).expect("a view");
    assert_eq!(field(&view, &cell("price")).value, Some(number("25")));
    assert_eq!(field(&view, &cell("amount")).text, "750");
    assert!(field(&view, &cell("amount")).is_read_only && !field(&view, &cell("price")).is_read_only);
    assert!(field(&view, "total").is_read_only);
    assert!(!field(&view, "channel").is_read_only, "it is set at creation");
    let issues: Vec<_> = view.issues.iter().map(|issue| (&*issue.code, &*issue.text, issue.is_blocking)).collect();
    let expected = [("no-customer", "A customer is missing.", true), ("large", "Why is it so large?", true)];
    assert_eq!(issues, expected);
    assert_eq!(view.issues[1].severity, Severity::Justification);
    assert_eq!(view.refusal.as_deref(), Some("A customer is missing. Why is it so large?"));

    draft.set(&At::Field("customer".into()), Some(text("C-1"))).expect("fits");
    let reasons = [("large".to_owned(), "agreed by phone".to_owned())].into();
    let view = kit.device().show_for(&draft, "create", &[].into(), &reasons).expect("a view");
    assert_eq!(view.refusal, None);
    assert_eq!(field(&view, "terms").value, Some(text("terms of C-1")));
    assert!(kit.orders().is_empty(), "a draft is stored nowhere");

    kit.device().set_locale("de-AT");
    draft.set(&At::Field("customer".into()), None).expect("fits");
    let view = kit.device().show(&draft).expect("a view");
    assert_eq!(view.issues[0].text, "Der Kunde fehlt.");
    assert_eq!(field(&view, "customer").label, "Kunde");
    assert_eq!(view.collections[0].label, "Positionen");
}

#[test]
fn what_a_draft_has_looked_up_is_fetched_beforehand() {
    let mut kit = Kit::new();
    let mut draft = kit.draft("C-1", "I-2", "3");
    evaluations();
    kit.device().show(&draft).expect("a view");
    assert_eq!(evaluations(), 2, "the first one finds out what is needed");
    draft.set(&At::Field("note".into()), Some(text("soon"))).expect("fits");
    let view = kit.device().show(&draft).expect("a view");
    assert_eq!((evaluations(), field(&view, "total").value.clone()), (1, Some(number("75"))));
    kit.save(&draft);
    assert_eq!(evaluations(), 1, "saved with what was looked up for the view");
    let mut other = kit.draft("C-1", "I-2", "3");
    kit.device().show(&other).expect("a view");
    let row = other.change().rows["lines"].keys().next().expect("a row").clone();
    let item = At::Cell { collection: "lines".into(), row, field: "item".into() };
    other.set(&item, Some(text("I-1"))).expect("fits");
    let view = kit.device().show(&other).expect("a view");
    assert_eq!(field(&view, "total").value, Some(number("30")), "what was looked up before is no input");
}

#[test]
fn a_saved_record_shows_what_can_be_done_with_it() {
    let mut kit = Kit::new();
    let key = kit.create("C-1", "3");
    let draft = kit.device().draft("orders", "order", Some(&key)).expect("a draft");
    assert!(!draft.is_new());
    let view = kit.device().show(&draft).expect("a view");
    assert_eq!(field(&view, "total").value, Some(number("30")));
    assert!(field(&view, "channel").is_read_only, "it was set at creation, or not at all");
    let confirm = view.actions.iter().find(|action| action.name == "confirm").expect("an action");
    assert_eq!(confirm.label, "confirm");
    assert_eq!(view.refusal, None);
}

#[test]
fn edits_are_those_that_change_something() {
    let mut kit = Kit::new();
    let key = kit.create("C-1", "3");
    let mut draft = kit.device().draft("orders", "order", Some(&key)).expect("a draft");
    let customer = At::Field("customer".into());
    draft.set_text(&customer, "C-2").expect("fits");
    assert_eq!(draft.change().fields.len(), 1);
    draft.set_text(&customer, "C-1").expect("fits");
    assert!(draft.change().is_empty(), "it is as it was");
    // The user makes a rule's value his own.
    let terms = At::Field("terms".into());
    draft.set_text(&terms, "terms of C-1").expect("fits");
    assert_eq!(draft.change().fields.len(), 1);
    let row = draft.before.rows("lines")[0].id.clone();
    let quantity = At::Cell { collection: "lines".into(), row: row.clone(), field: "quantity".into() };
    draft.set_text(&quantity, "4").expect("fits");
    draft.remove_row("lines", &row).expect("a collection");
    let added = kit.device().add_row(&mut draft, "lines").expect("a collection");
    draft.remove_row("lines", &added).expect("a collection");
    assert_eq!(draft.change().rows["lines"].len(), 1);
    let view = kit.device().show(&draft).expect("a view");
    assert!(view.collections[0].rows.is_empty());
    kit.save(&draft);
    assert_eq!(kit.value(&key, "total"), Some(Value::Decimal(0.into())));
    let saved = kit.device().draft("orders", "order", Some(&key)).expect("a draft");
    assert!(saved.before.cells["terms"].entered);
}

#[test]
fn what_does_not_fit_is_said_with_its_place() {
    let mut kit = Kit::new();
    let mut draft = kit.device().draft("orders", "order", None).expect("a draft");
    let mut sentence = |path: &str, text: &str| {
        let at: At = path.parse().expect("a path");
        draft.set_text(&at, text).expect_err("refused").to_string()
    };
    assert_eq!(sentence("colour", "red"), "there is no field `colour` here");
    assert_eq!(sentence("rows[a].x", "red"), "there is no collection `rows` here");
    assert_eq!(
        sentence("lines[a].quantity", "many"),
        "lines[a].quantity: `many` is not a decimal number: write it like -12.5"
    );
    assert!(sentence("customer", &"x".repeat(41)).starts_with("customer: 41 characters are too many"));
    assert!("lines[a".parse::<At>().is_err());
    let none = kit.device().draft("orders", "invoice", None);
    assert!(matches!(none, Err(DeviceError::NoSuch { what: "entity", .. })));
    let none = kit.device().draft("stock", "order", None);
    assert!(matches!(none, Err(DeviceError::NoSuch { what: "workspace", .. })));
}

#[test]
fn keys_ascend_with_time_and_are_versioned() {
    let mut kit = Kit::new();
    let keys: Vec<_> = (0..50).map(|_| kit.device().new_key()).collect();
    assert!(keys.is_sorted());
    assert!(keys.iter().all(|key| key.len() == 36 && &key[14..15] == "7"), "{keys:?}");
}
