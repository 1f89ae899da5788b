//! `keygen`, `sign` and `verify`, and what `inspect` says of a signature.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::support::{Ran, command, file, folder, lockstep, package, plugin, ran};

const MOMENT: &str = "2026-03-02T08:00:00Z";

/// A folder of its own, empty.
fn fresh(name: &str) -> PathBuf {
    let folder = folder(name);
    fs::remove_dir_all(&folder).unwrap();
    fs::create_dir(&folder).unwrap();
    folder
}

/// A pair of keys: the paths of the private and the public one.
fn keys(folder: &Path, name: &str) -> (String, String) {
    let path = folder.join(name).display().to_string();
    lockstep(["keygen", &path]).ends(0);
    (format!("{path}.key"), format!("{path}.pub"))
}

fn sign(package: &str, key: &str, options: &[&str]) -> Ran {
    lockstep([&["sign", package, "--key", key, "--signed-at", MOMENT], options].concat())
}

fn read(ran: &Ran, code: i32) -> Value {
    serde_json::from_str(ran.ends(code)).unwrap()
}

#[test]
fn a_pair_of_keys_is_made_once_and_the_private_one_is_closed() {
    let folder = fresh("keys-made");
    let (private, public) = keys(&folder, "acme.2026");
    assert_eq!(fs::metadata(&private).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(fs::read_to_string(&private).unwrap().starts_with("-----BEGIN PRIVATE KEY-----\n"));
    assert!(fs::read_to_string(&public).unwrap().starts_with("-----BEGIN PUBLIC KEY-----\n"));
    let before = fs::read(&private).unwrap();
    let name = folder.join("acme.2026").display().to_string();
    lockstep(["keygen", &name]).fails(3, &["acme.2026.key is there already", "not overwritten"]);
    fs::remove_file(&private).unwrap();
    lockstep(["keygen", &name]).fails(3, &["acme.2026.pub is there already"]);
    assert!(!Path::new(&private).exists(), "half a pair");
    fs::write(&private, before).unwrap();
}

#[test]
fn a_pair_of_keys_goes_where_it_is_wanted() {
    let folder = fresh("keys-placed");
    let missing = folder.join("keys/of/acme.key").display().to_string();
    let told = lockstep(["keygen", &missing]);
    assert!(told.ends(0).contains("keys/of/acme.key: sign with it"), "{}", told.stdout);
    assert_eq!(fs::metadata(folder.join("keys/of")).unwrap().permissions().mode() & 0o777, 0o700);
    assert!(folder.join("keys/of/acme.pub").exists() && !folder.join("keys/of/acme.key.key").exists());
    // Its path is said as it was typed.
    let again = lockstep(["keygen", &missing]);
    again.fails(3, &[&format!("error: {missing} is there already")]);
    let taken = folder.join("keys/of/acme.pub/more").display().to_string();
    lockstep(["keygen", &taken]).fails(3, &["cannot make the folder", "acme.pub"]);
}

#[test]
fn a_passphrase_that_is_set_and_empty_makes_no_open_key() {
    let folder = fresh("keys-empty");
    let name = folder.join("acme").display().to_string();
    ran(command(["keygen", &name]).env("LOCKSTEP_PASSPHRASE", "")).fails(3, &["LOCKSTEP_PASSPHRASE is empty", "unset"]);
    let empty = file("empty-passphrase", "\n");
    lockstep(["keygen", &name, "--passphrase-file", &empty]).fails(3, &["the passphrase is empty"]);
    assert!(!folder.join("acme.key").exists());
}

#[test]
fn what_is_no_key_is_said_as_it_is() {
    let (text, path) = (file("no-key", "secret words\n"), file("no-key.wasm", package()));
    let told = lockstep(["verify", &path, "--key", &text]);
    told.fails(3, &[&format!("error: {text}: this is no public key in PEM"), "-----BEGIN"]);
    assert!(!told.stderr.contains("NUL") && told.stderr.matches("no public key").count() == 1, "{}", told.stderr);
}

#[test]
fn a_key_with_a_passphrase_signs_with_it_alone() {
    let folder = fresh("keys-encrypted");
    let (name, package) = (folder.join("acme").display().to_string(), file("encrypted.wasm", package()));
    let passphrase = file("passphrase", "correct-horse\n");
    let report = read(&lockstep(["keygen", &name, "--passphrase-file", &passphrase, "--format", "json"]), 0);
    assert_eq!(report["encrypted"], true);
    let key = format!("{name}.key");
    assert!(fs::read_to_string(&key).unwrap().starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));

    let publisher = ["--publisher", "acme"];
    sign(&package, &key, &publisher).fails(3, &["is encrypted", "--passphrase-file", "LOCKSTEP_PASSPHRASE"]);
    let wrong = file("wrong-passphrase", "incorrect-horse");
    let told = sign(&package, &key, &["--publisher", "acme", "--passphrase-file", &wrong]);
    told.fails(3, &["acme.key", "the passphrase is wrong"]);
    assert!(!told.stderr.contains("incorrect-horse"), "{}", told.stderr);
    sign(&package, &key, &["--publisher", "acme", "--passphrase-file", &passphrase]).ends(0);
    let mut by_variable = command(["sign", &package, "--key", &key, "--publisher", "acme"]);
    ran(by_variable.env("LOCKSTEP_PASSPHRASE", "correct-horse")).ends(0);
    lockstep(["keygen", &name, "--ask", "--passphrase-file", &passphrase]).ends(2);
}

