//! A server in a folder that goes away, with a clock that stands still and an intake that finds nothing wrong.

use std::{
    num::NonZeroU32,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    thread,
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use cap_std::{ambient_authority, fs::Dir};
use http_body_util::BodyExt;
use lockstep_model::{Digest, Timestamp};
use lockstep_package::{Manifest, SigningKey, signature};
use lockstep_server::{
    App, Change, Clock, Environment, Intake, Policy, RegistryError, Service,
    auth::{Authenticator, DevelopmentIssuer, Grant, Issuer},
    limits::ServiceLimits,
    validation::{Done, Report},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

/// When all of it takes place: 2026-03-02T08:00Z.
pub(crate) const NOW: Timestamp = Timestamp(1_772_438_400_000);

/// The engine that packages here bring code for.
pub(crate) const ENGINE: &str = "wasmtime-48.0.8/portable";

pub(crate) const PUBLISHER: &str = "acme-software";

/// An empty component.
const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) environment: Environment,
    pub(crate) issuer: DevelopmentIssuer,
    pub(crate) intake: Arc<Calm>,
    pub(crate) now: Arc<AtomicI64>,
    key: SigningKey,
    pub(crate) folder: TempDir,
}

/// What came of a request.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Takes packages in and finds nothing wrong, as soon as it may.
pub(crate) struct Calm {
    environment: Environment,
    state: Mutex<CalmState>,
    changed: Condvar,
}

#[derive(Default)]
struct CalmState {
    is_busy: bool,
    is_held: bool,
    running: usize,
    roles: Vec<String>,
}

struct Shared(Arc<Calm>);

impl Calm {
    /// From here on packages stay unvalidated, until they are let go.
    pub(crate) fn hold(&self, is_held: bool) {
        self.state.lock().unwrap().is_held = is_held;
        self.changed.notify_all();
    }

    pub(crate) fn be_busy(&self) {
        self.state.lock().unwrap().is_busy = true;
    }

    /// The roles of the workspaces that come from here on.
    pub(crate) fn roles(&self, roles: &[&str]) {
        self.state.lock().unwrap().roles = roles.iter().map(ToString::to_string).collect();
    }
}

impl Intake for Shared {
    fn upload(&self, file: &[u8], change: &Change<'_>, done: Done) -> Result<(), RegistryError> {
        let calm = self.0.clone();
        if calm.state.lock().unwrap().is_busy {
            return Err(RegistryError::Busy { waiting: 7 });
        }
        let package = calm.environment.registry().begin_upload(file, change)?;
        let (actor, reason, now) = (change.actor.to_owned(), change.reason.to_owned(), change.now);
        calm.state.lock().unwrap().running += 1;
        thread::spawn(move || {
            let state = calm.changed.wait_while(calm.state.lock().unwrap(), |state| state.is_held).unwrap();
            let report = Report { roles: state.roles.clone(), cases: 1, ..Report::default() };
            drop(state);
            let change = Change { actor: &actor, reason: &reason, now, expected: None };
            let code = [(ENGINE.to_owned(), b"code of ".iter().chain(&package.digest.0).copied().collect())];
            done(calm.environment.registry().finish_upload(&package.digest, &report, &code, &change));
            calm.state.lock().unwrap().running -= 1;
            calm.changed.notify_all();
        });
        Ok(())
    }

    fn running(&self) -> usize {
        self.0.state.lock().unwrap().running
    }

    fn waiting(&self) -> usize {
        0
    }

    fn close(&self) {
        drop(self.0.changed.wait_while(self.0.state.lock().unwrap(), |state| state.running > 0).unwrap());
    }
}

