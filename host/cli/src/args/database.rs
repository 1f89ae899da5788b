//! Where a server keeps its mirror.

use std::{convert::Infallible, fmt, str::FromStr};

use clap::Args;

/// Where the mirror is kept.
#[derive(Debug, Args)]
#[command(next_help_heading = "Mirror")]
pub(crate) struct DatabaseOptions {
    /// Keep the mirror in this PostgreSQL, `postgres://USER:PASSWORD@HOST/NAME`; in the state folder unless given. An
    /// address with a password is better given in `LOCKSTEP_DATABASE`, where other users do not see it.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) database: Option<Address>,
    /// An address of the same database that leads past a pooler, to hear at once what other servers do; without it the
    /// database is asked every second. `LOCKSTEP_DATABASE_DIRECT` says it, too.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) database_direct: Option<Address>,
}

/// An address that may hold a password: it is never shown.
#[derive(Clone)]
pub(crate) struct Address(pub(crate) String);

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Address")
    }
}

impl FromStr for Address {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}
