//! Keys and their files.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output},
};

use cap_tempfile::{TempDir, ambient_authority};
use lockstep_package::{
    KeyId, SigningKey, VerifyingKey,
    key_file::{self, KeyFileError},
    keys::KeyError,
};

use crate::support::key;

const PASSPHRASE: &str = "correct-horse";

/// Made by openssl 3.0; `pbkdf2.key` and `scrypt.key` are the same key, encrypted.
const PLAIN: &str = include_str!("keys/plain.key");
const PUBLIC: &str = include_str!("keys/plain.pub");
const PBKDF2: &str = include_str!("keys/pbkdf2.key");
const SCRYPT: &str = include_str!("keys/scrypt.key");
const OTHER_CURVE: &str = include_str!("keys/p256.key");
const OTHER_CURVE_PUBLIC: &str = include_str!("keys/p256.pub");

fn folder() -> TempDir {
    TempDir::new(ambient_authority()).unwrap()
}

#[test]
fn the_keys_of_rfc_8032_are_read_and_written() {
    // Section 7.1, test 1.
    let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    let bytes: Vec<u8> = (0..32).map(|at| u8::from_str_radix(&seed[2 * at..2 * at + 2], 16).unwrap()).collect();
    let key = SigningKey::from_seed(&bytes.try_into().unwrap());
    assert_eq!(key.verifying_key().to_string(), public);
    assert_eq!(public.parse::<VerifyingKey>().unwrap(), key.verifying_key());
    assert_eq!(serde_json::to_string(&key.verifying_key()).unwrap(), format!("\"{public}\""));
}

#[test]
fn keys_come_back_from_their_text() {
    let key = SigningKey::generate().unwrap();
    let plain = SigningKey::from_pem(&key.to_pem().unwrap(), None).unwrap();
    let encrypted = SigningKey::from_pem(&key.to_encrypted_pem(PASSPHRASE).unwrap(), Some(PASSPHRASE)).unwrap();
    let public = VerifyingKey::from_pem(&key.verifying_key().to_pem().unwrap()).unwrap();
    assert_eq!([plain.verifying_key(), encrypted.verifying_key(), public], [key.verifying_key(); 3]);
    assert_eq!(public.id(), key.id());
    assert_eq!(key.id().to_string().parse::<KeyId>().unwrap(), key.id());
    assert_ne!(SigningKey::generate().unwrap().id(), key.id());
}

#[test]
fn keys_that_openssl_made_are_read() {
    let public = VerifyingKey::from_pem(PUBLIC).unwrap();
    assert_eq!(SigningKey::from_pem(PLAIN, None).unwrap().verifying_key(), public);
    for encrypted in [PBKDF2, SCRYPT] {
        assert_eq!(SigningKey::from_pem(encrypted, Some(PASSPHRASE)).unwrap().verifying_key(), public);
    }
}

#[test]
fn openssl_reads_our_keys() {
    let folder = tempfile();
    let openssl = |arguments: &[&str], text: &str| -> Output {
        let file = folder.join("key.pem");
        fs::write(&file, text).unwrap();
        let ran = Command::new("openssl").args(["pkey", "-pubout", "-in"]).arg(file).args(arguments).output();
        ran.expect("openssl is installed: `make setup` does that")
    };
    let key = key(1);
    let public = key.verifying_key().to_pem().unwrap();
    let told = |output: Output| String::from_utf8(output.stdout).unwrap();
    assert_eq!(told(openssl(&[], &key.to_pem().unwrap())), public);
    let encrypted = key.to_encrypted_pem(PASSPHRASE).unwrap();
    assert_eq!(told(openssl(&["-passin", "pass:correct-horse"], &encrypted)), public);
    assert_eq!(told(openssl(&["-pubin"], &public)), public);
    fs::remove_dir_all(folder).unwrap();
}

fn tempfile() -> std::path::PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("openssl");
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn a_wrong_passphrase_is_refused_and_a_missing_one_asked_for() {
    let wrong = |passphrase: Option<&str>| SigningKey::from_pem(SCRYPT, passphrase).unwrap_err();
    assert!(matches!(wrong(None), KeyError::PassphraseMissing));
    for passphrase in ["", "Correct-horse", "correct-horse "] {
        assert!(matches!(wrong(Some(passphrase)), KeyError::PassphraseWrong), "{passphrase}");
    }
    assert!(matches!(key(1).to_encrypted_pem("").unwrap_err(), KeyError::PassphraseEmpty));
    // One in 256 wrong passphrases gives bytes with a padding that could be right.
    for number in 0..40 {
        assert!(matches!(wrong(Some(&number.to_string())), KeyError::PassphraseWrong), "{number}");
    }
}

