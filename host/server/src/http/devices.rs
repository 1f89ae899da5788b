//! Devices, and the rings that they are in.

use axum::{Json, extract::State};

use super::{
    App,
    body::{At, Input},
    caller::Administrator,
    document::{Any, Bodied},
    input::{DevicePath, SetRings, Why},
    problem::Problem,
};
use crate::registry::Device;

/// The devices that have refreshed, or were given rings
#[utoipa::path(
    get, path = "/v1/devices", tag = "devices", security(("token" = [])),
    responses((status = 200, description = "The devices", body = [Device]), Any),
)]
pub(super) async fn list(_: Administrator, State(app): State<App>) -> Result<Json<Vec<Device>>, Problem> {
    app.registry(|_, registry, _| Ok(registry.devices())).await.map(Json)
}

/// Put a device into these rings, and out of others
#[utoipa::path(
    put, path = "/v1/devices/{id}/rings", tag = "devices", params(DevicePath), security(("token" = [])),
    request_body = SetRings,
    responses((status = 200, description = "The device", body = Device), Any, Bodied),
)]
pub(super) async fn set_rings(
    Administrator(caller): Administrator,
    State(app): State<App>,
    At(path): At<DevicePath>,
    Input(body): Input<SetRings>,
) -> Result<Json<Device>, Problem> {
    let set =
        app.registry(move |_, registry, now| registry.set_rings(&path.id, &body.rings, &body.change(&caller, now)));
    set.await.map(Json)
}
