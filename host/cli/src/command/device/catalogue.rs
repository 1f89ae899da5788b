//! What is published for a device: fetching it, showing it, evaluating a document with it.

use std::path::{Path, PathBuf};

use lockstep_device::{Changes, RefreshError, Refreshed};
use lockstep_engine::Profile;
use lockstep_package::publication::PublishedPackage;
use serde_json::{Value, json};

use crate::{
    args::device::{DeviceRefresh, DeviceRun, EnrolmentOptions},
    client::Client,
    command::run::show,
    device::{OnDevice, failure, load_failure, refresh_failure},
    enrolment::{catalogue, enrol, enrolled, read},
    evaluation::Loaded,
    failure::{Ending, Result},
    limits, output,
    output::Output,
    package::PackageFile,
    progress,
    render::style::Tone,
};

/// Enrols the folder's device, if it is not yet.
pub(super) fn enrolling(
    state: &Path,
    client: &Client,
    options: &EnrolmentOptions,
) -> Result<lockstep_device::Enrolment> {
    if let Some(enrolment) = read(state)? {
        return Ok(enrolment);
    }
    let enrolment = enrol(state, client, options.environment_key.as_deref())?;
    let (environment, key) = (&enrolment.environment, enrolment.key.id());
    output::note(&format!(
        "{} is device `{}` of environment `{environment}` from now on, and trusts its key {key}",
        state.display(),
        enrolment.device
    ));
    Ok(enrolment)
}

/// Fetches what is published. Packages that waiting operations need stay.
pub(super) fn refresh(arguments: &DeviceRefresh, output: &Output) -> Result<Ending> {
    let state = &arguments.state.state;
    let client = Client::open(&arguments.server)?;
    enrolling(state, &client, &arguments.enrolment)?;
    let mut on = OnDevice::in_folder(state, "en", None)?;
    let refreshed = refreshed(&mut on, &client)?.map_err(|error| refresh_failure(&error))?;
    let sequence = on.packages.with(|catalogue| catalogue.sequence());
    if output.is_json() {
        Output::json(&report(&refreshed, sequence))?;
    } else {
        output.text(&told(&refreshed, sequence.unwrap_or_default()))?;
    }
    Ok(Ending::Fine)
}

/// Asks what is published, and puts it in force.
pub(super) fn refreshed(on: &mut OnDevice, client: &Client) -> Result<std::result::Result<Refreshed, RefreshError>> {
    let needed = on.device.needed_packages().map_err(failure)?;
    let token = client.token()?;
    let refreshed = progress::during("refreshing", |_| on.packages.refresh(client.transport(), token, needed));
    if refreshed.is_ok() {
        on.device.adopt().map_err(failure)?;
    }
    Ok(refreshed)
}

/// The same for programs.
pub(super) fn report(refreshed: &Refreshed, sequence: Option<u64>) -> Value {
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

/// What is new, in words.
pub(super) fn told(refreshed: &Refreshed, sequence: u64) -> String {
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

/// Evaluates a document.
pub(super) fn evaluate(arguments: &DeviceRun, output: &Output) -> Result<Ending> {
    let state = &arguments.state.state;
    let limits = limits::author(&arguments.evaluation.limits);
    let catalogue = catalogue(state, enrolled(state)?, limits)?;
    let plugin = catalogue.load(&arguments.name).map_err(|error| load_failure(&error))?;
    let package = catalogue.package(&arguments.name).map_err(|error| load_failure(&error))?;
    let package =
        PackageFile { path: PathBuf::from(&arguments.name), bytes: package.content, folder: None, signature: None };
    show(&arguments.evaluation, &package, &Loaded::of(Profile::Portable, plugin, limits), output)
}
