//! What is published, by name: taking it back, and rolling it out and back.

use axum::{Json, extract::State};

use super::{
    App,
    body::{At, Input},
    caller::Administrator,
    document::{Any, Bodied, One},
    input::{Rollback, TakeBack, Why, Widen, WorkspacePath},
    problem::Problem,
};
use crate::registry::Workspace;

/// What is published
#[utoipa::path(
    get, path = "/v1/workspaces", tag = "workspaces", security(("token" = [])),
    responses((status = 200, description = "By name", body = [Workspace]), Any),
)]
pub(super) async fn list(_: Administrator, State(app): State<App>) -> Result<Json<Vec<Workspace>>, Problem> {
    app.registry(|_, registry, _| registry.workspaces()).await.map(Json)
}

/// Offer no version of it any more
#[utoipa::path(
    post, path = "/v1/workspaces/{name}/unpublish", tag = "workspaces", params(WorkspacePath),
    security(("token" = [])), request_body = TakeBack,
    responses((status = 200, description = "The workspace", body = Workspace), Any, One, Bodied),
)]
pub(super) async fn unpublish(
    Administrator(caller): Administrator,
    State(app): State<App>,
    At(path): At<WorkspacePath>,
    Input(body): Input<TakeBack>,
) -> Result<Json<Workspace>, Problem> {
    let done =
        app.registry(move |_, registry, now| registry.unpublish(&path.name, body.force, &body.change(&caller, now)));
    done.await.map(Json)
}

/// Publish an earlier version again, to all devices at once
#[utoipa::path(
    post, path = "/v1/workspaces/{name}/rollback", tag = "workspaces", params(WorkspacePath),
    security(("token" = [])), request_body = Rollback,
    responses((status = 200, description = "The workspace", body = Workspace), Any, One, Bodied),
)]
pub(super) async fn rollback(
    Administrator(caller): Administrator,
    State(app): State<App>,
    At(path): At<WorkspacePath>,
    Input(body): Input<Rollback>,
) -> Result<Json<Workspace>, Problem> {
    let done = app.registry(move |_, registry, now| {
        registry.rollback(&path.name, body.digest.as_ref(), body.force, &body.change(&caller, now))
    });
    done.await.map(Json)
}

/// Roll the staged version out to more devices
#[utoipa::path(
    post, path = "/v1/workspaces/{name}/widen", tag = "workspaces", params(WorkspacePath),
    security(("token" = [])), request_body = Widen,
    responses((status = 200, description = "The workspace", body = Workspace), Any, One, Bodied),
)]
pub(super) async fn widen(
    Administrator(caller): Administrator,
    State(app): State<App>,
    At(path): At<WorkspacePath>,
    Input(body): Input<Widen>,
) -> Result<Json<Workspace>, Problem> {
    let done =
        app.registry(move |_, registry, now| registry.widen(&path.name, &body.rollout, &body.change(&caller, now)));
    done.await.map(Json)
}

/// Take the staged version back: all devices get the other one
#[utoipa::path(
    post, path = "/v1/workspaces/{name}/halt", tag = "workspaces", params(WorkspacePath),
    security(("token" = [])), request_body = TakeBack,
    responses((status = 200, description = "The workspace", body = Workspace), Any, One, Bodied),
)]
pub(super) async fn halt(
    Administrator(caller): Administrator,
    State(app): State<App>,
    At(path): At<WorkspacePath>,
    Input(body): Input<TakeBack>,
) -> Result<Json<Workspace>, Problem> {
    let done = app.registry(move |_, registry, now| registry.halt(&path.name, body.force, &body.change(&caller, now)));
    done.await.map(Json)
}

/// Give the staged version to all devices
#[utoipa::path(
    post, path = "/v1/workspaces/{name}/complete", tag = "workspaces", params(WorkspacePath),
    security(("token" = [])), request_body = TakeBack,
    responses((status = 200, description = "The workspace", body = Workspace), Any, One, Bodied),
)]
pub(super) async fn complete(
    Administrator(caller): Administrator,
    State(app): State<App>,
    At(path): At<WorkspacePath>,
    Input(body): Input<TakeBack>,
) -> Result<Json<Workspace>, Problem> {
    let done =
        app.registry(move |_, registry, now| registry.complete(&path.name, body.force, &body.change(&caller, now)));
    done.await.map(Json)
}
