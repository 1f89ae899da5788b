//! What devices send and fetch, what administrators see of it, and what goes in and out beside them.

mod exchange;
mod feeding;
mod operations;
mod pokes;

use axum::http::StatusCode;
use lockstep_model::Timestamp;
use tokio::task::spawn_blocking;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{App, problem::Problem};
use crate::{
    Change, Mirror, MirrorError,
    mirror::{ImportError, store::StoreError},
};

/// The mirror's routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(exchange::push))
        .routes(routes!(exchange::pull))
        .routes(routes!(pokes::pokes))
        .routes(routes!(operations::list))
        .routes(routes!(operations::show))
        .routes(routes!(operations::release))
        .routes(routes!(operations::reject))
        .routes(routes!(feeding::rows))
        .routes(routes!(feeding::records))
        .routes(routes!(feeding::changes))
}

/// # Errors
/// 404 where this server mirrors nothing.
fn mirrored(app: &App) -> Result<Mirror, Problem> {
    app.mirror.clone().ok_or_else(|| Problem::not_found("this server mirrors nothing: it publishes packages alone"))
}

/// Does something with the mirror, where blocking is fine.
async fn mirror<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(&Mirror, Timestamp) -> Result<T, MirrorError> + Send + 'static,
) -> Result<T, Problem> {
    let (mirror, span, now) = (mirrored(app)?, tracing::Span::current(), (app.clock)());
    match spawn_blocking(move || span.in_scope(|| work(&mirror, now))).await {
        Ok(worked) => worked.map_err(Problem::from),
        Err(error) => {
            tracing::error!(%error, "a request's work ended early");
            Err(Problem::fault())
        }
    }
}

/// What the audit log says of a change of the mirror.
struct Noted {
    action: &'static str,
    subject: String,
    actor: String,
    reason: String,
}

/// Changes something in the mirror, with a line in the audit log that says what came of it.
async fn change<T: Send + 'static>(
    app: &App,
    noted: Noted,
    work: impl FnOnce(&Mirror, &Noted) -> Result<T, MirrorError> + Send + 'static,
    outcome: fn(&T) -> String,
) -> Result<T, Problem> {
    let environment = app.environment.clone();
    let (actor, reason) = (noted.actor.clone(), noted.reason.clone());
    let checked = app.registry(move |_, registry, now| {
        registry.check_note(&Change { actor: &actor, reason: &reason, now, expected: None })?;
        Ok(now)
    });
    let now = checked.await?;
    mirror(app, move |mirror, _| {
        let result = work(mirror, &noted)?;
        let Noted { action, subject, actor, reason } = &noted;
        let change = Change { actor, reason, now, expected: None };
        if let Err(error) = environment.registry().note(action, subject, Some(&outcome(&result)), &change) {
            // It is done and stays done.
            tracing::error!(action, subject, actor, reason, %error, "a change of the mirror is not in the audit log");
        }
        Ok(result)
    })
    .await
}

impl From<MirrorError> for Problem {
    fn from(error: MirrorError) -> Self {
        let said = error.to_string();
        match error {
            _ if error.is_transient() => {
                tracing::warn!(%error, "the mirror is busy");
                Self::busy("the server cannot do this now: ask again later")
            }
            MirrorError::Body { .. } => Self::bad_request(said),
            MirrorError::TooMuch { .. } => Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", said),
            MirrorError::OtherDevice { .. } => Self::forbidden(said),
            MirrorError::OtherMessage { .. } => Self::new(StatusCode::CONFLICT, "other-message", said),
            MirrorError::NotFound { .. } | MirrorError::Import(ImportError::NoSuch { .. }) => Self::not_found(said),
            MirrorError::NotParked { .. } | MirrorError::StillParked { .. } => {
                Self::new(StatusCode::CONFLICT, "conflict", said)
            }
            MirrorError::Import(_) => Self::unfit(said),
            MirrorError::Store(StoreError::Busy(_)) | MirrorError::Packages(_) | MirrorError::Host(_) => {
                Self::busy(said)
            }
            MirrorError::Store(_) => {
                tracing::error!(%error, "the mirror's store failed");
                Self::fault()
            }
        }
    }
}
