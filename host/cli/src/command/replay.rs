//! `lockstep replay`: a recorded operation again, on this machine, with all that it read at the server.

use std::{cell::RefCell, path::PathBuf};

use anyhow::anyhow;
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD as BASE64};
use lockstep_engine::{EvaluateError, Plugin};
use lockstep_model::{
    Answer, Conclusion, Evaluate, Evaluated, Limits, Message, Operation, Outcome, Part, Receipt, Request, Step,
    canonical::decode_message, outcome_digest,
};
use lockstep_package::{Wording, messages::Subject};
use lockstep_server::mirror::recording::Recording;
use lockstep_sync::{Authority, Done, Executed, Executor};
use serde::Serialize;
use serde_json::Value;

use super::operations::path;
use crate::{
    args::{EngineChoice, mirror::Replay},
    cache::Cache,
    client::Client,
    evaluation::{self, LoadSettings},
    failure::{Ending, Failure, Result},
    limits, locale,
    output::Output,
    package,
    render::{
        evaluation::View,
        style::{Grid, Tone, heading, line},
    },
};

/// What came of it here.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Here {
    /// `done` or `refused`.
    came_to: &'static str,
    /// Why it was refused.
    why: Option<String>,
    receipt: Option<Receipt>,
    /// Digest of all that it did.
    effect: Option<String>,
}

/// What is shown.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Report<'a> {
    operation: String,
    /// The server's verdict and why.
    server: &'a Value,
    server_receipt: Option<&'a Receipt>,
    device_receipt: &'a Receipt,
    device_effect: String,
    here: Here,
    /// What is another here than at the server.
    differs_from_server: Vec<&'static str>,
    /// What is another here than at the device.
    differs_from_device: Vec<&'static str>,
    /// The rules that ran, in order.
    steps: Vec<String>,
}

/// Asks a plugin for its steps, and keeps them.
struct Explaining<'p> {
    plugin: &'p Plugin,
    /// The operation's own evaluation.
    first: RefCell<Option<(Request, Outcome, Vec<Step>)>>,
}

impl Evaluate for Explaining<'_> {
    type Error = EvaluateError;

    fn evaluate(&self, request: &Request, limits: &Limits) -> std::result::Result<Evaluated, EvaluateError> {
        let request = Request { explain: true, ..request.clone() };
        let evaluated = self.plugin.evaluate(&request, limits)?;
        if let Answer { conclusion: Conclusion::Outcome(outcome), steps, .. } = &evaluated.answer
            && request.part == Part::Mirrored
        {
            self.first.borrow_mut().get_or_insert_with(|| (request, outcome.clone(), steps.clone()));
        }
        Ok(evaluated)
    }
}

/// Runs it again, and compares.
pub(crate) fn run(arguments: &Replay, output: &Output) -> Result<Ending> {
    let client = Client::open(&arguments.server)?;
    let recorded = client.get(&path(&arguments.operation))?;
    let operation = operation(&recorded)?;
    let Some(inputs) = recorded.get("inputs").and_then(Value::as_str) else {
        let why = recorded.pointer("/verdict/why").and_then(Value::as_str).unwrap_or("it was refused before it ran");
        return Err(Failure::Refused(anyhow!("the server has not run {}: {why}", operation.id)));
    };
    let recording = Recording::from_json(inputs).map_err(|error| wrong(&error))?;
    let file = client.bytes(&format!("/v1/packages/{}/file", operation.package))?;
    let package = package::taken_apart(PathBuf::from(format!("the package {}", operation.package)), file, None)?;
    let cache = Cache::open(&arguments.cache);
    let settings = LoadSettings {
        engine: if arguments.portable { EngineChoice::Portable } else { EngineChoice::Native },
        limits: limits::AUTHOR,
        cache: &cache,
        development: false,
    };
    let loaded = evaluation::load(&package.path, &package.bytes, &settings)?;
    let plugin = loaded.first();
    let executed = execute(plugin, plugin, &operation, &recording)?;
    let explaining = Explaining { plugin, first: RefCell::new(None) };
    execute(&explaining, plugin, &operation, &recording)?;
    let messages = package.messages()?;
    locale::check(&messages, &arguments.locale);
    let wording = messages.for_locale(&arguments.locale);
    let here = here(plugin, &operation, &executed, &wording);
    let server_receipt: Option<Receipt> =
        recorded.get("receipt").cloned().and_then(|it| serde_json::from_value(it).ok());
    let explained = explaining.first.into_inner();
    let view = explained.as_ref().map(|(request, outcome, steps)| View {
        descriptor: plugin.descriptor(),
        request,
        outcome,
        steps,
        wording: &wording,
        width: Output::width(),
    });
    let report = Report {
        operation: operation.id.to_string(),
        server: recorded.get("verdict").unwrap_or(&Value::Null),
        server_receipt: server_receipt.as_ref(),
        device_receipt: &operation.receipt,
        device_effect: operation.effect.to_string(),
        differs_from_server: differences(server_receipt.as_ref(), here.receipt.as_ref()),
        differs_from_device: device_differences(&operation, &here),
        here,
        steps: view.iter().flat_map(|view| view.steps.iter().map(|step| view.step_name(step))).collect(),
    };
    if output.is_json() {
        Output::json(&report)?;
    } else {
        output.text(&text(&report, &operation, view.as_ref()))?;
    }
    Ok(if report.differs_from_server.is_empty() { Ending::Fine } else { Ending::Refused })
}

fn wrong(error: &dyn std::fmt::Display) -> Failure {
    Failure::Unreachable(anyhow!("the server's answer cannot be read: {error}; is it of this version?"))
}

