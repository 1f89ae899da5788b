//! `lockstep test`: a plugin's cases, on both engines.

use std::path::Path;

use lockstep_build::Mode;
use lockstep_model::{Receipt, json::Json};

use crate::{
    args::{EngineChoice, Test},
    cache::Cache,
    case::{self, Case},
    coverage::Coverage,
    difference::{self, Difference},
    evaluation::{self, Evaluation, LoadSettings, Loaded, disagreement},
    expectation,
    failure::{Ending, Failure, Result},
    input, limits,
    output::Output,
    package::{self, BuildSettings},
    progress, reference,
    render::cases::{self, report},
    scenario::{self, Scenario},
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
    let cases = case::read_all(folder, &arguments.names)?;
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
    if output.is_json() {
        Output::json(&report(&results, coverage.as_ref()))?;
    } else {
        output.text(&cases::text(&results, coverage.as_ref(), Output::width()))?;
    }
    Ok(if results.iter().all(CaseResult::is_good) { Ending::Fine } else { Ending::Refused })
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
    let request = scenario::request_of_case(case, descriptor)?;
    let rows = folder.join(reference::FOLDER);
    let mut tables = reference::read_folder(descriptor, rows.is_dir().then_some(&*rows))?;
    case.add_rows(&mut tables, descriptor)?;
    reference::check_all_there(&tables, descriptor, Some(&rows))?;
    Ok(Scenario { request, tables })
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
            Err(error) => return Ok(Finding::Fails(input::wrong(&case.path, &error.within("expect")))),
        },
    };
    if update {
        case.write_expected(&expectation::of(first, descriptor))?;
        return Ok(Finding::Updated);
    }
    Ok(Finding::Differs(differences.unwrap_or_default()))
}
