//! What a server tells: packages, workspaces, keys, devices, the audit log.

use lockstep_model::{Digest, Timestamp};

use super::style::{Grid, Tone, heading, line, thousands};
use crate::views::{AuditView, DeviceView, KeyView, PackageView, Reason, RolloutView, VersionView, WorkspaceView};

/// Digits of a digest or a key's id in tables: enough to name it by.
const DIGITS: usize = 12;

const NONE: &str = "–";

/// The first digits of a digest.
pub(crate) fn short(digest: &Digest) -> String {
    digest.to_string().chars().take(DIGITS).collect()
}

/// The moment, from milliseconds, to the second.
pub(crate) fn moment(at: i64) -> String {
    Timestamp(at).to_string().split('.').next().unwrap_or_default().trim_end_matches('Z').replace('T', " ")
}

fn tone_of(state: &str) -> Tone {
    match state {
        "published" | "trusted" => Tone::Good,
        "refused" | "withdrawn" | "revoked" => Tone::Bad,
        "superseded" | "unpublished" | "retired" => Tone::Faint,
        _ => Tone::Plain,
    }
}

/// `NAME VERSION`, or that its manifest cannot be read.
pub(crate) fn title(package: &PackageView) -> String {
    match (&package.name, &package.version) {
        (Some(name), Some(version)) => format!("{name} {version}"),
        _ => "a package without a manifest".to_owned(),
    }
}

/// All packages, a line each.
pub(crate) fn packages(packages: &[PackageView], width: Option<u16>) -> String {
    if packages.is_empty() {
        return "There are no packages.\n".to_owned();
    }
    let mut grid = Grid::new(width, &["package", "version", "state", "publisher", "changed", "digest"]);
    for package in packages {
        let text = |text: &Option<String>| Tone::Plain.cell(text.as_deref().unwrap_or(NONE));
        grid.row([
            Tone::Strong.cell(package.name.as_deref().unwrap_or(NONE)),
            text(&package.version),
            tone_of(&package.state).cell(&package.state),
            text(&package.publisher),
            Tone::Faint.cell(moment(package.changed)),
            Tone::Faint.cell(short(&package.digest)),
        ]);
    }
    grid.finish(&[])
}

/// One package in full.
pub(crate) fn package(package: &PackageView, width: Option<u16>) -> String {
    let mut grid = Grid::new(width, &[]);
    let mut row = |name: &str, value: String| grid.row([Tone::Faint.cell(name), Tone::Plain.cell(value)]);
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| NONE.to_owned());
    row("state", package.state.clone());
    row("digest", package.digest.to_string());
    row("publisher", text(&package.publisher));
    row("key", text(&package.key));
    row("size", format!("{} bytes", thousands(package.bytes)));
    row("roles", if package.roles.is_empty() { "everybody".to_owned() } else { package.roles.join(", ") });
    row("cases", package.cases.to_string());
    for code in &package.code {
        row("code", format!("{}, {} bytes", code.engine, thousands(code.bytes)));
    }
    row("uploaded", format!("{} by {}", moment(package.uploaded), package.uploaded_by));
    row("changed", moment(package.changed));
    format!("{}\n", Tone::Strong.paint(title(package))) + &grid.finish(&[]) + &reasons(&package.reasons, width)
}

/// What became of a package, in a line.
pub(crate) fn became(package: &PackageView) -> String {
    let state = tone_of(&package.state).paint(&package.state);
    let about = Tone::Faint.paint(short(&package.digest));
    format!("{} is {state}  {about}\n", Tone::Strong.paint(title(package)))
}

/// That a package is refused, and all that stands against it.
pub(crate) fn refused(name: &str, reasons: &[Reason], width: Option<u16>) -> String {
    format!("{} is {}\n", Tone::Strong.paint(name), Tone::Bad.paint("refused")) + &self::reasons(reasons, width)
}

fn reasons(reasons: &[Reason], width: Option<u16>) -> String {
    if reasons.is_empty() {
        return String::new();
    }
    let mut grid = Grid::new(width, &[]);
    for reason in reasons {
        grid.row([Tone::Bad.cell(&reason.code), Tone::Plain.cell(&reason.message)]);
    }
    heading("What stands against it") + &grid.finish(&[])
}

/// What is published, a line for each name.
pub(crate) fn workspaces(workspaces: &[WorkspaceView], width: Option<u16>) -> String {
    if workspaces.is_empty() {
        return "Nothing is published.\n".to_owned();
    }
    let mut grid = Grid::new(width, &["workspace", "for all", "being rolled out", "to"]);
    for workspace in workspaces {
        grid.row([
            Tone::Strong.cell(&workspace.name),
            Tone::Good.cell(version(workspace.stable.as_ref())),
            Tone::Doubtful.cell(version(workspace.staged.as_ref())),
            Tone::Plain.cell(workspace.rollout.as_ref().map_or(NONE.to_owned(), rollout)),
        ]);
    }
    grid.finish(&[])
}

