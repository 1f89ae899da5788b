//! How many requests one caller may make.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, MonotonicClock},
    middleware::NoOpMiddleware,
    state::keyed::DashMapStateStore,
};

use crate::{limits::ServiceLimits, listener};

/// After so many checks callers that have long been quiet are forgotten.
const CHECKS_BETWEEN_SWEEPS: u32 = 4096;

/// By what a caller is told from others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// A token's subject.
    Subject(String),
    /// Where he calls from.
    Address(IpAddr),
}

impl Key {
    /// An IPv6 address goes by its first 64 bits: the rest is one client's to choose.
    pub(super) fn of_address(address: Option<IpAddr>) -> Self {
        Self::Address(listener::client(address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))))
    }
}

type Limiter = RateLimiter<Key, DashMapStateStore<Key>, MonotonicClock, NoOpMiddleware<std::time::Instant>>;

/// How many requests each caller has made.
pub(super) struct Rates {
    limiter: Limiter,
    clock: MonotonicClock,
    checks: AtomicU32,
}

impl Rates {
    pub(super) fn new(limits: &ServiceLimits) -> Self {
        let each = Duration::from_mins(1) / limits.requests_per_minute.get();
        // A minute divided by a number is more than nothing as long as the number is below 60 thousand million.
        let quota = Quota::with_period(each).unwrap_or(Quota::per_minute(limits.requests_per_minute));
        let quota = quota.allow_burst(limits.requests_burst);
        let clock = MonotonicClock;
        Self {
            limiter: RateLimiter::new(quota, DashMapStateStore::default(), clock.clone()),
            clock,
            checks: AtomicU32::new(0),
        }
    }

    /// # Errors
    /// For how many seconds he has to wait.
    pub(super) fn check(&self, key: &Key) -> Result<(), u64> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % CHECKS_BETWEEN_SWEEPS == CHECKS_BETWEEN_SWEEPS - 1 {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        let checked = self.limiter.check_key(key);
        checked.map_err(|until| until.wait_time_from(self.clock.now()).as_secs().max(1))
    }
}
