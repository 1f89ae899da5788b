//! TLS: the certificate that the help shows how to make serves, and what goes wrong says what to do.

use std::{fs, path::Path, process::Command};

use tempfile::TempDir;

use crate::support::{Server, fails, lockstep, write};

/// Makes a certificate and its key in a folder, with the line that the help of `serve` has, changed.
fn certify(folder: &Path, change: (&str, &str)) -> [String; 2] {
    let help = String::from_utf8(lockstep(["serve", "--help"]).stdout).unwrap();
    let line = help.split_once("openssl req").expect("a line for openssl").1;
    let line = line.split("\n\n").next().unwrap().replace(change.0, change.1);
    let made = Command::new("sh").args(["-c", &format!("openssl req{line}")]).current_dir(folder).output();
    let made = made.expect("openssl is installed: `make setup` does that");
    assert!(made.status.success(), "{line}{}", String::from_utf8_lossy(&made.stderr));
    ["chain.pem", "key.pem"].map(|name| folder.join(name).to_str().unwrap().to_owned())
}

fn start(change: (&str, &str)) -> (Server, String) {
    let folder = TempDir::new().unwrap();
    let [chain, key] = certify(folder.path(), change);
    let server = Server::start_in(folder, &["--tls-certificate", &chain, "--tls-key", &key]);
    assert!(server.url.starts_with("https://127.0.0.1:"), "{}", server.url);
    (server, chain)
}

/// `lockstep packages` of this server.
fn ask<'a>(url: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["packages", "--server", url], more].concat()
}

fn token(server: &Server) -> String {
    let token = server.token(&["--subject", "ada", "--role", "administrator"]);
    let path = server.folder.path().join("token");
    fs::write(&path, token).unwrap();
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_certificate_of_the_help_serves() {
    let (server, chain) = start(("", ""));
    let token = token(&server);
    let answered = lockstep(ask(&server.url, &["--token-file", &token, "--ca", &chain]));
    assert!(answered.status.success(), "{}", String::from_utf8_lossy(&answered.stderr));
    fails(ask(&server.url, &["--token-file", &token]), 8, &["vouches for its certificate", "--ca"]);
    let other = server.url.replace("127.0.0.1", "[::ffff:127.0.0.1]");
    fails(ask(&other, &["--token-file", &token, "--ca", &chain]), 8, &["subjectAltName"]);
    let open = server.url.replace("https:", "http:");
    fails(ask(&open, &["--token-file", &token]), 8, &["does not speak HTTP", "https://"]);
    for (ca, says) in [(token.clone(), "CERTIFICATE blocks"), ("absent.pem".to_owned(), "cannot read")] {
        fails(ask(&server.url, &["--token-file", &token, "--ca", &ca]), 3, &[&ca, says]);
    }
}

#[test]
fn a_certificate_of_a_ca_is_named_as_what_it_is() {
    let (server, chain) = start(("CA:FALSE", "CA:TRUE"));
    fails(ask(&server.url, &["--token-file", &token(&server), "--ca", &chain]), 8, &["CA:FALSE", "serve --help"]);
}

#[test]
fn a_server_without_tls_is_named_as_what_it_is() {
    let server = Server::start(&[]);
    let tls = server.url.replace("http:", "https:");
    fails(ask(&tls, &["--token-file", &token(&server)]), 8, &["does not speak TLS", "http://"]);
    let text = write(&server.folder.path().join("text.pem"), "hello");
    let state = server.folder.path().join("other");
    let serve = ["serve", "--development-issuer", "--state", state.to_str().unwrap()];
    fails(serve.into_iter().chain(["--tls-certificate", &text, "--tls-key", &text]), 3, &[&text]);
}
