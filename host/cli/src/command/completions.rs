//! `lockstep completions`: a script that teaches a shell the command line.

use clap::CommandFactory;

use crate::{
    args::{Arguments, Completions},
    failure::{Ending, Result},
    output::Output,
};

/// Writes the shell's script.
pub(crate) fn run(arguments: &Completions, output: &Output) -> Result<Ending> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "lockstep", &mut script);
    output.text(&String::from_utf8_lossy(&script))?;
    Ok(Ending::Fine)
}
