//! What devices ask for: the publication, files and code.

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use lockstep_package::Publication;
use serde_json::json;

use crate::world::{Answer, ENGINE, World, request};

const PUBLICATION: &str = "/v1/publication?engine=wasmtime-48.0.8/portable";

impl World {
    async fn get_unless(&self, path: &str, token: &str, tag: &str) -> Answer {
        let request = request(Method::GET, path, token).header(header::IF_NONE_MATCH, tag);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    fn record(&self, answer: &Answer) -> Publication {
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        Publication::verify(&answer.body, &self.environment.key()).unwrap()
    }
}

#[tokio::test]
async fn a_device_is_offered_what_its_roles_have() {
    let world = World::new();
    world.intake.roles(&["sales"]);
    let orders = world.published("orders", "1.0.0").await;
    world.intake.roles(&["controlling"]);
    let costs = world.published("costs", "1.0.0").await;
    world.intake.roles(&[]);
    world.published("shared", "1.0.0").await;

    let sales = world.device("d-1", &["sales"]);
    let record = world.record(&world.get(PUBLICATION, &sales).await);
    assert_eq!(record.packages.iter().map(|package| &*package.name).collect::<Vec<_>>(), ["orders", "shared"]);
    assert_eq!((&*record.environment, &*record.device, &*record.engine), ("trial", "d-1", ENGINE));
    assert_eq!(record.sequence, world.environment.registry().revision());

    let file = world.get(&format!("/v1/packages/{orders}/file"), &sales).await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(file.header(header::CONTENT_TYPE), "application/wasm");
    assert_eq!(file.header(header::CACHE_CONTROL), "private, max-age=31536000, immutable");
    assert_eq!(blake3::hash(&file.body).as_bytes(), &record.packages[0].file.0);
    let code = world.get(&format!("/v1/packages/{orders}/code/wasmtime-48.0.8%2Fportable"), &sales).await;
    assert_eq!(blake3::hash(&code.body).as_bytes(), &record.packages[0].code.as_ref().unwrap().digest.0);

    for part in ["file", "code/wasmtime-48.0.8%2Fportable"] {
        let hidden = world.get(&format!("/v1/packages/{costs}/{part}"), &sales).await;
        hidden.is_problem(StatusCode::NOT_FOUND, "not-found");
    }
    let unknown = world.get(&format!("/v1/packages/{orders}/code/other-1%2Fnative"), &sales).await;
    unknown.is_problem(StatusCode::NOT_FOUND, "not-found");
}

#[tokio::test]
async fn a_refresh_with_nothing_new_is_a_304() {
    let world = World::new();
    world.published("orders", "1.0.0").await;
    let token = world.device("d-1", &["sales"]);
    let first = world.get(PUBLICATION, &token).await;
    let tag = first.header(header::ETAG).to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 2, "{tag}");
    for known in [tag.clone(), format!("W/{tag}"), format!("\"old\", {tag}"), "*".to_owned()] {
        let again = world.get_unless(PUBLICATION, &token, &known).await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0), "{known}");
        assert_eq!(again.header(header::ETAG), tag);
    }

    // Whatever may change the answer changes the tag.
    let administrator = world.administrator();
    let differs = |answer: Answer, why: &str| {
        assert_eq!(answer.status, StatusCode::OK, "{why}");
        assert_ne!(answer.header(header::ETAG), tag, "{why}");
    };
    differs(world.get_unless("/v1/publication?engine=other-1/native", &token, &tag).await, "another engine");
    differs(world.get_unless(PUBLICATION, &world.device("d-2", &["sales"]), &tag).await, "another device");
    let rings = json!({ "reason": "r", "rings": ["pilot"] });
    let set = world.json(Method::PUT, "/v1/devices/d-1/rings", &administrator, &rings).await;
    assert_eq!(set.status, StatusCode::OK, "{set:?}");
    let newer = world.applied("orders", "2.0.0").await;
    let staged = json!({ "reason": "r", "rollout": { "rings": ["pilot"] } });
    world.post(&format!("/v1/packages/{newer}/publish"), &administrator, &staged).await;
    let answer = world.get_unless(PUBLICATION, &token, &tag).await;
    assert_eq!(world.record(&answer).packages[0].version, "2.0.0");
    let other = world.get(PUBLICATION, &world.device("d-2", &["sales"])).await;
    assert_eq!(world.record(&other).packages[0].version, "1.0.0");
}

#[tokio::test]
async fn files_that_a_device_has_are_not_sent_again() {
    let world = World::new();
    let digest = world.published("orders", "1.0.0").await;
    let token = world.device("d-1", &["sales"]);
    for part in ["file", "code/wasmtime-48.0.8%2Fportable"] {
        let path = format!("/v1/packages/{digest}/{part}");
        let tag = world.get(&path, &token).await.header(header::ETAG).to_owned();
        let again = world.get_unless(&path, &token, &tag).await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0), "{part}");
    }
}

#[tokio::test]
async fn the_publication_is_for_devices() {
    let world = World::new();
    world.get(PUBLICATION, &world.administrator()).await.is_problem(StatusCode::FORBIDDEN, "forbidden");
    world.get(PUBLICATION, "").await.is_problem(StatusCode::UNAUTHORIZED, "unauthenticated");
    let token = world.device("d-1", &[]);
    world.get("/v1/publication", &token).await.is_problem(StatusCode::BAD_REQUEST, "bad-request");
}

#[tokio::test]
async fn devices_that_have_asked_are_known() {
    let world = World::new();
    world.get(PUBLICATION, &world.device("d-1", &["sales"])).await;
    let devices = world.get("/v1/devices", &world.administrator()).await.json();
    assert_eq!(devices[0]["id"], "d-1");
    assert_eq!(devices[0]["user"], "sam");
    assert_eq!(devices[0]["engine"], ENGINE);
}

#[tokio::test]
async fn anybody_may_know_the_environment() {
    let world = World::new();
    let answer = world.get("/v1/environment", "").await;
    assert_eq!(answer.status, StatusCode::OK);
    let environment = answer.json();
    assert_eq!(environment["name"], "trial");
    let key = lockstep_package::VerifyingKey::from_pem(environment["public-key"].as_str().unwrap()).unwrap();
    assert_eq!(key, world.environment.key());
}
