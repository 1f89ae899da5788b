//! Keys that are fetched from an issuer's address: when, by whom, and who waits for it.

use std::{
    num::NonZeroU32,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicUsize, Ordering},
        mpsc,
    },
    time::Duration,
};

use axum::http::StatusCode;
use lockstep_server::{
    Policy,
    auth::{AuthError, Authenticator, KeySource, RefreshSettings},
    limits::ServiceLimits,
};
use serde_json::{Value, json};

use crate::{
    tokens::{Signer, authenticator, claims, clock, eddsa, issuer},
    world::{World, limits},
};

/// Keys that are fetched, how often they were, and what the next attempt gives.
struct Fetched {
    authenticator: Authenticator,
    attempts: Arc<AtomicUsize>,
    next: Arc<Mutex<Result<String, String>>>,
    now: Arc<AtomicI64>,
}

impl Fetched {
    fn new(keys: &[Value]) -> Self {
        let (attempts, next) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Ok(Self::text(keys)))));
        let (clock, now) = clock();
        let fetch = Arc::new({
            let (attempts, next) = (attempts.clone(), next.clone());
            move || {
                attempts.fetch_add(1, Ordering::SeqCst);
                next.lock().unwrap().clone()
            }
        });
        let keys = KeySource::fetched(fetch, RefreshSettings::default(), clock.clone());
        let authenticator = Authenticator::new(vec![issuer(keys)], Duration::from_hours(24), clock);
        Self { authenticator, attempts, next, now }
    }

    fn text(keys: &[Value]) -> String {
        json!({ "keys": keys }).to_string()
    }

    fn give(&self, next: Result<String, String>) {
        *self.next.lock().unwrap() = next;
    }

    fn later(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    async fn of(&self, signer: &Signer, id: &str) -> Result<(), AuthError> {
        let token = signer.token(&eddsa(id), &claims());
        self.authenticator.of_token(token.as_bytes()).await.map(drop)
    }

    fn attempts(&self) -> usize {
        self.attempts.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn fetched_keys_are_kept_and_an_unknown_one_has_them_fetched_again() {
    let (old, new) = (Signer::new(1), Signer::new(2));
    let fetched = Fetched::new(&[old.jwk("old")]);
    for _ in 0..3 {
        assert_eq!(fetched.of(&old, "old").await, Ok(()));
    }
    assert_eq!(fetched.attempts(), 1);

    fetched.give(Ok(Fetched::text(&[new.jwk("new")])));
    assert_eq!(fetched.of(&new, "new").await, Err(AuthError::Key), "it is too early to ask again");
    assert_eq!(fetched.attempts(), 1);
    fetched.later(31);
    assert_eq!(fetched.of(&new, "new").await, Ok(()));
    assert_eq!(fetched.of(&old, "old").await, Err(AuthError::Key), "its issuer has dropped it");
    for number in 0..100 {
        assert_eq!(fetched.of(&old, &format!("made-up-{number}")).await, Err(AuthError::Key));
    }
    assert_eq!(fetched.attempts(), 2);
}

#[tokio::test]
async fn keys_that_cannot_be_fetched_leave_the_old_ones() {
    let signer = Signer::new(1);
    let fetched = Fetched::new(&[signer.jwk("a")]);
    fetched.give(Err("nobody answers".to_owned()));
    assert_eq!(fetched.of(&signer, "a").await, Err(AuthError::KeysUnavailable));
    fetched.later(31);
    fetched.give(Ok(Fetched::text(&[signer.jwk("a")])));
    assert_eq!(fetched.of(&signer, "a").await, Ok(()));
    for wrong in [Err("nobody answers".to_owned()), Ok("<html>".to_owned()), Ok(Fetched::text(&[]))] {
        fetched.later(2 * 60 * 60);
        fetched.give(wrong);
        assert_eq!(fetched.of(&signer, "a").await, Ok(()));
    }
    assert_eq!(fetched.attempts(), 5);
}

#[tokio::test]
async fn who_has_a_key_that_is_known_waits_for_nobody_who_has_not() {
    let signer = Signer::new(1);
    let (attempts, (go, gate)) = (Arc::new(AtomicUsize::new(0)), mpsc::channel::<()>());
    let (clock, now) = clock();
    let fetch = Arc::new({
        let (attempts, gate, text) = (attempts.clone(), Mutex::new(gate), Fetched::text(&[signer.jwk("a")]));
        move || {
            if attempts.fetch_add(1, Ordering::SeqCst) > 0 {
                gate.lock().unwrap().recv().unwrap();
            }
            Ok(text.clone())
        }
    });
    let keys = KeySource::fetched(fetch, RefreshSettings::default(), clock.clone());
    let authenticator = Arc::new(Authenticator::new(vec![issuer(keys)], Duration::from_hours(24), clock));
    let of = |id: &str| {
        let (authenticator, token) = (authenticator.clone(), signer.token(&eddsa(id), &claims()));
        async move { authenticator.of_token(token.as_bytes()).await.map(drop) }
    };
    assert_eq!(of("a").await, Ok(()));
    now.fetch_add(31_000, Ordering::SeqCst);
    let waiting = tokio::spawn(of("made-up"));
    while attempts.load(Ordering::SeqCst) < 2 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let soon = Duration::from_secs(5);
    assert_eq!(tokio::time::timeout(soon, of("a")).await, Ok(Ok(())));
    assert_eq!(tokio::time::timeout(soon, of("other")).await, Ok(Err(AuthError::KeysUnavailable)));
    go.send(()).unwrap();
    assert_eq!(waiting.await.unwrap(), Err(AuthError::Key));
}

#[tokio::test]
async fn nobody_who_asks_too_often_has_keys_fetched() {
    let attempts = Arc::new(AtomicUsize::new(0));
    let fetch = Arc::new({
        let attempts = attempts.clone();
        move || {
            attempts.fetch_add(1, Ordering::SeqCst);
            Err("nobody answers".to_owned())
        }
    });
    let keys = KeySource::fetched(fetch, RefreshSettings::default(), clock().0);
    let one = NonZeroU32::new(1).unwrap();
    let limits = ServiceLimits { requests_per_minute: one, requests_burst: one, ..limits() };
    let world = World::with(limits, Policy::default(), vec![issuer(keys)]);
    assert_eq!(world.get("/v1/environment", "").await.status, StatusCode::OK);
    let token = Signer::new(1).token(&eddsa("a"), &claims());
    let refused = world.get("/v1/environment", &token).await;
    refused.is_problem(StatusCode::TOO_MANY_REQUESTS, "too-many-requests");
    assert_eq!(attempts.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn keys_are_fetched_from_an_address() {
    let signer = Signer::new(1);
    let text = Fetched::text(&[signer.jwk("a")]);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/keys", listener.local_addr().unwrap());
    let router = axum::Router::new().route("/keys", axum::routing::get(move || async { text }));
    let serving = tokio::spawn(async { axum::serve(listener, router).await });
    let keys = KeySource::address(&address, RefreshSettings::default(), clock().0).unwrap();
    let token = signer.token(&eddsa("a"), &claims());
    assert!(authenticator(keys).of_token(token.as_bytes()).await.is_ok());
    serving.abort();
}

#[test]
fn keys_come_over_https_or_from_this_machine() {
    for (address, is_fine) in [
        ("https://login.example.com/keys", true),
        ("http://127.0.0.1:8080/keys", true),
        ("http://login.example.com/keys", false),
        ("http://localhost.example.com/keys", false),
        ("ftp://localhost/keys", false),
        ("/keys", false),
    ] {
        let source = KeySource::address(address, RefreshSettings::default(), clock().0);
        assert_eq!(source.is_ok(), is_fine, "{address}");
    }
}