#[test]
fn what_is_no_key_is_named() {
    let said = |pem: &str| SigningKey::from_pem(pem, None).unwrap_err().to_string();
    assert!(said("").starts_with("this is no private key in PEM: "));
    assert!(said(&PLAIN[..60]).starts_with("this is no private key in PEM: "));
    assert!(said(OTHER_CURVE).starts_with("this is no private key in PEM: "), "{}", said(OTHER_CURVE));
    assert!(said(PUBLIC).starts_with("this is a public key, not a private key: "));
    let said = |pem: &str| VerifyingKey::from_pem(pem).unwrap_err().to_string();
    assert!(said("x").starts_with("this is no public key in PEM: "));
    assert!(said(OTHER_CURVE_PUBLIC).starts_with("this is no public key in PEM: "));
    for private in [PLAIN, SCRYPT] {
        assert!(said(private).starts_with("this is a private key, not a public key: "));
    }
}

#[test]
fn weak_and_doubly_encoded_public_keys_are_refused() {
    let mut one = [0; 32];
    one[0] = 1;
    for bytes in [[0; 32], one] {
        assert!(matches!(VerifyingKey::from_bytes(&bytes), Err(KeyError::NoPoint)), "{bytes:?}");
    }
    // y = 2^255 - 1, which is 18 modulo the prime.
    let hex = "ff".repeat(32);
    let good = key(1).verifying_key().to_string();
    assert_ne!(good, good.to_uppercase());
    for text in [&*hex, "00", "", &good.to_uppercase()] {
        assert!(text.parse::<VerifyingKey>().is_err(), "{text}");
    }
}

#[test]
fn nothing_shows_a_private_key() {
    let key = key(7);
    let shown = format!("{key:?}");
    assert_eq!(shown, format!("SigningKey({})", key.id()));
    assert!(!shown.contains("0707"));
    let damaged = PLAIN.replace("MC4CAQ", "MC5CAQ");
    assert_ne!(damaged, PLAIN);
    let said = format!("{0} {0:?}", SigningKey::from_pem(&damaged, None).unwrap_err());
    let secret = PLAIN.lines().nth(1).unwrap();
    assert!(secret.as_bytes().windows(8).all(|part| !said.contains(std::str::from_utf8(part).unwrap())), "{said}");
}

#[test]
fn a_private_keys_file_is_for_its_owner_alone() {
    let folder = folder();
    let (name, key) = (Path::new("a.key"), key(1));
    key_file::write_new(&folder, name, &key, None).unwrap();
    let mode = || folder.metadata(name).unwrap().permissions();
    assert_eq!(mode_of(&mode()), 0o600);
    assert_eq!(key_file::read(&folder, name, None).unwrap().id(), key.id());
    for wrong in [0o640, 0o604, 0o660, 0o622, 0o601] {
        folder.set_permissions(name, cap(wrong)).unwrap();
        let refused = key_file::read(&folder, name, None).unwrap_err();
        assert!(matches!(refused, KeyFileError::OpenToOthers { mode, .. } if mode == wrong), "{refused}");
        assert!(refused.to_string().ends_with("close it with `chmod 600`"));
    }
    folder.set_permissions(name, cap(0o400)).unwrap();
    assert!(key_file::read(&folder, name, None).is_ok());
}

fn mode_of(permissions: &cap_std::fs::Permissions) -> u32 {
    cap_std::fs::PermissionsExt::mode(permissions) & 0o777
}

fn cap(mode: u32) -> cap_std::fs::Permissions {
    cap_std::fs::Permissions::from_std(fs::Permissions::from_mode(mode))
}

#[test]
fn a_keys_file_is_never_overwritten_and_an_encrypted_one_wants_its_passphrase() {
    let folder = folder();
    let (private, public) = (Path::new("a.key"), Path::new("a.pub"));
    key_file::write_new(&folder, private, &key(1), Some(PASSPHRASE)).unwrap();
    key_file::write_public(&folder, public, &key(1).verifying_key()).unwrap();
    let again = key_file::write_new(&folder, private, &key(2), None).unwrap_err();
    assert!(matches!(again, KeyFileError::Exists { .. }), "{again}");
    let again = key_file::write_public(&folder, public, &key(2).verifying_key()).unwrap_err();
    assert!(matches!(again, KeyFileError::Exists { .. }), "{again}");
    assert!(key_file::read(&folder, private, None).unwrap_err().wants_passphrase());
    let wrong = key_file::read(&folder, private, Some("no")).unwrap_err();
    assert!(!wrong.wants_passphrase() && wrong.to_string().starts_with("a.key: the passphrase is wrong"), "{wrong}");
    assert_eq!(key_file::read(&folder, private, Some(PASSPHRASE)).unwrap().id(), key(1).id());
    assert_eq!(key_file::read_public(&folder, public).unwrap(), key(1).verifying_key());
}

#[test]
fn a_key_outside_its_folder_is_not_reached() {
    let folder = folder();
    folder.create_dir("inner").unwrap();
    key_file::write_new(&folder, Path::new("a.key"), &key(1), None).unwrap();
    let inner = folder.open_dir("inner").unwrap();
    let refused = key_file::read(&inner, Path::new("../a.key"), None).unwrap_err();
    assert!(matches!(refused, KeyFileError::Read { .. }), "{refused}");
}
