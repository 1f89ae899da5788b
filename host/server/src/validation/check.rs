//! All that stands against one package by itself.
//!
//! What can be looked at independently is, so that its publisher hears everything at once: manifest, messages and
//! workspace are read, the code is scanned for floats and loaded into both engines, and where it describes itself, the
//! rest is held against that and its cases are run.

use lockstep_engine::{
    CodeKey, Engine, EngineConfig, HostError, LoadError, Plugin, Pool, Profile, WASMTIME_VERSION, inspect,
};
use lockstep_model::Limits;
use lockstep_package::{
    CaseFiles, Manifest, Messages, Package, Sections, Workspace, manifest::ManifestError, signature,
};
use semver::Version;

use super::{
    cases, manifest,
    reason::{Reason, ReasonCode},
    report::{CheckSettings, Report},
};

/// Most reasons that are told.
const REASONS_MAX: usize = 200;

/// Longest sentence, in characters.
const MESSAGE_CHARACTERS_MAX: usize = 1000;

/// Largest description of itself, as JSON in bytes.
const DESCRIPTOR_BYTES_MAX: usize = 4 << 20;

/// How many memories a component can have: one is usual.
const SANDBOXES: u32 = 4;

/// What is kept of a memory between evaluations.
const RESIDENT_BYTES: usize = 64 << 10;

/// The engines that packages are compiled for and run on.
const PROFILES: [Profile; 2] = [Profile::Native, Profile::Portable];

/// What a check found, and the code that it made.
pub struct Checked {
    /// What it found; `code` is empty yet.
    pub report: Report,
    /// The package's code by engine, if nothing stands against it.
    pub code: Vec<(String, Vec<u8>)>,
}

/// Why there was no check: the fault is this machine's or the settings'.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The engines cannot be made.
    #[error("the engine for validation cannot be started: {0}; allow it more memory")]
    Engine(#[from] HostError),
    /// The host's version is none.
    #[error("`{0}` is no version of this host")]
    HostVersion(String),
}

/// The names of the engines that packages are compiled for: `wasmtime-48.0.8/native`.
pub fn engine_names() -> [String; 2] {
    PROFILES.map(|profile| format!("wasmtime-{WASMTIME_VERSION}/{profile}"))
}

/// Looks at a package's file. It runs the package's code and may take long or be killed for the memory that it takes:
/// see [`child`](super::child).
///
/// # Errors
/// When this machine or the settings are at fault, not the package.
pub fn check(file: &[u8], settings: &CheckSettings) -> Result<Checked, CheckError> {
    check_and_tell(file, settings, &mut |_| ())
}

/// The same, and what is found before anything is compiled or run is told at once.
pub(super) fn check_and_tell(
    file: &[u8],
    settings: &CheckSettings,
    tell: &mut dyn FnMut(&Report),
) -> Result<Checked, CheckError> {
    let version =
        Version::parse(&settings.host_version).map_err(|_| CheckError::HostVersion(settings.host_version.clone()))?;
    let max = settings.package_bytes_max;
    if file.len() > max {
        let message = format!("it has {} bytes, and {max} are the most here: make it smaller", file.len());
        return Ok(refused(Reason::new(ReasonCode::TooLarge, message)));
    }
    let sections = match Sections::parse(file) {
        Ok(sections) => sections,
        Err(error) => return Ok(refused(Reason::new(ReasonCode::NotLoadable, error))),
    };
    let mut check = Check { settings, limits: settings.limits, report: Report::default(), code: Vec::new() };
    check.package(file, &sections, &version, tell)?;
    Ok(check.finish())
}

fn refused(reason: Reason) -> Checked {
    Checked { report: Report::refused(reason), code: Vec::new() }
}

struct Check<'a> {
    settings: &'a CheckSettings,
    limits: Limits,
    report: Report,
    code: Vec<(String, Vec<u8>)>,
}

