//! The JSON form for people.

use lockstep_model::{
    json::{
        Json, read_arguments, read_context, read_document, read_outcome, write_arguments, write_context,
        write_document, write_outcome,
    },
    schema::Descriptor,
};
use proptest::prelude::*;

use crate::sample::{context, descriptor, document, request, some_outcome};

/// The first error of a document, or none.
fn refused(text: &str, sentence: &str) {
    let read = Json::parse(text).and_then(|json| read_document(&json, &descriptor()));
    assert_eq!(read.map_err(|error| error.to_string()), Err(sentence.to_owned()), "{text}");
}

fn check(text: &str, expected: &str) {
    let descriptor = descriptor();
    let written = write_document(&document(text), &descriptor.entities[0]);
    assert_eq!(written, Json::parse(expected).unwrap(), "{written}");
}

#[test]
fn a_document_is_written_in_canonical_form() {
    check(
        r#"{"key": "k", "customer": "C-100", "copies": 3, "urgent": true, "ship-date": "2026-03-02", "currency": null,
            "changed-at": "2026-03-02T09:00:00+01:00",
            "lines": [{"item": "I-1", "quantity": 12.50}, {"id": "x", "quantity": "-0"}]}"#,
        r#"{"entity": "order", "key": "k", "customer": "C-100", "ship-date": "2026-03-02", "urgent": true,
            "changed-at": "2026-03-02T08:00:00Z", "copies": 3,
            "lines": [{"id": "1", "item": "I-1", "quantity": "12.5"}, {"id": "x", "quantity": "0"}]}"#,
    );
}

#[test]
fn a_number_never_goes_through_a_float() {
    check(
        r#"{"lines": [{"unit-price": 0.1234567890123456789012345678}, {"unit-price": 79228162514264337593543950335}]}"#,
        r#"{"entity": "order", "lines": [{"id": "1", "unit-price": "0.1234567890123456789012345678"},
            {"id": "2", "unit-price": "79228162514264337593543950335"}]}"#,
    );
    refused(
        r#"{"copies": 9223372036854775808}"#,
        "copies: `9223372036854775808` is not a whole number from -9223372036854775808 to 9223372036854775807",
    );
}

#[test]
fn a_frozen_document_carries_its_calculated_values() {
    let text = r#"{"entity": "order", "customer": "C-100", "status": "confirmed", "total": "12.5",
        "lines": [{"id": "1", "item": "I-1", "quantity": "1", "net-amount": "12.5"}],
        "item-totals": [{"id": "I-1", "quantity": "1"}]}"#;
    check(text, text);
    assert!(document(text).stored.is_some());
    refused(r#"{"status": "draft", "total": "12.5"}"#, "total: calculated by the plugin: leave it out");
    refused(
        r#"{"lines": [{"id": "b", "net-amount": 1}]}"#,
        "lines[b].net-amount: calculated by the plugin: leave it out",
    );
}

