//! What the log holds, and what it never does.

use std::{
    io,
    sync::{Mutex, Once},
};

use axum::http::{Method, StatusCode};
use tracing_subscriber::fmt::MakeWriter;

use crate::world::{World, because, request};

/// The log of all tests of this process, down to its least line.
static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Log;

/// Has whatever is told from here on kept.
pub(crate) fn start() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let subscriber = tracing_subscriber::fmt().json().with_max_level(tracing::Level::TRACE);
        tracing::subscriber::set_global_default(subscriber.with_writer(Log).finish()).unwrap();
    });
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        Log
    }
}

#[tokio::test]
async fn the_log_has_each_request_and_no_secret() {
    let world = World::new();
    let lena = world.token("lena", &["administrator"]);
    let device = world.device("lenas-phone", &["sales"]);
    world.upload(&lena, world.package("orders", "1.0.0")).await;
    world.get("/v1/publication?engine=e&secret=in-the-query", &device).await;
    world.get("/v1/publication?engine=e", &device).await;
    let forged = format!("{}x", &lena[..lena.len() - 1]);
    assert_eq!(world.get("/v1/keys", &forged).await.status, StatusCode::UNAUTHORIZED);
    world.post("/v1/keys", &lena, &because()).await;
    let with_id = request(Method::GET, "/healthz", "").header("x-request-id", "told-by-the-caller");
    world.send(with_id.body(axum::body::Body::empty()).unwrap()).await;

    let text = String::from_utf8(LOG.lock().unwrap().clone()).unwrap();
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let answered: Vec<_> = lines.iter().filter(|line| line["fields"]["message"] == "answered").collect();
    let told = |name: &str, value: &str| answered.iter().filter(|line| line["span"][name] == value).count();
    assert_eq!((told("subject", "lena"), told("id", "told-by-the-caller")), (2, 1));
    let upload = answered.iter().find(|line| line["span"]["subject"] == "lena").unwrap();
    assert_eq!((&upload["span"]["route"], &upload["span"]["method"]), (&"/v1/packages".into(), &"POST".into()));
    assert_eq!(upload["fields"]["status"], 201);

    let parts = [&lena, &device, &forged].into_iter().flat_map(|token| token.split('.'));
    for secret in parts.chain(["Bearer", "in-the-query", "PRIVATE KEY"]) {
        let line = text.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "the log holds `{secret}`");
    }
}
