//! What is published for one device: the one request of a refresh. Where nothing is new it is answered without signing.

use axum::{extract::State, http::HeaderMap, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    App,
    body::Asked,
    cache::{Known, fresh, tag, unchanged},
    caller::DeviceUser,
    document::{Any, Bytes},
    problem::Problem,
};
use crate::registry::Asker;

/// RFC 9052, 12.
const COSE: &str = "application/cose; cose-type=\"cose-sign1\"";

/// The longest name of an engine, in bytes.
const ENGINE_BYTES_MAX: usize = 128;

/// To be asked for each time, and not to be kept for others.
const CONTROL: &str = "private, no-cache";

/// For which engine.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PublicationQuery {
    /// The device's engine: `wasmtime-48.0.8/portable`.
    #[param(min_length = 1, max_length = 128)]
    engine: String,
}

/// What is published for the caller's device and roles, signed by the environment
#[utoipa::path(
    get, path = "/v1/publication", tag = "devices", params(PublicationQuery), security(("token" = [])),
    responses(
        (status = 200, description = "The publication record, a COSE_Sign1", body = Bytes,
            content_type = "application/cose", headers(("etag" = String, description = "Of what it says"))),
        (status = 304, description = "Nothing is new"), Any),
)]
pub(super) async fn show(
    DeviceUser { caller, device }: DeviceUser,
    State(app): State<App>,
    Asked(query): Asked<PublicationQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if !(1..=ENGINE_BYTES_MAX).contains(&query.engine.len()) {
        return Err(Problem::bad_request(format!("`engine` has from 1 to {ENGINE_BYTES_MAX} bytes")));
    }
    let known = Known::of(&headers);
    let found = app.registry(move |app, registry, now| {
        let access = app.policy.of(&caller);
        let may_see = |name: &str, roles: &[String]| access.may_see_workspace(name, roles);
        let asker = Asker { device: &device, user: caller.subject(), engine: &query.engine, may_see: &may_see };
        let offer = registry.offer(&asker, now)?;
        let tag = tag(&offer.etag);
        let record = (!known.has(&tag)).then(|| registry.sign(&offer, now)).transpose()?;
        Ok((tag, record))
    });
    let (tag, record) = found.await?;
    Ok(match record {
        None => unchanged(tag, CONTROL),
        Some(record) => fresh(tag, CONTROL, COSE, record),
    })
}
