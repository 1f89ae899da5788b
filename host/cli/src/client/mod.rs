//! Asking a server: one request for each question, its answers as JSON, its refusals as failures.

mod mirror;
pub(crate) mod profile;
mod settings;
mod upload;

use std::time::Duration;

use anyhow::anyhow;
use lockstep_device::{HttpTransport, Token, http};
use lockstep_model::Digest;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use ureq::{
    Body, RequestBuilder, SendBody,
    http::{Response, StatusCode, header},
    typestate::WithBody,
};

use crate::{
    args::client::{ChangeOptions, ServerOptions},
    failure::{Failure, Result},
    views::{PackageView, Problem},
};

pub(crate) use settings::{read_token, token_variable, transport, variable};
pub(crate) use upload::Uploaded;

/// Most that is read of an answer; lists are long.
const ANSWER_BYTES_MAX: u64 = 64 << 20;

/// For how long a server may validate a package without a word.
const VALIDATION: Duration = Duration::from_mins(10);

/// Fewest digits by which a package or a key is named.
const DIGITS_MIN: usize = 4;

/// A server, and as whom it is asked.
pub(crate) struct Client {
    http: HttpTransport,
    token: Option<Token>,
}

impl Client {
    /// As options, environment and profile have it.
    pub(crate) fn open(options: &ServerOptions) -> Result<Self> {
        let settings = settings::resolve(options)?;
        Ok(Self { http: settings.transport()?, token: settings.token })
    }

    /// A server that is asked as nobody.
    pub(crate) fn anonymous(http: HttpTransport) -> Self {
        Self { http, token: None }
    }

    /// The same server, asked as somebody.
    pub(crate) fn with(self, token: Token) -> Self {
        Self { token: Some(token), ..self }
    }

    /// The way to the server.
    pub(crate) fn transport(&self) -> &HttpTransport {
        &self.http
    }

    /// As whom it is asked.
    pub(crate) fn token(&self) -> Result<&Token> {
        self.token.as_ref().ok_or_else(|| {
            Failure::Usage(anyhow!(
                "there is no token for this server: log in with `lockstep login`, name a file with --token-file, or set \
                 LOCKSTEP_TOKEN"
            ))
        })
    }

    /// What is at a path.
    pub(crate) fn get(&self, path: &str) -> Result<Value> {
        answer(self.http.agent().get(self.http.url(path)).header(header::AUTHORIZATION, bearer(self.token()?)).call())
    }

    /// The environment, which a server tells to everybody.
    pub(crate) fn environment(&self) -> Result<Value> {
        answer(self.http.agent().get(self.http.url("/v1/environment")).call())
    }

    /// Whether the server takes the token, whatever its subject may do.
    pub(crate) fn check_token(&self) -> Result<()> {
        // This is for administrators: who is known and is none is refused otherwise than who is not known.
        let url = self.http.url("/v1/audit?limit=1");
        let answered = self.http.agent().get(url).header(header::AUTHORIZATION, bearer(self.token()?)).call();
        let answer = answered.map_err(|error| unreachable_server(&error))?;
        let is_known = answer.status().is_success() || answer.status() == StatusCode::FORBIDDEN;
        if is_known { Ok(()) } else { Err(refusal(answer)) }
    }

