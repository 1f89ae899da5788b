//! A record as it is filled in, with what is derived from it.

use lockstep_device::{CollectionView, Draft, DraftView, FieldView, IssueView, Submitted};
use lockstep_model::{RecordId, json::write_value};
use serde_json::{Value, json};

use crate::render::{
    schema::severity,
    style::{Grid, Tone, heading, line},
};

/// All of it; `waiting` are the pending operations that have made the record what it is.
pub(crate) fn text(draft: &Draft, action: &str, view: &DraftView, waiting: &[u64], width: Option<u16>) -> String {
    let record = draft.record();
    let mark = match (draft.is_new(), waiting) {
        (true, _) => "new".to_owned(),
        (false, []) => String::new(),
        (false, waiting) => {
            let all: Vec<_> = waiting.iter().map(u64::to_string).collect();
            format!("pending: {}", all.join(", "))
        }
    };
    let mut text = format!("{} {}  {}\n", record.entity, Tone::Strong.paint(&record.key), Tone::Doubtful.paint(mark));
    text += &header(&view.fields, width);
    for collection in view.collections.iter().filter(|collection| !collection.rows.is_empty()) {
        text += &heading(format!("{}  {}", collection.label, Tone::Faint.paint(&collection.name)));
        text += &rows(collection, width);
    }
    text += &issues(&view.issues, width);
    let allowed: Vec<_> = view.actions.iter().filter(|action| action.is_allowed).map(|action| &*action.name).collect();
    let allowed = if allowed.is_empty() { "none".to_owned() } else { allowed.join(", ") };
    text += &(heading("Actions allowed now") + &line(allowed));
    text + &verdict(action, view)
}

/// That it is refused, and why.
pub(crate) fn refused(view: &DraftView, width: Option<u16>) -> String {
    let why = view.refusal.as_deref().unwrap_or_default();
    format!("{}: {why}\n", Tone::Bad.paint("refused, and nothing is stored")) + &issue_table(&view.issues, width)
}

/// That it is stored, and under which number.
pub(crate) fn submitted(submitted: &Submitted, record: &RecordId, action: &str) -> String {
    let RecordId { entity, key, .. } = record;
    let number = Tone::Strong.paint(submitted.sequence);
    let others = submitted.records.iter().filter(|other| *other != record).count();
    let others = match others {
        0 => String::new(),
        1 => ", with 1 other record".to_owned(),
        count => format!(", with {count} other records"),
    };
    format!("{number} {}: {action} {entity} {key}{others}\n", Tone::Good.paint("stored"))
}

fn verdict(action: &str, view: &DraftView) -> String {
    match &view.refusal {
        None => format!("\n{action} would be {}\n", Tone::Good.paint("done")),
        Some(why) => format!("\n{action} would be {}: {why}\n", Tone::Bad.paint("refused")),
    }
}

/// Names, for these are what is entered; labels beside them.
fn header(fields: &[FieldView], width: Option<u16>) -> String {
    let mut grid = Grid::new(width, &["field", "value", "", "label"]);
    for field in fields.iter().filter(|field| !field.is_hidden) {
        let mark = if field.is_required && field.value.is_none() {
            Tone::Bad.cell("required")
        } else if field.is_read_only {
            Tone::Faint.cell("read-only")
        } else {
            Tone::Plain.cell("")
        };
        grid.row([
            Tone::Plain.cell(field.at.to_string()),
            Tone::Strong.cell(&field.text),
            mark,
            Tone::Faint.cell(&field.label),
        ]);
    }
    grid.finish(&[])
}

/// Rows with those columns in which any has a value.
fn rows(collection: &CollectionView, width: Option<u16>) -> String {
    let rows = &collection.rows;
    let count = rows.first().map_or(0, |row| row.fields.len());
    let is_filled = |column: &usize| {
        rows.iter().any(|row| row.fields.get(*column).is_some_and(|field| field.value.is_some() && !field.is_hidden))
    };
    let filled: Vec<_> = (0..count).filter(is_filled).collect();
    let name = |column: &usize| rows[0].fields[*column].at.name().to_owned();
    let titles: Vec<_> = std::iter::once("id".to_owned()).chain(filled.iter().map(name)).collect();
    let mut grid = Grid::new(width, &titles.iter().map(String::as_str).collect::<Vec<_>>());
    for row in rows {
        let cells = filled.iter().map(|column| Tone::Plain.cell(&row.fields[*column].text));
        grid.row([Tone::Faint.cell(&row.id)].into_iter().chain(cells));
    }
    grid.finish(&[])
}

fn issues(issues: &[IssueView], width: Option<u16>) -> String {
    if issues.is_empty() { String::new() } else { heading("Issues") + &issue_table(issues, width) }
}

fn issue_table(issues: &[IssueView], width: Option<u16>) -> String {
    let mut grid = Grid::new(width, &[]);
    for issue in issues {
        let mut said = issue.text.clone();
        if let Some(offer) = &issue.offer {
            let at = issue.at.as_ref().map(ToString::to_string).unwrap_or_default();
            said = format!("{said} Offered: {at}={offer}");
        }
        grid.row([
            Tone::of(issue.severity).cell(severity(issue.severity)),
            Tone::Plain.cell(&issue.place),
            Tone::Plain.cell(said),
            Tone::Faint.cell(&issue.code),
        ]);
    }
    grid.finish(&[])
}

/// The same for programs.
pub(crate) fn report(draft: &Draft, action: &str, view: &DraftView) -> Value {
    let collections = view.collections.iter().map(|collection| {
        let rows = collection
            .rows
            .iter()
            .map(|row| json!({ "id": row.id, "fields": row.fields.iter().map(field_report).collect::<Vec<_>>() }));
        json!({
            "name": collection.name,
            "label": collection.label,
            "derived": collection.is_derived,
            "rows": rows.collect::<Vec<_>>(),
        })
    });
    let actions = view
        .actions
        .iter()
        .map(|action| json!({ "name": action.name, "label": action.label, "allowed": action.is_allowed }));
    json!({
        "record": draft.record(),
        "new": draft.is_new(),
        "action": action,
        "fields": view.fields.iter().map(field_report).collect::<Vec<_>>(),
        "collections": collections.collect::<Vec<_>>(),
        "issues": view.issues.iter().map(issue_report).collect::<Vec<_>>(),
        "actions": actions.collect::<Vec<_>>(),
        "refusal": view.refusal,
    })
}

fn field_report(field: &FieldView) -> Value {
    json!({
        "field": field.at.to_string(),
        "label": field.label,
        "value": field.value.as_ref().map(write_value),
        "text": field.text,
        "hidden": field.is_hidden,
        "read-only": field.is_read_only,
        "required": field.is_required,
        "table": field.table,
    })
}

fn issue_report(issue: &IssueView) -> Value {
    json!({
        "code": issue.code,
        "severity": severity(issue.severity),
        "text": issue.text,
        "field": issue.at.as_ref().map(ToString::to_string),
        "place": issue.place,
        "offer": issue.offer.as_ref().map(write_value),
        "blocking": issue.is_blocking,
    })
}
