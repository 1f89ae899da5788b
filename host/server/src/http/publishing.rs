//! What administrators do to a package.

use axum::{Json, extract::State};

use super::{
    App,
    body::{At, Input},
    caller::Administrator,
    document::{Any, Bodied, One},
    input::{Because, PackagePath, Publish, TakeBack, Why},
    problem::Problem,
};
use crate::{
    Rollout,
    registry::{Package, Withdrawn},
};

/// Accept a validated package
#[utoipa::path(
    post, path = "/v1/packages/{digest}/apply", tag = "packages", params(PackagePath), security(("token" = [])),
    request_body = Because,
    responses((status = 200, description = "The package", body = Package), Any, One, Bodied),
)]
pub(super) async fn apply(
    Administrator(caller): Administrator,
    State(app): State<App>,
    At(PackagePath { digest }): At<PackagePath>,
    Input(body): Input<Because>,
) -> Result<Json<Package>, Problem> {
    app.registry(move |_, registry, now| registry.apply(&digest, &body.change(&caller, now))).await.map(Json)
}

/// Offer an applied package to devices, all or some
#[utoipa::path(
    post, path = "/v1/packages/{digest}/publish", tag = "packages", params(PackagePath), security(("token" = [])),
    request_body = Publish,
    responses((status = 200, description = "The package", body = Package), Any, One, Bodied),
)]
pub(super) async fn publish(
    Administrator(caller): Administrator,
    State(app): State<App>,
    At(PackagePath { digest }): At<PackagePath>,
    Input(body): Input<Publish>,
) -> Result<Json<Package>, Problem> {
    let published = app.registry(move |_, registry, now| {
        let all = Rollout::all();
        let rollout = body.rollout.as_ref().unwrap_or(&all);
        registry.publish(&digest, rollout, body.force, &body.change(&caller, now))
    });
    published.await.map(Json)
}

/// Take a package out of use for ever
#[utoipa::path(
    post, path = "/v1/packages/{digest}/withdraw", tag = "packages", params(PackagePath), security(("token" = [])),
    request_body = TakeBack,
    responses((status = 200, description = "The package", body = Withdrawn), Any, One, Bodied),
)]
pub(super) async fn withdraw(
    Administrator(caller): Administrator,
    State(app): State<App>,
    At(PackagePath { digest }): At<PackagePath>,
    Input(body): Input<TakeBack>,
) -> Result<Json<Withdrawn>, Problem> {
    let withdrawn = move |_: &_, registry: &crate::Registry, now| {
        registry.withdraw(&digest, body.force, &body.change(&caller, now))
    };
    app.registry(withdrawn).await.map(Json)
}
