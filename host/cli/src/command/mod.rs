//! The subcommands, one file each.

mod administration;
mod build;
mod completions;
mod device;
mod import;
pub(crate) mod inspect;
mod keygen;
mod login;
mod new;
mod oci;
mod operations;
mod packages;
mod publishing;
mod replay;
mod run;
mod serve;
mod sign;
pub(crate) mod test;
mod token;
mod validate_package;
mod verify;

use crate::{
    args::{Command, client::ClientCommand, mirror::MirrorCommand},
    failure::{Ending, Result},
    output::Output,
};

/// Does what the command line asks for.
pub(crate) fn run(command: &Command, output: &Output) -> Result<Ending> {
    match command {
        Command::Build(arguments) => build::run(arguments, output),
        Command::New(arguments) => new::run(arguments, output),
        Command::Completions(arguments) => completions::run(arguments, output),
        Command::Run(arguments) => run::run(arguments, output),
        Command::Inspect(arguments) => inspect::run(arguments, output),
        Command::Test(arguments) => test::run(arguments, output),
        Command::Keygen(arguments) => keygen::run(arguments, output),
        Command::Sign(arguments) => sign::run(arguments, output),
        Command::Verify(arguments) => verify::run(arguments, output),
        Command::Serve(arguments) => serve::run(arguments, output),
        Command::Token(arguments) => token::run(arguments, output),
        Command::Push(arguments) => oci::push(arguments, output),
        Command::Pull(arguments) => oci::pull(arguments, output),
        Command::Client(command) => client(command, output),
        Command::Mirror(MirrorCommand::Import(arguments)) => import::run(arguments, output),
        Command::Mirror(MirrorCommand::Operations(arguments)) => operations::run(arguments, output),
        Command::Mirror(MirrorCommand::Replay(arguments)) => replay::run(arguments, output),
        Command::Device(arguments) => device::run(arguments, output),
        Command::ValidatePackage(arguments) => validate_package::run(arguments),
    }
}

/// Asks a server.
fn client(command: &ClientCommand, output: &Output) -> Result<Ending> {
    match command {
        ClientCommand::Login(arguments) => login::login(arguments, output),
        ClientCommand::Profile(arguments) => login::profile(arguments, output),
        ClientCommand::Upload(arguments) => packages::upload(arguments, output),
        ClientCommand::Packages(arguments) => packages::packages(arguments, output),
        ClientCommand::Apply(arguments) => publishing::apply(arguments, output),
        ClientCommand::Publish(arguments) => publishing::publish(arguments, output),
        ClientCommand::Unpublish(arguments) => publishing::unpublish(arguments, output),
        ClientCommand::Rollback(arguments) => publishing::rollback(arguments, output),
        ClientCommand::Widen(arguments) => publishing::widen(arguments, output),
        ClientCommand::Halt(arguments) => publishing::halt(arguments, output),
        ClientCommand::Withdraw(arguments) => publishing::withdraw(arguments, output),
        ClientCommand::Workspaces(arguments) => publishing::workspaces(arguments, output),
        ClientCommand::Audit(arguments) => administration::audit(arguments, output),
        ClientCommand::Keys(arguments) => administration::keys(arguments, output),
        ClientCommand::Devices(arguments) => administration::devices(arguments, output),
    }
}
