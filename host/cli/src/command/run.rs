//! `lockstep run`: one document, and all that came of it.

use lockstep_build::Mode;
use lockstep_cases::{Difference, difference};
use lockstep_model::{
    Concluded, Issue, Receipt,
    json::{Json, write_context, write_document, write_outcome, write_resolved},
    resolved::ResolvedDocument,
    schema::{Action, Entity},
};
use lockstep_package::{Wording, Workspace, messages::Subject};
use serde::Serialize;

use crate::{
    args::{EvaluationOptions, Run},
    cache::Cache,
    evaluation::{self, Evaluation, LoadSettings, Loaded, disagreement, part_name},
    failure::{Ending, Result},
    limits, locale,
    output::Output,
    package::{self, BuildSettings, PackageFile},
    render::{
        brief::Brief,
        differences,
        evaluation::{View, title, verdict},
        receipts::receipts,
        style::{heading, line},
    },
    scenario::{self, Scenario},
};

/// Evaluates, explains in an evaluation of its own, and shows.
pub(crate) fn run(arguments: &Run, output: &Output) -> Result<Ending> {
    let mode = if arguments.development { Mode::Development } else { Mode::Release };
    let settings = BuildSettings { rustc: arguments.compiler.rustc.as_deref(), mode };
    let package = package::open(&arguments.plugin, settings)?;
    let cache = Cache::open(&arguments.cache);
    let loaded = load(arguments, &package, &cache)?;
    show(&arguments.evaluation, &package, &loaded, output)
}

/// Evaluates a document with a loaded package, and shows what came of it.
pub(crate) fn show(
    arguments: &EvaluationOptions,
    package: &PackageFile,
    loaded: &Loaded,
    output: &Output,
) -> Result<Ending> {
    let messages = package.messages()?;
    let scenario = scenario::of_run(arguments, loaded.descriptor(), package.folder.as_deref())?;
    let evaluations = loaded.evaluate(&scenario)?;
    let explained = loaded.explain(&scenario)?;
    let result = Evaluated { arguments, package, loaded, scenario: &scenario, evaluations, explained };
    locale::check(&messages, &arguments.locale);
    let wording = messages.for_locale(&arguments.locale);
    let words = result.words(&wording);
    if output.is_json() {
        Output::json(&result.report(&wording, &words))?;
    } else if arguments.extent.brief {
        output.text(&result.brief(package.workspace()?.as_ref(), &wording, &words))?;
    } else {
        output.text(&result.text(&wording, &words))?;
    }
    Ok(if result.is_allowed() && disagreement(&result.evaluations).is_none() { Ending::Fine } else { Ending::Refused })
}

fn load(arguments: &Run, package: &PackageFile, cache: &Cache) -> Result<Loaded> {
    let settings = LoadSettings {
        engine: arguments.engine,
        limits: limits::author(&arguments.evaluation.limits),
        cache,
        development: arguments.development,
    };
    evaluation::load(&package.path, &package.bytes, &settings)
}

/// All that there is to show.
struct Evaluated<'a> {
    arguments: &'a EvaluationOptions,
    package: &'a PackageFile,
    loaded: &'a Loaded,
    scenario: &'a Scenario,
    evaluations: Vec<Evaluation>,
    explained: Concluded,
}