    /// Asks for a change.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.send(self.http.agent().post(self.http.url(path)), body)
    }

    /// Asks for a thing to be as the body says.
    pub(crate) fn put(&self, path: &str, body: &Value) -> Result<Value> {
        self.send(self.http.agent().put(self.http.url(path)), body)
    }

    fn send(&self, request: RequestBuilder<WithBody>, body: &Value) -> Result<Value> {
        let request = request.header(header::AUTHORIZATION, bearer(self.token()?)).content_type("application/json");
        answer(request.send(body.to_string().as_bytes()))
    }

    /// Sends a package; `body` gives its bytes.
    fn send_package(&self, reason: &str, length: usize, body: SendBody<'_>) -> Result<Response<Body>> {
        let url = self.http.url(&format!("/v1/packages?reason={}", http::encoded(reason)));
        let request = self.http.agent().post(url).config().timeout_per_read(Some(VALIDATION)).build();
        let request = request
            .header(header::AUTHORIZATION, bearer(self.token()?))
            .header(header::CONTENT_LENGTH, length.to_string())
            .content_type("application/wasm");
        request.send(body).map_err(|error| unreachable_server(&error))
    }

    /// The digest of the package that is named by NAME@VERSION or by the first digits of its digest.
    pub(crate) fn find_package(&self, named: &str) -> Result<Digest> {
        if let Ok(digest) = named.parse() {
            return Ok(digest);
        }
        let (found, many) = match named.split_once('@') {
            Some((name, version)) => {
                let all: Vec<PackageView> = parsed(self.get(&format!("/v1/packages?name={}", http::encoded(name)))?)?;
                let mut all: Vec<_> =
                    all.into_iter().filter(|package| package.version.as_deref() == Some(version)).collect();
                // One that was refused may have been put right under the same version.
                if all.iter().any(|package| package.state != "refused") {
                    all.retain(|package| package.state != "refused");
                }
                (all, "there are several packages")
            }
            None if is_digits(named) => {
                let all: Vec<PackageView> = parsed(self.get("/v1/packages")?)?;
                let found = all.into_iter().filter(|package| package.digest.to_string().starts_with(named));
                (found.collect(), "several packages' digests begin so")
            }
            None => {
                return Err(Failure::Usage(anyhow!(
                    "`{named}` names no package: write NAME@VERSION, or {DIGITS_MIN} or more digits of its digest"
                )));
            }
        };
        one_of(named, found.iter().map(|package| package.digest.to_string()), "package", many).and_then(|digest| {
            digest.parse().map_err(|error| Failure::Unreachable(anyhow!("the server's answer is wrong: {error}")))
        })
    }

    /// The id of the key that is named by its first digits.
    pub(crate) fn find_key(&self, named: &str) -> Result<String> {
        if !is_digits(named) {
            return Err(Failure::Usage(anyhow!("`{named}` is no key's id: write {DIGITS_MIN} or more of its digits")));
        }
        let keys: Vec<crate::views::KeyView> = parsed(self.get("/v1/keys")?)?;
        let found = keys.into_iter().map(|key| key.id).filter(|id| id.starts_with(named));
        one_of(named, found, "key", "several keys' ids begin so")
    }
}

fn is_digits(text: &str) -> bool {
    text.len() >= DIGITS_MIN && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn one_of(named: &str, found: impl Iterator<Item = String>, what: &str, many: &str) -> Result<String> {
    let found: Vec<_> = found.collect();
    match &found[..] {
        [one] => Ok(one.clone()),
        [] => Err(Failure::Refused(anyhow!(
            "the server has no {what} `{named}`: `lockstep {what}s` lists those there are"
        ))),
        all => Err(Failure::Usage(anyhow!("{many}: {}; write more digits of one", all.join(", ")))),
    }
}

fn bearer(token: &Token) -> String {
    format!("Bearer {}", token.secret())
}

/// The body that asks for a change, with its reason and the revision that it is meant for.
pub(crate) fn change(options: &ChangeOptions) -> Value {
    let mut body = json!({ "reason": options.reason.reason });
    if let Some(revision) = options.revision {
        body["revision"] = json!(revision);
    }
    body
}

/// What an answer says, as the type that is wanted.
pub(crate) fn parsed<T: DeserializeOwned>(answer: Value) -> Result<T> {
    serde_json::from_value(answer).map_err(|error| {
        Failure::Unreachable(anyhow!("the server's answer cannot be read: {error}; is it of this version?"))
    })
}

fn answer(answered: std::result::Result<Response<Body>, ureq::Error>) -> Result<Value> {
    let answer = answered.map_err(|error| unreachable_server(&error))?;
    if answer.status().is_success() { read(answer) } else { Err(refusal(answer)) }
}

fn read(mut answer: Response<Body>) -> Result<Value> {
    let text = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec();
    let text = text.map_err(|error| unreachable_server(&error))?;
    serde_json::from_slice(&text).map_err(|error| {
        Failure::Unreachable(anyhow!("the server's answer is not JSON: {error}; is it a Lockstep server?"))
    })
}

fn unreachable_server(error: &ureq::Error) -> Failure {
    let said = http::failure(error, ANSWER_BYTES_MAX);
    // Where it is known what to do, that is said already.
    let advice = if http::advice(error).is_some() { "" } else { "; check the address and the network" };
    Failure::Unreachable(anyhow!("{said}{advice}"))
}

/// What the server says against a request.
fn refusal(mut answer: Response<Body>) -> Failure {
    let status = answer.status();
    let text = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec().unwrap_or_default();
    let said = serde_json::from_slice::<Problem>(&text).ok();
    let said = said.map_or_else(|| format!("it answers {status}; is it a Lockstep server?"), |problem| problem.detail);
    match status {
        StatusCode::UNAUTHORIZED => Failure::Refused(anyhow!(
            "the server does not take the token: {said}; log in again, or give another with --token-file"
        )),
        StatusCode::TOO_MANY_REQUESTS => Failure::Unreachable(anyhow!("the server is busy: {said}")),
        status if status.is_client_error() => Failure::Refused(anyhow!("the server refuses: {said}")),
        _ => Failure::Unreachable(anyhow!("the server gives no proper answer: {said}")),
    }
}
