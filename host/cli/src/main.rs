//! The `lockstep` command: write, build, test, run and inspect plugins.
//!
//! It alone reads arguments, the environment and the clock, and decides exit codes.

#![forbid(unsafe_code)]

mod args;
mod cache;
mod command;
mod evaluation;
mod failure;
mod freshness;
mod input;
mod limits;
mod output;
mod package;
mod progress;
mod render;
mod scaffold;
mod scenario;

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
