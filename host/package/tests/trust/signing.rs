//! Signing, signing again, and what a signature says.

use lockstep_model::{Digest, Timestamp};
use lockstep_package::{Package, Sections, SignatureError, signature};

use crate::support::{MOMENT, PUBLISHER, key, signed, unsigned, verify};

#[test]
fn a_signature_says_who_signed_what_and_when() {
    let (content, file) = (unsigned(), signed());
    let package = Package::open(&file).unwrap();
    assert_eq!(package.content(), content);
    assert_eq!(package.digest(), Digest::of(&content));
    assert_eq!(package.file_digest(), Digest::of(&file));
    let signature = package.verify(&key(1).verifying_key()).unwrap();
    assert_eq!(Some(signature), package.signature());
    assert_eq!((&*signature.publisher, signature.key_id), (PUBLISHER, key(1).id()));
    assert_eq!((signature.signed_at, signature.digest), (MOMENT, Digest::of(&content)));
}

/// Whoever implements the format anew can hold his bytes against these.
#[test]
fn the_sections_bytes_are_those_of_the_specification() {
    let (content, file) = (unsigned(), signed());
    let section = Sections::parse(&file).unwrap().read(signature::SECTION).unwrap().unwrap();
    let protected = [
        &[0xa3, 0x01, 0x27, 0x04, 0x50][..],
        &key(1).id().to_bytes(),
        &[0x0f, 0xa2, 0x01, 0x70],
        PUBLISHER.as_bytes(),
        &[0x06, 0x1a],
        &u32::try_from(MOMENT.0 / 1000).unwrap().to_be_bytes(),
    ]
    .concat();
    let digest = Digest::of(&content).0;
    let head =
        [&[0xd2, 0x84, 0x58, protected.len() as u8], &protected[..], &[0xa0, 0x58, 0x20], &digest, &[0x58, 0x40]];
    let head = head.concat();
    assert_eq!(section[..head.len()], head);

    let structure = [&[0x84, 0x6a][..], b"Signature1", &[0x58, protected.len() as u8], &protected].concat();
    let signed = [&structure[..], &[0x52], b"lockstep package 1", &[0x58, 0x20], &digest].concat();
    let key = ed25519_dalek::VerifyingKey::from_bytes(&key(1).verifying_key().to_bytes()).unwrap();
    let bytes: [u8; 64] = section[head.len()..].try_into().unwrap();
    key.verify_strict(&signed, &ed25519_dalek::Signature::from_bytes(&bytes)).unwrap();
}

#[test]
fn the_same_package_key_and_moment_give_the_same_bytes() {
    assert_eq!(signed(), signed());
}

#[test]
fn signing_again_replaces_the_signature_and_keeps_the_package() {
    let first = signed();
    let later = Timestamp(MOMENT.0 + 86_400_000);
    let second = signature::sign(&first, &key(2), PUBLISHER, later).unwrap();
    let (old, new) = (Package::open(&first).unwrap(), Package::open(&second).unwrap());
    assert_eq!(old.digest(), new.digest());
    assert_eq!(old.content(), new.content());
    assert_ne!(old.file_digest(), new.file_digest());
    assert_eq!(new.verify(&key(2).verifying_key()).unwrap().signed_at, later);
    assert!(matches!(new.verify(&key(1).verifying_key()), Err(SignatureError::OtherKey { .. })));
    assert_eq!(signature::sign(&second, &key(1), PUBLISHER, MOMENT).unwrap(), first);
}

#[test]
fn another_key_is_told_by_its_id() {
    let file = signed();
    let refused = Package::open(&file).unwrap().verify(&key(2).verifying_key()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!("the package is signed with the key {}, not with {}", key(1).id(), key(2).id())
    );
}

/// One who has not the key names it all the same.
#[test]
fn a_signature_in_anothers_name_does_not_hold() {
    let file = signature::sign(&unsigned(), &key(2), PUBLISHER, MOMENT).unwrap();
    let (own, wanted) = (key(2).id().to_bytes(), key(1).id().to_bytes());
    let at = file.windows(16).position(|part| part == own).unwrap();
    let forged = [&file[..at], &wanted, &file[at + 16..]].concat();
    assert_eq!(Package::open(&forged).unwrap().signature().unwrap().key_id, key(1).id());
    assert!(matches!(verify(&forged), Err(SignatureError::Wrong { .. })));
}

