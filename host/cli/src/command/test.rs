//! `lockstep test`: a plugin's cases, on both engines.

use std::{fs, path::Path};

use anyhow::{Context as _, anyhow};
use lockstep_build::Mode;
use lockstep_cases::{Case, Coverage, Difference, case, difference, expectation};
use lockstep_model::{Receipt, json::Json};

use crate::{
    args::{EngineChoice, Test},
    cache::Cache,
    evaluation::{self, Evaluation, LoadSettings, Loaded, disagreement},
    failure::{Ending, Failure, Result},
    limits,
    output::Output,
    package::{self, BuildSettings},
    progress,
    render::{
        self,
        cases::{self, report},
    },
    scenario::Scenario,
};

/// What became of a case.
pub(crate) enum Finding {
    /// As expected, and the same on both engines.
    Agrees,
    /// Its expectation was written.
    Updated,
    /// It expects nothing yet.
    Unexpected,
    /// Expected on the left, found on the right.
    Differs(Vec<Difference>),
    /// Native on the left, portable on the right; receipts differ in what is named.
    EnginesDiffer(String, Vec<Difference>),
    /// There is no outcome.
    Fails(Failure),
}

/// A case and what became of it.
pub(crate) struct CaseResult {
    pub(crate) case: Case,
    pub(crate) finding: Finding,
    /// The native engine's, where there is an outcome.
    pub(crate) receipt: Option<Receipt>,
}

impl CaseResult {
    pub(crate) fn is_good(&self) -> bool {
        matches!(self.finding, Finding::Agrees | Finding::Updated)
    }
}

/// Runs the cases and shows what became of them.
pub(crate) fn run(arguments: &Test, output: &Output) -> Result<Ending> {
    let settings = BuildSettings { rustc: arguments.compiler.rustc.as_deref(), mode: Mode::Release };
    let folder = &arguments.plugin;
    let cases = read_cases(folder, &arguments.names)?;
    let package = package::open(folder, settings)?;
    let cache = Cache::open(&arguments.cache);
    let limits = limits::author(&arguments.limits);
    let load = LoadSettings { engine: EngineChoice::Both, limits, cache: &cache, development: false };
    let loaded = evaluation::load(&package.path, &package.bytes, &load)?;

    let mut coverage = Coverage::new(loaded.descriptor());
    let results = progress::during(&format!("running {} cases", cases.len()), |progress| {
        let one = |case: Case| {
            progress.stage(&case.name);
            check(case, &loaded, folder, arguments.update, &mut coverage)
        };
        cases.into_iter().map(one).collect::<Result<Vec<_>>>()
    })?;
    // A choice of cases says nothing of what all of them reach.
    let coverage = arguments.names.is_empty().then_some(coverage);
    let is_covered = !arguments.coverage || coverage.as_ref().is_some_and(Coverage::is_complete);
    if output.is_json() {
        Output::json(&report(&results, coverage.as_ref()))?;
    } else {
        let mut text = cases::text(&results, Output::width());
        if let Some(coverage) = &coverage {
            if arguments.coverage {
                text += &render::coverage::table(coverage, Output::width());
            }
            text += &render::coverage::gaps(coverage);
        }
        output.text(&(text + &cases::summary(&results)))?;
    }
    Ok(if is_covered && results.iter().all(CaseResult::is_good) { Ending::Fine } else { Ending::Refused })
}

/// The plugin crate's cases, those whose name holds one of `wanted` if there are any.
fn read_cases(plugin: &Path, wanted: &[String]) -> Result<Vec<Case>> {
    let mut cases = case::read_all(plugin)?;
    if wanted.is_empty() {
        return Ok(cases);
    }
    cases.retain(|case| wanted.iter().any(|part| case.name.contains(part)));
    if cases.is_empty() {
        let (folder, wanted) = (plugin.join(case::FOLDER), wanted.join("` or `"));
        return Err(Failure::Usage(anyhow!("no case in {} has `{wanted}` in its name", folder.display())));
    }
    Ok(cases)
}

/// Runs one case. Only what no case can help is an error here: a plugin without its tables, a host that fails.
fn check(case: Case, loaded: &Loaded, folder: &Path, update: bool, coverage: &mut Coverage) -> Result<CaseResult> {
    let evaluated = scenario_of(&case, loaded, folder).and_then(|scenario| {
        let evaluations = loaded.evaluate(&scenario)?;
        coverage.add(&scenario.request, &loaded.explain(&scenario)?);
        Ok(evaluations)
    });
    let (finding, receipt) = match evaluated {
        Err(Failure::Host(error)) => return Err(Failure::Host(error)),
        Err(failure) => (Finding::Fails(failure), None),
        Ok(evaluations) => {
            (find(&case, &evaluations, loaded, update)?, evaluations.into_iter().next().map(|it| it.receipt))
        }
    };
    Ok(CaseResult { case, finding, receipt })
}

fn scenario_of(case: &Case, loaded: &Loaded, folder: &Path) -> Result<Scenario> {
    let descriptor = loaded.descriptor();
    Ok(Scenario { request: case.request(descriptor)?, tables: case.tables(descriptor, folder)? })
}

fn find(case: &Case, evaluations: &[Evaluation], loaded: &Loaded, update: bool) -> Result<Finding> {
    let descriptor = loaded.descriptor();
    let first = &evaluations[0].concluded;
    if let Some(what) = disagreement(evaluations) {
        let outcomes: Vec<Json> = evaluations.iter().map(|it| expectation::of(&it.concluded, descriptor)).collect();
        return Ok(Finding::EnginesDiffer(what, difference::between(&outcomes[0], &outcomes[1])));
    }
    let differences = match &case.expect {
        None if update => None,
        None => return Ok(Finding::Unexpected),
        Some(expect) => match expectation::differences(expect, first, descriptor) {
            Ok(differences) if differences.is_empty() => return Ok(Finding::Agrees),
            Ok(differences) => Some(differences),
            Err(_) if update => None,
            Err(error) => {
                let error = anyhow!("{}: {}", case.path.display(), error.within("expect"));
                return Ok(Finding::Fails(Failure::Input(error)));
            }
        },
    };
    if update {
        write_expected(case, &expectation::of(first, descriptor))?;
        return Ok(Finding::Updated);
    }
    Ok(Finding::Differs(differences.unwrap_or_default()))
}

/// Writes what is expected into the case's file.
fn write_expected(case: &Case, expect: &Json) -> Result<()> {
    let text = case
        .with_expected(expect)
        .with_context(|| format!("cannot find where the expectation goes in {}", case.path.display()))
        .map_err(Failure::Input)?;
    fs::write(&case.path, text)
        .with_context(|| format!("cannot write {}; make it writable", case.path.display()))
        .map_err(Failure::Host)
}
