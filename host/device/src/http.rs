//! A server over HTTP: one [`ureq`] agent with rustls and ring, for this crate's [`Transport`], [`Exchange`](crate::Exchange) and [`Pokes`](crate::Pokes), and for other clients of
//! the same server.

mod advice;
mod exchange;
mod pokes;

use std::{sync::Arc, time::Duration};

use lockstep_model::Digest;
use ureq::{
    Agent, Body,
    http::{Response, StatusCode, Uri, header},
    tls::{Certificate, PemItem, RootCerts, TlsConfig},
};

pub use advice::advice;

use crate::transport::{Offer, Token, Transport, TransportError};

const CONNECT: Duration = Duration::from_secs(10);
/// For one read or write; a server that validates a package answers when it is done.
const IDLE: Duration = Duration::from_mins(1);
/// The slowest that a whole answer may come, in bytes a second; a request has [`IDLE`] besides.
const SLOWEST: u64 = 16 << 10;
/// Most that is read of an answer that says what is wrong.
const PROBLEM_BYTES_MAX: u64 = 64 << 10;
const ETAG_BYTES_MAX: usize = 256;

/// How to reach a server.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Its address, for instance `https://lockstep.example.com`; a path in it goes before the API's own.
    pub address: String,
    /// The certificates (PEM) of those who may vouch for the server; none: those that the system trusts.
    pub authorities: Option<Vec<u8>>,
    /// What asks, for the server's log.
    pub user_agent: String,
}

/// An address or a certificate that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum HttpSettingsError {
    /// The address is no URL of a server.
    #[error("`{0}` is no server's address: it begins with https:// (or http:// on this machine) and has no `?` or `#`")]
    Address(String),
    /// The address would send secrets in the open.
    #[error("`{0}` would send the token in the open: use https://, or http:// on this machine alone")]
    Open(String),
    /// The certificates cannot be read.
    #[error("the certificates cannot be read: {0}; a PEM file with one or more CERTIFICATE blocks is wanted")]
    Certificates(String),
}

/// A server over HTTP.
#[derive(Clone, Debug)]
pub struct HttpTransport {
    agent: Agent,
    base: String,
}

impl HttpTransport {
    /// A server at this address. Nothing is sent yet.
    ///
    /// # Errors
    /// When the address is none, or would send secrets in the open, or the certificates cannot be read.
    pub fn new(settings: &HttpSettings) -> Result<Self, HttpSettingsError> {
        let base = base(&settings.address)?;
        let tls = TlsConfig::builder()
            .root_certs(match &settings.authorities {
                None => RootCerts::PlatformVerifier,
                Some(pem) => RootCerts::new_with_certs(&certificates(pem)?),
            })
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let agent = Agent::config_builder()
            .tls_config(tls)
            // The library reads no environment.
            .proxy(None)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(CONNECT))
            .timeout_per_read(Some(IDLE))
            .timeout_per_write(Some(IDLE))
            .user_agent(&settings.user_agent)
            .build()
            .new_agent();
        Ok(Self { agent, base })
    }

    /// The agent, for requests of other kinds. Statuses are no errors, and redirections are not followed.
    pub fn agent(&self) -> &Agent {
        &self.agent
    }

    /// The URL of a path that begins with `/`.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn get(
        &self,
        token: &Token,
        path: &str,
        etag: Option<&str>,
        longest: Duration,
    ) -> Result<Response<Body>, TransportError> {
        let request = self.agent.get(self.url(path)).config().timeout_global(Some(longest)).build();
        let mut request = request.header(header::AUTHORIZATION, format!("Bearer {}", token.secret()));
        if let Some(etag) = etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        let mut answer = request.call().map_err(|error| failure(&error, 0))?;
        let status = answer.status();
        if status == StatusCode::OK || status == StatusCode::NOT_MODIFIED {
            return Ok(answer);
        }
        let said = problem(&mut answer);
        Err(refusal(status, said))
    }

    fn file(&self, token: &Token, path: &str, bytes_max: u64) -> Result<Vec<u8>, TransportError> {
        let mut answer = self.get(token, path, None, longest(bytes_max))?;
        if answer.status() != StatusCode::OK {
            return Err(TransportError::BadAnswer(format!("{} to a plain question", answer.status())));
        }
        body(&mut answer, bytes_max)
    }
}

impl Transport for HttpTransport {
    fn publication(
        &self,
        token: &Token,
        engine: &str,
        etag: Option<&str>,
        bytes_max: u64,
    ) -> Result<Offer, TransportError> {
        let mut answer =
            self.get(token, &format!("/v1/publication?engine={}", encoded(engine)), etag, longest(bytes_max))?;
        if answer.status() == StatusCode::NOT_MODIFIED {
            return Ok(Offer::Unchanged);
        }
        let etag = answer.headers().get(header::ETAG).and_then(|etag| etag.to_str().ok()).map(str::to_owned);
        let etag = etag.filter(|etag| etag.len() <= ETAG_BYTES_MAX);
        Ok(Offer::Record { bytes: body(&mut answer, bytes_max)?, etag })
    }

    fn package(&self, token: &Token, digest: &Digest, bytes_max: u64) -> Result<Vec<u8>, TransportError> {
        self.file(token, &format!("/v1/packages/{digest}/file"), bytes_max)
    }

