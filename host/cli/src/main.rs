//! The `lockstep` command: write, build, test, run and inspect plugins.
//!
//! It alone reads arguments, the environment and the clock, and decides exit codes.

#![forbid(unsafe_code)]

mod args;
mod cache;
mod client;
mod clock;
mod command;
mod device;
mod enrolment;
mod evaluation;
mod failure;
mod files;
mod freshness;
mod input;
mod limits;
mod locale;
mod oci;
mod output;
mod package;
mod passphrase;
mod progress;
mod render;
mod scaffold;
mod scenario;
mod serving;
mod views;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = args::Arguments::parse();
    let output = output::Output::new(arguments.output);
    let ended = command::run(&arguments.command, &output);
    if let Err(failure) = &ended {
        output.failure(failure);
    }
    failure::exit_code(&ended)
}
