//! Requests that are wrong, too large, too many; and how the server is.

use std::{num::NonZeroU32, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{Method, StatusCode, header},
};
use lockstep_server::{Policy, limits::ServiceLimits};

use crate::world::{World, limits, request};

#[tokio::test]
async fn what_is_not_there_is_a_problem_too() {
    let world = World::new();
    world.get("/nothing", "").await.is_problem(StatusCode::NOT_FOUND, "not-found");
    world.get("/v1/packages/x/y/z", "").await.is_problem(StatusCode::NOT_FOUND, "not-found");
    let wrong = world.send(request(Method::DELETE, "/v1/packages", "").body(Body::empty()).unwrap()).await;
    wrong.is_problem(StatusCode::METHOD_NOT_ALLOWED, "method");
    assert!(wrong.header(header::ALLOW).contains("POST"), "{wrong:?}");
}

#[tokio::test]
async fn bodies_that_do_not_fit_are_refused_with_a_sentence() {
    let world = World::new();
    let token = world.administrator();
    let post = async |content_type: &str, body: &'static str| {
        let path = format!("/v1/packages/{}/apply", "0".repeat(64));
        let request = request(Method::POST, &path, &token).header(header::CONTENT_TYPE, content_type);
        world.send(request.body(Body::from(body)).unwrap()).await
    };
    let json = "application/json";
    post(json, "").await.is_problem(StatusCode::BAD_REQUEST, "bad-request");
    post(json, "{").await.is_problem(StatusCode::BAD_REQUEST, "bad-request");
    post(json, "{}").await.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit");
    post(json, r#"{"reason": 1}"#).await.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit");
    let misspelt = post(json, r#"{"reason": "r", "rolout": {"percent": 1}}"#).await;
    misspelt.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit");
    assert!(misspelt.json()["detail"].as_str().unwrap().contains("rolout"));
    let forced = post(json, r#"{"reason": "r", "force": true}"#).await;
    forced.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit");
    post(json, r#"{"reason": ""}"#).await.is_problem(StatusCode::BAD_REQUEST, "bad-request");
    post("text/plain", "{}").await.is_problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type");
    post("application/json; charset=utf-8", r#"{"reason": "r"}"#).await.is_problem(StatusCode::NOT_FOUND, "not-found");
}

#[tokio::test]
async fn paths_and_queries_that_do_not_fit_are_refused() {
    let world = World::new();
    let token = world.administrator();
    for path in [
        "/v1/packages/no-digest",
        "/v1/packages?state=lost",
        "/v1/packages?nme=orders",
        "/v1/audit?limit=0",
        "/v1/audit?limit=1001",
        "/v1/audit?after=-1",
        "/v1/audit?after=1&newest=true",
        "/v1/audit?after=1&before=9",
        "/v1/packages/%ff",
    ] {
        world.get(path, &token).await.is_problem(StatusCode::BAD_REQUEST, "bad-request");
    }
    let upload = request(Method::POST, "/v1/packages", &token).header(header::CONTENT_TYPE, "application/wasm");
    let upload = world.send(upload.body(Body::from("x")).unwrap()).await;
    upload.is_problem(StatusCode::BAD_REQUEST, "bad-request");
    let upload = request(Method::POST, "/v1/packages?reason=r", &token).header(header::CONTENT_TYPE, "text/plain");
    let upload = world.send(upload.body(Body::from("x")).unwrap()).await;
    upload.is_problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type");
}

fn pieces(count: usize, bytes: usize) -> Body {
    let piece = Bytes::from(vec![b' '; bytes]);
    let pieces = std::iter::repeat_n(piece, count).map(Ok::<_, std::io::Error>);
    Body::from_stream(Stream(pieces))
}

/// Pieces, without saying how many there are.
struct Stream<I>(I);

impl<I: Iterator + Unpin> futures_core::Stream for Stream<I> {
    type Item = I::Item;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<I::Item>> {
        std::task::Poll::Ready(self.0.next())
    }
}

#[tokio::test]
async fn bodies_that_are_too_long_are_refused_whether_they_say_so_or_not() {
    let limits = ServiceLimits { upload_bytes_max: 100_000, ..limits() };
    let world = World::with(limits, Policy::default(), Vec::new());
    let token = world.administrator();
    let upload = async |body: Body| {
        let request = request(Method::POST, "/v1/packages?reason=r", &token);
        world.send(request.header(header::CONTENT_TYPE, "application/wasm").body(body).unwrap()).await
    };
    upload(Body::from(vec![0; 100_001])).await.is_problem(StatusCode::PAYLOAD_TOO_LARGE, "too-large");
    upload(pieces(11, 10_000)).await.is_problem(StatusCode::PAYLOAD_TOO_LARGE, "too-large");
    assert_eq!(upload(pieces(10, 10_000)).await.status, StatusCode::CREATED, "as much as may be is looked at");

    let keys = request(Method::POST, "/v1/keys", &token).header(header::CONTENT_TYPE, "application/json");
    let keys = world.send(keys.body(pieces(7, 10_000)).unwrap()).await;
    keys.is_problem(StatusCode::PAYLOAD_TOO_LARGE, "too-large");
}

#[tokio::test]
async fn a_caller_who_asks_too_often_waits_and_others_do_not() {
    let (minute, burst) = (NonZeroU32::new(60).unwrap(), NonZeroU32::new(3).unwrap());
    let limits = ServiceLimits { requests_per_minute: minute, requests_burst: burst, ..limits() };
    let world = World::with(limits, Policy::default(), Vec::new());
    let (ada, sam) = (world.administrator(), world.device("d-1", &[]));
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(world.get("/v1/keys", &ada).await);
    }
    assert!(statuses[..3].iter().all(|answer| answer.status == StatusCode::OK));
    statuses[3].is_problem(StatusCode::TOO_MANY_REQUESTS, "too-many-requests");
    assert_eq!(statuses[3].header(header::RETRY_AFTER), "1");
    assert_eq!(world.get("/v1/publication?engine=e", &sam).await.status, StatusCode::OK);
    // Another token of the same subject is the same caller.
    world.later(Duration::from_secs(1));
    world.get("/v1/keys", &world.administrator()).await.is_problem(StatusCode::TOO_MANY_REQUESTS, "too-many-requests");
}

#[tokio::test]
async fn no_more_requests_than_may_be_are_worked_on() {
    let limits = ServiceLimits { requests_max: 1, ..limits() };
    let world = World::with(limits, Policy::default(), Vec::new());
    world.intake.hold(true);
    let token = world.administrator();
    let held = world.upload(&token, world.package("orders", "1.0.0"));
    let other = async {
        while world.app.intake.running() == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let busy = world.get("/v1/keys", &token).await;
        // Whoever looks after the server sees how it is all the same.
        for probe in ["/healthz", "/readyz", "/metrics"] {
            assert_eq!(world.get(probe, "").await.status, StatusCode::OK, "{probe}");
        }
        world.intake.hold(false);
        busy
    };
    let (held, busy) = tokio::join!(held, other);
    busy.is_problem(StatusCode::SERVICE_UNAVAILABLE, "busy");
    assert_eq!(held.status, StatusCode::CREATED);
    assert_eq!(world.get("/v1/keys", &token).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_server_says_how_it_is() {
    let world = World::new();
    world.published("orders", "1.0.0").await;
    world.get("/v1/publication?engine=e", &world.device("d-1", &[])).await;
    world.get("/v1/keys", "no token at all").await;
    assert_eq!(world.get("/healthz", "").await.text(), "alive\n");
    assert_eq!(world.get("/readyz", "").await.text(), "ready\n");
    let metrics = world.get("/metrics", "").await;
    let text = metrics.text();
    let revision = world.environment.registry().revision();
    for line in [
        r#"lockstep_http_requests_total{method="POST",route="/v1/packages",status="201"} 1"#,
        r#"lockstep_http_request_seconds_count{method="GET",route="/v1/publication"} 1"#,
        r#"lockstep_uploads_total{result="validated"} 1"#,
        "lockstep_validation_seconds_count 1",
        r#"lockstep_refused_authentications_total{reason="malformed"} 1"#,
        &format!("lockstep_revision {revision}"),
        "lockstep_devices 1",
        "lockstep_validations_running 0",
        "lockstep_validations_waiting 0",
        "# EOF",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
}

#[tokio::test]
async fn a_server_that_cannot_write_is_not_ready() {
    let world = World::new();
    let work = world.folder.path().join("state/work");
    std::fs::remove_dir_all(&work).unwrap();
    world.get("/readyz", "").await.is_problem(StatusCode::SERVICE_UNAVAILABLE, "busy");
}

#[tokio::test]
async fn a_request_keeps_its_id_if_that_is_harmless() {
    let world = World::new();
    for (given, is_kept) in [("a-1", true), ("", false), ("a b", false), ("x\u{e9}", false)] {
        let request = request(Method::GET, "/healthz", "").header("x-request-id", given).body(Body::empty()).unwrap();
        let answer = world.send(request).await;
        let id = answer.header(header::HeaderName::from_static("x-request-id")).to_owned();
        assert_eq!(id == given, is_kept, "{given}");
        assert!(!id.is_empty());
    }
}
