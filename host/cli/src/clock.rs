//! This machine's clock.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lockstep_model::Timestamp;

/// Now, to the second.
pub(crate) fn now() -> Timestamp {
    Timestamp(since_epoch().as_secs() as i64 * 1000)
}

/// Now, to the millisecond.
pub(crate) fn now_exactly() -> Timestamp {
    Timestamp(since_epoch().as_millis() as i64)
}

fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
