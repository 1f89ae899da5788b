//! Descriptors that do not hold together are refused.

use lockstep_model::schema::{Descriptor, FieldKind, FieldPath, FieldType, IssueKind, Severity};

use crate::sample::descriptor;

fn refused(change: impl FnOnce(&mut Descriptor), sentence: &str) {
    let mut descriptor = descriptor();
    change(&mut descriptor);
    assert_eq!(descriptor.check().map_err(|error| error.to_string()), Err(sentence.to_owned()));
}

#[test]
fn the_sample_holds_together_and_comes_back_from_json() {
    let descriptor = descriptor();
    assert_eq!(descriptor.check(), Ok(()));
    let json = serde_json::to_string(&descriptor).unwrap();
    assert_eq!(serde_json::from_str::<Descriptor>(&json).unwrap(), descriptor);
}

#[test]
fn names_are_in_kebab_case_unique_and_not_reserved() {
    let field = |name: &'static str| {
        move |descriptor: &mut Descriptor| name.clone_into(&mut descriptor.entities[0].fields[1].name)
    };
    for name in ["", "Customer", "ship_date", "a--b", "-a", "a-", "1a", "größe"] {
        refused(field(name), &format!("order.{name}: the name is not in kebab-case"));
    }
    refused(field("number"), "order.number: the name is there twice");
    refused(field("lines"), "order.lines: the name is there twice");
    refused(field("entity"), "order.entity: the name has a meaning of its own");
    refused(
        |descriptor| "id".clone_into(&mut descriptor.entities[0].collections[0].fields[0].name),
        "order.lines.id: the name has a meaning of its own",
    );
    refused(
        |descriptor| {
            let kind = IssueKind { code: "required".to_owned(), severity: Severity::Error, arguments: Vec::new() };
            descriptor.issues.push(kind);
        },
        "issues.required: the name has a meaning of its own",
    );
}

#[test]
fn positions_are_there() {
    let sentence = "order.customer: there is no table 3: there are 3, counted from 0";
    refused(|descriptor| descriptor.entities[0].fields[1].table = Some(3), sentence);
    let sentence = "order.lines.net-amount: there is no field 5: there are 5, counted from 0";
    let path = FieldPath { collection: Some(0), field: 5 };
    refused(|descriptor| descriptor.entities[0].rules[1].reads.push(path), sentence);
    let sentence = "order.currency: there is no action 4: there are 4, counted from 0";
    refused(|descriptor| descriptor.entities[0].rules[0].guards.push(4), sentence);
    refused(
        |descriptor| descriptor.tables[0].key = vec![4],
        "customer: there is no field 4: there are 4, counted from 0",
    );
}

#[test]
fn types_and_statuses_are_ones_that_can_be() {
    let quantity =
        |of: FieldType| |descriptor: &mut Descriptor| descriptor.entities[0].collections[0].fields[1].of = of;
    let sentence = "order.lines.quantity: 29 decimals are too many: a decimal has at most 28";
    refused(quantity(FieldType::Decimal(29)), sentence);
    refused(quantity(FieldType::Enumeration(Vec::new())), "order.lines.quantity: an enumeration without values");
    let twice = vec!["a".to_owned(), "a".to_owned()];
    let sentence = "order.lines.quantity: the enumeration's value `a` is there twice or empty";
    refused(quantity(FieldType::Enumeration(twice)), sentence);
    let sentence = "order.status: the status field must be an enumeration of the kind `state`";
    refused(|descriptor| descriptor.entities[0].fields[4].kind = FieldKind::Entered, sentence);
    let lost = || "lost".to_owned();
    refused(|descriptor| descriptor.entities[0].frozen.push(lost()), "order.status: there is no status `lost`");
    refused(
        |descriptor| descriptor.entities[0].actions[0].states.push(lost()),
        "order.status: there is no status `lost`",
    );
}

#[test]
fn keys_are_ones_that_can_be() {
    refused(|descriptor| descriptor.tables[0].key.clear(), "customer: the table has no key");
    refused(|descriptor| descriptor.tables[0].key = vec![0, 0], "customer: the key names a field twice");
    refused(|descriptor| descriptor.tables[0].key = vec![2], "customer: a decimal cannot be part of a key");
}
