//! Servers that do not start, and tokens that are not made: one sentence, and the exit code that says whose fault it is.

use std::{fs, net::TcpListener};

use crate::support::{fails, lockstep, write};

#[test]
fn without_an_issuer_there_is_no_server() {
    fails(["serve", "--state", "trial"], 2, &["--jwks"]);
    fails(["serve", "--state", "trial", "--jwks", "keys.json"], 2, &["--issuer"]);
    fails(["serve", "--state", "trial", "--development-issuer", "--tls-key", "k"], 2, &["--tls-certificate"]);
}

#[test]
fn what_is_wrong_with_a_file_is_said_before_anything_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let serve = |more: &[&str], code: i32, words: &[&str]| {
        let start = ["serve", "--listen", "127.0.0.1:0", "--state", state.to_str().unwrap()];
        fails(start.iter().chain(more), code, words);
    };
    let policy = write(path("policy.toml").as_ref(), "[[role]]\nnam = \"sales\"\n");
    serve(
        &["--development-issuer", "--policy", &policy],
        3,
        &["policy.toml:2:1: a role has no key `nam`; did you mean `name`?", "policy.toml:1:1: a role needs the key"],
    );
    serve(&["--development-issuer", "--policy", &path("absent")], 3, &["cannot read the policy", "absent"]);
    let tls = ["--development-issuer", "--tls-certificate", &policy, "--tls-key", &policy];
    serve(&tls, 3, &["the certificates in", "policy.toml"]);
    assert!(!state.exists(), "nothing was made");

    let issuer = ["--issuer", "https://login.example.com", "--audience", "lockstep", "--jwks"];
    let with = |keys: &str| issuer.iter().map(ToString::to_string).chain([keys.to_owned()]).collect::<Vec<_>>();
    for (keys, words) in [
        (path("absent"), ["cannot read the issuer's keys", "absent"]),
        (policy, ["the issuer's keys in", "there is no public key"]),
        ("http://login.example.com/keys".to_owned(), ["is no place for keys", "https"]),
    ] {
        let arguments = with(&keys);
        serve(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), 3, &words);
    }
}

#[test]
fn an_address_that_is_taken_is_this_machines_affair() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let state = folder.path().join("state");
    let arguments = ["serve", "--development-issuer", "--listen", &address, "--state", state.to_str().unwrap()];
    fails(arguments, 70, &["cannot listen at", &address]);
}

#[test]
fn a_folder_that_is_open_to_others_is_refused() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    fs::create_dir(&state).unwrap();
    fs::set_permissions(&state, fs::Permissions::from_mode(0o755)).unwrap();
    fails(["serve", "--development-issuer", "--state", state.to_str().unwrap()], 3, &["chmod 700"]);
}

#[test]
fn tokens_are_made_in_a_folder_that_is_there_for_someone_with_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().to_str().unwrap();
    fails(["token", "--state", "absent", "--subject", "ada"], 3, &["absent"]);
    fails(["token", "--state", state, "--subject", "ada", "--expires", "soon"], 2, &["8h"]);
    fails(["token", "--state", state, "--subject", ""], 2, &["`sub`"]);
    fails(["token", "--state", state, "--subject", "a", "--role", "a\nb"], 2, &["`roles`"]);
    let output = lockstep(["token", "--state", state, "--subject", "ada", "--format", "json"]);
    let made: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(made["token"].as_str().unwrap().split('.').count(), 3);
}
