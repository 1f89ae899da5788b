//! Which issues block an action.

use lockstep_model::{Issue, Outcome, Place, schema::Severity};

use crate::sample::descriptor;

fn check(severity: Severity, rule: Option<u16>, justified: bool, blocked: &[&str]) {
    let descriptor = descriptor();
    let entity = &descriptor.entities[0];
    let (code, place, arguments) = ("late".to_owned(), Place::Document, Vec::new());
    let issue = Issue { code, severity, place, arguments, offer: None, rule };
    let outcome = Outcome { issues: vec![issue], ..Outcome::default() };
    let names = (0..).zip(&entity.actions);
    let found: Vec<_> = names
        .filter(|(position, _)| outcome.blocks(entity, *position, |issue| justified && issue.code == "late"))
        .map(|(_, action)| action.name.as_str())
        .collect();
    assert_eq!(found, blocked);
}

#[test]
fn an_error_blocks_what_its_validation_guards() {
    check(Severity::Error, Some(4), true, &["create", "update"]);
    check(Severity::Error, Some(5), false, &["confirm"]);
}

#[test]
fn an_error_that_no_validation_raised_blocks_every_action() {
    check(Severity::Error, None, false, &["create", "update", "confirm", "delete"]);
    check(Severity::Error, Some(0), false, &["create", "update", "confirm", "delete"]);
}

#[test]
fn a_justification_blocks_until_its_text_is_given() {
    check(Severity::Justification, Some(4), false, &["create", "update"]);
    check(Severity::Justification, Some(4), true, &[]);
}

#[test]
fn warnings_and_information_block_nothing() {
    check(Severity::Warning, Some(4), false, &[]);
    check(Severity::Information, None, false, &[]);
}
