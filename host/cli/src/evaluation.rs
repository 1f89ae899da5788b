//! Evaluating a scenario: loading the package into the engines, running it, sorting failures by fault.

use std::path::Path;

use anyhow::anyhow;
use lockstep_engine::{Engine, EngineConfig, EvaluateError, LoadError, LogSink, Plugin, Pool, Profile};
use lockstep_model::{
    Concluded, Limits, Part, Receipt, Request, RoundsError, evaluate_in_rounds, input_digest, outcome_digest,
    schema::Descriptor,
};

use crate::{
    args::EngineChoice,
    cache::Cache,
    failure::{Failure, Result},
    limits, progress,
    scenario::Scenario,
};

/// A package loaded into one engine or two.
pub(crate) struct Loaded {
    plugins: Vec<(Profile, Plugin)>,
    limits: Limits,
}

/// What an engine made of a scenario.
pub(crate) struct Evaluation {
    /// Which engine.
    pub(crate) profile: Profile,
    /// What came of it.
    pub(crate) concluded: Concluded,
    /// What it took in and gave out.
    pub(crate) receipt: Receipt,
}

/// How a package is loaded.
pub(crate) struct LoadSettings<'a> {
    /// Into which engines.
    pub(crate) engine: EngineChoice,
    /// What it may take.
    pub(crate) limits: Limits,
    /// Where compiled code is kept.
    pub(crate) cache: &'a Cache,
    /// Development builds are taken, and their log lines shown.
    pub(crate) development: bool,
}

/// Loads a package, compiling it where no compiled code is kept. `path` is for messages.
pub(crate) fn load(path: &Path, bytes: &[u8], settings: &LoadSettings<'_>) -> Result<Loaded> {
    let profiles: &[Profile] = match settings.engine {
        EngineChoice::Native => &[Profile::Native],
        EngineChoice::Portable => &[Profile::Portable],
        EngineChoice::Both => &[Profile::Native, Profile::Portable],
    };
    let plugins = progress::during(&format!("compiling {}", path.display()), |progress| {
        let load = |&profile: &Profile| {
            progress.stage(profile.name());
            Ok((profile, load_one(path, bytes, profile, settings)?))
        };
        profiles.iter().map(load).collect::<Result<_>>()
    })?;
    Ok(Loaded { plugins, limits: settings.limits })
}

fn load_one(path: &Path, bytes: &[u8], profile: Profile, settings: &LoadSettings<'_>) -> Result<Plugin> {
    let config = match profile {
        Profile::Native => EngineConfig::server(profile, Pool::STANDARD),
        Profile::Portable => EngineConfig::device(profile),
    };
    let config = if settings.development {
        config.with_development_builds(LogSink::new(|line| eprintln!("log: {line}")))
    } else {
        config
    };
    let engine = Engine::new(&config).map_err(|error| Failure::Host(anyhow!(error)))?;
    settings
        .cache
        .load(&engine, bytes, &limits::for_loading(settings.limits))
        .map_err(|error| load_failure(path, error))
}

fn load_failure(path: &Path, error: LoadError) -> Failure {
    match error {
        LoadError::Host(error) => Failure::Host(anyhow!(error)),
        LoadError::DevelopmentBuild => Failure::Package(anyhow!(
            "{} is a development build: run it with --development, or build it anew without",
            path.display()
        )),
        error => Failure::Package(anyhow!("{}: {error}", path.display())),
    }
}

impl Loaded {
    /// A plugin that is loaded already, in one engine.
    pub(crate) fn of(profile: Profile, plugin: Plugin, limits: Limits) -> Self {
        Self { plugins: vec![(profile, plugin)], limits }
    }

    /// What the plugin says of itself.
    pub(crate) fn descriptor(&self) -> &Descriptor {
        self.first().descriptor()
    }

    /// The plugin in the first of the engines.
    pub(crate) fn first(&self) -> &Plugin {
        &self.plugins[0].1
    }

    /// Evaluates on every engine. If all fail it is the first one's failure; if only some do, that they differ.
    pub(crate) fn evaluate(&self, scenario: &Scenario) -> Result<Vec<Evaluation>> {
        let ran =
            self.plugins.iter().map(|(profile, plugin)| (*profile, self.evaluate_one(*profile, plugin, scenario)));
        let (done, failed): (Vec<_>, Vec<_>) = ran.partition(|(_, result)| result.is_ok());
        let mut failed = failed.into_iter().filter_map(|(profile, result)| Some((profile, result.err()?)));
        match (failed.next(), done.is_empty()) {
            (None, _) => Ok(done.into_iter().filter_map(|(_, result)| result.ok()).collect()),
            (Some((_, failure)), true) => Err(failure),
            (Some((profile, failure)), false) => Err(Failure::Plugin(anyhow!(
                "the engines differ: on the {profile} engine {failure}, on the other there is an outcome"
            ))),
        }
    }

    fn evaluate_one(&self, profile: Profile, plugin: &Plugin, scenario: &Scenario) -> Result<Evaluation> {
        let concluded = self.conclude(plugin, scenario, scenario.request.clone())?;
        let receipt = Receipt {
            package: plugin.digest(),
            engine: plugin.engine().to_owned(),
            input: input_digest(&concluded.request, &concluded.outcome),
            outcome: outcome_digest(&concluded.outcome),
            fuel: concluded.fuel,
        };
        Ok(Evaluation { profile, concluded, receipt })
    }

    /// Evaluates once more, for the steps: they take fuel, which no receipt should count.
    pub(crate) fn explain(&self, scenario: &Scenario) -> Result<Concluded> {
        self.conclude(self.first(), scenario, Request { explain: true, ..scenario.request.clone() })
    }

    fn conclude(&self, plugin: &Plugin, scenario: &Scenario, request: Request) -> Result<Concluded> {
        evaluate_in_rounds(plugin, plugin.descriptor(), request, &scenario.tables, &self.limits).map_err(|error| {
            match error {
                RoundsError::Evaluate(EvaluateError::Caller(error)) => Failure::Input(anyhow!(error)),
                RoundsError::Evaluate(EvaluateError::Host(error)) => Failure::Host(anyhow!(error)),
                RoundsError::Evaluate(EvaluateError::Fault(fault)) => Failure::Plugin(anyhow!(fault)),
                error if error.is_plugin_fault() => Failure::Plugin(anyhow!("{error}")),
                error => Failure::Host(anyhow!("{error}")),
            }
        })
    }
}

/// What two evaluations of one scenario differ in, in words; none: they are the same.
pub(crate) fn disagreement(evaluations: &[Evaluation]) -> Option<String> {
    let [first, rest @ ..] = evaluations else { return None };
    let differs =
        |is_equal: fn(&Receipt, &Receipt) -> bool| rest.iter().any(|other| !is_equal(&first.receipt, &other.receipt));
    let parts = [
        (differs(|one, other| one.package == other.package), "package"),
        (differs(|one, other| one.input == other.input), "input"),
        (differs(|one, other| one.outcome == other.outcome), "outcome"),
        (differs(|one, other| one.fuel == other.fuel), "fuel"),
    ];
    let names: Vec<_> = parts.into_iter().filter(|(differ, _)| *differ).map(|(_, name)| name).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// `mirrored` or `server-only`.
pub(crate) fn part_name(part: Part) -> &'static str {
    match part {
        Part::Mirrored => "mirrored",
        Part::ServerOnly => "server-only",
    }
}
