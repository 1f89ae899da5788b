//! Packages that need others.

use lockstep_server::{RegistryError, Rollout, State, validation::ReasonCode};

use crate::support::{World, made, refused};

#[test]
fn what_is_needed_must_be_here_then_applied_then_published() {
    let world = World::new();
    let orders = made("orders", "1.0.0").needing("stock", "^1.2");
    let package = world.upload(&orders);
    assert_eq!(package.state, State::Refused);
    let [reason] = &package.reasons[..] else { panic!("{:?}", package.reasons) };
    assert_eq!((reason.code, reason.subject.as_deref()), (ReasonCode::PrerequisiteMissing, Some("stock")));

    world.published(&made("stock", "1.1.0"));
    assert_eq!(world.upload(&orders).state, State::Refused, "1.1.0 is not what it needs");
    let stock = world.validated(&made("stock", "1.2.0"));
    let digest = world.validated(&orders);
    let registry = world.registry();
    refused(registry.apply(&digest, &world.change()), &["orders 1.0.0 needs `stock` ^1.2 (not applied here)"]);
    registry.apply(&stock, &world.change()).expect("it needs nothing");
    registry.apply(&digest, &world.change()).expect("what it needs is applied");
    refused(world.publish(&digest, &Rollout::all()), &["orders 1.0.0 needs `stock` ^1.2 (1.1.0 is published)"]);

    // While it is rolled out, some devices do not have it.
    world.publish(&stock, &Rollout::percent(50)).expect("it is applied");
    refused(world.publish(&digest, &Rollout::all()), &["(1.1.0 and 1.2.0 is published)"]);
    registry.complete("stock", false, &world.change()).expect("it is rolled out");
    world.publish(&digest, &Rollout::all()).expect("what it needs is published");
    assert_eq!(world.offered("any"), ["orders 1.0.0", "stock 1.2.0"]);
}

#[test]
fn what_others_need_is_kept_unless_it_is_forced() {
    let world = World::new();
    let first = world.published(&made("stock", "1.0.0"));
    world.published(&made("orders", "1.0.0").needing("stock", "^1"));
    let registry = world.registry();
    let names = &["orders 1.0.0 needs `stock` ^1", "force"];
    let error = refused(registry.unpublish("stock", false, &world.change()), names);
    assert!(matches!(error, RegistryError::Needed { .. }));
    refused(registry.withdraw(&first, false, &world.change()), names);
    let next = world.applied(&made("stock", "2.0.0"));
    refused(world.publish(&next, &Rollout::all()), names);
    refused(world.publish(&next, &Rollout::percent(1)), names);
    assert_eq!(world.offered("any"), ["orders 1.0.0", "stock 1.0.0"]);

    registry.unpublish("stock", true, &world.change()).expect("it is forced");
    // It is published still, but nobody is offered what would not work.
    assert_eq!(world.offered("any"), [""; 0]);
    assert!(world.workspace("orders").is_some());
    world.publish(&first, &Rollout::all()).expect("it was published");
    assert_eq!(world.offered("any"), ["orders 1.0.0", "stock 1.0.0"]);
}

#[test]
fn a_chain_of_needs_falls_and_stands_together() {
    let world = World::new();
    world.published(&made("base", "1.0.0"));
    world.published(&made("middle", "1.0.0").needing("base", "^1"));
    world.published(&made("top", "1.0.0").needing("middle", "^1"));
    assert_eq!(world.offered("any").len(), 3);
    world.registry().unpublish("base", true, &world.change()).expect("it is forced");
    assert_eq!(world.offered("any"), [""; 0]);
}

#[test]
fn whoever_sees_a_package_gets_what_it_needs() {
    let world = World::new();
    world.published(&made("base", "1.0.0").for_roles(&["engineer"]));
    world.published(&made("middle", "1.0.0").for_roles(&[]).needing("base", "^1"));
    world.published(&made("top", "1.0.0").needing("middle", "^1"));
    let clerk = |_: &str, roles: &[String]| roles.iter().any(|role| role == "clerk");
    assert_eq!(world.offered_to("any", &clerk), ["base 1.0.0", "middle 1.0.0", "top 1.0.0"]);
    let engineer = |_: &str, roles: &[String]| roles.iter().any(|role| role == "engineer");
    assert_eq!(world.offered_to("any", &engineer), ["base 1.0.0"]);
}
