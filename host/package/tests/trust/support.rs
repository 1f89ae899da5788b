//! A tiny package, keys, a moment.

use std::collections::BTreeMap;

use lockstep_model::Timestamp;
use lockstep_package::{Manifest, Package, Signature, SignatureError, SigningKey, signature};
use wasm_encoder::{Component, ComponentTypeSection, PrimitiveValType};

/// 2026-03-02T08:00:00Z.
pub(crate) const MOMENT: Timestamp = Timestamp(1_772_438_400_000);

pub(crate) const PUBLISHER: &str = "lockstep-samples";

pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

/// A component of one type, with a manifest.
pub(crate) fn unsigned() -> Vec<u8> {
    let mut types = ComponentTypeSection::new();
    types.defined_type().primitive(PrimitiveValType::U64);
    let mut component = Component::new();
    component.section(&types);
    let mut bytes = component.finish();
    let manifest = Manifest {
        name: "orders".into(),
        version: "1.2.3".into(),
        sdk: None,
        wit: "1.0.0".into(),
        publisher: Some(PUBLISHER.into()),
        requires: BTreeMap::new(),
        host: None,
    };
    manifest.append_to(&mut bytes).unwrap();
    bytes
}

/// The same, signed with the key of seed 1.
pub(crate) fn signed() -> Vec<u8> {
    signature::sign(&unsigned(), &key(1), PUBLISHER, MOMENT).unwrap()
}

/// What a host does with a file: taken apart, and held against the key of seed 1.
pub(crate) fn verify(file: &[u8]) -> Result<Signature, SignatureError> {
    Package::open(file)?.verify(&key(1).verifying_key()).cloned()
}
