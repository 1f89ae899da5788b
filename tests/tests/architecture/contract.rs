//! The contract: what is released is never changed.

use std::fs;

use lockstep_model::Digest;

use crate::workspace::WORKSPACE;

/// The released versions, and the digest of each one's files. A change of a released version breaks components that
/// others have built and signed: it goes into a folder of its own, under a new version.
const RELEASED: &[(&str, &str)] = &[("1.0.0", "8731e63b122e99006f1df7675e83e40059454d7ffdfa48b349dcef47e9f220e5")];

/// The digest of a folder's files: of each its name, its length and its bytes, in the order of names.
fn digest(version: &str) -> Digest {
    let folder = WORKSPACE.root.join("wit").join(version);
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = files.map(|entry| entry.expect("it can be listed").path()).collect();
    paths.sort();
    let mut bytes = Vec::new();
    for path in paths {
        let (name, contents) = (path.file_name().expect("a file"), fs::read(&path).expect("it can be read"));
        bytes.extend(format!("{}\0{}\0", name.to_string_lossy(), contents.len()).into_bytes());
        bytes.extend(contents);
    }
    Digest::of(&bytes)
}

#[test]
fn released_contracts_are_as_they_were() {
    for (version, released) in RELEASED {
        assert_eq!(digest(version).to_string(), *released, "wit/{version} is released: make a new version beside it");
    }
}

#[test]
fn every_version_is_released_or_the_one_after_all_released_ones() {
    let folders = fs::read_dir(WORKSPACE.root.join("wit")).expect("it is there");
    let mut found: Vec<_> = folders.map(|entry| entry.expect("it can be listed").file_name()).collect();
    found.sort();
    let is_released = |name: &std::ffi::OsStr| RELEASED.iter().any(|(version, _)| name == *version);
    let open = found.iter().filter(|name| !is_released(name)).count();
    assert!(open <= 1, "one version at a time is open: {found:?}");
    assert_eq!(found.len() - open, RELEASED.len(), "a released version is gone: {found:?}");
}
