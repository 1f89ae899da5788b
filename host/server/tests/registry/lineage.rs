//! What came before a package: versions, fields, publishers, signatures.

use lockstep_model::schema::FieldType;
use lockstep_package::SigningKey;
use lockstep_server::{
    RegistryError, Rollout, State,
    registry::Package,
    validation::{Reason, ReasonCode, Report},
};

use crate::support::{PUBLISHER, World, made, refused};

fn codes(package: &Package) -> Vec<ReasonCode> {
    package.reasons.iter().map(|reason| reason.code).collect()
}

#[test]
fn a_version_must_be_above_the_last_one_that_was_valid() {
    let world = World::new();
    world.validated(&made("orders", "1.1.0"));
    for version in ["1.0.9", "1.1.0-rc.1", "1.1.0+other"] {
        let package = world.upload(&made("orders", version));
        assert_eq!(codes(&package), [ReasonCode::VersionNotAbove], "{version}");
        assert!(package.reasons[0].message.contains("is not above 1.1.0"), "{}", package.reasons[0]);
    }
    world.validated(&made("orders", "1.1.1"));
    world.validated(&made("stock", "0.1.0"));
}

#[test]
fn refused_versions_count_for_nothing() {
    let world = World::new();
    let far = made("orders", "9.0.0");
    assert_eq!(world.upload_file(&far.unsigned(), &far).state, State::Refused);
    world.validated(&made("orders", "1.0.0"));
}

#[test]
fn fields_of_what_was_published_stay() {
    let world = World::new();
    let total = FieldType::Decimal(2);
    world.published(&made("orders", "1.0.0").with("total", total.clone()));
    let package = world.upload(&made("orders", "1.1.0").without_fields().with("total", FieldType::Date));
    assert_eq!(codes(&package), [ReasonCode::FieldRemoved, ReasonCode::FieldRetyped]);
    let subjects: Vec<_> = package.reasons.iter().filter_map(|reason| reason.subject.as_deref()).collect();
    assert_eq!(subjects, ["thing.note", "thing.total"]);
    assert!(package.reasons[0].message.contains("of 1.0.0 is gone"), "{}", package.reasons[0]);
    world.validated(&made("orders", "1.1.0").with("total", total).with("more", FieldType::Boolean));
}

#[test]
fn fields_of_what_was_only_validated_may_go() {
    let world = World::new();
    world.validated(&made("orders", "1.0.0").with("total", FieldType::Decimal(2)));
    world.validated(&made("orders", "1.1.0"));
}

#[test]
fn what_was_applied_meanwhile_counts_at_apply() {
    let world = World::new();
    world.published(&made("orders", "1.0.0"));
    let wider = world.validated(&made("orders", "1.1.0").with("total", FieldType::Decimal(2)));
    let narrow = world.validated(&made("orders", "1.2.0"));
    let registry = world.registry();
    registry.apply(&wider, &world.change()).expect("it is validated");
    let error =
        refused(registry.apply(&narrow, &world.change()), &["orders 1.2.0 does not fit", "`thing.total` of 1.1.0"]);
    assert!(matches!(error, RegistryError::Incompatible { .. }));
}

#[test]
fn an_older_version_can_be_gone_back_to_though_it_lacks_fields() {
    let world = World::new();
    world.published(&made("orders", "1.0.0"));
    world.published(&made("orders", "1.1.0").with("total", FieldType::Decimal(2)));
    world.registry().rollback("orders", None, false, &world.change()).expect("there is one before");
}

#[test]
fn a_withdrawn_versions_fields_still_count_where_it_was_published() {
    let world = World::new();
    let digest = world.published(&made("orders", "1.0.0").with("total", FieldType::Decimal(2)));
    world.registry().withdraw(&digest, false, &world.change()).expect("it is published");
    assert_eq!(codes(&world.upload(&made("orders", "1.1.0"))), [ReasonCode::FieldRemoved]);
}

#[test]
fn all_reasons_are_told_at_once() {
    let world = World::new();
    world.published(&made("orders", "1.0.0"));
    let bad = made("orders", "0.9.0").needing("stock", "^1");
    let stranger = SigningKey::from_seed(&[9; 32]);
    let file = bad.signed_by(&stranger, "somebody-else");
    let registry = world.registry();
    let begun = registry.begin_upload(&file, &world.change()).expect("new");
    let floats = Reason::new(ReasonCode::Floats, "it computes with floats");
    let report = Report { descriptor: Some(bad.clone().without_fields().descriptor()), ..Report::refused(floats) };
    let package = registry.finish_upload(&begun.digest, &report, &[], &world.change()).expect("it can be finished");
    assert_eq!(
        codes(&package),
        [
            ReasonCode::PublisherNotTrusted,
            ReasonCode::Floats,
            ReasonCode::VersionNotAbove,
            ReasonCode::PublisherNotTrusted,
            ReasonCode::PrerequisiteMissing,
        ]
    );
    assert_eq!(package.state, State::Refused);
    let last = registry.audit(0, 100).expect("it can be read").pop().expect("a line");
    assert_eq!(last.action, "refused");
    assert_eq!(last.detail.as_deref(), Some("publisher-not-trusted, floats, version-not-above, prerequisite-missing"));
}

