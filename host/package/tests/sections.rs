//! Sections of whole, damaged and foreign files.

use std::collections::BTreeMap;

use lockstep_package::{
    Manifest, SectionError, Sections,
    manifest::ManifestError,
    sections::{self, Encoding},
};

const EMPTY_COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

fn component(all: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = EMPTY_COMPONENT.to_vec();
    for (name, data) in all {
        sections::append(&mut bytes, name, data).unwrap();
    }
    bytes
}

fn manifest() -> Manifest {
    Manifest {
        name: "orders".into(),
        version: "1.2.3".into(),
        sdk: Some("0.1.0".into()),
        wit: "1.0.0".into(),
        publisher: None,
        requires: BTreeMap::new(),
        host: None,
    }
}

#[test]
fn sections_are_read_as_they_were_appended() {
    let bytes = component(&[("one", b"first"), ("two", &[0; 300]), ("empty", b"")]);
    let read = Sections::parse(&bytes).unwrap();
    assert_eq!(read.encoding(), Encoding::Component);
    assert_eq!(read.custom().map(|(name, _)| name).collect::<Vec<_>>(), ["one", "two", "empty"]);
    assert_eq!(read.read("one").unwrap(), Some(&b"first"[..]));
    assert_eq!(read.read("two").unwrap().map(<[u8]>::len), Some(300));
    assert_eq!(read.read("empty").unwrap(), Some(&b""[..]));
    assert_eq!(read.read("none").unwrap(), None);
}

#[test]
fn sections_that_are_not_wanted_are_dropped_and_the_rest_stays_as_it_is() {
    let bytes = component(&[("one", b"1"), ("two", b"2"), ("three", b"3")]);
    let kept = Sections::parse(&bytes).unwrap().retain(|name| name != "two");
    assert_eq!(kept, component(&[("one", b"1"), ("three", b"3")]));
}

#[test]
fn a_section_is_not_appended_twice() {
    let mut bytes = component(&[("one", b"1")]);
    let before = bytes.clone();
    let error = sections::append(&mut bytes, "one", b"2").unwrap_err();
    assert_eq!(error.to_string(), "the file has the section `one` more than once");
    assert_eq!(bytes, before);
}

#[test]
fn a_file_cut_short_anywhere_is_refused_or_ends_between_sections() {
    let whole = component(&[("one", b"first"), ("two", b"second")]);
    let between = [EMPTY_COMPONENT.len(), component(&[("one", b"first")]).len(), whole.len()];
    for length in 0..=whole.len() {
        match Sections::parse(&whole[..length]) {
            Ok(_) => assert!(between.contains(&length), "{length} bytes are accepted"),
            Err(SectionError::NotWasm) => assert!(length < EMPTY_COMPONENT.len()),
            Err(SectionError::Damaged { offset, .. }) => assert!(offset <= length, "{offset} is past the end"),
            Err(error @ SectionError::Doubled { .. }) => panic!("{error}"),
        }
    }
}

#[test]
fn a_length_that_goes_past_the_end_is_named_with_its_place() {
    let mut bytes = component(&[("one", b"first")]);
    bytes[EMPTY_COMPONENT.len() + 1] = 0x7f;
    let error = Sections::parse(&bytes).unwrap_err().to_string();
    assert!(error.starts_with("the file is damaged or cut short at byte "), "{error}");
}

#[test]
fn what_is_not_webassembly_is_refused() {
    for bytes in [&b""[..], b"\0as", b"PK\x03\x04 a zip file", b"\0asm\x63\0\0\0"] {
        let error = Sections::parse(bytes).unwrap_err();
        assert!(matches!(error, SectionError::NotWasm), "{bytes:?}: {error}");
    }
}

#[test]
fn a_manifest_comes_back_and_its_bytes_are_always_the_same() {
    let mut bytes = EMPTY_COMPONENT.to_vec();
    manifest().append_to(&mut bytes).unwrap();
    let read = Sections::parse(&bytes).unwrap();
    assert_eq!(Manifest::read(&read).unwrap(), manifest());
    let text = std::str::from_utf8(read.read("lockstep:manifest").unwrap().unwrap()).unwrap();
    assert_eq!(text, r#"{"name":"orders","version":"1.2.3","sdk":"0.1.0","wit":"1.0.0"}"#);
}

#[test]
fn a_manifest_of_a_newer_sdk_is_read_as_far_as_it_is_known() {
    let bytes = component(&[("lockstep:manifest", br#"{"name":"a","version":"1.0.0","wit":"1.3.0","publisher":"b"}"#)]);
    assert_eq!(Manifest::read(&Sections::parse(&bytes).unwrap()).unwrap().wit, "1.3.0");
}

#[test]
fn a_file_without_a_sound_manifest_says_so() {
    let none = Manifest::read(&Sections::parse(EMPTY_COMPONENT).unwrap()).unwrap_err();
    assert!(matches!(none, ManifestError::Missing), "{none}");
    let bytes = component(&[("lockstep:manifest", b"{}")]);
    let malformed = Manifest::read(&Sections::parse(&bytes).unwrap()).unwrap_err();
    assert!(malformed.to_string().starts_with("the package's manifest cannot be read: missing field `name`"));
}
