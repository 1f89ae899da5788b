//! Files of packages, and their code: what goes by a digest never changes.

use axum::{extract::State, http::HeaderMap, response::Response};
use lockstep_model::Digest;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    App, Working,
    body::{At, WASM},
    cache::{Known, fresh, tag, unchanged},
    caller::Anyone,
    document::{Any, Bytes, One},
    input::PackagePath,
    packages::{absent, may_see},
    problem::Problem,
};
use crate::{
    Registry, RegistryError,
    auth::Caller,
    registry::{Asker, Package},
};

/// A year, for the caller alone: whether another one may have it is not the cache's to say.
const CONTROL: &str = "private, max-age=31536000, immutable";

/// A package's code, in the path.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct CodePath {
    /// The digest of the package's content.
    #[param(value_type = String, pattern = "^[0-9a-f]{64}$")]
    digest: Digest,
    /// The engine's name: `wasmtime-48.0.8/portable`, with `%2F` for its slash.
    engine: String,
}

/// A package's file
///
/// Devices get what they are offered, publishers what is theirs.
#[utoipa::path(
    get, path = "/v1/packages/{digest}/file", tag = "devices", params(PackagePath), security(("token" = [])),
    responses(
        (status = 200, description = "The file", content_type = "application/wasm", body = Bytes,
            headers(("etag" = String, description = "The digest of the file"))),
        (status = 304, description = "The caller has it"), Any, One),
)]
pub(super) async fn file(
    Anyone(caller): Anyone,
    State(app): State<App>,
    At(PackagePath { digest }): At<PackagePath>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let known = Known::of(&headers);
    let found = app.registry(move |app, registry, _| {
        let package = registry.show(&digest)?;
        check(app, registry, &caller, &package)?;
        let tag = tag(package.file);
        let bytes = (!known.has(&tag)).then(|| registry.file(&digest)).transpose()?;
        Ok((tag, bytes))
    });
    let (tag, bytes) = found.await?;
    Ok(match bytes {
        None => unchanged(tag, CONTROL),
        Some(bytes) => fresh(tag, CONTROL, WASM, bytes),
    })
}

/// A package's code for one engine
///
/// Devices get what they are offered, publishers what is theirs.
#[utoipa::path(
    get, path = "/v1/packages/{digest}/code/{engine}", tag = "devices", params(CodePath), security(("token" = [])),
    responses(
        (status = 200, description = "The code", content_type = "application/octet-stream", body = Bytes,
            headers(("etag" = String, description = "The digest of the code"))),
        (status = 304, description = "The caller has it"), Any, One),
)]
pub(super) async fn code(
    Anyone(caller): Anyone,
    State(app): State<App>,
    At(CodePath { digest, engine }): At<CodePath>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let known = Known::of(&headers);
    let found = app.registry(move |app, registry, _| {
        let package = registry.show(&digest)?;
        check(app, registry, &caller, &package)?;
        let code = package.code.iter().find(|code| code.engine == engine);
        let tag = code.map(|code| tag(code.digest)).ok_or_else(|| absent("code", &engine))?;
        let bytes = (!known.has(&tag)).then(|| registry.code(&digest, &engine)).transpose()?;
        Ok((tag, bytes))
    });
    let (tag, bytes) = found.await?;
    Ok(match bytes {
        None => unchanged(tag, CONTROL),
        Some(bytes) => fresh(tag, CONTROL, "application/octet-stream", bytes),
    })
}

/// # Errors
/// Not found, where it is not for this caller.
fn check(app: &Working, registry: &Registry, caller: &Caller, package: &Package) -> Result<(), RegistryError> {
    if may_see(caller, package) {
        return Ok(());
    }
    let hidden = || absent("package", &package.digest);
    let device = caller.device().ok_or_else(hidden)?;
    let access = app.policy.of(caller);
    let may_see = |name: &str, roles: &[String]| access.may_see_workspace(name, roles);
    // Which engine it is for does not change what is offered.
    let asker = Asker { device, user: caller.subject(), engine: "", may_see: &may_see };
    if registry.offers(&asker, &package.digest) { Ok(()) } else { Err(hidden()) }
}
