//! The `OpenAPI` document, and the routes that it is made of: one that is not here is not there.

use axum::{extract::State, http::header, response::IntoResponse};
use utoipa::{
    IntoResponses, Modify, OpenApi, ToSchema,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    App, audit, devices, environment, files, health, mirror, packages,
    problem::{Problem, ProblemDetails},
    publication, publishing, trusted_keys, workspaces,
};

/// Packages from software vendors to devices: they are uploaded, validated, applied, published and refreshed.
///
/// Whoever calls sends a JSON Web Token (`EdDSA` or `RS256`) as `Authorization: Bearer TOKEN`. Its `roles` make its subject
/// an `administrator` or a `publisher`; its `device` makes it a device's user. Refusals are problem details (RFC 9457),
/// whose `code` does not change. Times are milliseconds since 1970 in UTC.
#[derive(OpenApi)]
#[openapi(
    modifiers(&Token),
    components(schemas(ProblemDetails)),
    tags(
        (name = "packages", description = "Uploading, looking at, publishing and withdrawing packages"),
        (name = "workspaces", description = "What is published, by name, and its rollout"),
        (name = "keys", description = "The publishers' keys that are trusted"),
        (name = "devices", description = "What devices ask for, and what is known of them"),
        (name = "mirror", description = "What devices send and fetch, what came of it, imports and the feed"),
        (name = "server", description = "The server itself"),
    ),
)]
struct Document;

struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// Bytes as they are.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "it is read by the macro alone")]
pub(super) struct Bytes(Vec<u8>);

/// What any request may come to.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it is read by the macro alone")]
pub(super) enum Any {
    /// The request is not understood.
    #[response(status = 400, content_type = "application/problem+json")]
    BadRequest(ProblemDetails),
    /// There is no token, or it does not do.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthenticated(ProblemDetails),
    /// The token is not enough.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(ProblemDetails),
    /// The caller asks too often.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(ProblemDetails),
    /// The server failed.
    #[response(status = 500, content_type = "application/problem+json")]
    Fault(ProblemDetails),
    /// The server has too much to do.
    #[response(status = 503, content_type = "application/problem+json")]
    Busy(ProblemDetails),
}

/// What a request may come to that needs no token.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it is read by the macro alone")]
pub(super) enum Open {
    /// The caller asks too often.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(ProblemDetails),
    /// The server failed.
    #[response(status = 500, content_type = "application/problem+json")]
    Fault(ProblemDetails),
    /// The server has too much to do.
    #[response(status = 503, content_type = "application/problem+json")]
    Busy(ProblemDetails),
}

/// What a request may come to that is answered however much the server has to do.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it is read by the macro alone")]
pub(super) enum Probed {
    /// The caller asks too often.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(ProblemDetails),
    /// The server failed.
    #[response(status = 500, content_type = "application/problem+json")]
    Fault(ProblemDetails),
}

/// What a request for one thing may come to.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it is read by the macro alone")]
pub(super) enum One {
    /// There is no such thing, or not for this caller.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(ProblemDetails),
}

/// What a request with a body may come to.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it is read by the macro alone")]
pub(super) enum Bodied {
    /// The body comes too slowly.
    #[response(status = 408, content_type = "application/problem+json")]
    TooSlow(ProblemDetails),
    /// What is so does not allow it, or somebody was faster.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(ProblemDetails),
    /// The body is too long.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(ProblemDetails),
    /// The body is said to be something else.
    #[response(status = 415, content_type = "application/problem+json")]
    MediaType(ProblemDetails),
    /// The body does not fit; an uploaded package is refused, with all reasons.
    #[response(status = 422, content_type = "application/problem+json")]
    Unfit(ProblemDetails),
}

/// Routes that are answered whatever else is going on, each with its part of the document.
pub(super) fn unlimited_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(health::alive))
}

/// Routes that are answered however many requests are worked on, to a caller who does not ask too often.
pub(super) fn probed_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(health::ready)).routes(routes!(health::metrics))
}

/// All other routes.
pub(super) fn limited_routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(packages::list, packages::upload))
        .routes(routes!(packages::show))
        .routes(routes!(files::file))
        .routes(routes!(files::code))
        .routes(routes!(publishing::apply))
        .routes(routes!(publishing::publish))
        .routes(routes!(publishing::withdraw))
        .routes(routes!(workspaces::list))
        .routes(routes!(workspaces::unpublish))
        .routes(routes!(workspaces::rollback))
        .routes(routes!(workspaces::widen))
        .routes(routes!(workspaces::halt))
        .routes(routes!(workspaces::complete))
        .routes(routes!(trusted_keys::list, trusted_keys::add))
        .routes(routes!(trusted_keys::retire))
        .routes(routes!(trusted_keys::revoke))
        .routes(routes!(devices::list))
        .routes(routes!(devices::set_rings))
        .routes(routes!(audit::list))
        .routes(routes!(publication::show))
        .routes(routes!(environment::show))
        .merge(mirror::routes())
        .routes(routes!(show))
}

/// This document
#[utoipa::path(
    get, path = "/openapi.json", tag = "server",
    responses((status = 200, description = "The OpenAPI document", content_type = "application/json"), Open),
)]
async fn show(State(_): State<App>) -> Result<impl IntoResponse, Problem> {
    let text = super::document().to_json().map_err(|error| {
        tracing::error!(%error, "the OpenAPI document cannot be written");
        Problem::fault()
    })?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text))
}
