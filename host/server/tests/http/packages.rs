//! The way of a package: uploaded, looked at, applied, published, rolled back, withdrawn; and by whom.

use axum::http::{Method, StatusCode, header};
use lockstep_package::SigningKey;
use serde_json::{Value, json};

use crate::world::{PUBLISHER, World, because};

#[tokio::test]
async fn a_package_goes_all_the_way() {
    let world = World::new();
    let token = world.administrator();
    let uploaded = world.upload(&token, world.package("orders", "1.0.0")).await;
    assert_eq!(uploaded.status, StatusCode::CREATED, "{uploaded:?}");
    assert_eq!(uploaded.json()["state"], "validated");
    let first = uploaded.digest();
    assert_eq!(uploaded.header(header::LOCATION), format!("/v1/packages/{first}"));

    let path = format!("/v1/packages/{first}");
    assert_eq!(world.get(&path, &token).await.json()["uploaded-by"], "ada");
    let steps = ["apply", "publish"].map(|step| format!("{path}/{step}"));
    let states = [&steps[0], &steps[1]];
    for (step, state) in states.into_iter().zip(["applied", "published"]) {
        let answer = world.post(step, &token, &because()).await;
        assert_eq!((answer.status, answer.json()["state"].clone()), (StatusCode::OK, json!(state)), "{answer:?}");
    }

    let second = world.published("orders", "1.1.0").await;
    let listed = world.get("/v1/packages?name=orders&state=superseded", &token).await.json();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["digest"], first.to_string());

    let rolled_back = world.post("/v1/workspaces/orders/rollback", &token, &because()).await;
    assert_eq!(rolled_back.json()["stable"]["digest"], first.to_string());
    let withdrawn = world.post(&format!("/v1/packages/{second}/withdraw"), &token, &because()).await;
    assert_eq!(withdrawn.json()["state"], "withdrawn");
    let unpublished = world.post("/v1/workspaces/orders/unpublish", &token, &because()).await;
    assert_eq!((unpublished.status, &unpublished.json()["stable"]), (StatusCode::OK, &Value::Null));

    let audit = world.get("/v1/audit?limit=1000", &token).await.json();
    let audit = audit.as_array().unwrap();
    assert!(audit.iter().skip(1).all(|line| line["actor"] == "ada" && line["reason"] == "a trial"));
    let last = world.get(&format!("/v1/audit?after={}", audit.len() - 1), &token).await.json();
    assert_eq!(last.as_array().unwrap(), &audit[audit.len() - 1..]);
}

#[tokio::test]
async fn a_rollout_is_widened_completed_and_halted() {
    let world = World::new();
    let token = world.administrator();
    let first = world.published("orders", "1.0.0").await;
    let second = world.applied("orders", "1.1.0").await;
    let staged = json!({ "reason": "try it", "rollout": { "rings": ["pilot"] } });
    world.post(&format!("/v1/packages/{second}/publish"), &token, &staged).await;
    let workspaces = world.get("/v1/workspaces", &token).await.json();
    assert_eq!(workspaces[0]["stable"]["digest"], first.to_string());
    assert_eq!(workspaces[0]["staged"]["digest"], second.to_string());

    let wider = json!({ "reason": "it does", "rollout": { "percent": 25 } });
    let widened = world.post("/v1/workspaces/orders/widen", &token, &wider).await;
    assert_eq!(widened.json()["rollout"], json!({ "percent": 25, "rings": ["pilot"] }));
    let completed = world.post("/v1/workspaces/orders/complete", &token, &because()).await;
    assert_eq!(completed.json()["stable"]["digest"], second.to_string());

    let third = world.applied("orders", "1.2.0").await;
    world.post(&format!("/v1/packages/{third}/publish"), &token, &staged).await;
    let halted = world.post("/v1/workspaces/orders/halt", &token, &because()).await;
    assert_eq!(halted.json()["stable"]["digest"], second.to_string());
    assert_eq!(halted.json()["staged"], Value::Null);
    world.post("/v1/workspaces/orders/halt", &token, &because()).await.is_problem(StatusCode::CONFLICT, "conflict");
}

#[tokio::test]
async fn a_refused_package_has_all_its_reasons() {
    let world = World::new();
    let token = world.administrator();
    let stranger = SigningKey::from_seed(&[9; 32]);
    let package = world.package("orders", "1.0.0");
    let package = lockstep_package::signature::sign(&package, &stranger, PUBLISHER, crate::world::NOW).unwrap();
    let refused = world.upload(&token, package).await;
    refused.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "refused");
    assert_eq!(refused.json()["reasons"][0]["code"], "publisher-not-trusted");
}

#[tokio::test]
async fn when_the_validator_is_full_the_caller_is_asked_to_come_back() {
    let world = World::new();
    world.intake.be_busy();
    let busy = world.upload(&world.administrator(), world.package("orders", "1.0.0")).await;
    busy.is_problem(StatusCode::SERVICE_UNAVAILABLE, "busy");
    assert_ne!(busy.header(header::RETRY_AFTER), "");
}

