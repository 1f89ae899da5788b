//! `lockstep device`: what a device does, from the command line.

use std::path::PathBuf;

use anyhow::anyhow;
use lockstep_device::{Changes, Fault, LoadFailure, RefreshError, Refreshed};
use lockstep_engine::Profile;
use lockstep_package::publication::PublishedPackage;
use serde_json::{Value, json};

use super::run::show;
use crate::{
    args::device::{Device, DeviceCommand, DeviceList, DeviceRefresh, DeviceRun},
    client::Client,
    enrolment::{catalogue, enrol, enrolled, folder_failure, read},
    evaluation::Loaded,
    failure::{Ending, Failure, Result},
    limits, output,
    output::Output,
    package::PackageFile,
    progress,
    render::{
        server::short,
        style::{Grid, Tone},
    },
};

/// Refreshes, lists or evaluates.
pub(crate) fn run(arguments: &Device, output: &Output) -> Result<Ending> {
    match &arguments.command {
        DeviceCommand::Refresh(arguments) => refresh(arguments, output),
        DeviceCommand::List(arguments) => list(arguments, output),
        DeviceCommand::Run(arguments) => evaluate(arguments, output),
    }
}

fn refresh(arguments: &DeviceRefresh, output: &Output) -> Result<Ending> {
    let state = &arguments.state.state;
    let client = Client::open(&arguments.server)?;
    let token = client.token()?;
    let enrolment = if let Some(enrolment) = read(state)? {
        enrolment
    } else {
        let enrolment = enrol(state, &client, arguments.environment_key.as_deref())?;
        let (environment, key) = (&enrolment.environment, enrolment.key.id());
        output::note(&format!(
            "{} is device `{}` of environment `{environment}` from now on, and trusts its key {key}",
            state.display(),
            enrolment.device
        ));
        enrolment
    };
    let mut catalogue = catalogue(state, enrolment, limits::AUTHOR)?;
    let refreshed = progress::during("refreshing", |_| catalogue.refresh(client.transport(), token));
    let refreshed = refreshed.map_err(|error| refresh_failure(&error))?;
    if output.is_json() {
        Output::json(&report(&refreshed, catalogue.sequence()))?;
    } else {
        output.text(&told(&refreshed, catalogue.sequence().unwrap_or_default()))?;
    }
    Ok(Ending::Fine)
}

fn refresh_failure(error: &RefreshError) -> Failure {
    let said = anyhow!("{error}");
    match error.fault() {
        Fault::Network | Fault::Server => Failure::Unreachable(said),
        Fault::Token => Failure::Refused(said),
        Fault::Package => Failure::Package(said),
        Fault::Device => Failure::Host(said),
    }
}

fn report(refreshed: &Refreshed, sequence: Option<u64>) -> Value {
    let named = |package: &PublishedPackage| json!({ "name": package.name, "version": package.version, "digest": package.digest });
    let all = |packages: &[PublishedPackage]| packages.iter().map(named).collect::<Vec<_>>();
    let Refreshed::Changed(changes) = refreshed else { return json!({ "changed": false, "sequence": sequence }) };
    let replaced = changes.replaced.iter().map(|(from, to)| json!({ "from": named(from), "to": named(to) }));
    json!({
        "changed": true,
        "sequence": sequence,
        "added": all(&changes.added),
        "replaced": replaced.collect::<Vec<_>>(),
        "removed": all(&changes.removed),
    })
}

fn told(refreshed: &Refreshed, sequence: u64) -> String {
    let Refreshed::Changed(Changes { added, replaced, removed, .. }) = refreshed else {
        return format!("Publication {sequence}: nothing new\n");
    };
    let mut text = format!("Publication {sequence}:\n");
    let mut say = |tone: Tone, what: &str, name: &str, version: &str| {
        text.extend(["  ", &*tone.paint(format!("{what:8}")), "  "]);
        text.extend([&*Tone::Strong.paint(name), " ", version, "\n"]);
    };
    for package in added {
        say(Tone::Good, "new", &package.name, &package.version);
    }
    for (from, to) in replaced {
        say(Tone::Known, "replaced", &to.name, &format!("{} by {}", from.version, to.version));
    }
    for package in removed {
        say(Tone::Bad, "removed", &package.name, &package.version);
    }
    if added.is_empty() && replaced.is_empty() && removed.is_empty() {
        text += "  nothing new for this device\n";
    }
    text
}

fn list(arguments: &DeviceList, output: &Output) -> Result<Ending> {
    let state = &arguments.state.state;
    let enrolment = enrolled(state)?;
    let catalogue = catalogue(state, enrolment.clone(), limits::AUTHOR)?;
    if let Some(damage) = catalogue.damage() {
        return Err(folder_failure(state, damage));
    }
    let packages = catalogue.workspaces();
    if output.is_json() {
        Output::json(&json!({
            "environment": enrolment.environment,
            "key": enrolment.key.id(),
            "device": enrolment.device,
            "sequence": catalogue.sequence(),
            "packages": packages,
        }))?;
        return Ok(Ending::Fine);
    }
    let mut grid = Grid::new(Output::width(), &["package", "version", "publisher", "digest"]);
    for package in packages {
        grid.row([
            Tone::Strong.cell(&package.name),
            Tone::Plain.cell(&package.version),
            Tone::Plain.cell(&package.publisher),
            Tone::Faint.cell(short(&package.digest)),
        ]);
    }
    let title = match catalogue.sequence() {
        Some(sequence) => format!("{} of {}, publication {sequence}\n", enrolment.device, enrolment.environment),
        None => format!("{} of {}, not refreshed yet\n", enrolment.device, enrolment.environment),
    };
    let table = if packages.is_empty() { "  nothing is published for it\n".to_owned() } else { grid.finish(&[]) };
    output.text(&(title + &table))?;
    Ok(Ending::Fine)
}

fn evaluate(arguments: &DeviceRun, output: &Output) -> Result<Ending> {
    let state = &arguments.state.state;
    let limits = limits::author(&arguments.evaluation.limits);
    let catalogue = catalogue(state, enrolled(state)?, limits)?;
    let plugin = catalogue.load(&arguments.name).map_err(|error| load_failure(&error))?;
    let package = catalogue.package(&arguments.name).map_err(|error| load_failure(&error))?;
    let package =
        PackageFile { path: PathBuf::from(&arguments.name), bytes: package.content, folder: None, signature: None };
    show(&arguments.evaluation, &package, &Loaded::of(Profile::Portable, plugin, limits), output)
}

fn load_failure(error: &LoadFailure) -> Failure {
    let said = anyhow!("{error}");
    match (error, error.fault()) {
        (LoadFailure::NotPublished(_), _) => Failure::Input(said),
        (_, Fault::Device) => Failure::Host(said),
        _ => Failure::Package(said),
    }
}
