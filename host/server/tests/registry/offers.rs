//! What devices are offered, and what the record says of it.

use lockstep_package::publication::Expected;
use lockstep_server::{
    Rollout,
    registry::{Asker, DEVICE_BYTES_MAX},
};

use crate::support::{PORTABLE, PUBLISHER, World, made, refused, rings};

fn asker<'a>(device: &'a str, engine: &'a str) -> Asker<'a> {
    Asker { device, user: "sam", engine, may_see: &|_, _| true }
}

#[test]
fn a_record_says_all_of_a_package() {
    let world = World::new();
    let orders = made("orders", "1.0.0");
    let digest = world.published(&orders);
    let record = world.record("device-1", &|_, _| true);
    let expected = Expected { environment: "default", device: "device-1", sequence: world.registry().revision() };
    record.check(&expected).expect("it is for this device");
    assert_eq!((record.issued, &*record.engine), (world.now().0, PORTABLE));
    let [package] = &record.packages[..] else { panic!("{record:?}") };
    assert_eq!((&*package.name, &*package.version, &*package.publisher), ("orders", "1.0.0", PUBLISHER));
    assert_eq!((package.digest, package.publisher_key), (digest, world.key.verifying_key()));
    assert_eq!(package.roles, ["clerk"]);
    let file = world.registry().file(&digest).expect("it is kept");
    assert_eq!((package.bytes, package.file), (file.len() as u64, lockstep_model::Digest::of(&file)));
    let code = package.code.expect("it was compiled");
    let bytes = world.registry().code(&digest, PORTABLE).expect("it is kept");
    assert_eq!((code.digest, code.bytes), (lockstep_model::Digest::of(&bytes), bytes.len() as u64));
}

#[test]
fn another_engine_gets_no_code() {
    let world = World::new();
    let digest = world.published(&made("orders", "1.0.0"));
    let registry = world.registry();
    let offer = registry.offer(&asker("device-1", "other-1/portable"), world.now()).expect("it can ask");
    let signed = registry.sign(&offer, world.now()).expect("it can be signed");
    let record = lockstep_package::Publication::verify(&signed, &world.environment().key()).expect("it is ours");
    assert_eq!((record.packages.len(), record.packages[0].code), (1, None));
    refused(registry.code(&digest, "other-1/portable"), &["there is no code", "orders 1.0.0 for other-1/portable"]);
    let code = [("other-1/portable".to_owned(), b"other code".to_vec())];
    registry.keep_code(&digest, &code, &world.change()).expect("it is here");
    assert_eq!(registry.code(&digest, "other-1/portable").expect("it is kept"), b"other code");
    let later = registry.offer(&asker("device-1", "other-1/portable"), world.now()).expect("it can ask");
    assert_ne!(later.etag, offer.etag);
}

#[test]
fn the_tag_changes_with_what_is_offered_and_with_nothing_else() {
    let world = World::new();
    world.published(&made("orders", "1.0.0"));
    let registry = world.registry();
    let tag = |device: &str| registry.offer(&asker(device, PORTABLE), world.now()).expect("it can ask").etag;
    let first = tag("device-1");
    assert_eq!(first, tag("device-1"));
    world.change();
    assert_eq!(first, tag("device-1"), "time passed, nothing else");
    assert_ne!(first, tag("device-2"), "a record is for one device");
    let nothing = Asker { may_see: &|_, _| false, ..asker("device-1", PORTABLE) };
    assert_ne!(first, registry.offer(&nothing, world.now()).expect("it can ask").etag);
    let validated = world.validated(&made("stock", "1.0.0"));
    assert_eq!(first, tag("device-1"), "an upload is nothing to devices");
    registry.withdraw(&validated, false, &world.change()).expect("it is validated");
    assert_ne!(first, tag("device-1"));
}

#[test]
fn a_device_may_fetch_what_it_is_offered() {
    let world = World::new();
    let former = world.published(&made("orders", "1.0.0"));
    let staged = world.applied(&made("orders", "1.1.0"));
    world.publish(&staged, &Rollout::rings(["pilot"])).expect("it is applied");
    let registry = world.registry();
    registry.set_rings("device-1", &rings(&["pilot"]), &world.change()).expect("a ring");
    for (device, digest, is_offered) in [
        ("device-1", staged, true),
        ("device-1", former, false),
        ("device-2", staged, false),
        ("device-2", former, true),
    ] {
        assert_eq!(registry.offers(&asker(device, PORTABLE), &digest), is_offered, "{device} {digest}");
    }
    let nothing = Asker { may_see: &|_, _| false, ..asker("device-2", PORTABLE) };
    assert!(!registry.offers(&nothing, &former));
}

#[test]
fn devices_are_known_once_they_have_asked() {
    let mut world = World::new();
    let registry = world.registry();
    registry.set_rings("device-2", &rings(&["pilot", "store"]), &world.change()).expect("rings");
    let asked = world.now();
    registry.offer(&asker("device-1", PORTABLE), asked).expect("it can ask");
    registry.offer(&asker("device-2", PORTABLE), asked).expect("it can ask");
    world.reopen();
    let devices = world.registry().devices();
    let [first, second] = &devices[..] else { panic!("{devices:?}") };
    assert_eq!(
        (first.user.as_deref(), first.engine.as_deref(), first.seen),
        (Some("sam"), Some(PORTABLE), Some(asked.0))
    );
    assert_eq!((&*second.id, &second.rings), ("device-2", &rings(&["pilot", "store"])));
    let long = "x".repeat(DEVICE_BYTES_MAX + 1);
    for id in ["", "a\nb", &long] {
        refused(world.registry().offer(&asker(id, PORTABLE), asked).map(|offer| offer.etag), &["no id of a device"]);
    }
    refused(world.registry().set_rings("device-1", &rings(&["A"]), &world.change()), &["`A` is no name of a ring"]);
}

#[test]
fn a_registry_that_was_restored_is_ahead_of_all_that_it_had_said_before() {
    let world = World::new();
    world.published(&made("orders", "1.0.0"));
    let registry = world.registry();
    // Between the copy and its restoration there may have been some more of these.
    let lost = world.record("any", &|_, _| true).sequence + 1_000_000;
    let change = world.change();
    registry.restored(&change).expect("it can be noted");
    let first = world.record("any", &|_, _| true).sequence;
    assert!(first > lost, "{first}");
    assert_eq!(registry.audit(0, 1000).expect("it can be read").last().map(|line| line.revision), Some(first));
    registry.restored(&change).expect("and once more in the same moment");
    assert_eq!(world.record("any", &|_, _| true).sequence, first + 1);
}
