//! Publishing, rollouts, and going back.

use lockstep_server::{RegistryError, Rollout, State, rollout};

use crate::support::{World, made, refused, rings};

/// A device whose share of `orders` is below 10, and one whose share is above 50.
fn devices() -> (String, String) {
    let find = |is_it: &dyn Fn(u8) -> bool| {
        let mut names = (0..).map(|number| format!("device-{number}"));
        names.find(|device| is_it(rollout::share("orders", device))).expect("there is one")
    };
    (find(&|share| share < 10), find(&|share| share > 50))
}

#[test]
fn a_rollout_leaves_the_other_devices_what_they_had() {
    let world = World::new();
    let (early, late) = devices();
    let former = world.published(&made("orders", "1.0.0"));
    let staged = world.applied(&made("orders", "1.1.0"));
    world.publish(&staged, &Rollout::percent(10)).expect("it can be staged");
    assert_eq!(
        (world.offered(&early), world.offered(&late)),
        (vec!["orders 1.1.0".into()], vec!["orders 1.0.0".into()])
    );
    assert_eq!((world.state(&former), world.state(&staged)), (State::Published, State::Published));

    let registry = world.registry();
    registry.set_rings(&late, &rings(&["pilot"]), &world.change()).expect("a ring");
    registry.widen("orders", &Rollout::rings(["pilot"]), &world.change()).expect("it is wider");
    assert_eq!(world.offered(&late), ["orders 1.1.0"]);
    refused(registry.widen("orders", &Rollout::percent(5), &world.change()), &["10 % and ring pilot already"]);

    registry.complete("orders", false, &world.change()).expect("a rollout is under way");
    assert_eq!((world.state(&former), world.state(&staged)), (State::Superseded, State::Published));
    assert_eq!(world.offered("device-of-nobody"), ["orders 1.1.0"]);
    refused(registry.halt("orders", false, &world.change()), &["no version of `orders` is being rolled out"]);
}

#[test]
fn halting_gives_all_devices_the_former_version() {
    let world = World::new();
    let (early, _) = devices();
    world.published(&made("orders", "1.0.0"));
    let staged = world.applied(&made("orders", "1.1.0"));
    world.publish(&staged, &Rollout::percent(50)).expect("it can be staged");
    world.registry().halt("orders", false, &world.change()).expect("a rollout is under way");
    assert_eq!(world.offered(&early), ["orders 1.0.0"]);
    assert_eq!(world.state(&staged), State::Unpublished);
}

#[test]
fn the_first_version_can_be_staged_and_halted_too() {
    let world = World::new();
    let (early, late) = devices();
    let staged = world.applied(&made("orders", "1.0.0"));
    world.publish(&staged, &Rollout::percent(10)).expect("it can be staged");
    assert_eq!((world.offered(&early).len(), world.offered(&late).len()), (1, 0));
    world.registry().halt("orders", false, &world.change()).expect("a rollout is under way");
    assert_eq!((world.offered(&early).len(), world.workspace("orders")), (0, None));
}

#[test]
fn rolling_back_goes_down_step_by_step() {
    let world = World::new();
    for version in ["1.0.0", "1.1.0", "1.2.0"] {
        world.published(&made("orders", version));
    }
    let registry = world.registry();
    for expected in ["1.1.0", "1.0.0"] {
        let workspace = registry.rollback("orders", None, false, &world.change()).expect("there is one before");
        assert_eq!(workspace.stable.expect("a version").version, expected);
    }
    refused(registry.rollback("orders", None, false, &world.change()), &["no earlier version of `orders`"]);
    assert_eq!(world.offered("any"), ["orders 1.0.0"]);
}

#[test]
fn rolling_back_ends_a_rollout_first() {
    let world = World::new();
    world.published(&made("orders", "1.0.0"));
    world.published(&made("orders", "1.1.0"));
    let staged = world.applied(&made("orders", "1.2.0"));
    world.publish(&staged, &Rollout::percent(100 - 1)).expect("it can be staged");
    let workspace = world.registry().rollback("orders", None, false, &world.change()).expect("a rollout is under way");
    assert_eq!(workspace.stable.expect("a version").version, "1.1.0");
    assert_eq!((world.state(&staged), workspace.staged), (State::Superseded, None));
}

#[test]
fn rolling_back_to_a_version_takes_that_one_alone() {
    let world = World::new();
    let first = world.published(&made("orders", "1.0.0"));
    let other = world.published(&made("stock", "1.0.0"));
    let last = world.published(&made("orders", "1.2.0"));
    let registry = world.registry();
    refused(
        registry.rollback("orders", Some(&other), false, &world.change()),
        &["stock 1.0.0 is no version of `orders`"],
    );
    refused(registry.rollback("orders", Some(&last), false, &world.change()), &["orders 1.2.0 is published already"]);
    registry.rollback("orders", Some(&first), false, &world.change()).expect("it was published");
    assert_eq!((world.state(&first), world.state(&last)), (State::Published, State::Superseded));
}

#[test]
fn what_is_withdrawn_is_never_gone_back_to() {
    let world = World::new();
    let first = world.published(&made("orders", "1.0.0"));
    let second = world.published(&made("orders", "1.1.0"));
    world.published(&made("orders", "1.2.0"));
    let registry = world.registry();
    registry.withdraw(&second, false, &world.change()).expect("it can be withdrawn");
    let workspace = registry.rollback("orders", None, false, &world.change()).expect("there is one before");
    assert_eq!(workspace.stable.expect("a version").digest, first);
    refused(registry.rollback("orders", Some(&second), false, &world.change()), &["orders 1.1.0 is withdrawn"]);
    assert_eq!(world.record("any", &|_, _| true).withdrawn, [second]);
}

#[test]
fn withdrawing_what_is_published_offers_nothing_in_its_place() {
    let world = World::new();
    world.published(&made("orders", "1.0.0"));
    let second = world.published(&made("orders", "1.1.0"));
    world.registry().withdraw(&second, false, &world.change()).expect("it is published");
    assert_eq!((world.offered("any").len(), world.workspace("orders")), (0, None));
    let workspace = world.registry().rollback("orders", None, false, &world.change());
    // Nothing is published that one could go back from: a version has to be named.
    assert!(matches!(workspace, Err(RegistryError::NotPublished(_))));
}

#[test]
fn a_rollout_that_cannot_be_changes_nothing() {
    let world = World::new();
    let digest = world.applied(&made("orders", "1.0.0"));
    for rollout in [Rollout::percent(0), Rollout::percent(101), Rollout::rings(["No Ring"])] {
        assert!(matches!(world.publish(&digest, &rollout), Err(RegistryError::Rollout(_))), "{rollout:?}");
    }
    assert_eq!(world.state(&digest), State::Applied);
}
