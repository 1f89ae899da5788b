//! Telling devices that there is something to pull, as server-sent events.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_core::Stream;
use tokio::time::{Instant, timeout_at};

use super::super::{App, caller::DeviceUser, document::Any, problem::Problem};
use crate::mirror::Subscription;

/// For how long a stream goes on. Who listens comes again, with a token that does by then.
const STREAM: Duration = Duration::from_mins(15);

/// How often something is sent, so that nobody in between takes the connection for dead.
const KEEP_ALIVE: Duration = Duration::from_secs(25);

type Waiting = Pin<Box<dyn Future<Output = Option<Arc<Subscription>>> + Send>>;

/// An event for each time that something has changed.
pub(in super::super) struct Pokes {
    waiting: Waiting,
    until: Instant,
}

fn wait(subscription: Arc<Subscription>, until: Instant) -> Waiting {
    Box::pin(async move {
        let changed = timeout_at(until, subscription.changed()).await;
        changed.is_ok().then_some(subscription)
    })
}

impl Stream for Pokes {
    type Item = Result<Event, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(subscription) = ready!(self.waiting.as_mut().poll(context)) else {
            let over: Waiting = Box::pin(std::future::ready(None));
            self.waiting = over;
            return Poll::Ready(None);
        };
        self.waiting = wait(subscription, self.until);
        Poll::Ready(Some(Ok(Event::default().event("changed").data("pull"))))
    }
}

/// Say when there is something to pull
///
/// Server-sent events: `changed` whenever something may have changed for the caller. The stream ends after a quarter of
/// an hour; ask again then.
#[utoipa::path(
    get, path = "/v1/pokes", tag = "mirror", security(("token" = [])),
    responses((status = 200, description = "Events", content_type = "text/event-stream"), Any),
)]
pub(in super::super) async fn pokes(
    DeviceUser { caller, device }: DeviceUser,
    State(app): State<App>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let mirror = super::mirrored(&app)?;
    let companies = mirror.companies(&caller);
    let subscription = mirror.subscribe(&device, companies.as_ref());
    let until = Instant::now() + STREAM;
    let pokes = Pokes { waiting: wait(Arc::new(subscription), until), until };
    Ok(Sse::new(pokes).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}
