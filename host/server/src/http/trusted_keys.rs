//! The publishers' keys that are trusted in this environment.

use axum::{Json, extract::State, http::StatusCode};
use lockstep_package::keys::VerifyingKey;

use super::{
    App,
    body::{At, Input},
    caller::Administrator,
    document::{Any, Bodied, One},
    input::{AddKey, Because, KeyPath, Why},
    problem::Problem,
};
use crate::registry::{Revoked, TrustedKey};

/// The publishers' keys
#[utoipa::path(
    get, path = "/v1/keys", tag = "keys", security(("token" = [])),
    responses((status = 200, description = "The keys", body = [TrustedKey]), Any),
)]
pub(super) async fn list(_: Administrator, State(app): State<App>) -> Result<Json<Vec<TrustedKey>>, Problem> {
    app.registry(|_, registry, _| registry.keys()).await.map(Json)
}

/// Trust a publisher's key
#[utoipa::path(
    post, path = "/v1/keys", tag = "keys", security(("token" = [])), request_body = AddKey,
    responses((status = 201, description = "The key", body = TrustedKey), Any, Bodied),
)]
pub(super) async fn add(
    Administrator(caller): Administrator,
    State(app): State<App>,
    Input(body): Input<AddKey>,
) -> Result<(StatusCode, Json<TrustedKey>), Problem> {
    let key = VerifyingKey::from_pem(&body.key).map_err(|error| Problem::unfit(format!("`key`: {error}")))?;
    let added =
        app.registry(move |_, registry, now| registry.add_key(&body.publisher, &key, &body.change(&caller, now)));
    added.await.map(|key| (StatusCode::CREATED, Json(key)))
}

/// Take nothing new that the key signs; what is here stays
#[utoipa::path(
    post, path = "/v1/keys/{id}/retire", tag = "keys", params(KeyPath), security(("token" = [])),
    request_body = Because,
    responses((status = 200, description = "The key", body = TrustedKey), Any, One, Bodied),
)]
pub(super) async fn retire(
    Administrator(caller): Administrator,
    State(app): State<App>,
    At(path): At<KeyPath>,
    Input(body): Input<Because>,
) -> Result<Json<TrustedKey>, Problem> {
    app.registry(move |_, registry, now| registry.retire_key(&path.id, &body.change(&caller, now))).await.map(Json)
}

/// Offer nothing any more that the key signed
#[utoipa::path(
    post, path = "/v1/keys/{id}/revoke", tag = "keys", params(KeyPath), security(("token" = [])),
    request_body = Because,
    responses((status = 200, description = "The key", body = Revoked), Any, One, Bodied),
)]
pub(super) async fn revoke(
    Administrator(caller): Administrator,
    State(app): State<App>,
    At(path): At<KeyPath>,
    Input(body): Input<Because>,
) -> Result<Json<Revoked>, Problem> {
    app.registry(move |_, registry, now| registry.revoke_key(&path.id, &body.change(&caller, now))).await.map(Json)
}
