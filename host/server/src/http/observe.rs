//! What is noted of each request: an id, one line in the log, and its time. Neither queries nor headers are.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::Response,
};
use tracing::{Instrument, field::Empty, info_span};

use super::App;

/// The header by which a request's id comes and goes.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken over from a request, in bytes.
const REQUEST_ID_BYTES_MAX: usize = 64;

/// Gives the request an id, and notes what came of it.
pub(super) async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let (started, method) = (Instant::now(), name(request.method()));
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let id = request.headers().get(&REQUEST_ID).filter(|id| is_id(id)).cloned().unwrap_or_else(new_id);
    let span = info_span!("request", id = id.to_str().unwrap_or_default(), method, route, subject = Empty);
    let mut response = next.run(request).instrument(span.clone()).await;
    let (status, time) = (response.status().as_u16(), started.elapsed());
    app.metrics.answered(method, &route, status, time);
    span.in_scope(|| tracing::info!(status, microseconds = time.as_micros() as u64, "answered"));
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, id);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Letters, digits and hyphens, so that it stands in no log as something else.
fn is_id(id: &HeaderValue) -> bool {
    let is_fine = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    (1..=REQUEST_ID_BYTES_MAX).contains(&id.len()) && id.as_bytes().iter().all(is_fine)
}

fn new_id() -> HeaderValue {
    let mut bytes = [0; 16];
    // Without randomness requests look alike in the log, and are answered all the same.
    let _ = getrandom::fill(&mut bytes);
    let id = format!("{:032x}", u128::from_be_bytes(bytes));
    HeaderValue::try_from(id).unwrap_or(HeaderValue::from_static("0"))
}

/// Of methods that nobody has heard of there may be many.
fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::PATCH => "PATCH",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
