//! Tokens: which are taken, and which are not.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use cap_std::{ambient_authority, fs::Dir};
use lockstep_model::Timestamp;
use lockstep_server::{
    Clock, Policy,
    auth::{AuthError, Authenticator, DevelopmentIssuer, Grant, Issuer, KeySet, KeySource},
    registry::{ACTOR_BYTES_MAX, DEVICE_BYTES_MAX},
};
use ring::{
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use rustls::pki_types::{PrivatePkcs8KeyDer, pem::PemObject};
use serde_json::{Value, json};

use crate::world::{NOW, World, limits};

const ISSUER: &str = "https://login.example.com";

/// A pair that signs tokens as its tests want them.
pub(crate) struct Signer {
    pair: Ed25519KeyPair,
}

impl Signer {
    pub(crate) fn new(seed: u8) -> Self {
        Self { pair: Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap() }
    }

    pub(crate) fn jwk(&self, id: &str) -> Value {
        let x = BASE64.encode(self.pair.public_key().as_ref());
        json!({ "kty": "OKP", "crv": "Ed25519", "kid": id, "x": x })
    }

    pub(crate) fn token(&self, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        let signature = BASE64.encode(self.pair.sign(message.as_bytes()));
        format!("{message}.{signature}")
    }
}

fn message(header: &Value, claims: &Value) -> String {
    format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()))
}

pub(crate) fn eddsa(id: &str) -> Value {
    json!({ "alg": "EdDSA", "typ": "JWT", "kid": id })
}

/// Claims that do; in seconds.
pub(crate) fn claims() -> Value {
    let now = NOW.0 / 1000;
    json!({ "iss": ISSUER, "aud": "lockstep", "sub": "ada", "exp": now + 60, "roles": ["administrator"] })
}

fn set(keys: &[Value]) -> KeySet {
    KeySet::parse(&json!({ "keys": keys }).to_string()).unwrap()
}

pub(crate) fn issuer(keys: KeySource) -> Issuer {
    Issuer { name: ISSUER.to_owned(), audience: "lockstep".to_owned(), keys }
}

pub(crate) fn clock() -> (Clock, Arc<AtomicI64>) {
    let now = Arc::new(AtomicI64::new(NOW.0));
    let clock = now.clone();
    (Arc::new(move || Timestamp(clock.load(Ordering::SeqCst))), now)
}

pub(crate) fn authenticator(keys: KeySource) -> Authenticator {
    Authenticator::new(vec![issuer(keys)], Duration::from_secs(30), clock().0)
}

