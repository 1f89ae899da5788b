//! What needs sockets: slow clients, TLS, and ending in good order.

use std::{
    fs,
    net::SocketAddr,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use lockstep_server::{
    Ended, Listener, Policy, Tls,
    limits::{ListenerLimits, ServiceLimits},
};
use rustls::{ClientConfig, RootCertStore, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
    task::JoinHandle,
    time::{sleep, timeout},
};
use tokio_rustls::TlsConnector;

use crate::world::{World, limits};

/// No test waits longer for anything.
const PATIENCE: Duration = Duration::from_secs(20);

struct Serving {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<std::io::Result<Ended>>,
}

const QUICK: ListenerLimits = ListenerLimits {
    header_timeout: Duration::from_millis(500),
    shutdown: Duration::from_secs(10),
    ..ListenerLimits::PRESET
};

fn serve(world: &World, tls: Option<Tls>, limits: ListenerLimits) -> Serving {
    let listener = Listener::bind(([127, 0, 0, 1], 0).into()).unwrap();
    let (address, router) = (listener.address(), world.app.router());
    let (stop, stopped) = oneshot::channel();
    let stopped = async { stopped.await.unwrap_or_default() };
    let ended = tokio::spawn(listener.serve(router, tls, limits, stopped));
    Serving { address, stop, ended }
}

impl Serving {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn stop(self) -> Ended {
        self.stop.send(()).unwrap();
        timeout(PATIENCE, self.ended).await.unwrap().unwrap().unwrap()
    }
}

fn head(method: &str, path: &str, token: &str, more: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nhost: here\r\nauthorization: Bearer {token}\r\n{more}\r\n")
}

/// All that comes until the other side closes; what it says of errors is that it has closed.
async fn rest(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut bytes = Vec::new();
    let _ = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("the other side closes");
    String::from_utf8_lossy(&bytes).into_owned()
}

async fn healthz(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> String {
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n").await.unwrap();
    rest(stream).await
}

#[tokio::test]
async fn a_client_that_never_finishes_its_header_is_cut() {
    let world = World::new();
    let serving = serve(&world, None, QUICK);
    let (mut slow, started) = (serving.connect().await, Instant::now());
    slow.write_all(b"GET /healthz HTTP/1.1\r\n").await.unwrap();
    let (mut reader, mut writer) = slow.into_split();
    let dripping = tokio::spawn(async move {
        while writer.write_all(b"a").await.is_ok() {
            sleep(Duration::from_millis(100)).await;
        }
    });
    for _ in 0..5 {
        assert!(healthz(&mut serving.connect().await).await.contains("200 OK"), "others are served");
    }
    rest(&mut reader).await;
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    dripping.await.unwrap();

    // One that says nothing at all, at first or after a request, does not stay either.
    let (mut silent, mut idle) = (serving.connect().await, serving.connect().await);
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: here\r\n\r\n").await.unwrap();
    assert_eq!(rest(&mut silent).await, "");
    assert!(rest(&mut idle).await.contains("alive"));
    assert_eq!(serving.stop().await, Ended::Finished);
}

#[tokio::test]
async fn a_body_that_comes_a_byte_at_a_time_is_cut_and_others_are_served() {
    let limits = ServiceLimits { body_grace: Duration::from_secs(2), ..limits() };
    let world = World::with(limits, Policy::default(), Vec::new());
    let token = world.administrator();
    let serving = serve(&world, None, ListenerLimits { header_timeout: Duration::from_secs(30), ..QUICK });
    let upload = "content-type: application/wasm\r\ncontent-length: 100000\r\n";
    let keys = "content-type: application/json\r\ncontent-length: 1000\r\n";
    let started = Instant::now();
    let mut drips = Vec::new();
    for head in [head("POST", "/v1/packages?reason=r", &token, upload), head("POST", "/v1/keys", &token, keys)] {
        let mut slow = serving.connect().await;
        slow.write_all(head.as_bytes()).await.unwrap();
        drips.push(tokio::spawn(async move {
            let (mut reader, mut writer) = slow.into_split();
            let dripping = tokio::spawn(async move {
                while writer.write_all(b" ").await.is_ok() {
                    sleep(Duration::from_secs(1)).await;
                }
            });
            let answer = rest(&mut reader).await;
            dripping.abort();
            (answer, started.elapsed())
        }));
    }
    while !drips.iter().all(JoinHandle::is_finished) {
        assert!(healthz(&mut serving.connect().await).await.contains("200 OK"), "others are served");
        sleep(Duration::from_millis(100)).await;
    }
    for drip in drips {
        let (answer, time) = drip.await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(time < Duration::from_secs(6), "{time:?}");
    }
    assert_eq!(serving.stop().await, Ended::Finished);
}

#[tokio::test]
async fn a_client_that_asks_and_never_reads_is_cut() {
    let world = World::new();
    let limits = ListenerLimits { write_timeout: Duration::from_secs(1), connections_max: 2, ..QUICK };
    let serving = serve(&world, None, limits);
    let ask = "GET /openapi.json HTTP/1.1\r\nhost: here\r\n\r\n".repeat(100);
    for _ in 0..2 {
        let (mut deaf, started) = (serving.connect().await, Instant::now());
        // It asks on and on; what it is told of its connection at last is that it is closed.
        let asking = async { while deaf.write_all(ask.as_bytes()).await.is_ok() {} };
        timeout(PATIENCE, asking).await.expect("the other side closes");
        assert!(started.elapsed() > Duration::from_millis(900), "{:?}", started.elapsed());
    }
    assert!(healthz(&mut serving.connect().await).await.contains("200 OK"), "there is room again");
    assert_eq!(serving.stop().await, Ended::Finished);
}

#[tokio::test]
async fn one_address_has_so_many_connections_and_no_more() {
    let world = World::new();
    let serving = serve(&world, None, ListenerLimits { connections_per_address_max: 2, ..ListenerLimits::PRESET });
    let (one, other) = (serving.connect().await, serving.connect().await);
    assert_eq!(rest(&mut serving.connect().await).await, "", "a third one is closed");
    drop(one);
    let started = Instant::now();
    loop {
        let mut third = serving.connect().await;
        let asked = third.write_all(b"GET /healthz HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n").await;
        if asked.is_ok() && rest(&mut third).await.contains("200 OK") {
            break;
        }
        assert!(started.elapsed() < PATIENCE, "there is room for another one");
    }
    drop(other);
    assert_eq!(serving.stop().await, Ended::Finished);
}

#[tokio::test]
async fn one_who_uploads_slowly_keeps_nobody_else_from_it() {
    let limits = ServiceLimits { uploads_max: 2, body_time_max: Duration::from_secs(4), ..limits() };
    let world = World::with(limits, Policy::default(), Vec::new());
    let (slow, quick) = (world.token("vera", &["publisher"]), world.token("otto", &["publisher"]));
    let serving = serve(&world, None, QUICK);
    let more = "content-type: application/wasm\r\ncontent-length: 10000000\r\n";
    let (mut drips, started) = (Vec::new(), Instant::now());
    for _ in 0..2 {
        let mut stream = serving.connect().await;
        stream.write_all(head("POST", "/v1/packages?reason=r", &slow, more).as_bytes()).await.unwrap();
        let (mut reader, mut writer) = stream.into_split();
        drips.push(tokio::spawn(async move {
            // Fast enough for its length; it would take ten minutes.
            let dripping = tokio::spawn(async move {
                while writer.write_all(&[0; 1700]).await.is_ok() {
                    sleep(Duration::from_millis(100)).await;
                }
            });
            let answer = rest(&mut reader).await;
            dripping.abort();
            (answer, started.elapsed())
        }));
        sleep(Duration::from_millis(200)).await;
    }
    let mut third = serving.connect().await;
    third.write_all(head("POST", "/v1/packages?reason=r", &slow, more).as_bytes()).await.unwrap();
    let answer = rest(&mut third).await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "one is under way and one waits: {answer}");
    let package = world.package("orders", "1.0.0");
    let accepted = world.upload(&quick, package).await;
    assert_eq!(accepted.status, axum::http::StatusCode::CREATED, "{accepted:?}");
    assert!(!drips.iter().any(JoinHandle::is_finished), "they are at it yet");
    for drip in drips {
        let (answer, time) = drip.await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 408 ") && time < Duration::from_secs(12), "{time:?}: {answer}");
    }
    assert_eq!(serving.stop().await, Ended::Finished);
}

#[tokio::test]
async fn headers_that_are_too_long_are_refused() {
    let world = World::new();
    let serving = serve(&world, None, QUICK);
    let (long, many) = (format!("x: {}\r\n", "a".repeat(40_000)), "x: y\r\n".repeat(100));
    for more in [long, many] {
        let mut stream = serving.connect().await;
        let _ = stream.write_all(head("GET", "/healthz", "", &more).as_bytes()).await;
        let answer = rest(&mut stream).await;
        // What is on its way when the other side closes may take the answer with it.
        assert!(answer.starts_with("HTTP/1.1 431 ") || more.len() > 32_768 && answer.is_empty(), "{answer}");
    }
    assert_eq!(serving.stop().await, Ended::Finished);
}

#[tokio::test]
async fn an_oversized_body_is_refused_before_it_is_sent() {
    let world = World::new();
    let token = world.administrator();
    let serving = serve(&world, None, QUICK);
    let more = "content-type: application/wasm\r\ncontent-length: 1000000000\r\nexpect: 100-continue\r\n";
    let mut stream = serving.connect().await;
    stream.write_all(head("POST", "/v1/packages?reason=r", &token, more).as_bytes()).await.unwrap();
    assert!(rest(&mut stream).await.starts_with("HTTP/1.1 413 "));
    assert_eq!(serving.stop().await, Ended::Finished);
}

#[tokio::test]
async fn what_was_accepted_is_finished_when_the_server_stops() {
    let world = World::new();
    let (token, package) = (world.administrator(), world.package("orders", "1.0.0"));
    let serving = serve(&world, None, QUICK);
    world.intake.hold(true);
    let more = format!("content-type: application/wasm\r\ncontent-length: {}\r\n", package.len());
    let mut uploading = serving.connect().await;
    uploading.write_all(head("POST", "/v1/packages?reason=r", &token, &more).as_bytes()).await.unwrap();
    uploading.write_all(&package).await.unwrap();
    while world.app.intake.running() == 0 {
        sleep(Duration::from_millis(1)).await;
    }
    let address = serving.address;
    let stopping = tokio::spawn(serving.stop());
    while TcpStream::connect(address).await.is_ok() {
        sleep(Duration::from_millis(1)).await;
    }
    assert!(!stopping.is_finished(), "the upload is not finished");
    world.intake.hold(false);
    let answer = rest(&mut uploading).await;
    assert!(answer.starts_with("HTTP/1.1 201 ") && answer.contains(r#""state":"validated""#), "{answer}");
    assert_eq!(stopping.await.unwrap(), Ended::Finished);
}

#[tokio::test]
async fn what_does_not_finish_in_time_is_cut_off() {
    let world = World::new();
    let (token, package) = (world.administrator(), world.package("orders", "1.0.0"));
    let serving = serve(&world, None, ListenerLimits { shutdown: Duration::from_millis(200), ..QUICK });
    world.intake.hold(true);
    let more = format!("content-type: application/wasm\r\ncontent-length: {}\r\n", package.len());
    let mut uploading = serving.connect().await;
    uploading.write_all(head("POST", "/v1/packages?reason=r", &token, &more).as_bytes()).await.unwrap();
    uploading.write_all(&package).await.unwrap();
    while world.app.intake.running() == 0 {
        sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(serving.stop().await, Ended::CutOff);
    world.intake.hold(false);
    // What was taken in is validated all the same.
    let app = world.app.clone();
    tokio::task::spawn_blocking(move || app.close()).await.unwrap();
    let listed = world.get("/v1/packages?state=validated", &token).await.json();
    assert_eq!(listed.as_array().unwrap().len(), 1);
}

/// A certificate for `localhost` and its key, in files; and the certificate.
fn certificate(world: &World) -> (PathBuf, PathBuf, rustls::pki_types::CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (certificate, key) = (world.folder.path().join("certificate.pem"), world.folder.path().join("key.pem"));
    fs::write(&certificate, made.cert.pem()).unwrap();
    fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    (certificate, key, made.cert.der().clone())
}

#[tokio::test]
async fn with_a_certificate_it_speaks_tls_and_nothing_else() {
    let world = World::new();
    let (certificate, key, der) = certificate(&world);
    let serving = serve(&world, Some(Tls::read(&certificate, &key).unwrap()), QUICK);
    let mut roots = RootCertStore::empty();
    roots.add(der).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap();
    let connector = TlsConnector::from(Arc::new(config.with_root_certificates(roots).with_no_client_auth()));
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = connector.connect(name, serving.connect().await).await.unwrap();
    assert!(healthz(&mut stream).await.contains("200 OK"));

    assert!(!healthz(&mut serving.connect().await).await.contains("200 OK"), "without TLS it is nothing");
    // One that never says hello does not stay.
    rest(&mut serving.connect().await).await;
    assert_eq!(serving.stop().await, Ended::Finished);
}

#[test]
fn a_certificate_that_is_none_is_refused_with_a_sentence() {
    let world = World::new();
    let (certificate, key, _) = certificate(&world);
    let other = world.folder.path().join("other.pem");
    fs::write(&other, rcgen::generate_simple_self_signed([]).unwrap().signing_key.serialize_pem()).unwrap();
    let absent = world.folder.path().join("absent.pem");
    for (certificate, key, says) in [
        (&absent, &key, "absent.pem"),
        (&key, &key, "certificates in"),
        (&certificate, &absent, "absent.pem"),
        (&certificate, &certificate, "private key in"),
        (&certificate, &other, "is the key the certificate's?"),
    ] {
        let error = Tls::read(certificate, key).expect_err(says).to_string();
        assert!(error.contains(says), "{error}");
    }
}
