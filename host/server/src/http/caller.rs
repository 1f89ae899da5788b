//! Who calls, as a handler's parameters: each says which callers it is for, and others are refused.

use std::net::IpAddr;

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{App, problem::Problem, rate::Key};
use crate::auth::{AuthError, Caller};

/// The address that a request comes from; the listener notes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// What a request's token says; none: it has none.
#[derive(Clone)]
struct Identity(Result<Option<Caller>, AuthError>);

/// Finds out who calls, and holds the caller to the number of requests that he may make.
pub(super) async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let address = Key::of_address(request.extensions().get::<Peer>().map(|Peer(address)| *address));
    // Fetching keys is the work of whoever asks for it: what he may ask for is looked at before.
    let mut charged = None;
    let identity = match request.headers().get(header::AUTHORIZATION) {
        None => Ok(None),
        Some(value) => {
            let may_fetch = || charged.insert(app.rates.check(&address)).is_ok();
            app.authenticator.of_header(value.as_bytes(), may_fetch).await.map(Some)
        }
    };
    if let Err(error) = &identity {
        app.metrics.refused(error.word());
    }
    let checked = match (charged, &identity) {
        (Some(Err(wait_seconds)), _) => Err(wait_seconds),
        (_, Ok(Some(caller))) => {
            tracing::Span::current().record("subject", caller.subject());
            app.rates.check(&Key::Subject(caller.subject().to_owned()))
        }
        (Some(Ok(())), _) => Ok(()),
        (None, _) => app.rates.check(&address),
    };
    if let Err(wait_seconds) = checked {
        return Problem::too_many(wait_seconds).into_response();
    }
    request.extensions_mut().insert(Identity(identity));
    next.run(request).await
}

fn caller(parts: &Parts) -> Result<Caller, Problem> {
    match parts.extensions.get::<Identity>() {
        Some(Identity(Ok(Some(caller)))) => Ok(caller.clone()),
        Some(Identity(Err(error))) => Err(Problem::refused_token(error)),
        Some(Identity(Ok(None))) | None => Err(Problem::unauthenticated()),
    }
}

/// Someone who may do everything.
pub(super) struct Administrator(pub(super) Caller);

impl FromRequestParts<App> for Administrator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let caller = caller(parts)?;
        if caller.is_administrator() {
            Ok(Self(caller))
        } else {
            Err(Problem::forbidden("this is for administrators: the token's `roles` do not name `administrator`"))
        }
    }
}

/// Someone who uploads packages: a publisher or an administrator.
pub(super) struct Uploader(pub(super) Caller);

impl FromRequestParts<App> for Uploader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let caller = caller(parts)?;
        if caller.is_administrator() || caller.is_publisher() {
            Ok(Self(caller))
        } else {
            let detail = "this is for publishers and administrators: the token's `roles` name neither";
            Err(Problem::forbidden(detail))
        }
    }
}

/// Anybody with a token.
pub(super) struct Anyone(pub(super) Caller);

impl FromRequestParts<App> for Anyone {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        caller(parts).map(Self)
    }
}

/// Someone on a device.
pub(super) struct DeviceUser {
    pub(super) caller: Caller,
    pub(super) device: String,
}

impl FromRequestParts<App> for DeviceUser {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let caller = caller(parts)?;
        match caller.device().map(str::to_owned) {
            Some(device) => Ok(Self { caller, device }),
            None => Err(Problem::forbidden("this is for devices: the token has no claim `device`")),
        }
    }
}
