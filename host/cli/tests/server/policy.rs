//! The policy from start to start.

use std::{net::TcpListener, path::Path};

use lockstep_model::{
    Timestamp,
    schema::{Descriptor, Entity},
};
use lockstep_package::{Manifest, SigningKey, signature};
use lockstep_server::{Change, Environment, Policy, Rollout, validation::Report};

use crate::support::{Server, fails, write};

const CHANGE: Change<'static> =
    Change { actor: "alex", reason: "a trial", now: Timestamp(1_700_000_000_000), expected: None };

/// A policy whose role has this entity of `orders`.
fn policy(entity: &str) -> String {
    format!(
        "[[role]]\nname = \"sales\"\ncompanies = [\"*\"]\nworkspaces = [\"orders\"]\n\n\
         [[role.entity]]\nworkspace = \"orders\"\nentity = \"{entity}\"\nread = [\"*\"]\n"
    )
}

/// Publishes `orders`, whose one entity is `order`.
fn publish(environment: &Environment) {
    let (registry, key) = (environment.registry(), SigningKey::from_seed(&[7; 32]));
    registry.add_key("example-vendor", &key.verifying_key(), &CHANGE).unwrap();
    let manifest = r#"{"name": "orders", "version": "1.0.0", "wit": "1.0.0", "publisher": "example-vendor"}"#;
    let mut file = b"\0asm\x0d\0\x01\0".to_vec();
    serde_json::from_str::<Manifest>(manifest).unwrap().append_to(&mut file).unwrap();
    let file = signature::sign(&file, &key, "example-vendor", CHANGE.now).unwrap();
    let digest = registry.begin_upload(&file, &CHANGE).unwrap().digest;
    let entity = Entity { name: "order".to_owned(), ..Entity::default() };
    let descriptor = Some(Descriptor { entities: vec![entity], ..Descriptor::default() });
    registry.finish_upload(&digest, &Report { descriptor, ..Report::default() }, &[], &CHANGE).unwrap();
    registry.apply(&digest, &CHANGE).unwrap();
    registry.publish(&digest, &Rollout::all(), true, &CHANGE).unwrap();
}

fn open(state: &Path) -> Environment {
    Environment::open(state, None).unwrap()
}

#[test]
fn the_policy_of_the_last_start_stays_in_force_until_it_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(&folder.path().join("policy.toml"), &policy("order"));
    let revision = |server: &Server| server.get("/v1/environment", "").json()["revision"].as_u64().unwrap();
    let server = Server::start_in(folder, &["--policy", &path]);
    let first = revision(&server);
    let server = server.restart(&[]);
    assert_eq!(revision(&server), first);
    let digest = Policy::parse(&policy("order")).unwrap().digest().to_string();
    let token = server.token(&["--subject", "ada", "--role", "administrator"]);
    let set = |server: &Server| {
        let audit = server.get("/v1/audit?newest=true", &token).json();
        let lines = audit.as_array().unwrap().iter().filter(|line| line["action"] == "policy-set");
        lines.map(|line| line["subject"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(set(&server), std::slice::from_ref(&digest));
    let server = server.restart(&["--no-policy"]);
    assert_eq!((revision(&server), set(&server)), (first + 1, vec![Policy::default().digest().to_string(), digest]));
    let server = server.restart(&[]);
    assert_eq!(revision(&server), first + 1, "there is none to be dropped any more");
    assert!(!server.stop("-TERM").log.contains("policy"));
}

#[test]
fn a_policy_in_force_that_fits_no_more_is_told_and_another_one_refused() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let environment = open(&state);
    let text = policy("ordr");
    environment.registry().set_policy(&Policy::parse(&text).unwrap(), Some(&text), &CHANGE).unwrap();
    publish(&environment);
    drop(environment);
    let other = write(&folder.path().join("policy.toml"), &policy("oder"));
    let serve = ["serve", "--development-issuer", "--listen", "127.0.0.1:0", "--state", state.to_str().unwrap()];
    let words = ["policy.toml:8:10: `orders` has no entity `oder`; did you mean `order`?"];
    fails(serve.iter().chain(&["--policy", &other]), 3, &words);
    let left = Server::start_in(folder, &[]).stop("-TERM");
    assert_eq!(left.code, Some(0));
    assert!(left.log.contains("does not fit what is published") && left.log.contains("ordr"), "{}", left.log);
}

#[test]
fn a_start_that_fails_adopts_no_policy() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let path = write(&folder.path().join("policy.toml"), &policy("order"));
    let address = taken.local_addr().unwrap().to_string();
    let arguments = ["serve", "--development-issuer", "--listen", &address, "--policy", &path, "--state"];
    let output = crate::support::lockstep(arguments.iter().copied().chain([state.to_str().unwrap()]));
    assert_ne!(output.status.code(), Some(0));
    let environment = open(&state);
    assert_eq!((environment.registry().policy(), environment.registry().revision()), (None, 0));
}
