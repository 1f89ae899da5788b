//! `lockstep operations`: what devices did, what became of it, and what is to be decided.

use std::collections::BTreeMap;

use lockstep_device::http::encoded;
use lockstep_model::RecordId;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    args::mirror::{Operations, OperationsCommand, Settle, VerdictChoice},
    client::{Client, parsed},
    failure::{Ending, Result},
    output::Output,
    render::{
        server::moment,
        style::{Grid, Tone, line, thousands},
    },
};

/// As many as a server gives at a time.
const SUMMED_MAX: usize = 1000;

#[derive(Deserialize)]
struct List {
    counts: BTreeMap<String, u64>,
    operations: Vec<Brief>,
}

/// An operation in brief.
#[derive(Deserialize)]
struct Brief {
    device: String,
    sequence: u64,
    record: Option<RecordId>,
    action: Option<String>,
    user: String,
    received: i64,
    verdict: String,
    why: Option<String>,
}

/// Lists, shows, releases, rejects.
pub(crate) fn run(arguments: &Operations, output: &Output) -> Result<Ending> {
    match &arguments.command {
        OperationsCommand::List { verdict, device, limit, server } => {
            let verdict = verdict.map(|verdict| format!("&verdict={}", word(verdict))).unwrap_or_default();
            let device = device.as_ref().map(|device| format!("&device={}", encoded(device))).unwrap_or_default();
            let answer = Client::open(server)?.get(&format!("/v1/operations?limit={limit}{verdict}{device}"))?;
            if output.is_json() {
                Output::json(&answer)?;
            } else {
                output.text(&list(&parsed(answer)?))?;
            }
        }
        OperationsCommand::Summary { device, server } => {
            let device = device.as_ref().map(|device| format!("&device={}", encoded(device))).unwrap_or_default();
            let answer = Client::open(server)?.get(&format!("/v1/operations?limit={SUMMED_MAX}{device}"))?;
            let list: List = parsed(answer)?;
            if output.is_json() {
                let rows = sums(&list).into_iter();
                let rows =
                    rows.map(|((verdict, why), count)| json!({ "verdict": verdict, "why": why, "count": count }));
                Output::json(&rows.collect::<Vec<_>>())?;
            } else {
                output.text(&summary(&list))?;
            }
        }
        OperationsCommand::Show { operation, server } => {
            let answer = Client::open(server)?.get(&path(operation))?;
            Output::json(&answer)?;
        }
        OperationsCommand::Release(settle) => settled(settle, "release", output)?,
        OperationsCommand::Reject(settle) => settled(settle, "reject", output)?,
    }
    Ok(Ending::Fine)
}

/// Where an operation is.
pub(super) fn path((device, sequence): &(String, u64)) -> String {
    format!("/v1/operations/{}/{sequence}", encoded(device))
}

fn settled(settle: &Settle, what: &str, output: &Output) -> Result<()> {
    let body = json!({ "reason": settle.reason.reason });
    let answer = Client::open(&settle.server)?.post(&format!("{}/{what}", path(&settle.operation)), &body)?;
    if output.is_json() {
        return Output::json(&answer);
    }
    let verdict = answer.get("verdict").and_then(Value::as_str).unwrap_or_default();
    output.text(&format!("{}#{} is {verdict} now\n", settle.operation.0, settle.operation.1))
}

fn word(verdict: VerdictChoice) -> &'static str {
    match verdict {
        VerdictChoice::Accepted => "accepted",
        VerdictChoice::Rebased => "rebased",
        VerdictChoice::Rejected => "rejected",
        VerdictChoice::Parked => "parked",
    }
}

fn tone(verdict: &str) -> Tone {
    match verdict {
        "accepted" => Tone::Good,
        "rebased" => Tone::Known,
        "parked" => Tone::Doubtful,
        _ => Tone::Bad,
    }
}

/// How many of the operations have each verdict for each reason, the most frequent first.
fn sums(list: &List) -> Vec<((&str, &str), u64)> {
    let mut sums: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for operation in &list.operations {
        *sums.entry((&operation.verdict, operation.why.as_deref().unwrap_or_default())).or_default() += 1;
    }
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    sums
}

fn summary(list: &List) -> String {
    if list.operations.is_empty() {
        return "There are no operations.\n".to_owned();
    }
    let mut grid = Grid::new(Output::width(), &["count", "verdict", "why"]);
    for ((verdict, why), count) in sums(list) {
        grid.row([Tone::Strong.cell(thousands(count)), tone(verdict).cell(verdict), Tone::Plain.cell(why)]);
    }
    let text = grid.finish(&[0]);
    if list.operations.len() < SUMMED_MAX {
        return text;
    }
    text + &line(Tone::Faint.paint(format!("of the last {SUMMED_MAX}; {}", in_all(list))))
}

fn in_all(list: &List) -> String {
    let counts = list.counts.iter().map(|(verdict, count)| format!("{} {verdict}", thousands(*count)));
    format!("in all: {}", counts.collect::<Vec<_>>().join(", "))
}

fn list(list: &List) -> String {
    if list.counts.is_empty() {
        return "There are no operations.\n".to_owned();
    }
    let mut grid = Grid::new(Output::width(), &["operation", "record", "action", "user", "received", "verdict", "why"]);
    for operation in &list.operations {
        let plain = |text: Option<String>| Tone::Plain.cell(text.unwrap_or_default());
        grid.row([
            Tone::Strong.cell(format!("{}#{}", operation.device, operation.sequence)),
            plain(operation.record.as_ref().map(ToString::to_string)),
            plain(operation.action.clone()),
            Tone::Plain.cell(&operation.user),
            Tone::Faint.cell(moment(operation.received)),
            tone(&operation.verdict).cell(&operation.verdict),
            plain(operation.why.clone()),
        ]);
    }
    grid.finish(&[]) + &line(Tone::Faint.paint(in_all(list)))
}
