//! Opening a device for a user.

use lockstep_device::RefreshError;

use super::{
    catalogue::{enrolling, refreshed},
    listing,
};
use crate::{
    args::device::DeviceOpen,
    client::Client,
    device::{OnDevice, failure, identity::Claims, refresh_failure},
    failure::{Ending, Failure, Result},
    output::{self, Output},
};

/// Enrols, signs in, fetches what is published, shows the workspaces. A device that has a user needs no server.
pub(super) fn open(arguments: &DeviceOpen, output: &Output) -> Result<Ending> {
    let state = &arguments.device.state.state;
    let client = Client::open(&arguments.server);
    let is_set_up = crate::enrolment::read(state)?.is_some();
    let client = match client {
        // It is opened by whoever used it before.
        Err(Failure::Usage(_)) if is_set_up && arguments.company.is_none() => None,
        client => Some(client?).filter(|client| !is_set_up || client.token().is_ok()),
    };
    if let Some(client) = &client {
        enrolling(state, client, &arguments.enrolment)?;
    }
    let mut on = OnDevice::open(&arguments.device, None)?;
    if let Some(client) = &client {
        sign_in(&mut on, client, arguments.company.as_deref())?;
        match refreshed(&mut on, client)? {
            Ok(_) => {}
            Err(error @ RefreshError::Offline(_)) => output::note(&error.to_string()),
            Err(error) => return Err(refresh_failure(&error)),
        }
    }
    listing::workspaces(&on, output)
}

/// Signs the token's user in.
pub(super) fn sign_in(on: &mut OnDevice, client: &Client, company: Option<&str>) -> Result<()> {
    let token = client.token()?;
    let identity = Claims::of(token)?.identity(on.id(), company, on.device.identity())?;
    on.device.sign_in(identity, Some(token.clone())).map_err(failure)
}
