//! A server that runs: what it answers, logs and leaves.

use serde_json::Value;

use crate::support::{Server, fails};

#[test]
fn a_server_starts_answers_and_stops() {
    for signal in ["-TERM", "-INT"] {
        let server = Server::start(&["--name", "trial"]);
        assert!(server.url.starts_with("http://127.0.0.1:"), "{}", server.url);
        let token = server.token(&["--subject", "ada", "--role", "administrator"]);
        assert_eq!(server.get("/v1/environment", "").json()["name"], "trial");
        assert_eq!(server.get("/readyz", "").text, "ready\n");
        assert_eq!(server.get("/v1/packages", &token).json(), Value::Array(Vec::new()));
        assert_eq!(server.get("/v1/packages", &format!("{token}x")).status, 401);
        let device = server.token(&["--subject", "sam", "--role", "sales", "--device", "d-1", "--expires", "30d"]);
        assert_eq!(server.get("/v1/publication?engine=e", &device).status, 200);
        assert_eq!(server.get("/v1/packages", &device).status, 403);

        let left = server.stop(signal);
        assert_eq!((left.code, &*left.stdout), (Some(0), ""), "{}", left.log);
        let lines: Vec<Value> = left.log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
        assert_eq!(lines.iter().filter(|line| line["fields"]["message"] == "answered").count(), 6, "{}", left.log);
        assert_eq!(lines.last().unwrap()["fields"]["message"], "stopped");
        for secret in token.split('.').chain(device.split('.')) {
            assert!(!left.log.contains(secret), "{}", left.log);
        }
    }
}

#[test]
fn a_package_that_is_none_is_refused_by_a_process_of_its_own() {
    let server = Server::start(&[]);
    let token = server.token(&["--subject", "ada", "--role", "administrator"]);
    for (file, code) in [(&b"\0asm\x0d\0\x01\0"[..], "signature-missing"), (b"no component", "not-loadable")] {
        let refused = server.post("/v1/packages?reason=a%20trial", &token, "application/wasm", file);
        assert_eq!(refused.status, 422, "{}", refused.text);
        let problem = refused.json();
        assert_eq!(problem["code"], "refused", "{problem:#}");
        let reasons = problem["reasons"].as_array().unwrap();
        assert!(reasons.iter().all(|reason| !reason["message"].as_str().unwrap().is_empty()), "{problem:#}");
        assert!(reasons.iter().any(|reason| reason["code"] == code), "{problem:#}");
    }
    let listed = server.get("/v1/packages?state=refused", &token).json();
    assert_eq!(listed.as_array().unwrap().len(), 2, "{listed:#}");
    let metrics = server.get("/metrics", "").text;
    assert!(metrics.contains(r#"lockstep_uploads_total{result="refused"} 2"#), "{metrics}");
}

#[test]
fn one_folder_is_one_servers() {
    let server = Server::start(&[]);
    let state = server.state();
    let state = state.to_str().unwrap();
    let listen = ["--listen", "127.0.0.1:0"];
    fails(["serve", "--development-issuer", "--state", state].into_iter().chain(listen), 3, &["another server"]);
    assert_eq!(server.get("/healthz", "").status, 200);
}

#[test]
fn what_it_knew_is_there_at_the_next_start() {
    let server = Server::start(&[]);
    let key = server.get("/v1/environment", "").json()["public-key"].clone();
    let token = server.token(&["--subject", "ada", "--role", "administrator"]);
    let rings = br#"{"reason": "a trial", "rings": ["pilot"]}"#;
    let put = server.put("/v1/devices/d-1/rings", &token, rings);
    assert_eq!(put.status, 200, "{}", put.text);
    let audit = server.get("/v1/audit", &token).json();
    let server = server.restart(&[]);
    assert_eq!(server.get("/v1/environment", "").json()["public-key"], key);
    assert_eq!(server.get("/v1/audit", &token).json(), audit);
    assert_eq!(server.get("/v1/devices", &token).json()[0]["rings"][0], "pilot");
}

#[test]
fn another_policy_is_another_revision() {
    let policy = "[[role]]\nname = \"sales\"\ncompanies = [\"*\"]\nworkspaces = [\"orders\"]\n";
    let folder = tempfile::tempdir().unwrap();
    let path = crate::support::write(&folder.path().join("policy.toml"), policy);
    let revision = |server: &Server| server.get("/v1/environment", "").json()["revision"].as_u64().unwrap();
    let server = Server::start_in(folder, &["--policy", &path]);
    let first = revision(&server);
    let server = server.restart(&["--policy", &path]);
    assert_eq!(revision(&server), first, "the same policy is no change");
    crate::support::write(path.as_ref(), &policy.replace("orders", "stock"));
    let server = server.restart(&["--policy", &path]);
    assert_eq!(revision(&server), first + 1);
    let left = server.stop("-TERM");
    assert!(left.log.contains("names a workspace of which nothing is published"), "{}", left.log);
}
