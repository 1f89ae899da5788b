//! Push and pull: canonical bytes both ways.

use axum::{
    body::Body,
    extract::{Request, State},
    http::header,
    response::{IntoResponse, Response},
};
use lockstep_model::{
    Message,
    canonical::{decode_push, encode_page, encode_pushed},
    exchange::{Push, Pushed},
};
use lockstep_sync::intake::BATCH_BYTES;

use super::super::{
    App,
    body::{has_media_type, read},
    caller::DeviceUser,
    document::{Any, Bodied, Bytes},
    problem::Problem,
};
use crate::{MirrorError, mirror::word};

/// The media type of canonical bytes.
const CANONICAL: &str = "application/vnd.lockstep";

/// Besides the messages: the device's name, counts and lengths.
const ENVELOPE_BYTES: usize = 64 << 10;

async fn body(app: &App, request: Request, bytes_max: usize) -> Result<Vec<u8>, Problem> {
    has_media_type(request.headers(), CANONICAL)?;
    read(Body::new(request.into_body()), bytes_max, &app.limits).await
}

fn answer(bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, CANONICAL), (header::CACHE_CONTROL, "no-store")], bytes).into_response()
}

/// Take a device's messages and give their verdicts
///
/// Those that are here already get their stored verdicts again. At most 256 messages and 1 MiB; they follow on what the
/// server has, else the answer says what it expects.
#[utoipa::path(
    post, path = "/v1/push", tag = "mirror", security(("token" = [])),
    request_body(content = Bytes, content_type = "application/vnd.lockstep", description = "A canonical push"),
    responses(
        (status = 200, description = "A canonical answer to a push", body = Bytes,
            content_type = "application/vnd.lockstep"), Any, Bodied),
)]
pub(in super::super) async fn push(
    DeviceUser { caller, device }: DeviceUser,
    State(app): State<App>,
    request: Request,
) -> Result<Response, Problem> {
    let bytes = body(&app, request, BATCH_BYTES + ENVELOPE_BYTES).await?;
    let pushed = super::mirror(&app, move |mirror, _| {
        let push = decode_push(&bytes).map_err(|why| MirrorError::Body { what: "push", why })?;
        let pushed = mirror.push(&caller, &device, &push)?;
        log(&device, &push, &pushed);
        Ok(pushed)
    });
    Ok(answer(encode_pushed(&pushed.await?)))
}

/// Says what a device has sent and what became of it; what was not accepted as it was made has a line of its own.
fn log(device: &str, push: &Push, pushed: &Pushed) {
    let Pushed::Taken { last, verdicts } = pushed else {
        tracing::info!(device, "messages that do not follow on what is here");
        return;
    };
    for message in &push.messages {
        let Message::Operation(operation) = message else { continue };
        let verdict = verdicts.get(&operation.id.sequence).map(word);
        if let Some(verdict @ ("rebased" | "rejected" | "parked")) = verdict {
            let (record, action) = (&operation.record, &*operation.action);
            tracing::info!(operation = %operation.id, %record, action, verdict, "not accepted as it was made");
        }
    }
    let count = |wanted: &str| verdicts.values().filter(|verdict| word(verdict) == wanted).count();
    let [accepted, rebased, rejected, parked] = ["accepted", "rebased", "rejected", "parked"].map(count);
    tracing::info!(device, last, accepted, rebased, rejected, parked, "messages taken");
}

/// Give a device what has changed
///
/// The body is the cookie of the page before, or empty.
#[utoipa::path(
    post, path = "/v1/pull", tag = "mirror", security(("token" = [])),
    request_body(content = Bytes, content_type = "application/vnd.lockstep", description = "A cookie, or nothing"),
    responses(
        (status = 200, description = "A canonical page", body = Bytes, content_type = "application/vnd.lockstep"),
        Any, Bodied),
)]
pub(in super::super) async fn pull(
    DeviceUser { caller, device }: DeviceUser,
    State(app): State<App>,
    request: Request,
) -> Result<Response, Problem> {
    let cookie = body(&app, request, app.limits.body_bytes_max).await?;
    let page = super::mirror(&app, move |mirror, _| {
        let cookie = (!cookie.is_empty()).then_some(&cookie[..]);
        mirror.pull(&caller, &device, cookie)
    });
    Ok(answer(encode_page(&page.await?)))
}
