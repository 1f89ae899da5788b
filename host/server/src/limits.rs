//! What one client, and all together, may ask of the server.

use std::{num::NonZeroU32, time::Duration};

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

/// What one client, and all together, may ask of the server. All of it is enforced.
#[derive(Clone, Copy, Debug)]
pub struct ServiceLimits {
    /// The largest package that is taken, in bytes.
    pub upload_bytes_max: usize,
    /// The largest other body, in bytes.
    pub body_bytes_max: usize,
    /// For how long a body may be slower than [`body_bytes_per_second_min`](Self::body_bytes_per_second_min).
    pub body_grace: Duration,
    /// How fast a body comes at least, on average.
    pub body_bytes_per_second_min: NonZeroU32,
    /// How long a body may take, however long it is.
    pub body_time_max: Duration,
    /// Requests that are worked on at a time.
    pub requests_max: usize,
    /// Packages that are received at a time, each of which is held in memory until it is kept. Of one subject one is, and
    /// another one waits.
    pub uploads_max: usize,
    /// Requests of one caller in a minute: of a token's subject, else of an address.
    pub requests_per_minute: NonZeroU32,
    /// Of these, how many may come at once.
    pub requests_burst: NonZeroU32,
}

/// What one connection, and all together, may ask of the listener.
#[derive(Clone, Copy, Debug)]
pub struct ListenerLimits {
    /// Connections that are open at a time; others wait to be accepted.
    pub connections_max: usize,
    /// Of these, how many may come from one address; others are closed. An IPv6 address goes by its first 64 bits.
    pub connections_per_address_max: usize,
    /// For a TLS handshake, and for the header of each request.
    pub header_timeout: Duration,
    /// For a client to take more of what it is sent.
    pub write_timeout: Duration,
    /// The longest header, in bytes: 8192 at least.
    pub header_bytes_max: usize,
    /// The most fields in a header.
    pub header_fields_max: usize,
    /// For what was accepted, once the server is told to stop.
    pub shutdown: Duration,
}

impl ServiceLimits {
    /// What suits a server of some thousand devices.
    pub const PRESET: Self = Self {
        upload_bytes_max: 32 * MIB,
        body_bytes_max: 64 * KIB,
        body_grace: Duration::from_secs(10),
        body_bytes_per_second_min: NonZeroU32::new(16 * 1024).unwrap(),
        body_time_max: Duration::from_mins(10),
        requests_max: 256,
        uploads_max: 8,
        requests_per_minute: NonZeroU32::new(600).unwrap(),
        requests_burst: NonZeroU32::new(100).unwrap(),
    };
}

impl ListenerLimits {
    /// What suits a server of some thousand devices.
    pub const PRESET: Self = Self {
        connections_max: 1024,
        connections_per_address_max: 256,
        header_timeout: Duration::from_secs(10),
        write_timeout: Duration::from_secs(30),
        header_bytes_max: 32 * KIB,
        header_fields_max: 64,
        shutdown: Duration::from_secs(30),
    };
}