    fn code(&self, token: &Token, digest: &Digest, engine: &str, bytes_max: u64) -> Result<Vec<u8>, TransportError> {
        self.file(token, &format!("/v1/packages/{digest}/code/{}", encoded(engine)), bytes_max)
    }
}

/// A text as one segment of a path or as a value in a query: all but letters, digits and `-._~` percent-encoded
/// (RFC 3986, 2.1 and 2.3).
pub fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.extend([byte >> 4, byte & 15].map(|half| char::from(b"0123456789ABCDEF"[usize::from(half)])));
        }
    }
    encoded
}

/// What an answer that is none says is wrong: the sentence of a problem (RFC 9457), else its status.
pub fn problem(answer: &mut Response<Body>) -> String {
    let status = answer.status();
    let text = answer.body_mut().with_config().limit(PROBLEM_BYTES_MAX).read_to_string().unwrap_or_default();
    let json = serde_json::from_str::<serde_json::Value>(&text).ok();
    let said = json.as_ref().and_then(|json| json.get("detail").or_else(|| json.get("title"))?.as_str());
    said.map_or_else(|| status.to_string(), str::to_owned)
}

/// Why a request has no answer. `bytes_max` is what was allowed of it.
pub fn failure(error: &ureq::Error, bytes_max: u64) -> TransportError {
    match error {
        ureq::Error::BodyExceedsLimit(_) => TransportError::TooLarge { bytes_max },
        ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..) | ureq::Error::BadUri(_) => {
            TransportError::BadAnswer(advice(error).unwrap_or_else(|| error.to_string()))
        }
        error => TransportError::Offline(advice(error).unwrap_or_else(|| error.to_string())),
    }
}

/// What a status that is no success means.
fn refusal(status: StatusCode, said: String) -> TransportError {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => TransportError::NotAllowed(said),
        StatusCode::NOT_FOUND | StatusCode::GONE => TransportError::NotFound(said),
        // What stands between here and the server, or too much of a load: both pass.
        StatusCode::TOO_MANY_REQUESTS
        | StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT => TransportError::Offline(said),
        _ => TransportError::BadAnswer(said),
    }
}

/// How long a request with an answer of so many bytes may take.
fn longest(bytes_max: u64) -> Duration {
    IDLE + Duration::from_secs(bytes_max / SLOWEST)
}

fn body(answer: &mut Response<Body>, bytes_max: u64) -> Result<Vec<u8>, TransportError> {
    answer.body_mut().with_config().limit(bytes_max).read_to_vec().map_err(|error| failure(&error, bytes_max))
}

/// The address without a `/` at its end.
fn base(address: &str) -> Result<String, HttpSettingsError> {
    let wrong = || HttpSettingsError::Address(address.to_owned());
    let uri: Uri = address.parse().map_err(|_| wrong())?;
    let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(wrong)?;
    let has_user = uri.authority().is_some_and(|authority| authority.as_str().contains('@'));
    if uri.query().is_some() || address.contains('#') || has_user {
        return Err(wrong());
    }
    match uri.scheme_str() {
        Some("https") => {}
        Some("http") if is_this_machine(host) => {}
        Some("http") => return Err(HttpSettingsError::Open(address.to_owned())),
        _ => return Err(wrong()),
    }
    Ok(address.trim_end_matches('/').to_owned())
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

fn certificates(pem: &[u8]) -> Result<Vec<Certificate<'static>>, HttpSettingsError> {
    let mut found = Vec::new();
    for item in ureq::tls::parse_pem(pem) {
        let item = item.map_err(|error| HttpSettingsError::Certificates(error.to_string()))?;
        if let PemItem::Certificate(certificate) = item {
            found.push(certificate);
        }
    }
    if found.is_empty() {
        return Err(HttpSettingsError::Certificates("there is none in the file".to_owned()));
    }
    Ok(found)
}

#[cfg(test)]
mod requests;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_url_that_keeps_secrets() {
        for (address, expected) in [
            ("https://lockstep.example.com", "https://lockstep.example.com"),
            ("https://example.com/lockstep/", "https://example.com/lockstep"),
            ("http://localhost:8080/", "http://localhost:8080"),
            ("http://127.0.0.1:1", "http://127.0.0.1:1"),
            ("http://[::1]:1", "http://[::1]:1"),
        ] {
            assert_eq!(base(address).unwrap(), expected);
        }
        for address in
            ["", "example.com", "ftp://example.com", "https://", "https://a/?b", "https://a/#b", "https://u:p@a"]
        {
            assert!(matches!(base(address), Err(HttpSettingsError::Address(_))), "{address}");
        }
        for address in ["http://example.com", "http://10.0.0.1"] {
            assert!(matches!(base(address), Err(HttpSettingsError::Open(_))), "{address}");
        }
    }

    #[test]
    fn a_name_goes_into_a_path_as_one_segment() {
        assert_eq!(encoded("wasmtime-48.0.8/portable"), "wasmtime-48.0.8%2Fportable");
        assert_eq!(encoded("ü ?"), "%C3%BC%20%3F");
    }

    #[test]
    fn a_file_without_certificates_is_refused() {
        assert!(certificates(b"hello").is_err());
        assert!(certificates(b"-----BEGIN CERTIFICATE-----\n").is_err());
    }
}
