//! What a server refuses, in its own words.

use std::fs;

use lockstep_package::SigningKey;
use serde_json::Value;

use super::kit::{NAME, PUBLISHER, Server, signed, unsigned, version};
use crate::support::{lockstep, ran};

fn codes(report: &str) -> Vec<String> {
    let report: Value = serde_json::from_str(report).unwrap();
    report["reasons"].as_array().unwrap().iter().map(|reason| reason["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_upload_is_refused_with_all_reasons_at_once() {
    let server = Server::with(&["1.0.0"]);
    let stranger = SigningKey::from_seed(&[6; 32]);
    let path = server.file("stranger.wasm", signed(&unsigned("0.9.0"), &stranger));
    let refused = server.run(&["upload", &path, "--reason", "release"]);
    let shown = refused.ends(7);
    assert!(shown.starts_with("purchase-requests 0.9.0 is refused\n"), "{shown}");
    for code in ["publisher-not-trusted", "version-not-above"] {
        assert!(shown.contains(code), "{code}: {shown}");
    }
    let refused = server.run(&["upload", &path, "--reason", "release", "--format", "json"]);
    let codes = codes(refused.ends(7));
    assert!(codes.contains(&"publisher-not-trusted".to_owned()) && codes.contains(&"version-not-above".to_owned()));
    let listed = server.json(&["packages", "--state", "refused"]);
    assert_eq!(listed.as_array().unwrap().len(), 1);
}

#[test]
fn an_unsigned_package_is_refused() {
    let server = Server::trusting();
    let path = server.file("unsigned.wasm", unsigned("1.0.0"));
    let refused = server.run(&["upload", &path, "--reason", "release", "--format", "json"]);
    assert_eq!(codes(refused.ends(7)), ["signature-missing"]);
}

#[test]
fn an_altered_package_is_not_even_sent() {
    let server = Server::trusting();
    let mut package = version("1.0.0");
    let middle = package.len() / 2;
    package[middle] ^= 1;
    let path = server.file("altered.wasm", package);
    server.run(&["upload", &path, "--reason", "release"]).fails(4, &["altered"]);
}

#[test]
fn steps_out_of_order_are_refused() {
    let server = Server::trusting();
    server.upload(&version("1.0.0")).ends(0);
    let named = format!("{NAME}@1.0.0");
    server.run(&["publish", &named, "--reason", "at once"]).fails(7, &["purchase-requests 1.0.0", "validated"]);
    server.run(&["rollback", NAME, "--reason", "back"]).fails(7, &[NAME]);
    server.run(&["apply", &named, "--reason", "tested"]).ends(0);
    server.run(&["apply", &named, "--reason", "tested"]).fails(7, &["applied"]);
    // A change without a reason is none.
    assert_eq!(server.run(&["publish", &named]).code, 2);
    server.run(&["publish", &named, "--reason", ""]).fails(7, &["reason"]);
}

#[test]
fn keys_are_trusted_retired_and_revoked() {
    let server = Server::with(&["1.0.0"]);
    server.publish("1.0.0");
    let device = server.device("tablet-1");
    assert_eq!(device.refreshed().as_deref(), Some("1.0.0"));
    let listed = server.json(&["keys", "list"]);
    assert_eq!(listed[0]["publisher"], PUBLISHER);
    let id = listed[0]["id"].as_str().unwrap().to_owned();

    server.run(&["keys", "retire", &id[..8], "--reason", "rotated"]).ends(0);
    let path = server.file("next.wasm", version("1.1.0"));
    let refused = server.run(&["upload", &path, "--reason", "release", "--format", "json"]);
    assert_eq!(codes(refused.ends(7)), ["publisher-not-trusted"]);
    assert_eq!(device.refreshed().as_deref(), Some("1.0.0"), "what is here stays");

    let told = server.run(&["keys", "revoke", &id, "--reason", "stolen"]);
    assert!(told.ends(0).contains("revoked"), "{}", told.stdout);
    assert_eq!(device.refreshed(), None, "nothing that it signed is offered any more");
    server.run(&["keys", "revoke", "0000", "--reason", "stolen"]).fails(7, &["no key `0000`"]);
    server.run(&["keys", "trust", PUBLISHER, "nowhere.pub", "--reason", "x"]).fails(3, &["nowhere.pub"]);
}

#[test]
fn who_may_not_is_refused() {
    let server = Server::with(&["1.0.0"]);
    let publisher = server.issue(&["--subject", "vera", "--role", "publisher"]);
    let named = format!("{NAME}@1.0.0");
    let mut apply = server.command(&["publish", &named, "--reason", "at once"]);
    ran(apply.env("LOCKSTEP_TOKEN", &publisher)).fails(7, &[]);
    let mut audit = server.command(&["audit"]);
    ran(audit.env("LOCKSTEP_TOKEN", &publisher)).fails(7, &["administrator"]);
    let mut audit = server.command(&["audit"]);
    ran(audit.env("LOCKSTEP_TOKEN", "not.a.token")).fails(7, &["does not take the token"]);
    // A token that is for no device refreshes none.
    let mut refresh = server.command(&["device", "refresh", "--state", "nowhere"]);
    ran(&mut refresh).fails(3, &["no device", "--device ID"]);
    assert!(!fs::exists("nowhere").unwrap());
}

#[test]
fn a_server_that_is_not_there_is_said() {
    let server = ["--server", "http://127.0.0.1:9"];
    let away = |arguments: &[&str]| {
        let mut command = crate::support::command([arguments, &server].concat());
        command.env("XDG_CONFIG_HOME", "/nowhere").env("LOCKSTEP_TOKEN", "secret.token").env_remove("LOCKSTEP_SERVER");
        ran(&mut command)
    };
    away(&["packages"]).fails(8, &["cannot be reached", "check the address"]);
    away(&["audit"]).fails(8, &["cannot be reached"]);
    let mut none = crate::support::command(["packages"]);
    none.env("XDG_CONFIG_HOME", "/nowhere").env_remove("LOCKSTEP_SERVER").env_remove("LOCKSTEP_TOKEN");
    ran(&mut none).fails(2, &["no server is named", "lockstep login"]);
    let open = lockstep(["packages", "--server", "http://example.com"]);
    open.fails(2, &["http://example.com", "https://"]);
    lockstep(["upload", "nowhere.wasm", "--reason", "x"]).fails(3, &["nowhere.wasm"]);
}
