//! This machine's clock.

use std::time::{SystemTime, UNIX_EPOCH};

use lockstep_model::Timestamp;

/// Now, to the second.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(since.as_secs() as i64 * 1000)
}
