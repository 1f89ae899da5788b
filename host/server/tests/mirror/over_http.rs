//! The mirror's routes: who may call them, in which form, and what is refused.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{Method, Request, StatusCode, header},
};
use cap_std::{ambient_authority, fs::Dir};
use http_body_util::BodyExt;
use lockstep_model::{
    Timestamp, Verdict,
    canonical::{decode_page, decode_pushed, encode_push},
    exchange::{Push, Pushed},
};
use lockstep_server::{
    App, Change, Environment, Intake, Policy, RegistryError, Service,
    auth::{Authenticator, DevelopmentIssuer, Grant},
    limits::ServiceLimits,
    validation::Done,
};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{
    server::{Device, Kind, Server},
    world::create,
};

on_each_store!(
    a_device_pushes_and_pulls,
    what_does_not_do_is_refused_with_a_code,
    administrators_see_settle_import_and_follow,
    a_device_that_listens_is_told,
);

const NOW: Timestamp = Timestamp(1_772_438_400_000);

const CANONICAL: &str = "application/vnd.lockstep";

/// Nobody uploads here.
struct NoIntake;

impl Intake for NoIntake {
    fn upload(&self, _: &[u8], _: &Change<'_>, _: Done) -> Result<(), RegistryError> {
        Err(RegistryError::Busy { waiting: 0 })
    }

    fn running(&self) -> usize {
        0
    }

    fn waiting(&self) -> usize {
        0
    }

    fn close(&self) {}
}

struct Front {
    server: Server,
    app: App,
    issuer: DevelopmentIssuer,
    _folder: tempfile::TempDir,
}

struct Answer {
    status: StatusCode,
    media_type: String,
    body: Bytes,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

impl Front {
    fn new(kind: Kind) -> Self {
        let (server, folder) = (Server::new(kind), tempfile::tempdir().expect("a folder"));
        let path = folder.path().join("state");
        let environment = Environment::open(&path, Some("trial")).expect("an environment");
        let state = Dir::open_ambient_dir(&path, ambient_authority()).expect("its folder");
        let issuer = DevelopmentIssuer::open(&state).expect("an issuer");
        let clock: lockstep_server::Clock = Arc::new(|| NOW);
        let service = Service {
            environment,
            intake: Box::new(NoIntake),
            authenticator: Authenticator::new(vec![issuer.issuer()], Duration::from_secs(30), clock.clone()),
            policy: Policy::default(),
            limits: ServiceLimits::PRESET,
            clock,
        };
        let app = App::mirroring(service, server.mirror.clone());
        Self { server, app, issuer, _folder: folder }
    }

    fn token(&self, subject: &str, device: Option<&str>, roles: &[&str]) -> String {
        let grant = Grant {
            subject: subject.into(),
            roles: roles.iter().map(ToString::to_string).collect(),
            device: device.map(str::to_owned),
            companies: Some(vec!["c1".into()]),
            ..Grant::default()
        };
        self.issuer.token(&grant, NOW, Duration::from_hours(1)).expect("a token")
    }

    fn send(&self, method: Method, path: &str, token: &str, media_type: &str, body: impl Into<Body>) -> Answer {
        let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, media_type);
        let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        let request = request.body(body.into()).expect("a request");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let (head, body) = self.app.router().oneshot(request).await.expect("an answer").into_parts();
            let media_type =
                head.headers.get(header::CONTENT_TYPE).map(|value| value.to_str().expect("text").to_owned());
            let body = body.collect().await.expect("a body").to_bytes();
            Answer { status: head.status, media_type: media_type.unwrap_or_default(), body }
        })
    }

    fn post(&self, path: &str, token: &str, body: Vec<u8>) -> Answer {
        self.send(Method::POST, path, token, CANONICAL, body)
    }

    fn get(&self, path: &str, token: &str) -> Answer {
        self.send(Method::GET, path, token, "application/json", Body::empty())
    }
}

fn push(device: &Device) -> Vec<u8> {
    encode_push(&Push { device: device.id.clone(), messages: device.messages.clone() })
}

fn a_device_pushes_and_pulls(kind: Kind) {
    let front = Front::new(kind);
    let token = front.token("user", Some("d1"), &[]);
    let mut device = Device::of(&front.server, "d1");
    device.make(create("o1", "I-1", "3"));
    let answer = front.post("/v1/push", &token, push(&device));
    assert_eq!((answer.status, &*answer.media_type), (StatusCode::OK, CANONICAL));
    let Pushed::Taken { last: 1, verdicts } = decode_pushed(&answer.body).expect("an answer") else { panic!("a gap") };
    assert_eq!(verdicts[&1], Verdict::Accepted { moved: vec![] });
    let first = decode_page(&front.post("/v1/pull", &token, Vec::new()).body).expect("a page");
    assert!(first.is_restart && !first.has_more);
    assert_eq!(first.entries.len(), 4, "two prices, their table, one order");
    let next = decode_page(&front.post("/v1/pull", &token, first.cookie).body).expect("a page");
    assert!(!next.is_restart && next.entries.is_empty());
}

