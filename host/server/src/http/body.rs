//! Reading what a request brings: in bounded memory, in bounded time, and refused with a sentence.

use std::time::Duration;

use axum::{
    body::Body,
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{HeaderMap, header, request::Parts},
};
use http_body_util::BodyExt;
use hyper::body::Body as _;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout_at};

use super::{App, problem::Problem};
use crate::limits::ServiceLimits;

/// The media type of a package's file.
pub(super) const WASM: &str = "application/wasm";

const JSON: &str = "application/json";

/// A body in JSON.
pub(super) struct Input<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<App> for Input<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        has_media_type(request.headers(), JSON)?;
        let bytes = read(request.into_body(), app.limits.body_bytes_max, &app.limits).await?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            if error.is_data() {
                Problem::unfit(format!("the body does not fit: {error}"))
            } else {
                Problem::bad_request(format!("the body is no JSON: {error}"))
            }
        })
    }
}

/// What stands in the path.
pub(super) struct At<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Path(value) = Path::from_request_parts(parts, app)
            .await
            .map_err(|error| Problem::bad_request(format!("the path does not fit: {}", error.body_text())))?;
        Ok(Self(value))
    }
}

/// What stands behind the `?`.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<App> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Query(value) = Query::from_request_parts(parts, app)
            .await
            .map_err(|error| Problem::bad_request(format!("the query does not fit: {}", error.body_text())))?;
        Ok(Self(value))
    }
}

/// # Errors
/// 415 where the body says that it is something else, or nothing.
pub(super) fn has_media_type(headers: &HeaderMap, wanted: &str) -> Result<(), Problem> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(wanted) { Ok(()) } else { Err(Problem::media_type(wanted)) }
}

/// Reads a body whole.
///
/// # Errors
/// 413 where it is too long, as soon as that is known; 408 where it comes slower than it may; 400 where it ends early.
pub(super) async fn read(mut body: Body, bytes_max: usize, limits: &ServiceLimits) -> Result<Vec<u8>, Problem> {
    if body.size_hint().lower() > bytes_max as u64 {
        return Err(Problem::too_large(bytes_max));
    }
    let (started, mut bytes) = (Instant::now(), Vec::new());
    loop {
        let seconds = bytes.len() as u64 / u64::from(limits.body_bytes_per_second_min.get());
        let allowed = (limits.body_grace + Duration::from_secs(seconds)).min(limits.body_time_max);
        let deadline = started + allowed;
        let frame = timeout_at(deadline, body.frame()).await.map_err(|_| Problem::too_slow())?;
        let Some(frame) = frame else { return Ok(bytes) };
        let frame = frame.map_err(|_| Problem::bad_request("the body ends before it is complete: send it again"))?;
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len() + data.len() > bytes_max {
            return Err(Problem::too_large(bytes_max));
        }
        bytes.extend_from_slice(&data);
    }
}
