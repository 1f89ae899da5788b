//! What a request comes to that does not get what it asks for: problem details (RFC 9457).

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{auth::AuthError, registry::RegistryError, validation::Reason};

/// The media type of a problem.
pub(super) const MEDIA_TYPE: &str = "application/problem+json";

/// For how long a caller should wait before asking again, in seconds, where nothing better is known.
const RETRY_SECONDS: u64 = 10;

/// Why a request does not get what it asks for.
#[derive(Debug)]
pub(super) struct Problem {
    details: Box<ProblemDetails>,
    header: Option<Box<(HeaderName, HeaderValue)>>,
}

/// Why a request does not get what it asks for (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) struct ProblemDetails {
    /// Always `about:blank`: the code says what it is.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What it is, in one word that does not change: `not-found`.
    code: &'static str,
    /// What is wrong, where, and what to do.
    detail: String,
    /// All that stands against a package that is refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<Reason>,
}

impl Problem {
    pub(super) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        let (title, detail) = (status.canonical_reason().unwrap_or("Error"), detail.into());
        let status = status.as_u16();
        let details = ProblemDetails { kind: "about:blank", title, status, code, detail, reasons: Vec::new() };
        Self { details: Box::new(details), header: None }
    }

    fn with(mut self, name: HeaderName, value: impl TryInto<HeaderValue>) -> Self {
        self.header = value.try_into().ok().map(|value| Box::new((name, value)));
        self
    }

    pub(super) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", detail)
    }

    pub(super) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", detail)
    }

    pub(super) fn method() -> Self {
        let detail = "this path has no such method: see /openapi.json";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method", detail)
    }

    pub(super) fn too_large(bytes_max: usize) -> Self {
        let detail = format!("the body has more than {bytes_max} bytes: send less");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail)
    }

    pub(super) fn too_slow() -> Self {
        let detail = "the body comes too slowly: send it faster, or in one go";
        Self::new(StatusCode::REQUEST_TIMEOUT, "too-slow", detail).with(header::CONNECTION, "close")
    }

    pub(super) fn media_type(wanted: &str) -> Self {
        let detail = format!("the body has to be {wanted}: say so in `Content-Type`");
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", detail)
    }

    pub(super) fn unfit(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "unfit", detail)
    }

    /// A package that is refused, with all reasons.
    pub(super) fn refused(reasons: Vec<Reason>) -> Self {
        let detail = match reasons.len() {
            1 => "the package is refused for one reason".to_owned(),
            count => format!("the package is refused for {count} reasons"),
        };
        let mut refused = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "refused", detail);
        refused.details.reasons = reasons;
        refused
    }

    pub(super) fn busy(detail: impl Into<String>) -> Self {
        let busy = Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail);
        busy.with(header::RETRY_AFTER, RETRY_SECONDS)
    }

    pub(super) fn too_many(wait_seconds: u64) -> Self {
        let detail = format!("too many requests: ask again in {wait_seconds} s");
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", detail).with(header::RETRY_AFTER, wait_seconds)
    }

    /// No token (RFC 6750, 3.1: no error code then).
    pub(super) fn unauthenticated() -> Self {
        let detail = "send `Authorization: Bearer TOKEN`";
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail)
            .with(header::WWW_AUTHENTICATE, r#"Bearer realm="lockstep""#)
    }

    /// A token that does not do.
    pub(super) fn refused_token(error: &AuthError) -> Self {
        if *error == AuthError::KeysUnavailable {
            return Self::busy(error.to_string());
        }
        let (status, word) = match error {
            AuthError::Header => (StatusCode::BAD_REQUEST, "invalid_request"),
            _ => (StatusCode::UNAUTHORIZED, "invalid_token"),
        };
        // Backticks and letters alone: what the texts of these errors are made of may stand in a quoted string.
        let challenge = format!(r#"Bearer realm="lockstep", error="{word}", error_description="{error}""#);
        Self::new(status, "unauthenticated", error.to_string()).with(header::WWW_AUTHENTICATE, challenge)
    }

    /// A token that is fine, and not enough.
    pub(super) fn forbidden(detail: impl Into<String>) -> Self {
        let challenge = r#"Bearer realm="lockstep", error="insufficient_scope""#;
        Self::new(StatusCode::FORBIDDEN, "forbidden", detail).with(header::WWW_AUTHENTICATE, challenge)
    }

    /// This machine's fault; what it was is in the log and not here.
    pub(super) fn fault() -> Self {
        let detail = "the server failed; its log says why, beside this request's id";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "fault", detail)
    }
}

impl From<RegistryError> for Problem {
    fn from(error: RegistryError) -> Self {
        match error {
            RegistryError::NotFound { .. } => Self::not_found(error.to_string()),
            RegistryError::Busy { .. } => Self::busy(error.to_string()),
            RegistryError::Invalid(_) | RegistryError::Rollout(_) => Self::bad_request(error.to_string()),
            RegistryError::Host(_) | RegistryError::Damaged { .. } => {
                tracing::error!(%error, "the registry failed");
                Self::fault()
            }
            _ => Self::new(StatusCode::CONFLICT, "conflict", error.to_string()),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.details.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        // Texts and numbers alone: there is nothing that could fail.
        let body = serde_json::to_vec(&self.details).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, MEDIA_TYPE)], body).into_response();
        response.headers_mut().extend(self.header.map(|header| (Some(header.0), header.1)));
        response
    }
}
