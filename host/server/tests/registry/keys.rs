//! Publishers' keys: added, retired, revoked, replaced.

use lockstep_package::SigningKey;
use lockstep_server::{RegistryError, Rollout, State, registry::Trust, validation::ReasonCode};

use crate::support::{PUBLISHER, World, made, refused};

#[test]
fn a_retired_key_signs_nothing_new_and_keeps_what_is_there() {
    let world = World::new();
    let id = world.key.id().to_string();
    let first = world.published(&made("orders", "1.0.0"));
    let second = world.applied(&made("orders", "1.1.0"));
    let registry = world.registry();
    let key = registry.retire_key(&id, &world.change()).expect("it is trusted");
    assert_eq!((key.trust, &*key.publisher), (Trust::Retired, PUBLISHER));
    let package = world.upload(&made("orders", "1.2.0"));
    assert_eq!((package.state, package.reasons[0].code), (State::Refused, ReasonCode::PublisherNotTrusted));
    assert!(package.reasons[0].message.contains("retired"), "{}", package.reasons[0]);
    world.publish(&second, &Rollout::all()).expect("it is here");
    registry.rollback("orders", Some(&first), false, &world.change()).expect("it was published");
    refused(registry.retire_key(&id, &world.change()), &["retired already"]);
}

#[test]
fn nothing_that_a_revoked_key_signed_is_offered() {
    let world = World::new();
    let id = world.key.id().to_string();
    let first = world.published(&made("orders", "1.0.0"));
    let staged = world.applied(&made("orders", "1.1.0"));
    world.publish(&staged, &Rollout::percent(50)).expect("it is applied");
    let applied = world.applied(&made("stock", "1.0.0"));
    let validated = world.validated(&made("rates", "1.0.0"));
    let registry = world.registry();
    let revision = registry.revision();
    registry.revoke_key(&id, &world.change()).expect("it is trusted");
    assert_eq!(registry.revision(), revision + 1);
    assert_eq!((world.offered("any").len(), world.workspace("orders")), (0, None));
    let mut both = [first, staged];
    both.sort_unstable();
    assert_eq!(world.record("any", &|_, _| true).withdrawn, both, "devices that have them run them no more");
    assert_eq!((world.state(&first), world.state(&staged)), (State::Unpublished, State::Unpublished));
    for result in [
        world.publish(&first, &Rollout::all()),
        world.publish(&applied, &Rollout::all()),
        registry.apply(&validated, &world.change()),
    ] {
        assert!(matches!(refused(result, &[&id, "revoked"]), RegistryError::KeyRevoked { .. }));
    }
    refused(registry.add_key(PUBLISHER, &world.key.verifying_key(), &world.change()), &["revoked already"]);
    refused(registry.retire_key(&id, &world.change()), &["revoked already"]);
    refused(registry.revoke_key(&id, &world.change()), &["revoked already"]);
    let lines = registry.audit(0, 100).expect("it can be read");
    let last: Vec<_> = lines.iter().rev().take(3).map(|line| (&*line.action, line.revision)).collect();
    assert_eq!(last, [("unpublished", revision + 1), ("unpublished", revision + 1), ("key-revoked", revision + 1)]);
}

#[test]
fn a_publisher_signs_the_same_content_with_a_new_key_after_the_old_one_was_revoked() {
    let world = World::new();
    let orders = made("orders", "1.0.0");
    let digest = world.published(&orders);
    world.validated(&made("orders", "7.0.0"));
    let registry = world.registry();
    registry.revoke_key(&world.key.id().to_string(), &world.change()).expect("it is trusted");
    let next = SigningKey::from_seed(&[8; 32]);
    registry.add_key(PUBLISHER, &next.verifying_key(), &world.change()).expect("a new key");
    let package = world.upload_file(&orders.signed(&next), &orders);
    assert_eq!((package.digest, package.state), (digest, State::Validated), "{:?}", package.reasons);
    registry.apply(&digest, &world.change()).expect("it is validated");
    world.publish(&digest, &Rollout::all()).expect("it is applied");
    let record = world.record("any", &|_, _| true);
    assert_eq!(record.packages[0].publisher_key, next.verifying_key());
    assert_eq!(record.withdrawn, [], "it is signed with a good key again");
}

#[test]
fn a_file_that_nobody_would_take_hides_nothing_that_a_revoked_key_signed() {
    let world = World::new();
    let orders = made("orders", "1.0.0");
    let digest = world.published(&orders);
    let registry = world.registry();
    let stranger = SigningKey::from_seed(&[9; 32]);
    let rival = SigningKey::from_seed(&[8; 32]);
    registry.add_key("rival", &rival.verifying_key(), &world.change()).expect("a new key");
    let revoked = registry.revoke_key(&world.key.id().to_string(), &world.change()).expect("it is trusted");
    assert_eq!(revoked.emptied, ["orders"]);
    let before = registry.show(&digest).expect("it is there");
    for file in [orders.unsigned(), orders.signed(&stranger), orders.signed_by(&rival, "rival")] {
        let error = refused(registry.begin_upload(&file, &world.change()), &["orders 1.0.0", "revoked"]);
        assert!(matches!(error, RegistryError::KeyRevoked { .. }), "{error}");
    }
    assert_eq!(registry.show(&digest).expect("it is there"), before);
    registry.file(&digest).expect("it is kept");
    registry.withdraw(&digest, false, &world.change()).expect("it was published");
    assert_eq!(world.record("any", &|_, _| true).withdrawn, [digest]);
}

#[test]
fn what_was_offered_once_can_be_withdrawn_when_it_was_refused_since() {
    let world = World::new();
    let orders = made("orders", "1.0.0");
    let digest = world.published(&orders);
    let registry = world.registry();
    let next = SigningKey::from_seed(&[8; 32]);
    registry.add_key(PUBLISHER, &next.verifying_key(), &world.change()).expect("a new key");
    let higher = made("orders", "2.0.0");
    world.upload_file(&higher.signed(&next), &higher);
    registry.revoke_key(&world.key.id().to_string(), &world.change()).expect("it is trusted");
    let again = world.upload_file(&orders.signed(&next), &orders);
    assert_eq!((again.digest, again.state), (digest, State::Refused), "{:?}", again.reasons);
    refused(registry.begin_upload(&orders.unsigned(), &world.change()), &["signed with the key"]);
    let withdrawn = registry.withdraw(&digest, false, &world.change()).expect("it was offered");
    assert_eq!((withdrawn.package.state, withdrawn.emptied), (State::Withdrawn, Vec::new()));
    assert_eq!(world.record("any", &|_, _| true).withdrawn, [digest]);
}

#[test]
fn a_publisher_can_have_several_keys() {
    let world = World::new();
    let next = SigningKey::from_seed(&[8; 32]);
    let registry = world.registry();
    registry.add_key(PUBLISHER, &next.verifying_key(), &world.change()).expect("a new key");
    world.published(&made("orders", "1.0.0"));
    let second = made("orders", "1.1.0");
    assert_eq!(world.upload_file(&second.signed(&next), &second).state, State::Validated);
    assert_eq!(registry.keys().expect("they can be read").len(), 2);
    refused(registry.add_key(PUBLISHER, &next.verifying_key(), &world.change()), &["trusted already"]);
    refused(registry.add_key("No Name", &next.verifying_key(), &world.change()), &["`No Name` is no name"]);
    refused(registry.revoke_key("0000", &world.change()), &["there is no key `0000`"]);
}
