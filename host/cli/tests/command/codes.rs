//! Exit codes: the same kind of mistake has the same code, whatever command it is made in.

use std::net::TcpListener;

use crate::support::{Ran, command, file, folder, package, plugin, ran};

/// Runs the command as somebody without a server or a profile.
fn run(arguments: &[&str]) -> Ran {
    let mut command = command(arguments);
    command.env("XDG_CONFIG_HOME", folder("no-profiles")).env("LOCKSTEP_TOKEN", "secret.token");
    ran(command.env_remove("LOCKSTEP_SERVER"))
}

#[track_caller]
fn check(code: i32, table: &[&[&str]]) {
    for arguments in table {
        let ran = run(arguments);
        assert_eq!(ran.code, code, "{arguments:?}: {}", ran.stderr);
    }
}

#[test]
fn what_is_wrong_on_the_command_line_ends_with_2() {
    let (document, package) = (file("codes.json", "{}"), file("codes.wasm", package()));
    let key = folder("codes").join("acme").display().to_string();
    let private = format!("{key}.key");
    if !std::path::Path::new(&private).exists() {
        run(&["keygen", &key]).ends(0);
    }
    let state = tempfile::tempdir().unwrap();
    let state = state.path().join("state").display().to_string();
    let serve = ["serve", "--development-issuer", "--state", &state];
    let on_server = ["packages", "--server"];
    check(
        2,
        &[
            &["run", plugin(), &document, "--now", "soon"],
            &["run", plugin(), &document, "--today", "soon"],
            &["run", plugin(), &document, "--action", "lost"],
            &["run", plugin(), &document, "--entity", "lost"],
            &["run", plugin(), &document, "--argument", "lost=x"],
            &["run", plugin(), &document, "--row", "lost={}"],
            &["run", plugin(), &document, "--row", "product=lost"],
            &["run", plugin(), &document, "--unavailable", "lost"],
            &["test", plugin(), "lost"],
            &["sign", &package, "--key", &private, "--publisher", "acme", "--signed-at", "soon"],
            &["sign", &package, "--key", &private, "--publisher", "No Name"],
            &[&serve[..], &["--name", "No Name"]].concat(),
            &[&serve[..], &["--listen", "lost"]].concat(),
            &[&serve[..], &["--listen", "192.0.2.1:1"]].concat(),
            &["serve", "--state", &state],
            &["packages"],
            &["packages", "--profile", "lost"],
            &[&on_server[..], &["lost"]].concat(),
            &[&on_server[..], &["http://example.com"]].concat(),
            &[&on_server[..], &["http://127.0.0.1:9", "--state", "lost"]].concat(),
            &["audit", "--server", "http://127.0.0.1:9", "--limit", "0"],
            &["keys", "revoke", "lost", "--server", "http://127.0.0.1:9", "--reason", "x"],
            &["pull", "--oci", "lost"],
            &["push", "--oci", "lost", &package],
        ],
    );
}

#[test]
fn what_it_names_and_is_missing_wrong_or_in_use_ends_with_3() {
    let (text, package) = (file("codes.txt", "hello\n"), file("codes-3.wasm", package()));
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let state = tempfile::tempdir().unwrap();
    let state = state.path().join("state").display().to_string();
    let closed = ["--server", "https://127.0.0.1:9"];
    check(
        3,
        &[
            &["run", plugin(), "lost.json"],
            &["run", plugin(), &text],
            &["run", plugin(), "-", "--context", "lost.json"],
            &["run", plugin(), "--case", "lost.json"],
            &["inspect", "lost.wasm"],
            &["verify", "lost.wasm"],
            &["verify", &package, "--key", "lost.pub"],
            &["verify", &package, "--key", &text],
            &["sign", &package, "--key", "lost.key", "--publisher", "acme"],
            &["serve", "--development-issuer", "--state", &text],
            &["serve", "--development-issuer", "--state", &state, "--listen", &address],
            &["serve", "--development-issuer", "--state", &state, "--policy", "lost.toml"],
            &["serve", "--development-issuer", "--state", &state, "--policy", &text],
            &["serve", "--development-issuer", "--state", &state, "--tls-certificate", &text, "--tls-key", &text],
            &["token", "--state", "lost", "--subject", "ada"],
            &[&["packages", "--token-file", "lost"], &closed[..]].concat(),
            &[&["packages", "--ca", "lost.pem"], &closed[..]].concat(),
            &[&["packages", "--ca", &text], &closed[..]].concat(),
            &["login", closed[1], "--ca", &text],
            &["login", closed[1], "--ca", "lost.pem"],
            &["upload", "lost.wasm", "--reason", "x"],
            &["push", "--oci", "localhost:9/a:1", "lost.wasm"],
            &["pull", "--oci", "localhost:9/a:1", "--key", &text],
        ],
    );
}