#[tokio::test]
async fn tokens_that_are_not_as_they_should_be_are_refused() {
    let (signer, forger) = (Signer::new(1), Signer::new(2));
    let authenticator = authenticator(KeySource::fixed(set(&[signer.jwk("a")])));
    let changed = |name: &str, value: Value| {
        let mut claims = claims();
        claims[name] = value;
        claims
    };
    let without = |name: &str| {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove(name);
        claims
    };
    let now = NOW.0 / 1000;
    let good = signer.token(&eddsa("a"), &claims());
    assert_eq!(authenticator.of_token(good.as_bytes()).await.unwrap().subject(), "ada");
    let (head, signature) = good.rsplit_once('.').unwrap();
    let hmac = {
        // The public key as if it were a shared secret.
        let message = message(&json!({ "alg": "HS256", "kid": "a" }), &claims());
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, signer.pair.public_key().as_ref());
        format!("{message}.{}", BASE64.encode(ring::hmac::sign(&key, message.as_bytes())))
    };
    let none = |alg: &str| format!("{}.", message(&json!({ "alg": alg, "kid": "a" }), &claims()));
    let cases = [
        ("no token", String::new(), AuthError::Malformed),
        ("no parts", "a.b".to_owned(), AuthError::Malformed),
        ("alg none", none("none"), AuthError::Malformed),
        ("no signature", none("EdDSA"), AuthError::Signature),
        ("a shared secret", hmac, AuthError::Key),
        ("another's key", forger.token(&eddsa("a"), &claims()), AuthError::Signature),
        ("an unknown key", signer.token(&eddsa("b"), &claims()), AuthError::Key),
        ("a signature cut short", format!("{head}.{}", &signature[..20]), AuthError::Signature),
        ("another issuer", signer.token(&eddsa("a"), &changed("iss", json!("https://x"))), AuthError::Issuer),
        ("another audience", signer.token(&eddsa("a"), &changed("aud", json!("x"))), AuthError::Audience),
        ("other audiences", signer.token(&eddsa("a"), &changed("aud", json!(["x", "y"]))), AuthError::Audience),
        ("no audience", signer.token(&eddsa("a"), &without("aud")), AuthError::Malformed),
        ("no expiry", signer.token(&eddsa("a"), &without("exp")), AuthError::Malformed),
        ("no subject", signer.token(&eddsa("a"), &without("sub")), AuthError::Malformed),
        ("an empty subject", signer.token(&eddsa("a"), &changed("sub", json!(""))), AuthError::Claim { claim: "sub" }),
        (
            "an empty role",
            signer.token(&eddsa("a"), &changed("roles", json!([""]))),
            AuthError::Claim { claim: "roles" },
        ),
        ("a line's end", signer.token(&eddsa("a"), &changed("sub", json!("a\nb"))), AuthError::Claim { claim: "sub" }),
        ("roles that are none", signer.token(&eddsa("a"), &changed("roles", json!("x"))), AuthError::Malformed),
        ("expired", signer.token(&eddsa("a"), &changed("exp", json!(now - 31))), AuthError::Expired),
        ("not yet", signer.token(&eddsa("a"), &changed("nbf", json!(now + 31))), AuthError::NotYet),
        (
            "something critical",
            signer.token(&json!({ "alg": "EdDSA", "kid": "a", "crit": ["x"], "x": 1 }), &claims()),
            AuthError::Malformed,
        ),
        ("too long", "a".repeat(20_000), AuthError::Malformed),
    ];
    for (what, token, error) in cases {
        assert_eq!(authenticator.of_token(token.as_bytes()).await, Err(error), "{what}");
    }
    for (what, claims) in [
        ("expired within the leeway", changed("exp", json!(now - 29))),
        ("not yet within the leeway", changed("nbf", json!(now + 29))),
        ("fractions of seconds", changed("exp", serde_json::from_str(&format!("{now}.5")).expect("a number"))),
        ("one of its audiences", changed("aud", json!(["x", "lockstep"]))),
    ] {
        let token = signer.token(&eddsa("a"), &claims);
        assert!(authenticator.of_token(token.as_bytes()).await.is_ok(), "{what}");
    }
}

/// A key of 2048 bits, made by openssl's command and of use for nothing but this.
const RSA: &str = include_str!("rsa-2048.pem");

#[tokio::test]
async fn rsa_signs_as_well_and_the_algorithm_is_the_keys() {
    let der = PrivatePkcs8KeyDer::from_pem_slice(RSA.as_bytes()).unwrap();
    let pair = RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).unwrap();
    let public = pair.public();
    let part = |bytes: Vec<u8>| BASE64.encode(bytes);
    let modulus = ring::rsa::PublicKeyComponents::<Vec<u8>>::from(public);
    let jwk = json!({ "kty": "RSA", "kid": "r", "alg": "RS256", "n": part(modulus.n), "e": part(modulus.e) });
    let authenticator = authenticator(KeySource::fixed(set(&[jwk, Signer::new(1).jwk("a")])));
    let sign = |header: &Value| {
        let message = message(header, &claims());
        let mut signature = vec![0; public.modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
        format!("{message}.{}", BASE64.encode(signature))
    };
    let good = sign(&json!({ "alg": "RS256", "kid": "r" }));
    assert_eq!(authenticator.of_token(good.as_bytes()).await.map(|caller| caller.is_administrator()), Ok(true));
    for header in [json!({ "alg": "RS512", "kid": "r" }), json!({ "alg": "EdDSA", "kid": "r" })] {
        assert_eq!(authenticator.of_token(sign(&header).as_bytes()).await, Err(AuthError::Key), "{header}");
    }
}

#[tokio::test]
async fn keys_come_from_files_too() {
    let folder = tempfile::tempdir().unwrap();
    let signer = Signer::new(1);
    let (jwks, pem) = (folder.path().join("keys.json"), folder.path().join("key.pem"));
    fs::write(&jwks, json!({ "keys": [signer.jwk("a")] }).to_string()).unwrap();
    let public: [u8; 32] = signer.pair.public_key().as_ref().try_into().unwrap();
    fs::write(&pem, lockstep_package::VerifyingKey::from_bytes(&public).unwrap().to_pem().unwrap()).unwrap();
    for path in [jwks, pem] {
        let authenticator = authenticator(KeySource::file(&path).unwrap());
        let token = signer.token(&eddsa("a"), &claims());
        assert!(authenticator.of_token(token.as_bytes()).await.is_ok(), "{}", path.display());
    }
    let absent = KeySource::file(&folder.path().join("absent")).err().unwrap();
    assert!(absent.to_string().contains("absent"), "{absent}");
}