impl Check<'_> {
    fn against(&mut self, code: ReasonCode, message: impl std::fmt::Display) {
        self.report.reasons.push(Reason::new(code, message));
    }

    /// Keeps what there is, and says what stands against it where there is nothing.
    fn or_reason<T, E: std::fmt::Display>(&mut self, code: ReasonCode, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.against(code, error)).ok()
    }

    fn package(
        &mut self,
        file: &[u8],
        sections: &Sections<'_>,
        host: &Version,
        tell: &mut dyn FnMut(&Report),
    ) -> Result<(), CheckError> {
        match Manifest::read(sections) {
            Ok(manifest) => self.report.reasons.extend(manifest::host(&manifest, host)),
            Err(ManifestError::Wrong { mistakes }) => {
                for mistake in mistakes {
                    self.against(ReasonCode::NotLoadable, mistake);
                }
            }
            Err(error) => self.against(ReasonCode::NotLoadable, error),
        }
        let messages = self.or_reason(ReasonCode::Messages, Messages::read(sections));
        let workspace = self.or_reason(ReasonCode::Workspace, Workspace::read(sections)).flatten();
        let roles = workspace.iter().flat_map(|workspace| &workspace.roles);
        self.report.roles = roles.map(ToString::to_string).collect();
        let files = self.or_reason(ReasonCode::CasesMissing, CaseFiles::read(sections));

        // What was altered is told by the registry; all else can be looked at nevertheless.
        let content = match Package::open(file) {
            Ok(package) => package.content().to_vec(),
            Err(_) => sections.retain(|name| name != signature::SECTION),
        };
        self.floats(&content);
        if let Some(files) = &files {
            self.count(files);
        }
        tell(&bounded(self.report.clone()));
        let plugins = self.load(&content)?;
        let Some(first) = plugins.first() else { return Ok(()) };
        let descriptor = first.descriptor().clone();
        if let Some(messages) = &messages {
            for disagreement in messages.disagreements(&descriptor) {
                self.against(ReasonCode::Messages, disagreement);
            }
            for mistake in workspace.iter().flat_map(|workspace| workspace.mistakes(&descriptor, messages)) {
                self.against(ReasonCode::Workspace, mistake);
            }
        }
        if let (Some(files), [native, portable]) = (&files, &*plugins) {
            cases::run(files, native, portable, &self.limits, &mut self.report.reasons);
        }
        let bytes = serde_json::to_vec(&descriptor).map_or(usize::MAX, |json| json.len());
        if bytes > DESCRIPTOR_BYTES_MAX {
            let message = format!("it describes itself in {bytes} bytes, and {DESCRIPTOR_BYTES_MAX} are the most");
            self.against(ReasonCode::NotLoadable, message);
        } else {
            self.report.descriptor = Some(descriptor);
        }
        Ok(())
    }

    fn floats(&mut self, content: &[u8]) {
        // What cannot be scanned does not load either.
        let Ok(inspection) = inspect(content) else { return };
        self.report.float_free = Some(inspection.floats.is_float_free());
        if self.settings.float_free
            && let Some(first) = inspection.floats.functions.first()
        {
            let (function, instruction, count) = (&first.function, &first.first, inspection.floats.functions.len());
            let message = format!(
                "it computes with floats, which this environment does not take: `{instruction}` in `{function}` is the \
                 first of {count} functions; use decimals"
            );
            self.report.reasons.push(Reason::about(ReasonCode::Floats, function, message));
        }
    }

    /// The package in both engines, or in none.
    fn load(&mut self, content: &[u8]) -> Result<Vec<Plugin>, CheckError> {
        let mut plugins = Vec::new();
        for profile in PROFILES {
            let config = match profile {
                Profile::Native => {
                    EngineConfig::server(profile, Pool { sandboxes: SANDBOXES, resident_bytes: RESIDENT_BYTES })
                }
                Profile::Portable => EngineConfig::device(profile),
            };
            let engine = Engine::new(&config)?;
            match load_one(&engine, content, &self.limits) {
                Ok((plugin, code)) => {
                    plugins.push(plugin);
                    self.code.push((engine.name().to_owned(), code));
                }
                // The other engine would say the same.
                Err(error) if plugins.is_empty() => {
                    for error in error.each() {
                        self.against(code_of(error), error);
                    }
                    return Ok(Vec::new());
                }
                Err(error) => {
                    self.against(ReasonCode::EnginesDiffer, format!("it loads on the native engine alone: {error}"));
                    return Ok(Vec::new());
                }
            }
        }
        Ok(plugins)
    }

    fn count(&mut self, files: &CaseFiles) {
        let (found, min) = (files.cases.len(), self.settings.cases_min);
        self.report.cases = found as u64;
        if found < min {
            let message =
                format!("it brings {found} cases along, and {min} are the least here: write some in `cases/`");
            self.against(ReasonCode::CasesMissing, message);
        }
    }

    fn finish(self) -> Checked {
        let report = bounded(self.report);
        let code = if report.reasons.is_empty() { self.code } else { Vec::new() };
        Checked { report, code }
    }
}

/// No longer and no more than is told.
fn bounded(mut report: Report) -> Report {
    for reason in &mut report.reasons {
        if reason.message.chars().count() > MESSAGE_CHARACTERS_MAX {
            reason.message = reason.message.chars().take(MESSAGE_CHARACTERS_MAX).collect::<String>() + " …";
        }
    }
    if report.reasons.len() > REASONS_MAX {
        let more = report.reasons.len() - REASONS_MAX;
        let code = report.reasons[REASONS_MAX].code;
        report.reasons.truncate(REASONS_MAX);
        report.reasons.push(Reason::new(code, format!("and {more} more such things")));
    }
    report
}

/// Compiles a package and loads what was compiled.
fn load_one(engine: &Engine, content: &[u8], limits: &Limits) -> Result<(Plugin, Vec<u8>), LoadError> {
    let code = engine.precompile(content)?;
    // It vouches for what was made a moment ago, within this process.
    let key = CodeKey::new([0; 32]);
    let plugin = engine.load_precompiled(code.as_bytes(), &key.proof(code.as_bytes()), &key, limits)?;
    Ok((plugin, code.as_bytes().to_vec()))
}

fn code_of(error: &LoadError) -> ReasonCode {
    match error {
        LoadError::TooLarge { .. } => ReasonCode::TooLarge,
        LoadError::NoPlugin | LoadError::NewerHost { .. } | LoadError::WrongContract { .. } => {
            ReasonCode::ContractVersion
        }
        LoadError::Import { .. } | LoadError::DevelopmentBuild => ReasonCode::Imports,
        LoadError::Host(HostError::Memory(_)) => ReasonCode::ValidationMemory,
        LoadError::Host(_) => ReasonCode::ValidationCrashed,
        _ => ReasonCode::NotLoadable,
    }
}
