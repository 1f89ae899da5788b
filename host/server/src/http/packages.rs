//! Packages: uploading and looking at them.

use std::time::Instant;

use axum::{
    Json,
    extract::{Request, State},
    http::{StatusCode, header},
    response::IntoResponse,
};
use serde::Deserialize;
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use utoipa::IntoParams;

use super::{
    App,
    body::{Asked, At, WASM, has_media_type, read},
    caller::Uploader,
    document::{Any, Bodied, Bytes, One},
    input::PackagePath,
    problem::Problem,
};
use crate::{
    RegistryError, State as PackageState,
    auth::Caller,
    registry::{Change, Filter, Package},
};

/// Which packages are listed.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// Those of this name.
    name: Option<String>,
    /// Those in this state.
    state: Option<PackageState>,
}

/// Why a package is uploaded.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct UploadQuery {
    /// Why; one line, for the audit log.
    #[param(min_length = 1)]
    reason: String,
}

/// Packages, newest first; a publisher sees its own
#[utoipa::path(
    get, path = "/v1/packages", tag = "packages", params(ListQuery), security(("token" = [])),
    responses((status = 200, description = "The packages", body = [Package]), Any),
)]
pub(super) async fn list(
    Uploader(caller): Uploader,
    State(app): State<App>,
    Asked(query): Asked<ListQuery>,
) -> Result<Json<Vec<Package>>, Problem> {
    let listed = move |_: &_, registry: &crate::Registry, _| {
        let of = (!caller.is_administrator()).then(|| caller.subject());
        registry.list(&Filter { name: query.name.as_deref(), state: query.state, of })
    };
    app.registry(listed).await.map(Json)
}

/// One package; a publisher sees its own
#[utoipa::path(
    get, path = "/v1/packages/{digest}", tag = "packages", params(PackagePath), security(("token" = [])),
    responses((status = 200, description = "The package", body = Package), Any, One),
)]
pub(super) async fn show(
    Uploader(caller): Uploader,
    State(app): State<App>,
    At(PackagePath { digest }): At<PackagePath>,
) -> Result<Json<Package>, Problem> {
    let package = app.registry(move |_, registry, _| registry.show(&digest)).await?;
    if may_see(&caller, &package) { Ok(Json(package)) } else { Err(absent("package", &package.digest).into()) }
}

/// Whether an administrator or a publisher may look at a package.
pub(super) fn may_see(caller: &Caller, package: &Package) -> bool {
    let subject = caller.subject();
    let is_own = package.uploaded_by == subject || package.publisher.as_deref() == Some(subject);
    caller.is_administrator() || caller.is_publisher() && is_own
}

/// What the registry says of what is not there: what is not for a caller looks to him as if it were not.
pub(super) fn absent(what: &'static str, id: &impl ToString) -> RegistryError {
    RegistryError::NotFound { what, id: id.to_string(), list: "`lockstep packages`" }
}

/// Upload a package; the answer comes when it is validated
///
/// A package that is here already is not validated again, unless it was refused.
#[utoipa::path(
    post, path = "/v1/packages", tag = "packages", params(UploadQuery), security(("token" = [])),
    request_body(content = Bytes, content_type = "application/wasm", description = "The package's file"),
    responses((status = 201, description = "The package is here and valid", body = Package,
        headers(("location" = String, description = "Where it is"))), Any, Bodied),
)]
pub(super) async fn upload(
    Uploader(caller): Uploader,
    State(app): State<App>,
    Asked(query): Asked<UploadQuery>,
    request: Request,
) -> Result<impl IntoResponse, Problem> {
    has_media_type(request.headers(), WASM)?;
    let Some(_turn) = app.uploads.turn(caller.subject()).await else {
        return Err(busy(&app, "two packages of yours are being uploaded: wait for one of them"));
    };
    let Some(memory) = app.uploads.memory() else {
        return Err(busy(&app, "too many packages are being uploaded: try again later"));
    };
    let bytes = read(request.into_body(), app.limits.upload_bytes_max, &app.limits).await?;
    let package = validated(&app, caller, query.reason, (bytes, memory)).await?;
    if package.state == PackageState::Refused {
        return Err(Problem::refused(package.reasons));
    }
    let location = format!("/v1/packages/{}", package.digest);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(package)))
}

fn busy(app: &App, detail: &'static str) -> Problem {
    app.metrics.uploaded("busy");
    Problem::busy(detail)
}

/// Hands the file to the validator and waits for what comes of it. It goes on when nobody waits any more.
async fn validated(
    app: &App,
    caller: Caller,
    reason: String,
    (bytes, memory): (Vec<u8>, OwnedSemaphorePermit),
) -> Result<Package, Problem> {
    let (sender, receiver) = oneshot::channel();
    let (metrics, started) = (app.metrics.clone(), Instant::now());
    let done = move |result: Result<Package, RegistryError>| {
        metrics.validated(started.elapsed());
        metrics.uploaded(match &result {
            Ok(package) if package.state == PackageState::Refused => "refused",
            Ok(_) => "validated",
            Err(_) => "failed",
        });
        // The caller may have gone away.
        let _ = sender.send(result);
    };
    let accepted = app.registry(move |app, _, now| {
        let change = Change { actor: caller.subject(), reason: &reason, now, expected: None };
        let accepted = app.intake.upload(&bytes, &change, Box::new(done));
        // It is on disk now, and waits for its validation there.
        drop((bytes, memory));
        accepted.inspect_err(|error| {
            app.metrics.uploaded(if matches!(error, RegistryError::Busy { .. }) { "busy" } else { "failed" });
        })
    });
    accepted.await?;
    match receiver.await {
        Ok(result) => result.map_err(Problem::from),
        // It is validated when the server starts again.
        Err(_) => Err(Problem::busy("the server is stopping; the package is validated when it is back")),
    }
}
