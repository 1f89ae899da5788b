//! `lockstep upload` and `lockstep packages`.

use std::fs;

use anyhow::{Context as _, anyhow};
use clap::ValueEnum as _;
use lockstep_device::http;
use lockstep_package::{Manifest, Package, Sections};

use crate::{
    args::client::{Packages, Upload},
    client::{Client, Uploaded, parsed},
    failure::{Ending, Failure, Result},
    output::Output,
    render::server,
    views::{EnvironmentView, PackageView, Problem},
};

/// Uploads a package and shows what the validation found.
pub(crate) fn upload(arguments: &Upload, output: &Output) -> Result<Ending> {
    let path = arguments.package.display();
    let bytes = fs::read(&arguments.package)
        .with_context(|| format!("cannot read the package {path}; name a package file"))
        .map_err(Failure::Input)?;
    let name = name_of(&bytes).map_err(|error| Failure::Package(error.context(path.to_string())))?;
    let client = Client::open(&arguments.server)?;
    match client.upload(&name, &arguments.reason.reason, &bytes)? {
        Uploaded::Taken(answer) => {
            if output.is_json() {
                Output::json(&answer)?;
            } else {
                output.text(&server::became(&parsed(answer)?))?;
            }
            Ok(Ending::Fine)
        }
        Uploaded::Refused(answer) => {
            let problem: Problem = parsed(answer.clone())?;
            // Without reasons it is not the package that is refused.
            if problem.reasons.is_empty() {
                return Err(Failure::Refused(anyhow!("the server refuses: {}", problem.detail)));
            }
            if output.is_json() {
                Output::json(&answer)?;
            } else {
                output.text(&server::refused(&name, &problem.reasons, Output::width()))?;
            }
            Ok(Ending::RefusedByServer)
        }
    }
}

/// Name and version, for what is shown. What is no package at all is not sent.
fn name_of(bytes: &[u8]) -> anyhow::Result<String> {
    let package = Package::open(bytes)?;
    let manifest = Manifest::read(&Sections::parse(package.content())?)?;
    Ok(format!("{} {}", manifest.name, manifest.version))
}

/// Lists packages, or shows one.
pub(crate) fn packages(arguments: &Packages, output: &Output) -> Result<Ending> {
    let client = Client::open(&arguments.server)?;
    if let Some(named) = &arguments.package {
        let answer = client.get(&format!("/v1/packages/{}", client.find_package(named)?))?;
        if output.is_json() {
            Output::json(&answer)?;
        } else {
            output.text(&server::package(&parsed(answer)?, Output::width()))?;
        }
        return Ok(Ending::Fine);
    }
    let state = arguments.state.and_then(|state| Some(state.to_possible_value()?.get_name().to_owned()));
    let filters = [("name", &arguments.name), ("state", &state)];
    let filters = filters.iter().filter_map(|(key, value)| Some(format!("{key}={}", http::encoded(value.as_ref()?))));
    let query = filters.collect::<Vec<_>>().join("&");
    // Before the list: a revision that is too low refuses a change that could be made, and none that could not.
    let environment: EnvironmentView = parsed(client.environment()?)?;
    let answer = client.get(&format!("/v1/packages?{query}"))?;
    if output.is_json() {
        Output::json(&answer)?;
    } else {
        let listed = server::packages(&parsed::<Vec<PackageView>>(answer)?, Output::width());
        output.text(&(listed + &server::revision(environment.revision)))?;
    }
    Ok(Ending::Fine)
}