fn what_does_not_do_is_refused_with_a_code(kind: Kind) {
    let front = Front::new(kind);
    let token = front.token("user", Some("d1"), &[]);
    let mut device = Device::of(&front.server, "d1");
    device.make(create("o1", "I-1", "3"));
    let code = |answer: &Answer| (answer.status.as_u16(), answer.json()["code"].as_str().map(str::to_owned));
    let expected = |status: u16, code: &str| (status, Some(code.to_owned()));
    let other = front.token("user", Some("d2"), &[]);
    assert_eq!(code(&front.post("/v1/push", &other, push(&device))), expected(403, "forbidden"));
    let nobody = front.token("user", None, &[]);
    assert_eq!(code(&front.post("/v1/push", &nobody, push(&device))), expected(403, "forbidden"));
    assert_eq!(code(&front.post("/v1/push", &token, b"nonsense".to_vec())), expected(400, "bad-request"));
    let json = front.send(Method::POST, "/v1/push", &token, "application/json", "{}");
    assert_eq!(code(&json), expected(415, "media-type"));
    assert_eq!(code(&front.post("/v1/push", &token, vec![0; 2 << 20])), expected(413, "too-large"));
    assert_eq!(front.post("/v1/push", &token, push(&device)).status, StatusCode::OK);
    let mut copy = Device::of(&front.server, "d1");
    copy.world.records.clear();
    copy.make(create("o2", "I-1", "3"));
    assert_eq!(code(&front.post("/v1/push", &token, push(&copy))), expected(409, "other-message"));
    assert_eq!(front.post("/v1/pull", "nonsense", Vec::new()).status, StatusCode::UNAUTHORIZED);
    for path in ["/v1/operations", "/v1/operations/d1/1", "/v1/changes"] {
        assert_eq!(code(&front.get(path, &token)), expected(403, "forbidden"), "{path}");
    }
}

fn administrators_see_settle_import_and_follow(kind: Kind) {
    let front = Front::new(kind);
    let administrator = front.token("ada", None, &["administrator"]);
    let mut device = Device::of(&front.server, "d1");
    let mut parked = create("o1", "I-1", "3");
    let unknown = lockstep_model::Digest::of(b"unknown");
    (parked.package, parked.receipt.package) = (unknown, unknown);
    device.make(parked);
    device.make(create("o2", "I-1", "3"));
    device.push_all(&front.server, 1);
    let listed = front.get("/v1/operations?verdict=parked", &administrator).json();
    assert_eq!(listed["counts"], json!({"accepted": 1, "parked": 1}));
    assert_eq!(listed["operations"][0]["sequence"], 1);
    assert_eq!(front.get("/v1/operations?verdict=lost", &administrator).status, StatusCode::BAD_REQUEST);
    let shown = front.get("/v1/operations/d1/2", &administrator).json();
    assert!(shown["inputs"].is_string() && shown["receipt"]["engine"] == "rust");
    let settle = |what: &str, sequence: u64| {
        let path = format!("/v1/operations/d1/{sequence}/{what}");
        front.send(Method::POST, &path, &administrator, "application/json", r#"{"reason": "as agreed"}"#)
    };
    assert_eq!(settle("release", 1).status, StatusCode::CONFLICT);
    assert_eq!(settle("reject", 9).status, StatusCode::NOT_FOUND);
    assert_eq!(settle("reject", 1).json(), json!({"verdict": "rejected"}));
    let import = |path: &str, media_type: &str, body: &str| {
        front.send(Method::POST, path, &administrator, media_type, body.to_owned())
    };
    let imported = import("/v1/tables/orders/price?add=true&reason=new%20prices", "text/csv", "item,price\nI-7,7\n");
    assert_eq!(imported.json(), json!({"read": 1, "changed": 1, "removed": 0}));
    let wrong = import("/v1/tables/orders/price", "text/csv", "item,price\nI-7,x\n");
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.json()["detail"].as_str().expect("a sentence").contains("line 2"));
    assert_eq!(import("/v1/tables/orders/none", "text/csv", "a\n").status, StatusCode::NOT_FOUND);
    let record = r#"{"key": "s1", "pieces": 4}"#;
    let records = import("/v1/records/orders/stock?company=c1", "application/x-ndjson", record);
    assert_eq!(records.json()["changed"], 1);
    let feed = front.get("/v1/changes?company=c1&after=1", &administrator);
    let lines: Vec<Value> =
        feed.body.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["record"]["key"], "s1");
    let audit = front.get("/v1/audit", &administrator).json();
    let audit: Vec<_> = audit.as_array().expect("lines").clone();
    let noted: Vec<_> = audit
        .iter()
        .map(|line| {
            ["actor", "action", "subject", "detail", "reason"].map(|name| line[name].as_str().unwrap_or_default())
        })
        .collect();
    let none = "no reason was given";
    let expected = [
        ["ada", "operation-rejected", "d1#1", "rejected", "as agreed"],
        ["ada", "rows-imported", "orders/price", "1 read, 1 changed, 0 removed", "new prices"],
        ["ada", "records-imported", "orders/stock", "1 read, 1 changed, 0 removed", none],
    ];
    assert_eq!(noted, expected, "what was refused is not in it");
    let figures = String::from_utf8(front.get("/metrics", "").body.to_vec()).expect("text");
    for line in ["lockstep_operations_total{verdict=\"accepted\"} 1", "lockstep_mirror_total{what=\"executions\"} 1"] {
        assert!(figures.contains(line), "{figures}");
    }
}

fn a_device_that_listens_is_told(kind: Kind) {
    let front = Front::new(kind);
    let token = front.token("user", Some("d2"), &[]);
    let request = Request::builder().uri("/v1/pokes").header(header::AUTHORIZATION, format!("Bearer {token}"));
    let request = request.body(Body::empty()).expect("a request");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let answer = runtime.block_on(front.app.router().oneshot(request)).expect("an answer");
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut device = Device::of(&front.server, "d1");
    device.make(create("o1", "I-1", "3"));
    device.push_all(&front.server, 1);
    runtime.block_on(async {
        let frame = answer.into_body().frame().await.expect("a frame").expect("no error");
        assert_eq!(&frame.into_data().expect("data")[..], b"event: changed\ndata: pull\n\n");
    });
}
