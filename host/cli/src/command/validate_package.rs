//! `lockstep validate-package`: the process in which a server has a package validated.

use std::io;

use anyhow::anyhow;
use lockstep_server::validation::child;

use crate::{
    args::ValidatePackage,
    failure::{Ending, Failure, Result},
};

/// Validates the package and writes the report to standard output.
pub(crate) fn run(arguments: &ValidatePackage) -> Result<Ending> {
    let ValidatePackage { settings, code, package } = arguments;
    let mut output = io::BufWriter::new(io::stdout().lock());
    child::run(settings, code, package, &mut output).map_err(|error| Failure::Host(anyhow!(error)))?;
    Ok(Ending::Fine)
}