#[test]
fn a_key_that_others_can_read_signs_nothing() {
    let folder = fresh("keys-open");
    let (key, public) = keys(&folder, "acme");
    let package = file("open.wasm", package());
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    sign(&package, &key, &["--publisher", "acme"]).fails(3, &["acme.key", "open to others (mode 644)", "chmod 600"]);
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    fs::set_permissions(&public, fs::Permissions::from_mode(0o600)).unwrap();
    sign(&package, &public, &["--publisher", "acme"]).fails(3, &["this is a public key, not a private key"]);
    lockstep(["verify", &package, "--key", &key]).fails(3, &["this is a private key, not a public key"]);
    sign(&package, "none.key", &["--publisher", "acme"]).fails(3, &["none.key cannot be read"]);
}

#[test]
fn a_signed_package_is_verified_by_its_key_and_by_no_other() {
    let folder = fresh("keys-verify");
    let ((key, public), (_, other)) = (keys(&folder, "acme"), keys(&folder, "other"));
    let (unsigned, signed) = (file("unsigned.wasm", package()), folder.join("signed.wasm").display().to_string());
    let report = read(&sign(&unsigned, &key, &["--publisher", "acme", "--output", &signed, "--format", "json"]), 0);
    assert_eq!(report["signature"]["publisher"], "acme");
    assert_eq!(fs::read(&unsigned).unwrap(), package(), "it goes elsewhere");

    let verified = lockstep(["verify", &signed, "--key", &other, "--key", &public]);
    let said = verified.ends(0);
    for part in ["purchase-requests 0.1.0", "acme", MOMENT, "Verified"] {
        assert!(said.contains(part), "`{part}` is not in:\n{said}");
    }
    let report = read(&lockstep(["verify", &signed, "--key", &public, "--format", "json"]), 0);
    assert_eq!((&report["verified"], &report["problem"]), (&json!(true), &Value::Null));
    assert_eq!(report["signature"]["signed-at"], MOMENT);

    let nobody = lockstep(["verify", &signed]);
    assert!(nobody.ends(1).contains("name the publisher's public key with --key"));
    lockstep(["verify", &signed, "--key", &other]).fails(4, &[&signed, "is signed with the key", "not with"]);
    lockstep(["verify", &unsigned, "--key", &public]).fails(4, &[&unsigned, "not signed", "lockstep sign"]);
}

#[test]
fn an_altered_package_is_neither_verified_nor_run_nor_signed() {
    let folder = fresh("keys-altered");
    let (key, public) = keys(&folder, "acme");
    let altered = file("altered.wasm", package());
    sign(&altered, &key, &["--publisher", "acme"]).ends(0);
    let mut bytes = fs::read(&altered).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&altered, bytes).unwrap();
    lockstep(["verify", &altered, "--key", &public]).fails(4, &[&altered, "was altered", "was signed"]);
    lockstep(["inspect", &altered]).fails(4, &[&altered, "was altered"]);
    sign(&altered, &key, &["--publisher", "acme"]).fails(4, &[&altered, "was altered"]);
    let report = read(&lockstep(["verify", &altered, "--format", "json"]), 4);
    assert!(report["problem"].as_str().unwrap().starts_with("the package was altered"));
}