impl Evaluated<'_> {
    fn first(&self) -> &Concluded {
        &self.evaluations[0].concluded
    }

    fn entity(&self) -> &Entity {
        &self.loaded.descriptor().entities[usize::from(self.scenario.request.entity)]
    }

    fn issues(&self) -> &[Issue] {
        &self.first().outcome.issues
    }

    fn subject(&self) -> Subject<'_> {
        let request = &self.scenario.request;
        Subject::new(self.loaded.descriptor(), request.entity, request.action)
    }

    fn words(&self, wording: &Wording<'_>) -> Vec<String> {
        let subject = self.subject();
        self.issues().iter().map(|issue| wording.issue(issue, &subject)).collect()
    }

    fn is_allowed(&self) -> bool {
        let is_justified = |issue: &Issue| self.arguments.justifications.iter().any(|(code, _)| *code == issue.code);
        !self.first().outcome.blocks(self.entity(), self.scenario.request.action, is_justified)
    }

    fn action(&self) -> &Action {
        &self.entity().actions[usize::from(self.scenario.request.action)]
    }

    fn resolved(&self) -> ResolvedDocument<'_> {
        ResolvedDocument::new(self.entity(), &self.scenario.request.document, &self.first().outcome.derived)
    }

    fn brief(&self, workspace: Option<&Workspace>, wording: &Wording<'_>, words: &[String]) -> String {
        let brief = Brief {
            workspace,
            wording,
            subject: &self.subject(),
            resolved: &self.resolved(),
            action: wording.action(self.entity(), self.action()),
            is_allowed: self.is_allowed(),
            issues: self.issues().iter().zip(words.iter().map(String::as_str)).collect(),
            evaluations: &self.evaluations,
            width: Output::width(),
        };
        brief.text()
    }

    fn view<'v>(&'v self, wording: &'v Wording<'v>) -> View<'v> {
        View {
            descriptor: self.loaded.descriptor(),
            request: &self.explained.request,
            outcome: &self.explained.outcome,
            steps: &self.explained.steps,
            wording,
            width: Output::width(),
        }
    }

    fn text(&self, wording: &Wording<'_>, words: &[String]) -> String {
        let request = &self.scenario.request;
        let view = self.view(wording);
        let mut text = title(&self.entity().name, &self.action().name, &request.context, part_name(request.part));
        text += &view.entered();
        text += &view.derived();
        text += &view.field_states();
        text += &view.patches();
        text += &view.issues(words);
        text += &view.actions();
        if self.arguments.extent.explain {
            text += &view.steps();
        }
        text += &log(&self.first().log);
        let all: Vec<_> = self.evaluations.iter().map(|it| (it.profile.name(), &it.receipt)).collect();
        text += &receipts(&all, disagreement(&self.evaluations).as_deref(), view.width);
        text += &differences::table(&self.differences(), ["native", "portable"], view.width);
        text + &verdict(&self.action().name, self.is_allowed())
    }

    /// Between the engines' outcomes.
    fn differences(&self) -> Vec<Difference> {
        let [one, other] = &self.evaluations[..] else { return Vec::new() };
        difference::between(&self.outcome(&one.concluded), &self.outcome(&other.concluded))
    }

    fn outcome(&self, concluded: &Concluded) -> Json {
        write_outcome(&concluded.outcome, &concluded.request, self.loaded.descriptor())
    }

    fn report<'r>(&'r self, wording: &Wording<'_>, words: &'r [String]) -> Report<'r> {
        let request = &self.scenario.request;
        let first = self.first();
        let resolved = self.resolved();
        Report {
            package: self.package.path.display().to_string(),
            action: &self.action().name,
            part: part_name(request.part),
            context: write_context(&request.context),
            document: write_document(&request.document, self.entity()),
            resolved: write_resolved(&resolved, &request.document),
            outcome: self.outcome(first),
            messages: words,
            steps: self.steps(wording),
            log: &first.log,
            rounds: first.rounds,
            receipts: self.evaluations.iter().map(|evaluation| &evaluation.receipt).collect(),
            same: (self.evaluations.len() > 1).then(|| disagreement(&self.evaluations).is_none()),
            allowed: self.is_allowed(),
        }
    }

    fn steps(&self, wording: &Wording<'_>) -> Vec<StepReport> {
        let entity = self.entity();
        let view = self.view(wording);
        let steps = self.explained.steps.iter().map(|step| {
            let rule = &entity.rules[usize::from(step.rule)];
            StepReport {
                rule: view.step_name(step),
                kind: rule.kind.name(),
                function: rule.function.clone(),
                yielded: step.yielded,
                look_ups: view.look_ups_of(step),
            }
        });
        steps.collect()
    }
}

fn log(lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    heading("Log") + &lines.iter().map(line).collect::<String>()
}

/// The JSON form of a result.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Report<'a> {
    package: String,
    action: &'a str,
    part: &'static str,
    context: Json,
    document: Json,
    resolved: Json,
    outcome: Json,
    messages: &'a [String],
    steps: Vec<StepReport>,
    log: &'a [String],
    rounds: u32,
    receipts: Vec<&'a Receipt>,
    same: Option<bool>,
    allowed: bool,
}

/// One run of a rule.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct StepReport {
    rule: String,
    kind: &'static str,
    function: String,
    yielded: bool,
    look_ups: Vec<String>,
}