#[tokio::test]
async fn what_a_token_may_say_the_registry_takes() {
    let world = World::new();
    let (longest, device) = ("a".repeat(ACTOR_BYTES_MAX), "d".repeat(DEVICE_BYTES_MAX));
    let rings = json!({ "reason": "a trial", "rings": ["pilot"] });
    let administrator = world.token(&longest, &["administrator"]);
    let set = world.json(Method::PUT, &format!("/v1/devices/{device}/rings"), &administrator, &rings).await;
    assert_eq!(set.status, StatusCode::OK, "{set:?}");
    let asked = world.get("/v1/publication?engine=e", &world.device(&device, &[])).await;
    assert_eq!(asked.status, StatusCode::OK, "{asked:?}");
    for token in [world.token(&(longest + "a"), &["administrator"]), world.device(&(device + "d"), &[])] {
        world.get("/v1/devices", &token).await.is_problem(StatusCode::UNAUTHORIZED, "unauthenticated");
    }
}

#[test]
fn the_development_issuer_is_made_by_its_server_alone() {
    let folder = tempfile::tempdir().unwrap();
    let state = Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap();
    let error = DevelopmentIssuer::existing(&state).err().unwrap().to_string();
    assert!(error.contains("no development issuer") && error.contains("--development-issuer"), "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is made");
    let made = DevelopmentIssuer::open(&state).unwrap();
    let token = made.token(&Grant { subject: "sam".to_owned(), ..Grant::default() }, NOW, Duration::from_mins(1));
    let again = DevelopmentIssuer::existing(&state).unwrap();
    assert_eq!(
        again.token(&Grant { subject: "sam".to_owned(), ..Grant::default() }, NOW, Duration::from_mins(1)).unwrap(),
        token.unwrap(),
        "it is the same key"
    );
}

#[tokio::test]
async fn the_header_says_what_is_wrong_with_a_token() {
    let signer = Signer::new(1);
    let issuers = vec![issuer(KeySource::fixed(set(&[signer.jwk("a")])))];
    let world = World::with(limits(), Policy::default(), issuers);
    let with = async |value: &str| {
        let request = Request::builder().method(Method::GET).uri("/v1/keys").header(header::AUTHORIZATION, value);
        world.send(request.body(Body::empty()).unwrap()).await
    };
    let good = signer.token(&eddsa("a"), &claims());
    for scheme in ["Bearer", "bearer", "BEARER"] {
        assert_eq!(with(&format!("{scheme} {good}")).await.status, StatusCode::OK, "{scheme}");
    }
    let basic = with("Basic YTpi").await;
    basic.is_problem(StatusCode::BAD_REQUEST, "unauthenticated");
    world.later(Duration::from_hours(1));
    let expired = with(&format!("Bearer {good}")).await;
    expired.is_problem(StatusCode::UNAUTHORIZED, "unauthenticated");
    let challenge = expired.header(header::WWW_AUTHENTICATE);
    assert!(challenge.starts_with(r#"Bearer realm="lockstep", error="invalid_token""#), "{challenge}");
    assert!(challenge.contains("expired"), "{challenge}");
}

#[tokio::test]
async fn the_development_issuers_tokens_say_what_they_were_made_for() {
    let world = World::new();
    let token = world.issuer.token(
        &Grant {
            subject: "sam".to_owned(),
            roles: vec!["sales".to_owned()],
            companies: Some(vec!["1000".to_owned()]),
            device: Some("d-1".to_owned()),
            locale: Some("de".to_owned()),
        },
        NOW,
        Duration::from_mins(1),
    );
    let authenticator = Authenticator::new(vec![world.issuer.issuer()], Duration::ZERO, clock().0);
    let caller = authenticator.of_token(token.unwrap().as_bytes()).await.unwrap();
    assert_eq!((caller.subject(), caller.device(), caller.locale()), ("sam", Some("d-1"), Some("de")));
    assert!(caller.companies().unwrap().contains("1000") && caller.roles().contains("sales"));
}

#[cfg(unix)]
#[test]
fn the_development_issuers_key_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let open = || DevelopmentIssuer::open(&Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap());
    open().unwrap();
    let key = folder.path().join("development-issuer.key");
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let error = open().err().unwrap().to_string();
    assert!(error.contains("development-issuer.key"), "{error}");
}
