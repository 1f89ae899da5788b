//! Which state allows what, by table.

use lockstep_model::Digest;
use lockstep_server::{RegistryError, Rollout, State, registry::Package};

use crate::support::{World, made};

/// What is done to a package.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Apply,
    Publish,
    Stage,
    Withdraw,
    UploadAgain,
}

/// A package of `orders` in this state.
fn in_state(world: &World, state: State) -> Digest {
    let first = made("orders", "1.0.0");
    let registry = world.registry();
    match state {
        State::Uploaded => registry.begin_upload(&first.signed(&world.key), &world.change()).expect("new").digest,
        State::Refused => world.upload_file(&first.unsigned(), &first).digest,
        State::Validated => world.validated(&first),
        State::Applied => world.applied(&first),
        State::Published => world.published(&first),
        State::Superseded => {
            let digest = world.published(&first);
            world.published(&made("orders", "1.1.0"));
            digest
        }
        State::Unpublished => {
            let digest = world.published(&first);
            registry.unpublish("orders", false, &world.change()).expect("it is published");
            digest
        }
        State::Withdrawn => {
            let digest = world.published(&first);
            registry.withdraw(&digest, false, &world.change()).expect("it is published");
            digest
        }
    }
}

fn do_it(world: &World, deed: Deed, digest: &Digest) -> Result<Package, RegistryError> {
    let registry = world.registry();
    match deed {
        Deed::Apply => registry.apply(digest, &world.change()),
        Deed::Publish => world.publish(digest, &Rollout::all()),
        Deed::Stage => world.publish(digest, &Rollout::percent(10)),
        Deed::Withdraw => registry.withdraw(digest, false, &world.change()).map(|done| done.package),
        Deed::UploadAgain => registry.begin_upload(&made("orders", "1.0.0").signed(&world.key), &world.change()),
    }
}

/// What becomes of the state; none: it is refused.
fn expected(deed: Deed, state: State) -> Option<State> {
    use State::{Applied, Published, Refused, Superseded, Unpublished, Uploaded, Validated, Withdrawn};
    match (deed, state) {
        (Deed::Apply, Validated) => Some(Applied),
        (Deed::Publish | Deed::Stage, Applied | Superseded | Unpublished) => Some(Published),
        (Deed::Withdraw, Validated | Applied | Published | Superseded | Unpublished) => Some(Withdrawn),
        (Deed::UploadAgain, Refused) => Some(Uploaded),
        (Deed::UploadAgain, Withdrawn) => None,
        // It is answered as it stands.
        (Deed::UploadAgain, state) => Some(state),
        _ => None,
    }
}

#[test]
fn every_state_allows_what_the_table_says_and_nothing_else() {
    for state in State::ALL {
        for deed in [Deed::Apply, Deed::Publish, Deed::Stage, Deed::Withdraw, Deed::UploadAgain] {
            let world = World::new();
            let digest = in_state(&world, state);
            assert_eq!(world.state(&digest), state, "the test's own step");
            let (revision, audited) = (world.registry().revision(), world.audited());
            let done = do_it(&world, deed, &digest);
            let raised = world.registry().revision() - revision;
            let lines = world.audited() - audited;
            if let Some(to) = expected(deed, state) {
                let package = done.unwrap_or_else(|error| panic!("{deed:?} of {state}: {error}"));
                assert_eq!((package.state, world.state(&digest)), (to, to), "{deed:?} of {state}");
                let is_public = matches!(deed, Deed::Publish | Deed::Stage | Deed::Withdraw);
                assert_eq!(raised, u64::from(is_public), "{deed:?} of {state}");
                assert_eq!(lines, usize::from(to != state), "{deed:?} of {state}");
            } else {
                let said = done.expect_err("it is refused").to_string();
                assert!(said.contains("orders 1.0.0"), "{deed:?} of {state}: {said}");
                assert_eq!((world.state(&digest), raised, lines), (state, 0, 0), "{deed:?} of {state}: {said}");
            }
        }
    }
}

#[test]
fn what_a_state_does_not_allow_is_said_with_what_would() {
    let world = World::new();
    let digest = world.validated(&made("orders", "1.0.0"));
    let said = world.publish(&digest, &Rollout::all()).expect_err("it is not applied").to_string();
    assert_eq!(said, "orders 1.0.0 is validated: it can be published when it is applied, superseded, unpublished");
    world.registry().apply(&digest, &world.change()).expect("it is validated");
    let said = world.registry().apply(&digest, &world.change()).expect_err("it is").to_string();
    assert_eq!(said, "orders 1.0.0 is applied already");
}

#[test]
fn what_is_not_there_is_said() {
    let world = World::new();
    let nothing = Digest::of(b"nothing");
    let registry = world.registry();
    let said = registry.apply(&nothing, &world.change()).expect_err("there is none").to_string();
    assert_eq!(said, format!("there is no package `{nothing}`: see `lockstep packages`"));
    assert!(matches!(registry.file(&nothing), Err(RegistryError::NotFound { .. })));
    assert!(matches!(registry.unpublish("orders", false, &world.change()), Err(RegistryError::NotPublished(_))));
    assert!(matches!(registry.widen("orders", &Rollout::all(), &world.change()), Err(RegistryError::NoRollout(_))));
}

#[test]
fn a_change_needs_a_name_and_a_reason() {
    let world = World::new();
    let digest = world.validated(&made("orders", "1.0.0"));
    let change = world.change();
    for change in [
        lockstep_server::Change { reason: " ", ..change },
        lockstep_server::Change { reason: "one\ntwo", ..change },
        lockstep_server::Change { actor: "", ..change },
    ] {
        assert!(matches!(world.registry().apply(&digest, &change), Err(RegistryError::Invalid(_))), "{change:?}");
    }
    assert_eq!(world.state(&digest), State::Validated);
}