#[test]
fn only_the_publisher_that_the_manifest_names_signs() {
    let refused = signature::sign(&unsigned(), &key(1), "somebody-else", MOMENT).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "`somebody-else` signs the package, and by its manifest the publisher is `lockstep-samples`"
    );
    let component = b"\0asm\x0d\0\x01\0";
    let nobodys = signature::sign(component, &key(1), "somebody-else", MOMENT).unwrap();
    // The signature of a package that names nobody, after one that names somebody: not even its digest is right.
    let taken = [&unsigned()[..], &nobodys[component.len()..]].concat();
    assert!(matches!(Package::open(&taken), Err(SignatureError::Altered { .. })));
}

/// A signature that holds, made without asking the manifest.
#[test]
fn a_signature_of_another_than_the_manifest_names_is_refused() {
    let content = unsigned();
    let digest = Digest::of(&content).0;
    let protected = [
        &[0xa3, 0x01, 0x27, 0x04, 0x50][..],
        &key(1).id().to_bytes(),
        &[0x0f, 0xa2, 0x01, 0x6d],
        b"somebody-else",
        &[0x06, 0x1a],
        &u32::try_from(MOMENT.0 / 1000).unwrap().to_be_bytes(),
    ]
    .concat();
    let head =
        [&[0xd2, 0x84, 0x58, protected.len() as u8], &protected[..], &[0xa0, 0x58, 0x20], &digest, &[0x58, 0x40]];
    let structure = [&[0x84, 0x6a][..], b"Signature1", &[0x58, protected.len() as u8], &protected].concat();
    let structure = [&structure[..], &[0x52], b"lockstep package 1", &[0x58, 0x20], &digest].concat();
    let key = ed25519_dalek::SigningKey::from_bytes(&[1; 32]);
    let made = ed25519_dalek::Signer::sign(&key, &structure).to_bytes();
    let mut file = content;
    lockstep_package::sections::append(&mut file, signature::SECTION, &[&head.concat()[..], &made].concat()).unwrap();
    let refused = Package::open(&file).unwrap_err();
    assert!(matches!(refused, SignatureError::OtherPublisher { .. }), "{refused}");
}

#[test]
fn a_manifest_that_cannot_be_read_names_nobody_who_could_sign() {
    let component = b"\0asm\x0d\0\x01\0";
    let named = br#"{"name": "a", "version": "1.0.0", "wit": "1.0.0", "publisher": "lockstep-samples"}"#;
    let manifest = |json: &[u8]| {
        let mut file = component.to_vec();
        lockstep_package::sections::append(&mut file, lockstep_package::manifest::SECTION, json).unwrap();
        file
    };
    let twice = [&manifest(named)[..], &manifest(named)[component.len()..]].concat();
    for file in [manifest(b"{}"), manifest(b"no JSON"), twice] {
        let refused = signature::sign(&file, &key(1), PUBLISHER, MOMENT).unwrap_err();
        assert!(matches!(refused, SignatureError::Manifest(_)), "{refused}");
    }
}

#[test]
fn a_module_is_no_package() {
    let module = b"\0asm\x01\0\0\0";
    assert!(matches!(Package::open(module), Err(SignatureError::Module)));
    assert!(matches!(signature::sign(module, &key(1), PUBLISHER, MOMENT), Err(SignatureError::Module)));
}

#[test]
fn names_and_moments_that_no_signature_has_are_refused() {
    for name in ["", "Lockstep", "lock step", "-a", "a--b", "käse", &"a".repeat(65)] {
        let refused = signature::sign(b"\0asm\x0d\0\x01\0", &key(1), name, MOMENT).unwrap_err();
        assert!(matches!(refused, SignatureError::Publisher { .. }), "{name}: {refused}");
    }
    for moment in [Timestamp(-1), Timestamp(i64::MIN), Timestamp(i64::MAX), Timestamp(Timestamp::MAX.0 + 1)] {
        let refused = signature::sign(&unsigned(), &key(1), PUBLISHER, moment).unwrap_err();
        assert!(matches!(refused, SignatureError::Time), "{moment:?}: {refused}");
    }
    for moment in [Timestamp(0), Timestamp::MAX] {
        assert!(verify(&signature::sign(&unsigned(), &key(1), PUBLISHER, moment).unwrap()).is_ok(), "{moment:?}");
    }
}

#[test]
fn a_moment_is_cut_to_whole_seconds() {
    let file = signature::sign(&unsigned(), &key(1), PUBLISHER, Timestamp(MOMENT.0 + 999)).unwrap();
    assert_eq!(file, signed());
}

#[test]
fn what_is_no_webassembly_is_not_signed() {
    for bytes in [&b""[..], b"PK\x03\x04", &unsigned()[..20]] {
        let refused = signature::sign(bytes, &key(1), PUBLISHER, MOMENT).unwrap_err();
        assert!(matches!(refused, SignatureError::Section(_)), "{refused}");
    }
}
