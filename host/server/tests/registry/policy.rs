//! The policy as a part of the state, and what is published held against it.

use lockstep_model::schema::FieldType;
use lockstep_server::{Policy, RegistryError, Rollout, State};

use crate::support::{World, made, refused};

/// A policy whose role reads this field of things.
fn reading(field: &str) -> String {
    format!(
        r#"[[role]]
name = "clerk"
companies = ["*"]
workspaces = ["orders"]

[[role.entity]]
workspace = "orders"
entity = "thing"
read = ["{field}"]
"#
    )
}

fn set(world: &World, text: &str) -> bool {
    let policy = Policy::parse(text).expect("a policy");
    world.registry().set_policy(&policy, Some(text), &world.change()).expect("it can be noted")
}

fn kept(world: &World) -> Option<String> {
    world.registry().policy_text().expect("it can be read")
}

#[test]
fn the_policy_and_its_text_are_part_of_the_state() {
    let mut world = World::new();
    let (revision, text) = (world.registry().revision(), reading("note"));
    assert!(set(&world, &text));
    assert!(!set(&world, &text), "it is known");
    assert_eq!(world.registry().revision(), revision + 1);
    world.reopen();
    assert_eq!(kept(&world).as_deref(), Some(&*text));
    assert_eq!(world.registry().policy(), Some(Policy::parse(&text).expect("a policy").digest()));

    let commented = format!("# a comment\n{text}");
    assert!(!set(&world, &commented), "it says the same");
    assert_eq!((kept(&world), world.registry().revision()), (Some(commented), revision + 1));
    assert!(world.registry().set_policy(&Policy::default(), None, &world.change()).expect("it can be dropped"));
    assert_eq!((kept(&world), world.registry().revision()), (None, revision + 2));
}

#[test]
fn what_the_policy_does_not_fit_is_published_if_it_is_forced() {
    let world = World::new();
    set(&world, &reading("amuont"));
    let first = world.applied(&made("orders", "1.0.0").with("amount", FieldType::Integer));
    let error = refused(world.publish(&first, &Rollout::all()), &["9:9", "`amuont`", "did you mean `amount`", "force"]);
    assert!(matches!(error, RegistryError::Policy { .. }), "{error}");
    assert_eq!(world.state(&first), State::Applied);
    world.registry().publish(&first, &Rollout::all(), true, &world.change()).expect("it is forced");

    // Mistakes that there are keep nothing else from being published.
    let second = world.applied(&made("orders", "1.1.0").with("amount", FieldType::Integer).for_roles(&["other"]));
    world.publish(&second, &Rollout::all()).expect("it makes no new ones");
    world.published(&made("stock", "1.0.0"));
}

#[test]
fn a_version_that_is_in_use_counts_whoever_has_it() {
    let world = World::new();
    let first = world.published(&made("orders", "1.0.0"));
    let second = world.applied(&made("orders", "1.1.0").with("amount", FieldType::Integer));
    world.publish(&second, &Rollout::percent(10)).expect("it is applied");
    let policy = Policy::parse(&reading("amount")).expect("a policy");
    let known = world.registry().descriptors().expect("they can be read");
    assert_eq!((known["orders"].len(), policy.check(&known).mistakes), (2, Vec::new()));

    set(&world, &reading("amount"));
    refused(world.registry().halt("orders", false, &world.change()), &["halting orders", "`amount`"]);
    refused(world.registry().rollback("orders", None, false, &world.change()), &["rolling orders back", "`amount`"]);
    assert_eq!((world.state(&first), world.state(&second)), (State::Published, State::Published));
    world.registry().complete("orders", false, &world.change()).expect("the field stays");
    world.registry().rollback("orders", None, true, &world.change()).expect("it is forced");
}
