//! The clock: handed in by whoever starts the server, so that a test can stand still.

use std::sync::Arc;

use lockstep_model::Timestamp;

/// Says what time it is, in milliseconds since 1970-01-01T00:00Z.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;
