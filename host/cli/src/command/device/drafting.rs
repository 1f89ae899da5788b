//! Filling in records, and doing something with them.

use anyhow::anyhow;
use lockstep_device::{Draft, DraftView};
use serde_json::json;

use crate::{
    args::device::{DeviceAmend, DeviceDraft, DeviceShow, EntryOptions},
    device::{
        OnDevice,
        entry::{Entry, entity_of},
        failure,
    },
    failure::{Ending, Failure, Result},
    output::Output,
    render::device::draft as rendered,
};

/// A record as it stands.
pub(super) fn show(arguments: &DeviceShow, output: &Output) -> Result<Ending> {
    let on = OnDevice::open(&arguments.device, None)?;
    let package = on.package(&arguments.workspace)?;
    entity_of(&package, &arguments.entity)?;
    let draft = begin(&on, &arguments.workspace, &arguments.entity, Some(&arguments.key), false)?;
    let view = on.device.show(&draft).map_err(failure)?;
    shown(&on, &draft, draft.action(), &view, output)?;
    Ok(Ending::Fine)
}

/// What would come of it.
pub(super) fn draft(arguments: &DeviceDraft, output: &Output) -> Result<Ending> {
    let (on, entry) = entry(arguments)?;
    let view = entry.show(&on)?;
    shown(&on, &entry.draft, &entry.action, &view, output)?;
    Ok(if view.refusal.is_none() { Ending::Fine } else { Ending::Refused })
}

/// Stores it, to be sent.
pub(super) fn submit(arguments: &DeviceDraft, output: &Output) -> Result<Ending> {
    let (mut on, entry) = entry(arguments)?;
    submitted(&mut on, &entry, output)
}

/// Stores it in place of an operation that was never sent.
pub(super) fn amend(arguments: &DeviceAmend, output: &Output) -> Result<Ending> {
    let on = OnDevice::open(&arguments.device, arguments.entry.today.as_deref())?;
    let draft = on.device.edit(arguments.sequence).map_err(failure)?;
    again(on, draft, &arguments.entry, output)
}

/// Stores it in place of a rejected operation.
pub(super) fn retry(arguments: &DeviceAmend, output: &Output) -> Result<Ending> {
    let on = OnDevice::open(&arguments.device, arguments.entry.today.as_deref())?;
    let draft = on.device.retry(arguments.sequence).map_err(failure)?;
    again(on, draft, &arguments.entry, output)
}

fn again(mut on: OnDevice, draft: Draft, options: &EntryOptions, output: &Output) -> Result<Ending> {
    let package = on.package(&draft.record().plugin)?;
    let entry = Entry::new(&on, &package, draft, options)?;
    submitted(&mut on, &entry, output)
}

fn entry(arguments: &DeviceDraft) -> Result<(OnDevice, Entry)> {
    let on = OnDevice::open(&arguments.device, arguments.entry.today.as_deref())?;
    let package = on.package(&arguments.workspace)?;
    entity_of(&package, &arguments.entity)?;
    let key = arguments.key.as_deref();
    let draft = begin(&on, &arguments.workspace, &arguments.entity, key, arguments.new || key.is_none())?;
    let entry = Entry::new(&on, &package, draft, &arguments.entry)?;
    Ok((on, entry))
}

/// A draft of a record that is there, or of one that is not.
fn begin(on: &OnDevice, workspace: &str, entity: &str, key: Option<&str>, is_new: bool) -> Result<Draft> {
    let draft = on.device.draft(workspace, entity, key).map_err(failure)?;
    let key = &draft.record().key;
    match (is_new, draft.is_new()) {
        (false, true) => {
            Err(Failure::Input(anyhow!("there is no {entity} `{key}` here: make it with `--key {key} --new`")))
        }
        (true, false) => {
            Err(Failure::Input(anyhow!("there is a {entity} `{key}` already: leave --new out to change it")))
        }
        _ => Ok(draft),
    }
}

fn submitted(on: &mut OnDevice, entry: &Entry, output: &Output) -> Result<Ending> {
    let record = entry.draft.record();
    let Some(submitted) = entry.submit(on)? else {
        let view = entry.show(on)?;
        if output.is_json() {
            Output::json(&json!({
                "sequence": null,
                "record": record,
                "action": entry.action,
                "draft": rendered::report(&entry.draft, &entry.action, &view),
            }))?;
        } else {
            output.text(&rendered::refused(&view, Output::width()))?;
        }
        return Ok(Ending::Refused);
    };
    if output.is_json() {
        Output::json(&json!({
            "sequence": submitted.sequence,
            "record": record,
            "action": entry.action,
            "issues": submitted.issues.iter().map(|issue| &issue.code).collect::<Vec<_>>(),
            "records": submitted.records,
        }))?;
    } else {
        output.text(&rendered::submitted(&submitted, record, &entry.action))?;
    }
    Ok(Ending::Fine)
}

fn shown(on: &OnDevice, draft: &Draft, action: &str, view: &DraftView, output: &Output) -> Result<()> {
    if output.is_json() {
        return Output::json(&rendered::report(draft, action, view));
    }
    let waiting = on.device.operations().map_err(failure)?;
    let waiting = waiting.iter().filter(|view| view.is_overlaid && view.operation.record == *draft.record());
    let waiting: Vec<_> = waiting.map(|view| view.operation.id.sequence).collect();
    output.text(&rendered::text(draft, action, view, &waiting, Output::width()))
}