#[test]
fn what_is_wrong_is_said_with_its_path() {
    refused(
        r#"{"lines": [{"id": "1"}, {"id": "2", "quantity": "0.0000000000001"}]}"#,
        "lines[2].quantity: 13 decimals are too many: the field takes 6",
    );
    refused(r#"{"lines": [{"quantity": true}]}"#, "lines[1].quantity: expected a decimal, found a boolean");
    refused(
        r#"{"lines": [{"colour": "red"}]}"#,
        "lines[1].colour: unknown key: there are `id`, `item`, `quantity`, `unit-price`, `net-amount`, `promised`",
    );
    refused(r#"{"customer": "C-1", "customer": "C-2"}"#, "customer: the key is there twice");
    refused(r#"{"lines": [{"item": "a", "item": "b"}]}"#, "lines[1].item: the key is there twice");
    refused(r#"{"customer": "12345678901"}"#, "customer: 11 characters are too many: the field takes 10");
    refused(r#"{"customer": 5}"#, "customer: expected text, found a number");
    refused(r#"{"status": "lost"}"#, "status: `lost` is not one of `draft`, `confirmed`, `cancelled`");
    refused(r#"{"ship-date": "2026-02-30"}"#, "ship-date: `2026-02-30` is not a date: write it like 2026-03-02");
    refused(r#"{"ship-date": 20260302}"#, "ship-date: expected a date, found a number");
    refused(r#"{"urgent": "yes"}"#, "urgent: expected a boolean, found text");
    refused(
        r#"{"copies": 1.5}"#,
        "copies: `1.5` is not a whole number from -9223372036854775808 to 9223372036854775807",
    );
    refused(r#"{"lines": {}}"#, "lines: expected a list, found an object");
    refused(r#"{"lines": [5]}"#, "lines[1]: expected an object, found a number");
    refused(r#"{"lines": [{"id": 1}]}"#, "lines[1].id: expected text, found a number");
    refused(r#"{"lines": [{"id": ""}]}"#, "lines[1].id: a row's id cannot be empty");
    refused(r#"{"lines": [{"id": "2"}, {}]}"#, "lines: two rows have the id `2`");
    refused(r#"{"entity": "invoice"}"#, "entity: the plugin has no entity `invoice`: there are `order`");
    refused("[]", "expected an object, found a list");
    refused("{", "not JSON: EOF while parsing an object at line 1 column 1");
    refused(&"[".repeat(40), "not JSON: EOF while parsing a list at line 1 column 40");
    let deep = format!("{}{}", "[".repeat(40), "]".repeat(40));
    assert!(Json::parse(&deep).unwrap_err().to_string().ends_with("nested more than 32 levels deep"));
}

#[test]
fn an_entity_is_named_where_there_are_several() {
    let mut descriptor = descriptor();
    let other = lockstep_model::schema::Entity { name: "return".to_owned(), ..descriptor.entities[0].clone() };
    descriptor.entities.push(other);
    let read = |text: &str, descriptor: &Descriptor| read_document(&Json::parse(text).unwrap(), descriptor);
    assert_eq!(read("{}", &descriptor).unwrap_err().to_string(), "entity: missing");
    assert_eq!(read(r#"{"entity": "return"}"#, &descriptor).unwrap().0, 1);
}

#[test]
fn contexts_and_arguments_are_read_strictly() {
    let context = context();
    assert_eq!(read_context(&write_context(&context)), Ok(context));
    let refused = |text: &str| read_context(&Json::parse(text).unwrap()).unwrap_err().to_string();
    assert_eq!(refused("{}"), "now: missing");
    assert_eq!(
        refused(r#"{"now": "today"}"#),
        "now: `today` is not a moment: write it like 2026-03-02T08:00:00Z, with at most three decimals of a second"
    );
    assert_eq!(
        refused(r#"{"when": 1}"#),
        "when: unknown key: there are `now`, `today`, `seed`, `user`, `company`, `roles`"
    );

    let descriptor = descriptor();
    let (_, confirm) = descriptor.entities[0].action("confirm").unwrap();
    let arguments = |text: &str| read_arguments(&Json::parse(text).unwrap(), confirm);
    assert_eq!(write_arguments(&arguments("null").unwrap(), confirm).to_string(), "{}");
    assert_eq!(arguments(r#"{"why": 1}"#).unwrap_err().to_string(), "why: unknown key: there are `reason`");
}

#[test]
fn an_outcome_must_be_of_the_documents_rows() {
    let refused =
        |text: &str| read_outcome(&Json::parse(text).unwrap(), &request(), &descriptor()).unwrap_err().to_string();
    assert_eq!(
        refused(r#"{"derived": {"lines": [{"id": "1"}]}, "actions": [], "issues": []}"#),
        "derived.lines: the rows are `1`, expected `1`, `b`"
    );
    let issue = |place: &str| {
        let issue = format!(r#"{{"code": "late", "severity": "error", "place": "{place}", "offer": "3"}}"#);
        let lines = r#"[{"id": "1"}, {"id": "b"}]"#;
        refused(&format!(r#"{{"derived": {{"lines": {lines}}}, "actions": [], "issues": [{issue}]}}"#))
    };
    assert_eq!(issue("lines[9]"), "issues[1].place: there is no row with the id `9`");
    assert_eq!(
        issue("nowhere"),
        "issues[1].place: `nowhere` is not a place: write it like customer, lines[2] or lines[2].quantity"
    );
    assert_eq!(issue("document"), "issues[1].offer: the place has no field that could take a value");
    assert_eq!(issue("ship-date"), "issues[1].offer: `3` is not a date: write it like 2026-03-02");
}

proptest! {
    #[test]
    fn documents_contexts_and_outcomes_come_back_from_json((request, outcome) in some_outcome()) {
        let descriptor = descriptor();
        let entity = &descriptor.entities[0];
        let again = |json: Json| Json::parse(&json.to_pretty()).expect("JSON");

        let json = again(write_document(&request.document, entity));
        let (_, document) = read_document(&json, &descriptor).expect("a document");
        prop_assert_eq!(write_document(&document, entity), json, "where it is frozen, given and stored look alike");
        if request.document.stored.is_none() {
            prop_assert_eq!(&document, &request.document);
        }

        let json = again(write_context(&request.context));
        prop_assert_eq!(read_context(&json), Ok(request.context.clone()));

        let json = again(write_outcome(&outcome, &request, &descriptor));
        prop_assert_eq!(read_outcome(&json, &request, &descriptor), Ok(outcome));
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in r#"[\[\]{}:,"a-z0-9.\-\\ ]{0,60}"#) {
        let _ = Json::parse(&text).map(|json| read_document(&json, &descriptor()));
    }

    #[test]
    fn json_comes_back_from_itself(text in r#"(-?[1-9][0-9]{0,40}(\.[0-9]{1,40})?([eE][-+]?[0-9]{1,9})?|"[a-z\\\\n]{0,9}"|true|null)"#) {
        if let Ok(json) = Json::parse(&text) {
            prop_assert_eq!(Json::parse(&json.to_string()), Ok(json));
        }
    }
}
