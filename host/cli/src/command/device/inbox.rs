//! What the server has rejected, and what the user does about it.

use crate::{
    args::device::{DeviceWithdraw, OpenedOptions},
    device::{OnDevice, failure},
    failure::{Ending, Result},
    output::Output,
    render::device::inbox as rendered,
};

/// What waits for the user.
pub(super) fn list(options: &OpenedOptions, output: &Output) -> Result<Ending> {
    let on = OnDevice::open(options, None)?;
    let items = on.device.inbox().map_err(failure)?;
    if output.is_json() {
        Output::json(&items.iter().map(rendered::report).collect::<Vec<_>>())?;
    } else if items.is_empty() {
        output.text("The inbox is empty.\n")?;
    } else {
        output.text(&items.iter().map(|item| rendered::text(item, Output::width())).collect::<String>())?;
    }
    Ok(Ending::Fine)
}

/// Gives something up.
pub(super) fn discard(arguments: &DeviceWithdraw, output: &Output) -> Result<Ending> {
    let mut on = OnDevice::open(&arguments.device, None)?;
    on.device.discard(arguments.sequence).map_err(failure)?;
    if output.is_json() {
        Output::json(&serde_json::json!({ "discarded": arguments.sequence }))?;
    } else {
        output.text(&format!("{} is given up\n", arguments.sequence))?;
    }
    Ok(Ending::Fine)
}