fn operation(recorded: &Value) -> Result<Operation> {
    let message = recorded.get("message").and_then(Value::as_str).ok_or_else(|| wrong(&"it has no message"))?;
    let message = BASE64.decode(message).map_err(|error| wrong(&error))?;
    match decode_message(&message).map_err(|error| wrong(&error))? {
        Message::Operation(operation) => Ok(operation),
        Message::Discard { id, of } => Err(Failure::Usage(anyhow!("{id} gives up the operation {of}: nothing ran"))),
    }
}

fn execute<E: Evaluate<Error = EvaluateError>>(
    evaluator: &E,
    plugin: &Plugin,
    operation: &Operation,
    recording: &Recording,
) -> Result<Executed> {
    let descriptor = plugin.descriptor();
    let executor = Executor { evaluator, descriptor, limits: &limits::AUTHOR };
    let (context, server) = recording.contexts().map_err(|error| wrong(&error))?;
    let snapshot = recording.snapshot(descriptor).map_err(|error| wrong(&error))?;
    let executed = executor.execute(operation, &context, &snapshot, Authority::Server(&server));
    match executed.map_err(|fault| Failure::Plugin(anyhow!("{fault}")))? {
        Executed::Needs(needs) => Err(Failure::Refused(anyhow!(
            "on this machine the operation reads what it did not read at the server: {needs}"
        ))),
        executed => Ok(executed),
    }
}

fn here(plugin: &Plugin, operation: &Operation, executed: &Executed, wording: &Wording<'_>) -> Here {
    match executed {
        Executed::Done(Done { outcome, input, fuel, effect, .. }) => Here {
            came_to: "done",
            why: None,
            receipt: Some(Receipt {
                package: plugin.digest(),
                engine: plugin.engine().to_owned(),
                input: *input,
                outcome: outcome_digest(outcome),
                fuel: *fuel,
            }),
            effect: Some(effect.to_string()),
        },
        Executed::Refused(refused) => {
            let descriptor = plugin.descriptor();
            let entity = descriptor.entity(&operation.record.entity);
            let action = entity.and_then(|(_, entity)| entity.action(&operation.action));
            let position = |found: Option<u16>| found.unwrap_or(u16::MAX);
            let (entity, action) = (entity.map(|(entity, _)| entity), action.map(|(action, _)| action));
            let subject = Subject::new(descriptor, position(entity), position(action));
            let why = Some(wording.refusal(&refused.refusal, &subject));
            Here { came_to: "refused", why, receipt: None, effect: None }
        }
        Executed::Needs(needs) => Here { came_to: "needs", why: Some(needs.to_string()), receipt: None, effect: None },
    }
}

fn differences(one: Option<&Receipt>, other: Option<&Receipt>) -> Vec<&'static str> {
    let (Some(one), Some(other)) = (one, other) else {
        return if one.is_some() == other.is_some() { Vec::new() } else { vec!["whether it is allowed"] };
    };
    let parts = [
        (one.input != other.input, "input"),
        (one.outcome != other.outcome, "outcome"),
        (one.fuel != other.fuel, "fuel"),
    ];
    parts.into_iter().filter(|(differs, _)| *differs).map(|(_, part)| part).collect()
}

fn device_differences(operation: &Operation, here: &Here) -> Vec<&'static str> {
    let mut parts = differences(Some(&operation.receipt), here.receipt.as_ref());
    // Fuel is spent on finding rows, too, and a device is given them in another order.
    parts.retain(|part| *part != "fuel");
    if here.effect.as_ref().is_some_and(|effect| *effect != operation.effect.to_string()) {
        parts.push("effect");
    }
    parts
}

fn text(report: &Report<'_>, operation: &Operation, view: Option<&View<'_>>) -> String {
    let mut text = format!("{} {} {}\n", Tone::Strong.paint(&report.operation), operation.action, operation.record);
    let said = |pointer: &str| report.server.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let why = if said("/why").is_empty() { String::new() } else { format!(": {}", said("/why")) };
    text += &line(format!("at the server: {}{why}", said("/verdict")));
    // Of a rebased one that is why.
    let moved = report.server.get("moved").and_then(Value::as_array).filter(|_| said("/verdict") != "rebased");
    for moved in moved.into_iter().flatten().filter_map(Value::as_str) {
        text += &line(Tone::Faint.paint(format!("  {moved}")));
    }
    let here = report.here.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    text += &line(format!("here: {}{here}", report.here.came_to));
    text += &heading("Receipts");
    let mut grid = Grid::new(Output::width(), &["", "engine", "input", "outcome", "fuel"]);
    let receipts = [
        ("device", Some(report.device_receipt)),
        ("server", report.server_receipt),
        ("here", report.here.receipt.as_ref()),
    ];
    for (whose, receipt) in receipts {
        let Some(receipt) = receipt else { continue };
        grid.row([
            Tone::Plain.cell(whose),
            Tone::Faint.cell(&receipt.engine),
            Tone::Plain.cell(crate::render::server::short(&receipt.input)),
            Tone::Plain.cell(crate::render::server::short(&receipt.outcome)),
            Tone::Plain.cell(receipt.fuel.map(|fuel| fuel.to_string()).unwrap_or_default()),
        ]);
    }
    text += &grid.finish(&[4]);
    for (whose, differs) in [("server", &report.differs_from_server), ("device", &report.differs_from_device)] {
        text += &line(if differs.is_empty() {
            Tone::Good.paint(format!("the same as at the {whose}"))
        } else {
            Tone::Doubtful.paint(format!("not as at the {whose}: {}", differs.join(", ")))
        });
    }
    text + &view.map(View::steps).unwrap_or_default()
}
