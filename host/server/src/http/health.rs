//! How the server is.

use axum::{extract::State, http::header, response::IntoResponse};

use super::{
    App, Working,
    document::Probed,
    problem::{Problem, ProblemDetails},
};
use crate::{
    Mirror, RegistryError,
    metrics::{self, Gauges},
};

/// Is made and removed, to see whether that can be done.
const PROBE: &str = "ready";

/// Whether the server is alive
#[utoipa::path(get, path = "/healthz", tag = "server", responses((status = 200, description = "It is", body = str)))]
pub(super) async fn alive() -> &'static str {
    "alive\n"
}

/// Whether the server can do its work: database and files can be written
#[utoipa::path(
    get, path = "/readyz", tag = "server",
    responses(
        (status = 200, description = "It can", body = str),
        (status = 503, description = "It cannot", body = ProblemDetails, content_type = "application/problem+json"),
        Probed),
)]
pub(super) async fn ready(State(app): State<App>) -> Result<&'static str, Problem> {
    let checked = app.registry(|app, registry, _| {
        let checked = registry.check_writable().and_then(|()| check_files(app));
        Ok(checked.inspect_err(|error| tracing::error!(%error, "the server is not ready")).is_ok())
    });
    if checked.await? { Ok("ready\n") } else { Err(Problem::busy("the state folder cannot be written to")) }
}

/// # Errors
/// Where no file can be made in the state folder.
fn check_files(app: &Working) -> Result<(), RegistryError> {
    let (work, _) = app.environment.work();
    let made = work.write(PROBE, b"");
    // Of two who ask at once one finds it gone.
    let _ = work.remove_file(PROBE);
    made.map_err(|error| RegistryError::Host(error.to_string()))
}

/// Figures for Prometheus, in the text format of `OpenMetrics`
#[utoipa::path(
    get, path = "/metrics", tag = "server",
    responses((status = 200, description = "The figures", body = str, content_type = "application/openmetrics-text"),
        Probed),
)]
pub(super) async fn metrics(State(app): State<App>) -> Result<impl IntoResponse, Problem> {
    let text = app.registry(|app, registry, _| {
        Ok(app.metrics.text(Gauges {
            revision: registry.revision(),
            devices: registry.devices().len() as u64,
            validations_running: app.intake.running() as u64,
            validations_waiting: app.intake.waiting() as u64,
            mirror: app.mirror.as_ref().map(Mirror::counts),
        }))
    });
    Ok(([(header::CONTENT_TYPE, metrics::MEDIA_TYPE)], text.await?))
}
