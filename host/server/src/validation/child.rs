//! The process in which one package is checked: it limits itself, checks, and writes what it found.
//!
//! The limits are its own memory (`RLIMIT_DATA`, and `RLIMIT_AS` with the addresses that the engine reserves without
//! using them), processor time, open files and their size, and no core dump. The server that started it watches the
//! clock. On Linux it gives up, besides, all that Landlock can take from it: it opens no file any more but new ones in the
//! folder for code, starts no program, and reaches no network and no other process.
//!
//! It writes two reports: what it finds before anything is compiled or run, so that this is not lost if that breaks off,
//! and all that it found.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use lockstep_model::Digest;

use super::{
    check::{self, CheckError},
    report::{CheckSettings, CodeFile, Report},
};

/// Addresses that an engine reserves for its memories, their guards and its stacks.
#[cfg(unix)]
const ADDRESSES_BYTES: u64 = 24 << 30;

/// Files that are open at a time: an engine has some for its memories.
#[cfg(unix)]
const FILES_MAX: u64 = 64;

/// Why there is no report: the fault is this machine's or the server's, not the package's.
#[derive(Debug, thiserror::Error)]
pub enum ChildError {
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The settings are none.
    #[error("{}: {source}", path.display())]
    Settings {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// The system does not set a limit.
    #[error("the system does not limit this process: {0}")]
    Limit(io::Error),
    /// The engines cannot be made.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// The report cannot be written.
    #[error("the report cannot be written: {0}")]
    Report(io::Error),
}

/// Limits this process, checks the package in `file` by the settings in a JSON file, writes its code into files of a
/// folder and the report as JSON to `output`.
///
/// # Errors
/// When this machine or the server is at fault; what stands against the package is in the report.
pub fn run(settings: &Path, folder: &Path, file: &Path, output: &mut dyn Write) -> Result<(), ChildError> {
    let read = |path: &Path| std::fs::read(path).map_err(|source| ChildError::File { path: path.to_owned(), source });
    let wrong = |source| ChildError::Settings { path: settings.to_owned(), source };
    let settings: CheckSettings = serde_json::from_slice(&read(settings)?).map_err(wrong)?;
    let file = read(file)?;
    limit(&settings).and_then(|()| end_with_parent()).and_then(|()| confine(folder)).map_err(ChildError::Limit)?;
    let mut told = Ok(());
    let checked = check::check_and_tell(&file, &settings, &mut |report| told = write(output, report))?;
    told.map_err(ChildError::Report)?;
    let mut report = checked.report;
    for (engine, code) in checked.code {
        let name = format!("{}.code", engine.rsplit('/').next().unwrap_or_default());
        let path = folder.join(&name);
        std::fs::write(&path, &code).map_err(|source| ChildError::File { path, source })?;
        report.code.push(CodeFile { engine, file: name, digest: Digest::of(&code) });
    }
    write(output, &report).map_err(ChildError::Report)
}

fn write(output: &mut dyn Write, report: &Report) -> io::Result<()> {
    serde_json::to_writer(&mut *output, report)?;
    output.flush()
}

#[cfg(unix)]
fn limit(settings: &CheckSettings) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let seconds = settings.processor_seconds;
    let address = settings.memory_bytes.saturating_add(ADDRESSES_BYTES);
    let limits = [
        (Resource::Core, 0, 0),
        (Resource::Data, settings.memory_bytes, settings.memory_bytes),
        (Resource::As, address, address),
        // First it is told, which says why it ended; a second later it is killed.
        (Resource::Cpu, seconds, seconds.saturating_add(1)),
        (Resource::Fsize, settings.file_bytes, settings.file_bytes),
        (Resource::Nofile, FILES_MAX, FILES_MAX),
    ];
    for (resource, soft, hard) in limits {
        // What this process may not have is not given to it here.
        let allowed = getrlimit(resource).maximum.unwrap_or(u64::MAX);
        let (soft, hard) = (soft.min(allowed), hard.max(soft).min(allowed));
        let hard = if hard == u64::MAX { None } else { Some(hard) };
        setrlimit(resource, Rlimit { current: Some(soft), maximum: hard })?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn limit(_: &CheckSettings) -> io::Result<()> {
    Err(io::Error::other("packages are validated on Unix systems alone"))
}

/// A server that was killed leaves no validation behind.
#[cfg(target_os = "linux")]
fn end_with_parent() -> io::Result<()> {
    Ok(rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?)
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "as on Linux")]
fn end_with_parent() -> io::Result<()> {
    Ok(())
}

/// Whether this system can take from a validation what [`run`] would have it give up.
#[cfg(target_os = "linux")]
pub fn is_confined() -> bool {
    use landlock::{ABI, Access, AccessFs, CompatLevel, Compatible, Ruleset, RulesetAttr};

    let wanted = Ruleset::default().set_compatibility(CompatLevel::HardRequirement);
    wanted.handle_access(AccessFs::from_all(ABI::V1)).and_then(Ruleset::create).is_ok()
}

/// Whether this system can take from a validation what [`run`] would have it give up.
#[cfg(not(target_os = "linux"))]
pub fn is_confined() -> bool {
    false
}

/// What an older kernel does not know it does not take; one without Landlock takes nothing, which the server has said.
#[cfg(target_os = "linux")]
fn confine(folder: &Path) -> io::Result<()> {
    use landlock::{
        ABI, Access, AccessFs, AccessNet, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr, Scope,
    };

    const KNOWN: ABI = ABI::V6;
    let folder = PathFd::new(folder).map_err(io::Error::other)?;
    let rule = PathBeneath::new(folder, AccessFs::MakeReg | AccessFs::WriteFile | AccessFs::Truncate);
    let rules = Ruleset::default().handle_access(AccessFs::from_all(KNOWN));
    let rules = rules.and_then(|rules| rules.handle_access(AccessNet::from_all(KNOWN)));
    let rules = rules.and_then(|rules| rules.scope(Scope::from_all(KNOWN))).and_then(Ruleset::create);
    let rules = rules.and_then(|rules| rules.add_rule(rule));
    rules.and_then(landlock::RulesetCreated::restrict_self).map(drop).map_err(io::Error::other)
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "as on Linux")]
fn confine(_: &Path) -> io::Result<()> {
    Ok(())
}