#[tokio::test]
async fn publishers_upload_and_see_their_own() {
    let world = World::new();
    let (own, other) = (world.token("vera", &["publisher"]), world.token("otto", &["publisher"]));
    let digest = world.upload(&own, world.package("orders", "1.0.0")).await.digest();
    let path = format!("/v1/packages/{digest}");
    assert_eq!(world.get(&path, &own).await.status, StatusCode::OK);
    assert_eq!(world.get(&format!("{path}/file"), &own).await.status, StatusCode::OK);
    world.get(&path, &other).await.is_problem(StatusCode::NOT_FOUND, "not-found");
    world.get(&format!("{path}/file"), &other).await.is_problem(StatusCode::NOT_FOUND, "not-found");
    assert_eq!(world.get("/v1/packages", &own).await.json().as_array().unwrap().len(), 1);
    assert_eq!(world.get("/v1/packages", &other).await.json(), json!([]));
    // Hidden or absent looks the same.
    let absent = format!("/v1/packages/{}", "0".repeat(64));
    let (hidden, absent) = (world.get(&path, &other).await, world.get(&absent, &other).await);
    let detail = |answer: &crate::world::Answer, digest: &str| answer.text().replace(digest, "DIGEST");
    assert_eq!(detail(&hidden, &digest.to_string()), detail(&absent, &"0".repeat(64)));
}

/// Every route that is for administrators alone, with a body that would do.
const ADMINISTRATORS: &[(&str, &str, &str)] = &[
    ("POST", "/v1/packages/{digest}/apply", r#"{"reason": "r"}"#),
    ("POST", "/v1/packages/{digest}/publish", r#"{"reason": "r"}"#),
    ("POST", "/v1/packages/{digest}/withdraw", r#"{"reason": "r"}"#),
    ("GET", "/v1/workspaces", ""),
    ("POST", "/v1/workspaces/orders/unpublish", r#"{"reason": "r"}"#),
    ("POST", "/v1/workspaces/orders/rollback", r#"{"reason": "r"}"#),
    ("POST", "/v1/workspaces/orders/widen", r#"{"reason": "r", "rollout": {"percent": 10}}"#),
    ("POST", "/v1/workspaces/orders/halt", r#"{"reason": "r"}"#),
    ("POST", "/v1/workspaces/orders/complete", r#"{"reason": "r"}"#),
    ("GET", "/v1/keys", ""),
    ("POST", "/v1/keys", r#"{"reason": "r", "publisher": "p", "key": ""}"#),
    ("POST", "/v1/keys/0/retire", r#"{"reason": "r"}"#),
    ("POST", "/v1/keys/0/revoke", r#"{"reason": "r"}"#),
    ("GET", "/v1/devices", ""),
    ("PUT", "/v1/devices/d-1/rings", r#"{"reason": "r", "rings": []}"#),
    ("GET", "/v1/audit", ""),
];

#[tokio::test]
async fn others_than_administrators_are_refused() {
    let world = World::new();
    let digest = world.applied("orders", "1.0.0").await.to_string();
    let revision = world.environment.registry().revision();
    for (method, path, body) in ADMINISTRATORS {
        let (method, path) = (Method::from_bytes(method.as_bytes()).unwrap(), path.replace("{digest}", &digest));
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        for token in [world.token("vera", &["publisher", "sales"]), world.device("d-1", &["sales"])] {
            let refused = world.json(method.clone(), &path, &token, &body).await;
            refused.is_problem(StatusCode::FORBIDDEN, "forbidden");
            assert!(refused.header(header::WWW_AUTHENTICATE).contains(r#"error="insufficient_scope""#));
        }
        let unknown = world.json(method, &path, "", &body).await;
        unknown.is_problem(StatusCode::UNAUTHORIZED, "unauthenticated");
        assert_eq!(unknown.header(header::WWW_AUTHENTICATE), r#"Bearer realm="lockstep""#);
    }
    let device = world.device("d-1", &["sales"]);
    world.upload(&device, Vec::new()).await.is_problem(StatusCode::FORBIDDEN, "forbidden");
    world.get("/v1/packages", &device).await.is_problem(StatusCode::FORBIDDEN, "forbidden");
    assert_eq!(world.environment.registry().revision(), revision, "nothing has changed");
}

#[tokio::test]
async fn keys_are_trusted_retired_and_revoked() {
    let world = World::new();
    let token = world.administrator();
    let key = SigningKey::from_seed(&[5; 32]).verifying_key();
    let body = json!({ "reason": "a new vendor", "publisher": "umbrella", "key": key.to_pem().unwrap() });
    let added = world.post("/v1/keys", &token, &body).await;
    assert_eq!((added.status, &added.json()["trust"]), (StatusCode::CREATED, &json!("trusted")), "{added:?}");
    let path = format!("/v1/keys/{}", key.id());
    for (step, trust) in [("retire", "retired"), ("revoke", "revoked")] {
        let answer = world.post(&format!("{path}/{step}"), &token, &because()).await;
        assert_eq!(answer.json()["trust"], trust, "{answer:?}");
    }
    assert_eq!(world.get("/v1/keys", &token).await.json().as_array().unwrap().len(), 2);
    let wrong = json!({ "reason": "r", "publisher": "umbrella", "key": "no key" });
    world.post("/v1/keys", &token, &wrong).await.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit");
}

#[tokio::test]
async fn of_two_administrators_who_decide_on_the_same_state_one_is_told() {
    let world = World::new();
    let (one, other) = (world.applied("orders", "1.0.0").await, world.applied("stock", "1.0.0").await);
    let revision = world.environment.registry().revision();
    let body = json!({ "reason": "at the same time", "revision": revision });
    let (ada, alan) = (world.token("ada", &["administrator"]), world.token("alan", &["administrator"]));
    let (one, other) = (format!("/v1/packages/{one}/publish"), format!("/v1/packages/{other}/publish"));
    let (one, other) = tokio::join!(world.post(&one, &ada, &body), world.post(&other, &alan, &body));
    let mut statuses = [one.status, other.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::CONFLICT]);
    assert_eq!(world.environment.registry().revision(), revision + 1);
    let audit = world.get("/v1/audit?limit=1000", &ada).await.json();
    let published = audit.as_array().unwrap().iter().filter(|line| line["action"] == "published").count();
    assert_eq!(published, 1, "{audit:#}");
}
