//! Accepting connections, holding each to its limits, and ending in good order.
//!
//! A connection has a deadline for its TLS handshake, for the header of each request, and for taking what it is sent;
//! what lies between is the interface's affair. One address has so many connections and no more. When it is told to stop, the listener accepts no more, lets connections finish the request that
//! they are at, and closes what is left when its time is over.

mod addresses;
mod progress;

use std::{
    io,
    net::{SocketAddr, TcpListener as StdListener},
    sync::Arc,
    time::Duration,
};

use axum::{Router, body::Body, http::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

pub(crate) use addresses::client;

use crate::{http::Peer, limits::ListenerLimits, tls::Tls};
use addresses::{Addresses, Connection};
use progress::Progress;

/// After a failure to accept, most often because there are no more file descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// How serving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All that was accepted was finished.
    Finished,
    /// Connections were closed in the middle of a request, since the time was over.
    CutOff,
}

/// Listens at an address.
#[derive(Debug)]
pub struct Listener {
    listener: StdListener,
    address: SocketAddr,
}

/// What every connection has.
#[derive(Clone)]
struct Serving {
    router: Router,
    tls: Option<Tls>,
    limits: ListenerLimits,
}

impl Listener {
    /// Listens at this address; port 0 is any free one.
    ///
    /// # Errors
    /// Where the address cannot be had.
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        let listener = StdListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(Self { address: listener.local_addr()?, listener })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is there, and then finishes what it has accepted.
    ///
    /// # Errors
    /// Where the runtime does not take the listener.
    pub async fn serve(
        self,
        router: Router,
        tls: Option<Tls>,
        limits: ListenerLimits,
        stop: impl Future<Output = ()>,
    ) -> io::Result<Ended> {
        let listener = TcpListener::from_std(self.listener)?;
        let serving = Serving { router, tls, limits };
        let graceful = GracefulShutdown::new();
        tokio::select! {
            () = accept(&listener, &serving, &graceful) => {}
            () = stop => {}
        }
        drop(listener);
        tracing::info!(connections = graceful.count(), "stopping: no more connections are accepted");
        Ok(match timeout(limits.shutdown, graceful.shutdown()).await {
            Ok(()) => Ended::Finished,
            Err(_) => Ended::CutOff,
        })
    }
}

/// Accepts connections for ever.
async fn accept(listener: &TcpListener, serving: &Serving, graceful: &GracefulShutdown) {
    let (connections, addresses) = (Arc::new(Semaphore::new(serving.limits.connections_max)), Addresses::default());
    loop {
        // Nobody closes the semaphore.
        let Ok(permit) = connections.clone().acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, peer)) => {
                let Some(one) = addresses.connect(peer.ip(), serving.limits.connections_per_address_max) else {
                    tracing::debug!(%peer, "a connection is closed: its address has as many as it may");
                    continue;
                };
                tokio::spawn(connection(stream, peer, serving.clone(), graceful.watcher(), (permit, one)));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection cannot be accepted");
                sleep(PAUSE).await;
            }
        }
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    serving: Serving,
    watcher: Watcher,
    _held: (OwnedSemaphorePermit, Connection),
) {
    // Answers are written whole; waiting for more would only delay them.
    let _ = stream.set_nodelay(true);
    let stream = Progress::new(stream, serving.limits.write_timeout);
    let Some(tls) = serving.tls.clone() else { return requests(stream, peer, serving, watcher).await };
    match timeout(serving.limits.header_timeout, TlsAcceptor::from(tls.0).accept(stream)).await {
        Ok(Ok(stream)) => requests(stream, peer, serving, watcher).await,
        Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
        Err(_) => tracing::debug!("a TLS handshake took too long"),
    }
}

/// Answers a connection's requests, one after the other.
async fn requests<S>(stream: S, peer: SocketAddr, serving: Serving, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let Serving { router, limits, .. } = serving;
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer.ip()));
        router.clone().oneshot(request.map(Body::new))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_buf_size(limits.header_bytes_max)
        .max_header_size(limits.header_bytes_max)
        .max_headers(limits.header_fields_max)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection ended early");
    }
}
