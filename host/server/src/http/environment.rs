//! The environment: what a device has to know before it trusts what is published in it.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{App, document::Open, problem::Problem};

/// The environment of this server.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Environment {
    /// Its name.
    name: String,
    /// The id of its key, 32 hexadecimal digits.
    key: String,
    /// The Ed25519 public key that publications are signed with, in PEM.
    public_key: String,
    /// It rises by one with every change of what devices are offered.
    revision: u64,
    /// The server's version.
    version: &'static str,
}

/// The environment and its public key
#[utoipa::path(
    get, path = "/v1/environment", tag = "server",
    responses((status = 200, description = "The environment", body = Environment), Open),
)]
pub(super) async fn show(State(app): State<App>) -> Result<Json<Environment>, Problem> {
    let key = app.environment.key();
    let public_key = key.to_pem().map_err(|error| {
        tracing::error!(%error, "the environment's key cannot be written");
        Problem::fault()
    })?;
    Ok(Json(Environment {
        name: app.environment.name().to_owned(),
        key: key.id().to_string(),
        public_key,
        revision: app.environment.registry().revision(),
        version: env!("CARGO_PKG_VERSION"),
    }))
}
