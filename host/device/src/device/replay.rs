//! Replay: what pending operations make of records, on a base that has moved.

use std::sync::Arc;

use lockstep_model::{Limits, Message, Operation, Verdict, verdict::Parked};
use lockstep_sync::{Authority, Done, Ended, Executor, RunError};
use rusqlite::Connection;

use super::Result;
use crate::{
    logic::{Package, Packages},
    store::{
        Lens, messages, meta,
        records::{self, Layer},
    },
};

/// Makes the overlay anew: all pending operations run in their order. One that is refused changes nothing, stays, and
/// is marked.
pub(super) fn replay(connection: &Connection, packages: &dyn Packages, limits: &Limits) -> Result<()> {
    records::clear_overlay(connection)?;
    for stored in messages::overlaid(connection)? {
        let Message::Operation(operation) = &stored.message else { continue };
        let standing = again(connection, operation, packages, limits)?;
        if standing != stored.standing {
            messages::set_standing(connection, operation.id.sequence, standing.as_ref())?;
        }
    }
    meta::set_number(connection, meta::IS_STALE, 0)?;
    Ok(())
}

/// Runs an operation again. What stands against it now, as a verdict; none: it is overlaid.
fn again(
    connection: &Connection,
    operation: &Operation,
    packages: &dyn Packages,
    limits: &Limits,
) -> Result<Option<Verdict>> {
    let plugin = &operation.record.plugin;
    let kept = kept(connection, packages, plugin)?;
    // Where its own package is gone, the one in its place shows best what will come of it.
    let package = packages.pinned(plugin, &operation.package).or_else(|| kept.clone());
    let Some(package) = package else { return Ok(Some(Verdict::Parked { cause: Parked::Package })) };
    let lens = lens(connection, &package, kept.as_deref());
    let executor = Executor { evaluator: &package.evaluator, descriptor: &package.descriptor, limits };
    match executor.run(operation, &operation.context, &lens, Authority::Device) {
        Ok((Ended::Done(done), _)) => {
            overlay(connection, &done, kept.as_deref())?;
            messages::add_writes(connection, operation.id.sequence, done.writes.keys())?;
            Ok(None)
        }
        Ok((Ended::Refused(refused), _)) => Ok(Some(messages::refused(refused.refusal))),
        Err(RunError::Source(error)) => Err(error.into()),
        Err(error) => Ok(Some(messages::failed(error.to_string()))),
    }
}

/// Writes what an operation does to the overlay.
pub(super) fn overlay(connection: &Connection, done: &Done, kept: Option<&Package>) -> Result<()> {
    let kept = kept.map(|package| &package.descriptor);
    for (id, record) in &done.writes {
        records::put(connection, Layer::Overlay, id, record.as_ref(), kept)?;
    }
    Ok(())
}

/// The package for which a plugin's view rows are kept, if it is here.
pub(super) fn kept(connection: &Connection, packages: &dyn Packages, plugin: &str) -> Result<Option<Arc<Package>>> {
    let Some(digest) = records::kept_for(connection, plugin)? else { return Ok(None) };
    Ok(packages.current(plugin).ok().flatten().filter(|package| package.digest == digest))
}

pub(super) fn lens<'a>(connection: &'a Connection, package: &'a Package, kept: Option<&'a Package>) -> Lens<'a> {
    let kept = kept.filter(|kept| kept.name == package.name);
    let kept = kept.map(|kept| if kept.digest == package.digest { &package.descriptor } else { &kept.descriptor });
    Lens { connection, plugin: &package.name, descriptor: &package.descriptor, kept }
}
