//! Operations, where they are on their way, and why.

use lockstep_device::{Device, OperationState, OperationView};
use lockstep_model::{
    Verdict,
    json::write_value,
    operation::{Edits, RowChange},
};
use serde_json::{Value, json};

use super::Facts;
use crate::render::{
    server::moment,
    style::{Grid, Tone, heading},
};

/// A state as a word.
pub(crate) fn word(state: OperationState) -> &'static str {
    match state {
        OperationState::Pending => "pending",
        OperationState::Sent => "sent",
        OperationState::Accepted => "accepted",
        OperationState::Rebased => "rebased",
        OperationState::Rejected => "rejected",
        OperationState::Parked => "parked",
    }
}

fn tone(state: OperationState) -> Tone {
    match state {
        OperationState::Pending | OperationState::Sent => Tone::Plain,
        OperationState::Accepted => Tone::Good,
        OperationState::Rebased => Tone::Known,
        OperationState::Rejected => Tone::Bad,
        OperationState::Parked => Tone::Doubtful,
    }
}

/// The server's reason, or what stands against the operation on what the device knows now.
fn why(device: &Device, view: &OperationView) -> String {
    let told = |verdict: &Verdict| device.why(&view.operation, verdict);
    match (&view.verdict, &view.standing) {
        (Some(verdict), _) => told(verdict).unwrap_or_default(),
        (None, Some(standing)) => format!("it would be refused now: {}", told(standing).unwrap_or_default()),
        (None, None) => String::new(),
    }
}

/// A line each.
pub(crate) fn table(device: &Device, operations: &[OperationView], width: Option<u16>) -> String {
    let mut grid = Grid::new(width, &["no", "state", "action", "record", "made", "why"]);
    for view in operations {
        let operation = &view.operation;
        let mark = if view.verdict.is_none() && view.standing.is_some() { Tone::Doubtful } else { tone(view.state) };
        grid.row([
            Tone::Strong.cell(operation.id.sequence),
            mark.cell(word(view.state)),
            Tone::Plain.cell(&operation.action),
            Tone::Plain.cell(&operation.record),
            Tone::Faint.cell(moment(view.made_at.0)),
            Tone::Plain.cell(why(device, view)),
        ]);
    }
    grid.finish(&[0])
}

/// One in full.
pub(crate) fn full(device: &Device, view: &OperationView, width: Option<u16>) -> String {
    let operation = &view.operation;
    let mut facts = Facts::new(width);
    facts.add("state", tone(view.state), word(view.state));
    facts.add("why", Tone::Plain, why(device, view));
    facts.add("made", Tone::Plain, moment(view.made_at.0));
    facts.add("decided", Tone::Plain, view.decided_at.map(|at| moment(at.0)).unwrap_or_default());
    facts.add("user", Tone::Plain, &operation.context.user);
    facts.add("company", Tone::Plain, &operation.context.company);
    facts.add("package", Tone::Faint, operation.package.to_string());
    let numbers = operation.depends_on.iter().map(u64::to_string).collect::<Vec<_>>();
    facts.add("builds on", Tone::Plain, numbers.join(", "));
    facts.add("in place of", Tone::Plain, operation.replaces.map(|replaced| replaced.to_string()).unwrap_or_default());
    let title = format!("{} {} {}", operation.id.sequence, operation.action, operation.record);
    let mut entered = Facts::new(width);
    for (name, text) in entries(view) {
        entered.add(&name, Tone::Plain, text);
    }
    let entered = entered.finish();
    let entered = if entered.is_empty() { entered } else { heading("Entered") + &entered };
    format!("{}\n", Tone::Strong.paint(title)) + &facts.finish() + &entered
}

/// What was entered, by its place.
fn entries(view: &OperationView) -> Vec<(String, String)> {
    let operation = &view.operation;
    let mut all = Vec::new();
    let mut edits = |prefix: &str, edits: &Edits| {
        for (name, edit) in edits {
            let side =
                |value: &Option<lockstep_model::Value>| value.as_ref().map_or("–".to_owned(), ToString::to_string);
            let before = edit.base.as_ref().map(|_| format!("{} → ", side(&edit.base))).unwrap_or_default();
            all.push((format!("{prefix}{name}"), format!("{before}{}", side(&edit.value))));
        }
    };
    edits("", &operation.change.fields);
    let mut removed = Vec::new();
    for (collection, rows) in &operation.change.rows {
        for (id, change) in rows {
            match change {
                RowChange::Added(own) | RowChange::Changed(own) => edits(&format!("{collection}[{id}]."), own),
                RowChange::Removed(_) => removed.push((format!("{collection}[{id}]"), "removed".to_owned())),
            }
        }
    }
    all.extend(removed);
    all.extend(operation.arguments.iter().map(|(name, value)| (name.clone(), value.to_string())));
    all.extend(operation.justifications.iter().map(|(code, text)| (code.clone(), text.clone())));
    all
}

/// For programs.
pub(crate) fn report(device: &Device, operations: &[OperationView]) -> Vec<Value> {
    operations.iter().map(|view| one(device, view)).collect()
}

/// One for programs.
pub(crate) fn one(device: &Device, view: &OperationView) -> Value {
    let operation = &view.operation;
    let verdict = view.verdict.as_ref();
    json!({
        "sequence": operation.id.sequence,
        "record": operation.record,
        "action": operation.action,
        "state": word(view.state),
        "verdict": verdict.map(|_| word(view.state)),
        "why": verdict.and_then(|verdict| device.why(operation, verdict)),
        "standing": view.standing.as_ref().and_then(|standing| device.why(operation, standing)),
        "made": view.made_at.to_string(),
        "decided": view.decided_at.map(|at| at.to_string()),
        "user": operation.context.user,
        "company": operation.context.company,
        "package": operation.package,
        "arguments": operation.arguments.iter().map(|(name, value)| (name.clone(), json!(write_value(value)))).collect::<serde_json::Map<_, _>>(),
        "justifications": operation.justifications,
        "depends-on": operation.depends_on,
        "replaces": operation.replaces,
    })
}
