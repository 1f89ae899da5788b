//! Servers that do not start, and tokens that are not made: one sentence, and the exit code that says whose fault it is.

use std::{fs, net::TcpListener};

use crate::support::{fails, lockstep, write};

#[test]
fn without_an_issuer_there_is_no_server() {
    fails(["serve", "--state", "trial"], 2, &["--jwks"]);
    fails(["serve", "--state", "trial"], 2, &["--jwks, --issuer and --audience", "--development-issuer"]);
    fails(["serve", "--state", "trial", "--jwks", "keys.json"], 2, &["--issuer and --audience is missing"]);
    let with = ["serve", "--state", "trial", "--development-issuer", "--issuer", "i", "--audience", "a"];
    fails(with, 2, &["--jwks is missing"]);
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
fn an_address_that_cannot_be_had_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let state = folder.path().join("state");
    let arguments = ["serve", "--development-issuer", "--listen", &address, "--state", state.to_str().unwrap()];
    fails(arguments, 3, &["cannot listen at", &address, "another program listens there"]);
    let arguments =
        |address| ["serve", "--development-issuer", "--state", state.to_str().unwrap(), "--listen", address];
    fails(arguments("foo"), 2, &["HOST:PORT", "127.0.0.1:8080"]);
    fails(arguments("192.0.2.1:8080"), 2, &["192.0.2.1:8080: this machine has no such address"]);
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
fn a_state_folder_that_is_none_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let serve = |state: &str, more: &[&str], code: i32, words: &[&str]| {
        let start = ["serve", "--listen", "127.0.0.1:0", "--development-issuer", "--state", state];
        fails(start.iter().chain(more), code, words);
    };
    let file = write(path("file").as_ref(), "hello");
    serve(&file, &[], 3, &[&file]);
    serve(&path("state"), &["--name", "No Name"], 2, &["`No Name`", "kebab-case"]);
    let server = crate::support::Server::start_in(folder, &["--name", "north"]);
    let state = server.state().to_str().unwrap().to_owned();
    serve(&state, &[], 3, &["another server"]);
    let folder = server.leave("-TERM");
    serve(&state, &["--name", "south"], 2, &["the environment `north`, not `south`"]);
    // A key that is damaged: another would cut every device off.
    fs::write(folder.path().join("state/environment.key"), "hello").unwrap();
    let said = lockstep(["serve", "--development-issuer", "--state", &state]);
    let error = String::from_utf8(said.stderr).unwrap();
    assert_eq!(said.status.code(), Some(3), "{error}");
    assert!(error.contains("environment.key is damaged") && error.contains("restore it from a backup"), "{error}");
    assert!(!error.contains("keygen") && error.matches("-----BEGIN").count() == 1, "{error}");
}

#[test]
fn a_token_goes_into_a_file_of_its_own() {
    use std::os::unix::fs::PermissionsExt;

    let server = crate::support::Server::start(&[]);
    let (state, file) = (server.state(), server.folder.path().join("ada.token"));
    let make = |more: &[&str]| {
        let start = ["token", "--subject", "ada", "--state", state.to_str().unwrap()];
        lockstep(start.iter().chain(more))
    };
    let made = make(&["--role", "administrator", "--output", file.to_str().unwrap()]);
    assert!(made.status.success() && made.stdout.is_empty() && made.stderr.is_empty(), "{made:?}");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(server.get("/v1/packages", fs::read_to_string(&file).unwrap().trim()).status, 200);
    // A role that is likely to be a slip.
    let note = |more: &[&str]| String::from_utf8(make(more).stderr).unwrap();
    let said = note(&["--role", "admin"]);
    assert!(said.contains("`admin`") && said.contains("`administrator`") && said.contains("`publisher`"), "{said}");
    assert_eq!(note(&["--role", "sales", "--device", "tablet-1"]), "");
}

#[test]
fn tokens_are_made_in_a_folder_that_is_there_for_someone_with_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().to_str().unwrap();
    fails(["token", "--state", "absent", "--subject", "ada"], 3, &["absent"]);
    fails(["token", "--state", state, "--subject", "ada", "--expires", "soon"], 2, &["8h"]);
    fails(["token", "--state", state, "--subject", ""], 2, &["`sub`"]);
    fails(["token", "--state", state, "--subject", "a", "--role", "a\nb"], 2, &["`roles`"]);
    fails(["token", "--state", state, "--subject", "ada"], 3, &["no development issuer", "lockstep serve"]);
    let server = crate::support::Server::start(&[]);
    let output =
        lockstep(["token", "--state", server.state().to_str().unwrap(), "--subject", "ada", "--format", "json"]);
    let made: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(made["token"].as_str().unwrap().split('.').count(), 3);
}
