//! Sending and fetching, and how a device stands with its server.

use std::collections::BTreeMap;

use anyhow::anyhow;
use lockstep_device::{OperationView, RefreshError, Refreshed, SyncStatus, Synced};
use serde_json::{Value, json};

use super::{
    catalogue::{self, refreshed},
    opening::sign_in,
};
use crate::{
    args::device::{DeviceStatus, DeviceSync},
    client::Client,
    device::{OnDevice, failure},
    failure::{Ending, Failure, Result},
    output::{self, Output},
    progress,
    render::device::{operations, status as rendered},
};

/// Fetches packages, sends what was made, fetches what has changed.
pub(super) fn sync(arguments: &DeviceSync, output: &Output) -> Result<Ending> {
    let client = Client::open(&arguments.server)?;
    let mut on = OnDevice::open(&arguments.device, None)?;
    sign_in(&mut on, &client, None)?;
    let before = states(&on)?;
    // What keeps packages from coming keeps no operation from going.
    let packages = match refreshed(&mut on, &client)? {
        Ok(refreshed) => refreshed,
        Err(error) => {
            if !matches!(error, RefreshError::Offline(_) | RefreshError::NotAllowed(_)) {
                output::note(&error.to_string());
            }
            Refreshed::Unchanged
        }
    };
    let synced = progress::during("synchronising", |_| on.device.sync(client.transport())).map_err(failure)?;
    let status = on.device.status().map_err(failure)?;
    stopped(synced, &status)?;
    let changed: Vec<_> = on.device.operations().map_err(failure)?;
    let changed: Vec<_> =
        changed.into_iter().filter(|view| before.get(&view.operation.id.sequence) != Some(&view.state)).collect();
    if output.is_json() {
        let sequence = on.packages.with(|catalogue| catalogue.sequence());
        Output::json(&json!({
            "packages": catalogue::report(&packages, sequence),
            "operations": operations::report(&on.device, &changed),
            "status": status_report(&on, &status),
        }))?;
        return Ok(Ending::Fine);
    }
    let mut text = String::new();
    if let Refreshed::Changed(changes) = &packages
        && !(changes.added.is_empty() && changes.replaced.is_empty() && changes.removed.is_empty())
    {
        text += &catalogue::told(&packages, changes.sequence);
    }
    if !changed.is_empty() {
        text += &operations::table(&on.device, &changed, Output::width());
    }
    output.text(&(text + &rendered::text(&status, Output::width())))?;
    Ok(Ending::Fine)
}

fn states(on: &OnDevice) -> Result<BTreeMap<u64, lockstep_device::OperationState>> {
    let all: Vec<OperationView> = on.device.operations().map_err(failure)?;
    Ok(all.into_iter().map(|view| (view.operation.id.sequence, view.state)).collect())
}

/// Why it did not come to its end.
fn stopped(synced: Synced, status: &SyncStatus) -> Result<()> {
    let why = status.trouble.as_deref().unwrap_or("it did not say why");
    let kept = match status.waiting {
        0 => "nothing waits to be sent".to_owned(),
        1 => "1 message waits on the device, and is sent the next time".to_owned(),
        count => format!("{count} messages wait on the device, and are sent the next time"),
    };
    match synced {
        Synced::Done => Ok(()),
        Synced::Later { .. } => Err(Failure::Unreachable(anyhow!("synchronising stopped: {why}; {kept}"))),
        Synced::SignIn => Err(Failure::Refused(anyhow!("the server does not take the token: {why}; {kept}"))),
        Synced::StartOver => Err(Failure::Refused(anyhow!("{why}; {kept}"))),
    }
}

/// How the device stands with its server.
pub(super) fn status(arguments: &DeviceStatus, output: &Output) -> Result<Ending> {
    let on = OnDevice::in_folder(&arguments.state.state, "en", None)?;
    let status = on.device.status().map_err(failure)?;
    if output.is_json() {
        Output::json(&status_report(&on, &status))?;
    } else {
        let title = rendered::title(on.id(), on.device.identity());
        output.text(&(title + &rendered::text(&status, Output::width())))?;
    }
    Ok(Ending::Fine)
}

fn status_report(on: &OnDevice, status: &SyncStatus) -> Value {
    let identity = on.device.identity();
    json!({
        "device": on.id(),
        "user": identity.map(|identity| &identity.user),
        "company": identity.map(|identity| &identity.company),
        "roles": identity.map(|identity| &identity.roles),
        "in-sync": status.is_in_sync(),
        "in-sync-at": status.in_sync_at.map(|at| at.to_string()),
        "waiting": status.waiting,
        "undecided": status.undecided,
        "parked": status.parked,
        "doubtful": status.doubtful,
        "inbox": status.inbox,
        "fetching": status.is_fetching,
        "used-bytes": status.used_bytes,
    })
}
