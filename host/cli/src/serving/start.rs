//! What keeps a server from starting, and whose affair it is: its state folder, its address, its issuers.

use std::{io::ErrorKind, net::SocketAddr};

use anyhow::anyhow;
use lockstep_server::{Environment, Listener, OpenError};

use crate::{
    args::server::{Serve, TokenOptions},
    failure::{Failure, Result},
};

/// Whether it is said whose tokens are taken; all that is missing at once.
pub(crate) fn check_issuers(options: &TokenOptions) -> Result<()> {
    let named = [
        ("--jwks", options.jwks.is_some()),
        ("--issuer", options.issuer.is_some()),
        ("--audience", options.audience.is_some()),
    ];
    let missing: Vec<_> = named.iter().filter(|(_, is_given)| !is_given).map(|(name, _)| *name).collect();
    match missing.len() {
        0 => Ok(()),
        3 if options.development_issuer => Ok(()),
        3 => Err(Failure::Usage(anyhow!(
            "whose tokens are taken is not said: give --jwks, --issuer and --audience, or --development-issuer for a trial"
        ))),
        _ => Err(Failure::Usage(anyhow!(
            "--jwks, --issuer and --audience go together: {} is missing",
            missing.join(" and ")
        ))),
    }
}

/// Opens the state folder.
pub(crate) fn environment(arguments: &Serve) -> Result<Environment> {
    Environment::open(&arguments.state, arguments.name.as_deref()).map_err(|error| match &error {
        OpenError::Name(_) | OpenError::OtherName { .. } => Failure::Usage(error.into()),
        OpenError::OpenToOthers { .. }
        | OpenError::InUse { .. }
        | OpenError::Key(_)
        | OpenError::KeyDamaged { .. }
        | OpenError::KeyGone { .. } => Failure::Input(error.into()),
        OpenError::Folder { source, .. } if is_named_wrongly(source.kind()) => Failure::Input(error.into()),
        _ => Failure::Host(error.into()),
    })
}

/// What another name, or other rights, would put right.
fn is_named_wrongly(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::AlreadyExists
            | ErrorKind::NotADirectory
            | ErrorKind::NotFound
            | ErrorKind::PermissionDenied
            | ErrorKind::ReadOnlyFilesystem
    )
}

/// Listens.
pub(crate) fn listener(address: SocketAddr) -> Result<Listener> {
    Listener::bind(address).map_err(|error| {
        let (advice, failure): (_, fn(anyhow::Error) -> Failure) = match error.kind() {
            ErrorKind::AddrInUse => ("another program listens there: stop it, or name another port", Failure::Input),
            ErrorKind::PermissionDenied => ("ports below 1024 are for root: name another", Failure::Input),
            ErrorKind::AddrNotAvailable => {
                ("this machine has no such address: name one of its own, or 0.0.0.0 for all of them", Failure::Usage)
            }
            _ => ("the system does not let it", Failure::Host),
        };
        failure(anyhow!(error).context(format!("cannot listen at {address}: {advice}")))
    })
}
