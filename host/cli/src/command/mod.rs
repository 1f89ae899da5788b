//! The subcommands, one file each.

mod build;
mod completions;
pub(crate) mod inspect;
mod new;
mod run;
pub(crate) mod test;

use crate::{
    args::Command,
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
    }
}
