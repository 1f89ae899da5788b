//! This machine's clock.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lockstep_model::{Date, Timestamp};

const DAY_MS: i64 = 86_400_000;

/// Now, to the second.
pub(crate) fn now() -> Timestamp {
    Timestamp(since_epoch().as_secs() as i64 * 1000)
}

/// Now, to the millisecond.
pub(crate) fn now_exactly() -> Timestamp {
    Timestamp(since_epoch().as_millis() as i64)
}

/// The day of a moment in UTC.
pub(crate) fn day_of(moment: Timestamp) -> Date {
    Date(moment.0.div_euclid(DAY_MS) as i32)
}

fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
