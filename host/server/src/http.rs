//! The server's interface: HTTP/1.1 with JSON, described by an `OpenAPI` document that is made of the handlers.
//!
//! A handler's parameters say whom it is for ([`caller`]) and what it takes ([`body`]); what it refuses is a
//! [`problem`]. Every request passes, from the outside in: [`observe`] (its id, its line in the log, its time), the
//! limit on requests at a time, and [`caller::identify`] (who calls, and how often). The registry blocks, and is called
//! on threads that may.

mod audit;
mod body;
mod cache;
mod caller;
mod devices;
mod document;
mod environment;
mod files;
mod health;
mod input;
mod mirror;
mod observe;
mod packages;
mod problem;
mod publication;
mod publishing;
mod rate;
mod trusted_keys;
mod uploads;
mod workspaces;

use std::{any::Any, ops::Deref, sync::Arc};

use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use lockstep_model::Timestamp;
use tokio::{sync::Semaphore, task::spawn_blocking};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::OpenApi;

use crate::{
    Clock, Environment, Mirror, Policy, Registry, RegistryError, Validator, auth::Authenticator, limits::ServiceLimits,
    metrics::Metrics, registry::Change, validation::Done,
};
pub(crate) use caller::Peer;
use problem::Problem;
use rate::Rates;
use uploads::Uploads;

/// Where packages go when they are uploaded: in a server that is at work, its validator.
pub trait Intake: Send + Sync {
    /// Takes a package in and calls `done` when it is validated, from another thread. Blocks for as long as it takes to
    /// store the file.
    ///
    /// # Errors
    /// [`RegistryError::Busy`] where it takes no more at present; otherwise why it cannot be stored.
    fn upload(&self, file: &[u8], change: &Change<'_>, done: Done) -> Result<(), RegistryError>;

    /// Packages that are being validated.
    fn running(&self) -> usize;

    /// Packages that wait for their validation.
    fn waiting(&self) -> usize;

    /// Takes no more, and comes back when what it took is done; blocks.
    fn close(&self);
}

impl Intake for Validator {
    fn upload(&self, file: &[u8], change: &Change<'_>, done: Done) -> Result<(), RegistryError> {
        Self::upload(self, file, change, done).map(drop)
    }

    fn running(&self) -> usize {
        Self::running(self)
    }

    fn waiting(&self) -> usize {
        Self::waiting(self)
    }

    fn close(&self) {
        Self::close(self);
    }
}

/// What a server is made of.
pub struct Service {
    /// All of its state.
    pub environment: Environment,
    /// Where packages are validated.
    pub intake: Box<dyn Intake>,
    /// Who may call.
    pub authenticator: Authenticator,
    /// What callers have.
    pub policy: Policy,
    /// What they may ask for.
    pub limits: ServiceLimits,
    /// What time it is.
    pub clock: Clock,
}

/// A service at work; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Working>);

/// What handlers have.
pub struct Working {
    service: Service,
    mirror: Option<Mirror>,
    metrics: Arc<Metrics>,
    rates: Rates,
    requests: Semaphore,
    uploads: Uploads,
}

impl Deref for App {
    type Target = Working;

    fn deref(&self) -> &Working {
        &self.0
    }
}

impl Deref for Working {
    type Target = Service;

    fn deref(&self) -> &Service {
        &self.service
    }
}

impl App {
    /// Puts a service to work, which publishes packages and mirrors nothing.
    pub fn new(service: Service) -> Self {
        Self::with(service, None)
    }

    /// Puts a service to work that mirrors what devices do.
    pub fn mirroring(service: Service, mirror: Mirror) -> Self {
        Self::with(service, Some(mirror))
    }

    fn with(service: Service, mirror: Option<Mirror>) -> Self {
        let limits = &service.limits;
        Self(Arc::new(Working {
            metrics: Arc::default(),
            rates: Rates::new(limits),
            requests: Semaphore::new(limits.requests_max),
            uploads: Uploads::new(limits.uploads_max),
            mirror,
            service,
        }))
    }

    /// The routes. Requests that [`Listener`](crate::Listener) accepts carry the address that they come from; others
    /// without a token all count as one caller.
    pub fn router(&self) -> Router {
        let (limited, _) = document::limited_routes().split_for_parts();
        let (probed, _) = document::probed_routes().split_for_parts();
        let (unlimited, _) = document::unlimited_routes().split_for_parts();
        let nothing = || async { Problem::not_found("there is nothing at this path: see /openapi.json") };
        let identify = || from_fn_with_state(self.clone(), caller::identify);
        limited
            .layer(identify())
            .layer(from_fn_with_state(self.clone(), at_a_time))
            .merge(probed.layer(identify()))
            .merge(unlimited)
            .fallback(nothing)
            .method_not_allowed_fallback(|| async { Problem::method() })
            .layer(CatchPanicLayer::custom(panicked))
            .layer(from_fn_with_state(self.clone(), observe::observe))
            .with_state(self.clone())
    }

    /// Comes back when all packages that were taken in are validated; blocks. Call it when nobody listens any more.
    pub fn close(&self) {
        self.intake.close();
    }

    /// Does something with the registry, where blocking is fine.
    async fn registry<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Working, &Registry, Timestamp) -> Result<T, RegistryError> + Send + 'static,
    ) -> Result<T, Problem> {
        let (app, span) = (self.clone(), tracing::Span::current());
        let work = move || span.in_scope(|| work(&app, app.environment.registry(), (app.clock)()));
        match spawn_blocking(work).await {
            Ok(worked) => worked.map_err(Problem::from),
            Err(error) => {
                tracing::error!(%error, "a request's work ended early");
                Err(Problem::fault())
            }
        }
    }
}

/// The `OpenAPI` document of the interface.
pub fn document() -> OpenApi {
    let routes = document::limited_routes().merge(document::probed_routes());
    routes.merge(document::unlimited_routes()).into_openapi()
}

/// Turns requests away while as many as may be are worked on.
async fn at_a_time(State(app): State<App>, request: Request, next: Next) -> Response {
    match app.requests.try_acquire() {
        Ok(_permit) => next.run(request).await,
        Err(_) => Problem::busy("too many requests at a time: ask again later").into_response(),
    }
}

/// A handler's bug costs its own request.
fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    Problem::fault().into_response()
}
