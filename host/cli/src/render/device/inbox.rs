//! Rejected operations: what it was, what the user made of it, what it is now.

use lockstep_device::InboxItem;
use lockstep_model::{Timestamp, verdict::Side};
use serde_json::{Value, json};

use crate::render::{
    server::moment,
    style::{Grid, Tone, line},
};

/// One item.
pub(crate) fn text(item: &InboxItem, width: Option<u16>) -> String {
    let operation = &item.operation;
    let title = format!("{} {} {}", operation.id.sequence, operation.action, operation.record);
    let when = item.rejected_at.map(|at| format!(", rejected {}", moment(at.0))).unwrap_or_default();
    let when = Tone::Faint.paint(format!("made {}{when}", moment(item.made_at.0)));
    let mut text = format!("{}  {when}\n", Tone::Strong.paint(title)) + &line(Tone::Bad.paint(&item.cause));
    if !item.differences.is_empty() {
        let mut grid = Grid::new(width, &["", "was", "mine", "theirs", ""]);
        for difference in &item.differences {
            grid.row([
                Tone::Plain.cell(&difference.path),
                Tone::Faint.cell(side(&difference.base)),
                Tone::Strong.cell(side(&difference.mine)),
                Tone::Plain.cell(side(&difference.theirs)),
                Tone::Bad.cell(if difference.is_conflict { "conflict" } else { "" }),
            ]);
        }
        text += &grid.finish(&[]);
    }
    for (name, value) in &operation.arguments {
        text += &line(format!("{name} {value}"));
    }
    text
}

fn side(side: &Side) -> String {
    match side {
        Side::Field(None) => "–".to_owned(),
        Side::Field(Some(value)) => value.to_string(),
        Side::Row(None) => "no row".to_owned(),
        Side::Row(Some(cells)) => {
            let cells = cells.iter().map(|(name, cell)| format!("{name} {}", cell.value));
            cells.collect::<Vec<_>>().join(", ")
        }
    }
}

/// The same for programs.
pub(crate) fn report(item: &InboxItem) -> Value {
    let differences = item.differences.iter().map(|difference| {
        json!({
            "path": difference.path,
            "label": difference.label,
            "base": side(&difference.base),
            "mine": side(&difference.mine),
            "theirs": side(&difference.theirs),
            "conflict": difference.is_conflict,
        })
    });
    json!({
        "sequence": item.operation.id.sequence,
        "record": item.operation.record,
        "action": item.operation.action,
        "cause": item.cause,
        "made": item.made_at.to_string(),
        "rejected": item.rejected_at.as_ref().map(Timestamp::to_string),
        "differences": differences.collect::<Vec<_>>(),
    })
}