#[test]
fn one_mistake_in_a_manifest_hides_none_of_the_others() {
    let world = World::new();
    world.published(&made("orders", "1.0.0"));
    let manifest = r#"{"name": "orders", "version": "0.9.0", "wit": "1.0.0", "requires": {"stock": "^1", "a b": "*"}}"#;
    let mut file = b"\0asm\x0d\0\x01\0".to_vec();
    lockstep_package::sections::append(&mut file, lockstep_package::manifest::SECTION, manifest.as_bytes())
        .expect("it fits");
    let begun = world.registry().begin_upload(&file, &world.change()).expect("new");
    assert_eq!((begun.name.as_deref(), begun.version.as_deref()), (Some("orders"), Some("0.9.0")));
    let mistake =
        Report::refused(Reason::new(ReasonCode::NotLoadable, "it needs `a b`, which is no name of a package"));
    let done = world.registry().finish_upload(&begun.digest, &mistake, &[], &world.change()).expect("it ends");
    let codes = codes(&done);
    for code in [ReasonCode::NotLoadable, ReasonCode::VersionNotAbove, ReasonCode::PrerequisiteMissing] {
        assert!(codes.contains(&code), "{:?}", done.reasons);
    }
}

#[test]
fn signatures_are_checked_here() {
    let world = World::new();
    let orders = made("orders", "1.0.0");
    let refused_with = |file: &[u8]| {
        let package = world.upload_file(file, &orders);
        assert_eq!(package.state, State::Refused);
        codes(&package)
    };
    assert_eq!(refused_with(&orders.unsigned()), [ReasonCode::SignatureMissing]);
    let stranger = SigningKey::from_seed(&[9; 32]);
    assert_eq!(refused_with(&orders.signed(&stranger)), [ReasonCode::PublisherNotTrusted]);
    // The key is trusted, for somebody else.
    assert_eq!(refused_with(&orders.signed_by(&world.key, "somebody-else")), [ReasonCode::PublisherNotTrusted]);
    let mut altered = orders.signed(&world.key);
    let last = altered.len() - 1;
    altered[last] ^= 1;
    assert_eq!(refused_with(&altered), [ReasonCode::SignatureWrong]);
    let mut altered = orders.signed(&world.key);
    altered[30] ^= 1;
    assert_eq!(refused_with(&altered), [ReasonCode::SignatureWrong]);
    world.validated(&orders);
}

#[test]
fn a_name_stays_its_publishers() {
    let world = World::new();
    let other = SigningKey::from_seed(&[9; 32]);
    let registry = world.registry();
    registry.add_key("other-vendor", &other.verifying_key(), &world.change()).expect("a new key");
    world.published(&made("orders", "1.0.0"));
    let theirs = made("orders", "1.1.0");
    let package = world.upload_file(&theirs.signed_by(&other, "other-vendor"), &theirs);
    assert_eq!(codes(&package), [ReasonCode::PublisherNotTrusted]);
    assert!(package.reasons[0].message.contains(&format!("a package of {PUBLISHER}")), "{}", package.reasons[0]);
}

#[test]
fn the_same_content_with_another_signature_is_refused_by_name() {
    let world = World::new();
    let orders = made("orders", "1.0.0");
    world.published(&orders);
    let other = SigningKey::from_seed(&[9; 32]);
    let again = world.registry().begin_upload(&orders.signed(&other), &world.change());
    refused(again, &["orders 1.0.0 is here already, signed with the key"]);
    assert_eq!(world.offered("any"), ["orders 1.0.0"]);
}

#[test]
fn a_refused_package_is_validated_anew_when_it_is_uploaded_again() {
    let world = World::empty();
    let orders = made("orders", "1.0.0");
    let package = world.upload(&orders);
    assert_eq!(codes(&package), [ReasonCode::PublisherNotTrusted]);
    let registry = world.registry();
    let said = registry.file(&package.digest).expect_err("refused files are not kept").to_string();
    assert!(said.contains("refused package"), "{said}");
    registry.add_key(PUBLISHER, &world.key.verifying_key(), &world.change()).expect("a new key");
    let digest = world.applied(&orders);
    assert_eq!(digest, package.digest);
    assert_eq!(registry.file(&digest).expect("it is kept"), orders.signed(&world.key));
    world.publish(&digest, &Rollout::all()).expect("it is applied");
}

#[test]
fn what_is_no_package_is_kept_under_its_digest_until_it_is_refused() {
    let world = World::new();
    for garbage in [&b""[..], b"hello", b"\0asm\x0d\0\x01\0", &[0xff; 1000]] {
        let package = world.registry().begin_upload(garbage, &world.change()).expect("it is kept");
        assert_eq!((package.state, package.name), (State::Uploaded, None));
        let report = Report::refused(Reason::new(ReasonCode::NotLoadable, "it is no package"));
        let done = world.registry().finish_upload(&package.digest, &report, &[], &world.change()).expect("it ends");
        assert_eq!(done.state, State::Refused);
    }
}
