//! What was done on a device, and what became of it.

use crate::{
    args::device::{DeviceOperations, DeviceWithdraw},
    device::{OnDevice, failure},
    failure::{Ending, Result},
    output::Output,
    render::device::operations as rendered,
};

/// All operations, or one in full.
pub(super) fn operations(arguments: &DeviceOperations, output: &Output) -> Result<Ending> {
    let on = OnDevice::open(&arguments.device, None)?;
    let device = &on.device;
    if let Some(sequence) = arguments.sequence {
        let view = device.operation_view(sequence).map_err(failure)?;
        if output.is_json() {
            Output::json(&rendered::one(device, &view))?;
        } else {
            output.text(&rendered::full(device, &view, Output::width()))?;
        }
        return Ok(Ending::Fine);
    }
    let all = device.operations().map_err(failure)?;
    if output.is_json() {
        Output::json(&rendered::report(device, &all))?;
    } else if all.is_empty() {
        output.text("Nothing was done on this device.\n")?;
    } else {
        output.text(&rendered::table(device, &all, Output::width()))?;
    }
    Ok(Ending::Fine)
}

/// Takes back what was never sent.
pub(super) fn withdraw(arguments: &DeviceWithdraw, output: &Output) -> Result<Ending> {
    let mut on = OnDevice::open(&arguments.device, None)?;
    on.device.withdraw(arguments.sequence).map_err(failure)?;
    if output.is_json() {
        Output::json(&serde_json::json!({ "withdrawn": arguments.sequence }))?;
    } else {
        output.text(&format!("{} is taken back\n", arguments.sequence))?;
    }
    Ok(Ending::Fine)
}