/// What is published under a name now, in a line.
pub(crate) fn workspace(workspace: &WorkspaceView) -> String {
    let name = Tone::Strong.paint(&workspace.name);
    let stable = workspace.stable.as_ref().map(|stable| format!("{} for all", stable.version));
    let staged = workspace.staged.as_ref().map(|staged| {
        let to = workspace.rollout.as_ref().map(rollout).unwrap_or_default();
        format!("{} for {to}", staged.version)
    });
    match (staged, stable) {
        (Some(staged), Some(stable)) => format!("{name}: {staged}, {stable} others\n"),
        (Some(staged), None) => format!("{name}: {staged}, nothing for all others\n"),
        (None, Some(stable)) => format!("{name}: {stable}\n"),
        (None, None) => unpublished(&workspace.name),
    }
}

/// That a name has nothing, so that devices have no such workspace.
pub(crate) fn unpublished(name: &str) -> String {
    let title = Tone::Strong.paint(name);
    format!("nothing is published under {title} now: `lockstep publish {name}@VERSION` puts a version there\n")
}

/// At which revision a list was true.
pub(crate) fn revision(revision: u64) -> String {
    line(Tone::Faint.paint(format!("At revision {revision}.")))
}

fn version(version: Option<&VersionView>) -> String {
    version.map_or(NONE.to_owned(), |version| format!("{} {}", version.version, short(&version.digest)))
}

fn rollout(rollout: &RolloutView) -> String {
    let rings: Vec<_> = rollout.rings.iter().map(String::as_str).collect();
    match (rollout.percent, rings.is_empty()) {
        (percent, true) => format!("{percent} %"),
        (0, false) => format!("ring {}", rings.join(", ")),
        (percent, false) => format!("{percent} % and ring {}", rings.join(", ")),
    }
}

/// The publishers' keys, a line each.
pub(crate) fn keys(keys: &[KeyView], width: Option<u16>) -> String {
    if keys.is_empty() {
        return "No publisher's key is trusted: add one with `lockstep keys trust`.\n".to_owned();
    }
    let mut grid = Grid::new(width, &["publisher", "key", "trust", "since", "by"]);
    for key in keys {
        grid.row([
            Tone::Strong.cell(&key.publisher),
            Tone::Plain.cell(&key.id),
            tone_of(&key.trust).cell(&key.trust),
            Tone::Faint.cell(moment(key.changed)),
            Tone::Plain.cell(&key.changed_by),
        ]);
    }
    grid.finish(&[])
}

/// How far a key is trusted now, in a line.
pub(crate) fn key(key: &KeyView) -> String {
    format!("{} of {} is {}\n", key.id, Tone::Strong.paint(&key.publisher), tone_of(&key.trust).paint(&key.trust))
}

/// The devices, a line each.
pub(crate) fn devices(devices: &[DeviceView], width: Option<u16>) -> String {
    if devices.is_empty() {
        return "No device has refreshed yet.\n".to_owned();
    }
    let mut grid = Grid::new(width, &["device", "user", "rings", "engine", "refreshed"]);
    for device in devices {
        let rings: Vec<_> = device.rings.iter().map(String::as_str).collect();
        grid.row([
            Tone::Strong.cell(&device.id),
            Tone::Plain.cell(device.user.as_deref().unwrap_or(NONE)),
            Tone::Plain.cell(if rings.is_empty() { NONE.to_owned() } else { rings.join(", ") }),
            Tone::Plain.cell(device.engine.as_deref().unwrap_or(NONE)),
            Tone::Faint.cell(device.seen.map_or(NONE.to_owned(), moment)),
        ]);
    }
    grid.finish(&[])
}

/// Entries of the audit log, a line each, and with which options there are more.
pub(crate) fn audit(entries: &[AuditView], more: Option<&str>, width: Option<u16>) -> String {
    if entries.is_empty() {
        return "There are no further entries.\n".to_owned();
    }
    let mut grid = Grid::new(width, &["no", "when", "who", "what", "to what", "why"]);
    for entry in entries {
        let subject = match (&entry.name, &entry.version) {
            (Some(name), Some(version)) => format!("{name} {version}"),
            (Some(name), None) => name.clone(),
            _ => entry.subject.clone(),
        };
        let subject = entry.detail.as_ref().map_or(subject.clone(), |detail| format!("{subject}: {detail}"));
        grid.row([
            Tone::Faint.cell(entry.number),
            Tone::Faint.cell(moment(entry.at)),
            Tone::Plain.cell(&entry.actor),
            tone_of(&entry.action).cell(&entry.action),
            Tone::Strong.cell(subject),
            Tone::Plain.cell(&entry.reason),
        ]);
    }
    let more = more.map(|options| line(Tone::Faint.paint(format!("more: `lockstep audit {options}`"))));
    grid.finish(&[0]) + &more.unwrap_or_default()
}