/// Limits that no test runs into unless it means to.
pub(crate) fn limits() -> ServiceLimits {
    let plenty = NonZeroU32::new(100_000).unwrap();
    ServiceLimits { requests_per_minute: plenty, requests_burst: plenty, ..ServiceLimits::PRESET }
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(limits(), Policy::default(), Vec::new())
    }

    /// With these limits, this policy, and issuers besides the development one.
    pub(crate) fn with(limits: ServiceLimits, policy: Policy, mut issuers: Vec<Issuer>) -> Self {
        crate::logs::start();
        let folder = tempfile::tempdir().unwrap();
        let environment = Environment::open(&folder.path().join("state"), Some("trial")).unwrap();
        let state = Dir::open_ambient_dir(folder.path().join("state"), ambient_authority()).unwrap();
        let issuer = DevelopmentIssuer::open(&state).unwrap();
        issuers.push(issuer.issuer());
        let now = Arc::new(AtomicI64::new(NOW.0));
        let clock: Clock = Arc::new({
            let now = now.clone();
            move || Timestamp(now.load(Ordering::SeqCst))
        });
        let (state, changed) = (Mutex::default(), Condvar::new());
        let intake = Arc::new(Calm { environment: environment.clone(), state, changed });
        let app = App::new(Service {
            environment: environment.clone(),
            intake: Box::new(Shared(intake.clone())),
            authenticator: Authenticator::new(issuers, Duration::from_secs(30), clock.clone()),
            policy,
            limits,
            clock,
        });
        let key = SigningKey::from_seed(&[7; 32]);
        let change = Change { actor: "setup", reason: "a trial", now: NOW, expected: None };
        environment.registry().add_key(PUBLISHER, &key.verifying_key(), &change).unwrap();
        Self { app, environment, issuer, intake, now, key, folder }
    }

    pub(crate) fn later(&self, by: Duration) {
        self.now.fetch_add(by.as_millis() as i64, Ordering::SeqCst);
    }

    pub(crate) fn grant(&self, grant: &Grant) -> String {
        let now = Timestamp(self.now.load(Ordering::SeqCst));
        self.issuer.token(grant, now, Duration::from_hours(8)).unwrap()
    }

    pub(crate) fn token(&self, subject: &str, roles: &[&str]) -> String {
        let roles = roles.iter().map(ToString::to_string).collect();
        self.grant(&Grant { subject: subject.to_owned(), roles, ..Grant::default() })
    }

    pub(crate) fn administrator(&self) -> String {
        self.token("ada", &["administrator"])
    }

    pub(crate) fn device(&self, device: &str, roles: &[&str]) -> String {
        let roles = roles.iter().map(ToString::to_string).collect();
        let device = Some(device.to_owned());
        self.grant(&Grant { subject: "sam".to_owned(), roles, device, ..Grant::default() })
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let (head, body) = self.app.router().oneshot(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: head.status, headers: head.headers, body }
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Answer {
        self.send(request(Method::GET, path, token).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        self.json(Method::POST, path, token, body).await
    }

    pub(crate) async fn json(&self, method: Method, path: &str, token: &str, body: &Value) -> Answer {
        let request = request(method, path, token).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// A package, signed by the publisher that is trusted here.
    pub(crate) fn package(&self, name: &str, version: &str) -> Vec<u8> {
        let manifest = json!({ "name": name, "version": version, "wit": "1.0.0", "publisher": PUBLISHER });
        let manifest: Manifest = serde_json::from_value(manifest).unwrap();
        let mut component = COMPONENT.to_vec();
        manifest.append_to(&mut component).unwrap();
        signature::sign(&component, &self.key, PUBLISHER, NOW).unwrap()
    }

    pub(crate) async fn upload(&self, token: &str, file: Vec<u8>) -> Answer {
        let request = request(Method::POST, "/v1/packages?reason=a%20trial", token);
        self.send(request.header(header::CONTENT_TYPE, "application/wasm").body(Body::from(file)).unwrap()).await
    }

    /// The digest of a package that is uploaded and applied.
    pub(crate) async fn applied(&self, name: &str, version: &str) -> Digest {
        let token = self.administrator();
        let digest = self.upload(&token, self.package(name, version)).await.digest();
        let applied = self.post(&format!("/v1/packages/{digest}/apply"), &token, &because()).await;
        assert_eq!(applied.status, StatusCode::OK, "{applied:?}");
        digest
    }

    /// The digest of a package that is published to all.
    pub(crate) async fn published(&self, name: &str, version: &str) -> Digest {
        let digest = self.applied(name, version).await;
        let token = self.administrator();
        let published = self.post(&format!("/v1/packages/{digest}/publish"), &token, &because()).await;
        assert_eq!(published.status, StatusCode::OK, "{published:?}");
        digest
    }
}

/// A request with a token; none where it is empty.
pub(crate) fn request(method: Method, path: &str, token: &str) -> axum::http::request::Builder {
    let request = Request::builder().method(method).uri(path);
    if token.is_empty() { request } else { request.header(header::AUTHORIZATION, format!("Bearer {token}")) }
}

/// A body that says why.
pub(crate) fn because() -> Value {
    json!({ "reason": "a trial" })
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The digest of the package that it is about.
    pub(crate) fn digest(&self) -> Digest {
        self.json()["digest"].as_str().unwrap_or_else(|| panic!("{self:?}")).parse().unwrap()
    }

    /// It is this problem, told as RFC 9457 has it.
    #[track_caller]
    pub(crate) fn is_problem(&self, status: StatusCode, code: &str) {
        assert_eq!((self.status, self.header(header::CONTENT_TYPE)), (status, "application/problem+json"), "{self:?}");
        let problem = self.json();
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["status"], status.as_u16());
        assert_eq!(problem["type"], "about:blank");
        assert!(!problem["detail"].as_str().unwrap().is_empty());
    }
}
