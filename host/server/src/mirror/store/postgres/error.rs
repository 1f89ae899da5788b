//! Which failures pass by themselves.

use deadpool_postgres::PoolError;
use tokio_postgres::{Error, error::SqlState};

use crate::mirror::store::StoreError;

/// Classes of states that pass by themselves: connections, transactions that were rolled back for others, the operator
/// stopping the database.
const PASSING: [&str; 3] = ["08", "40", "57"];

/// Others that do: locks that were waited for too long, a transaction that was idle too long, too many connections, a
/// database that is yet a copy of another.
const PASSING_STATES: [SqlState; 5] = [
    SqlState::LOCK_NOT_AVAILABLE,
    SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
    SqlState::TOO_MANY_CONNECTIONS,
    SqlState::READ_ONLY_SQL_TRANSACTION,
    SqlState::IN_FAILED_SQL_TRANSACTION,
];

fn is_passing(error: &Error) -> bool {
    if let Some(state) = error.code() {
        return PASSING.iter().any(|class| state.code().starts_with(class)) || PASSING_STATES.contains(state);
    }
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if cause.is::<std::io::Error>() {
            return true;
        }
        source = cause.source();
    }
    error.is_closed()
}

/// With what is behind it; neither names a password.
fn sentence(error: &Error) -> String {
    match error.as_db_error() {
        Some(own) => format!("{} ({})", own.message(), own.code().code()),
        None => std::iter::successors(std::error::Error::source(error), |error| error.source())
            .fold(error.to_string(), |sentence, cause| format!("{sentence}: {cause}")),
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        if is_passing(&error) { Self::Busy(sentence(&error)) } else { Self::Failed(sentence(&error)) }
    }
}

impl From<PoolError> for StoreError {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) => error.into(),
            PoolError::Timeout(_) => Self::Busy("no connection to the database has become free".to_owned()),
            other => Self::Failed(other.to_string()),
        }
    }
}