#[test]
fn every_part_of_a_whole_package_is_covered() {
    let folder = fresh("keys-whole");
    let (key, _) = keys(&folder, "acme");
    let path = file("whole.wasm", package());
    sign(&path, &key, &["--publisher", "acme"]).ends(0);
    let file = fs::read(&path).unwrap();
    let public = fs::read_to_string(folder.join("acme.pub")).unwrap();
    let public = lockstep_package::VerifyingKey::from_pem(&public).unwrap();
    let holds =
        |file: &[u8]| lockstep_package::Package::open(file).is_ok_and(|package| package.verify(&public).is_ok());
    assert!(holds(&file));
    // Every byte of the signature, and one in 97 of the rest.
    let last = file.len() - 400;
    for position in (0..last).step_by(97).chain(last..file.len()) {
        let mut altered = file.clone();
        altered[position] ^= 1 << (position % 8);
        assert!(!holds(&altered), "byte {position} is not covered");
    }
}

#[test]
fn signing_again_keeps_the_package_and_its_receipts() {
    let folder = fresh("keys-again");
    let ((first, _), (second, public)) = (keys(&folder, "first"), keys(&folder, "second"));
    let path = file("again.wasm", package());
    let digest = |ran: Ran| read(&ran, 0)["digest"].clone();
    let unsigned = digest(lockstep(["inspect", &path, "--format", "json"]));
    for key in [&first, &second] {
        assert_eq!(digest(sign(&path, key, &["--publisher", "acme", "--format", "json"])), unsigned);
        assert_eq!(digest(lockstep(["inspect", &path, "--format", "json"])), unsigned);
    }
    lockstep(["verify", &path, "--key", &public]).ends(0);
}

#[test]
fn inspect_tells_signature_cases_and_sections() {
    let folder = fresh("keys-inspect");
    let (key, _) = keys(&folder, "acme");
    let path = file("inspected.wasm", package());
    sign(&path, &key, &["--publisher", "acme"]).ends(0);
    let report = read(&lockstep(["inspect", &path, "--format", "json"]), 0);
    assert_eq!(report["signature"]["publisher"], "acme");
    assert_eq!((&report["cases"], &report["reference-tables"]), (&json!(4), &json!(1)));
    let names: Vec<_> = report["sections"].as_array().unwrap().iter().map(|section| &section["name"]).collect();
    assert!(names.contains(&&json!("lockstep:cases")), "{names:?}");
    let shown = lockstep(["inspect", &path]);
    let shown = shown.ends(0);
    for part in [&format!("by acme on {MOMENT} with the key "), "4 with 1 reference tables", "lockstep:cases, "] {
        assert!(shown.contains(part), "`{part}` is not in:\n{shown}");
    }
    let unsigned = read(&lockstep(["inspect", plugin(), "--format", "json"]), 0);
    assert_eq!(unsigned["signature"], Value::Null);
}

#[test]
fn who_signs_has_to_be_known() {
    let folder = fresh("keys-publisher");
    let (key, _) = keys(&folder, "acme");
    let path = file("nobodys.wasm", package());
    sign(&path, &key, &[]).fails(2, &["names no publisher", "--publisher", "[package.metadata.lockstep]"]);
    sign(&path, &key, &["--publisher", "Acme Inc"]).fails(2, &["`Acme Inc` is no publisher's name", "kebab-case"]);
    lockstep(["sign", &path, "--key", &key, "--publisher", "acme", "--signed-at", "soon"]).fails(2, &["--signed-at: "]);
    let text = file("no-package.wasm", "hello");
    sign(&text, &key, &["--publisher", "acme"]).fails(4, &[&text, "not a WebAssembly file"]);
    let bare = file("bare.wasm", b"\0asm\x0d\0\x01\0");
    sign(&bare, &key, &["--publisher", "acme"]).fails(4, &[&bare, "no manifest"]);
}
