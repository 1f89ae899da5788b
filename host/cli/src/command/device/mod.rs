//! `lockstep device`: a device in a terminal.

mod catalogue;
mod drafting;
mod inbox;
mod listing;
mod opening;
mod operations;
mod syncing;

use crate::{
    args::device::{Device, DeviceCommand, InboxCommand},
    failure::{Ending, Result},
    output::Output,
};

/// Does what a device is asked for.
pub(crate) fn run(arguments: &Device, output: &Output) -> Result<Ending> {
    match &arguments.command {
        DeviceCommand::Open(arguments) => opening::open(arguments, output),
        DeviceCommand::Refresh(arguments) => catalogue::refresh(arguments, output),
        DeviceCommand::Sync(arguments) => syncing::sync(arguments, output),
        DeviceCommand::Status(arguments) => syncing::status(arguments, output),
        DeviceCommand::List(arguments) => listing::list(arguments, output),
        DeviceCommand::Show(arguments) => drafting::show(arguments, output),
        DeviceCommand::Draft(arguments) => drafting::draft(arguments, output),
        DeviceCommand::Submit(arguments) => drafting::submit(arguments, output),
        DeviceCommand::Amend(arguments) => drafting::amend(arguments, output),
        DeviceCommand::Withdraw(arguments) => operations::withdraw(arguments, output),
        DeviceCommand::Operations(arguments) => operations::operations(arguments, output),
        DeviceCommand::Inbox(arguments) => match &arguments.command {
            InboxCommand::List { device } => inbox::list(device, output),
            InboxCommand::Retry(arguments) => drafting::retry(arguments, output),
            InboxCommand::Discard(arguments) => inbox::discard(arguments, output),
        },
        DeviceCommand::Run(arguments) => catalogue::evaluate(arguments, output),
    }
}
