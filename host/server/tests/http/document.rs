//! The `OpenAPI` document: the one that is checked in, and the routes that there are.

use std::{fs, path::Path};

use axum::http::{Method, StatusCode};
use serde_json::Value;

use crate::world::{World, request};

/// Makes the test write the document instead of comparing.
const UPDATE: &str = "UPDATE_OPENAPI";

#[test]
fn the_document_is_the_one_that_is_checked_in() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let document = lockstep_server::document().to_pretty_json().unwrap() + "\n";
    if std::env::var_os(UPDATE).is_some() {
        fs::write(&path, &document).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == document, "host/server/openapi.json is out of date: run this test with {UPDATE}=1");
}

#[tokio::test]
async fn it_is_served() {
    let world = World::new();
    let served: Value = world.get("/openapi.json", "").await.json();
    assert_eq!(served, serde_json::to_value(lockstep_server::document()).unwrap());
}

/// Every operation of the document with its method and path.
fn operations() -> Vec<(Method, String, Value)> {
    let document = serde_json::to_value(lockstep_server::document()).unwrap();
    let paths = document["paths"].as_object().unwrap().clone();
    let operations = paths.into_iter().flat_map(|(path, operations)| {
        let operations = operations.as_object().unwrap().clone().into_iter();
        operations.map(move |(method, operation)| {
            (Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(), path.clone(), operation)
        })
    });
    operations.collect()
}

#[tokio::test]
async fn each_operation_is_there_and_says_who_it_is_for() {
    const OPEN: &[&str] = &["/healthz", "/readyz", "/metrics", "/openapi.json", "/v1/environment"];
    let world = World::new();
    let operations = operations();
    assert!(operations.len() >= 27, "{}", operations.len());
    for (method, path, operation) in operations {
        // `1` is a name, an id and a number.
        let at: String =
            path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect::<Vec<_>>().join("/");
        let is_open = OPEN.contains(&&*path);
        assert_eq!(operation.get("security").is_none(), is_open, "{method} {path}");
        assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{method} {path}");
        let answer = world.send(request(method.clone(), &at, "").body(axum::body::Body::empty()).unwrap()).await;
        let expected = if is_open { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
        assert_eq!(answer.status, expected, "{method} {path}");
        let may_be = |status: &str| operation["responses"].get(status).is_some();
        assert!(may_be(answer.status.as_str()), "{method} {path}");
        assert_eq!(may_be("429") && may_be("500"), path != "/healthz", "{method} {path}");
        assert_eq!(may_be("503"), !["/healthz", "/metrics"].contains(&&*path), "{method} {path}");
    }
}
