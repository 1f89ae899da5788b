//! One evaluation: what was entered, what was derived and by which rule, states, actions, patches, issues, steps.

use lockstep_model::{
    Context, Issue, Layout, Outcome, Place, RecordSet, Request, Step, TableRows, Value,
    json::write_place,
    resolved::ResolvedDocument,
    rows::FoundRows,
    schema::{Descriptor, Entity, Field, FieldPath, Rule, RuleKind},
};
use lockstep_package::{Subject, Wording};

use super::{
    look_up,
    schema::{path_name, severity},
    style::{Grid, Tone, heading, line},
};

/// One evaluation, and how wide it may be shown.
pub(crate) struct View<'a> {
    /// The plugin's.
    pub(crate) descriptor: &'a Descriptor,
    /// The request of the last round.
    pub(crate) request: &'a Request,
    /// What came of it.
    pub(crate) outcome: &'a Outcome,
    /// How it came about.
    pub(crate) steps: &'a [Step],
    /// The words for values.
    pub(crate) wording: &'a Wording<'a>,
    /// Where a terminal shows it.
    pub(crate) width: Option<u16>,
}

impl<'a> View<'a> {
    pub(super) fn entity(&self) -> &'a Entity {
        &self.descriptor.entities[usize::from(self.request.entity)]
    }

    pub(super) fn look_ups(&self) -> Vec<FoundRows<'a>> {
        self.request.rows.iter().flat_map(TableRows::look_ups).collect()
    }

    /// The document overlaid on what was derived.
    pub(super) fn resolved(&self) -> ResolvedDocument<'a> {
        ResolvedDocument::new(self.entity(), &self.request.document, &self.outcome.derived)
    }

    /// A row by its id.
    pub(super) fn row_name(&self, collection: u16, row: u32) -> String {
        self.place(Place::Row { collection, row })
    }

    /// `customer`, `lines[2].quantity`, `arguments.reason`.
    pub(crate) fn place(&self, place: Place) -> String {
        write_place(place, self.entity().actions.get(usize::from(self.request.action)), &self.resolved())
    }

    /// A value of the field at a place.
    pub(super) fn shown(&self, place: Place, value: &Value) -> String {
        let subject = Subject::new(self.descriptor, self.request.entity, self.request.action);
        shown(self.wording, &subject, place, value)
    }

    fn step(&self, rule: u16, row: Option<u32>) -> Option<&'a Step> {
        self.steps.iter().find(|step| step.rule == rule && step.row == row)
    }

    /// The document as it was given.
    pub(crate) fn entered(&self) -> String {
        let entity = self.entity();
        let document = &self.request.document;
        let mut text = heading("Entered");
        let mut grid = Grid::new(self.width, &[]);
        let layout = Layout::given_header(&entity.fields);
        for (field, value) in values(&document.header, &layout, &entity.fields, 0) {
            let name = &entity.fields[usize::from(field)].name;
            grid.row([Tone::Plain.cell(name), Tone::Plain.cell(self.shown(Place::Field(field), &value))]);
        }
        text += &grid.finish(&[]);
        for (position, (collection, rows)) in (0u16..).zip(entity.collections.iter().zip(&document.collections)) {
            if rows.rows > 0 {
                text += &line(Tone::Faint.paint(&collection.name));
                text += &self.row_table(position, &collection.fields, rows);
            }
        }
        text
    }

    /// Rows with their ids and those columns in which any of them has a value.
    fn row_table(&self, collection: u16, fields: &[Field], rows: &RecordSet) -> String {
        let layout = Layout::given_rows(fields);
        let filled: Vec<_> = (0..layout.columns.len())
            .filter(|&column| (0..rows.rows).any(|row| rows.is_present(column, row)))
            .collect();
        let mut titles = vec!["id"];
        titles.extend(filled.iter().map(|&column| &*fields[usize::from(layout.columns[column].field)].name));
        let mut grid = Grid::new(self.width, &titles);
        for row in 0..rows.rows {
            let values = filled.iter().map(|&column| {
                let place = Place::Cell { collection, row, field: layout.columns[column].field };
                let value = rows.value(&layout, fields, column, row);
                value.map_or_else(String::new, |value| self.shown(place, &value))
            });
            let id = rows.id(row).unwrap_or_default().to_owned();
            grid.row(std::iter::once(id).chain(values).map(|text| Tone::Plain.cell(text)));
        }
        grid.finish(&[])
    }

    /// What rules gave, with the rule and the reference rows that it read.
    pub(crate) fn derived(&self) -> String {
        let entity = self.entity();
        let derived = &self.outcome.derived;
        let look_ups = self.look_ups();
        let mut grid = Grid::new(self.width, &["field", "value", "", "rule", "reference rows read"]);
        let mut is_empty = true;
        let mut add = |collection: Option<u16>, rows: &RecordSet| {
            let fields = entity.fields_of(collection);
            let layout = match collection {
                Some(at) => Layout::derived_rows(&entity.collections[usize::from(at)]),
                None => Layout::derived(fields),
            };
            for row in 0..rows.rows {
                for (position, column) in layout.columns.iter().enumerate() {
                    let Some(value) = rows.value(&layout, fields, position, row) else { continue };
                    let path = FieldPath { collection, field: column.field };
                    let name = match collection {
                        Some(at) => format!("{}.{}", self.row_name(at, row), fields[usize::from(column.field)].name),
                        None => path_name(entity, path),
                    };
                    let (kind, function, read) = self.origin(path, collection.map(|_| row), &look_ups);
                    is_empty = false;
                    grid.row([
                        Tone::Plain.cell(name),
                        Tone::Strong.cell(self.shown(place(path, row), &value)),
                        Tone::Faint.cell(kind),
                        Tone::Plain.cell(function),
                        Tone::Plain.cell(read),
                    ]);
                }
            }
        };
        add(None, &derived.header);
        for (at, rows) in derived.collections.iter().enumerate() {
            add(Some(at as u16), rows);
        }
        let body = if is_empty { "  nothing\n".to_owned() } else { grid.finish(&[]) };
        heading("Defaulted and calculated") + &body
    }

    /// What gave a field its value: the rule's kind, its function, and the look-ups of its run.
    fn origin(&self, path: FieldPath, row: Option<u32>, look_ups: &[FoundRows<'_>]) -> (&'static str, String, String) {
        let gives =
            |rule: &Rule| matches!(rule.kind, RuleKind::Default | RuleKind::Calculation) && rule.writes.contains(&path);
        let Some((position, rule)) = self.entity().rules.iter().enumerate().find(|(_, rule)| gives(rule)) else {
            return ("stored", String::new(), String::new());
        };
        // The rule of a derived collection runs once for all of its rows.
        let row = row.filter(|_| rule.collection.is_some());
        let used = self.step(position as u16, row).map(|step| &*step.used).unwrap_or_default();
        (rule.kind.name(), function(rule), self.reads(used, look_ups))
    }

    /// Those that found rows, by name; of the others only how many there are.
    fn reads(&self, used: &[u32], look_ups: &[FoundRows<'_>]) -> String {
        let found = used.iter().filter_map(|&position| look_ups.get(position as usize));
        let (empty, told): (Vec<_>, Vec<_>) = found.partition(|found| look_up::is_empty(found));
        let mut parts: Vec<_> = told.into_iter().map(|found| look_up::name(self.descriptor, found)).collect();
        match empty.len() {
            0 => {}
            1 => parts.push(look_up::name(self.descriptor, empty[0])),
            more => parts.push(format!("{more} look-ups without a row")),
        }
        parts.join("; ")
    }

    /// What the validations found; `messages` has the words of each.
    pub(crate) fn issues(&self, messages: &[String]) -> String {
        let issues = &self.outcome.issues;
        if issues.is_empty() {
            return format!("{}  {}\n", heading("Issues"), Tone::Good.paint("none"));
        }
        let mut grid = Grid::new(self.width, &[]);
        for (issue, message) in issues.iter().zip(messages) {
            grid.row([
                Tone::of(issue.severity).cell(severity(issue.severity)),
                Tone::Plain.cell(self.place(issue.place)),
                Tone::Plain.cell(format!("{message}{}", self.offer(issue))),
                Tone::Faint.cell(&issue.code),
            ]);
        }
        heading("Issues") + &grid.finish(&[])
    }

    fn offer(&self, issue: &Issue) -> String {
        let offer = issue.offer.as_ref();
        offer.map_or_else(String::new, |value| format!("\noffered: {}", self.shown(issue.place, value)))
    }
}

/// One line: what was evaluated, when and for whom.
pub(crate) fn title(entity: &str, action: &str, context: &Context, part: &str) -> String {
    let Context { today, user, company, .. } = context;
    let company = if company.is_empty() { String::new() } else { format!(", company {company}") };
    let part = if part == "mirrored" { String::new() } else { format!(", {part} rules") };
    let circumstances = Tone::Faint.paint(format!("on {today} by {user}{company}{part}"));
    format!("{}  {circumstances}\n", Tone::Strong.paint(format!("{action} {entity}")))
}

/// The last line: whether the action is allowed.
pub(crate) fn verdict(action: &str, is_allowed: bool) -> String {
    if is_allowed {
        format!("\n{}: {action} goes through\n", Tone::Good.paint("allowed"))
    } else {
        format!("\n{}: the issues above stand against {action}\n", Tone::Bad.paint("refused"))
    }
}

/// A header field's place, or that of a cell of the row.
pub(super) fn place(path: FieldPath, row: u32) -> Place {
    let FieldPath { collection, field } = path;
    collection.map_or(Place::Field(field), |collection| Place::Cell { collection, row, field })
}

/// An enumeration's value as people call it, all others as files have them.
pub(super) fn shown(wording: &Wording<'_>, subject: &Subject<'_>, place: Place, value: &Value) -> String {
    match value {
        Value::Enumeration(_) => wording.value_at(place, value, subject),
        other => other.to_string(),
    }
}

/// A rule's function within its module: `OrderLine::net_amount`.
fn function(rule: &Rule) -> String {
    let parts: Vec<_> = rule.function.rsplit("::").take(2).collect();
    parts.into_iter().rev().collect::<Vec<_>>().join("::")
}

/// The present cells of a row, by their fields' positions.
pub(super) fn values(rows: &RecordSet, layout: &Layout, fields: &[Field], row: u32) -> Vec<(u16, Value)> {
    let columns = layout.columns.iter().enumerate();
    columns.filter_map(|(at, column)| Some((column.field, rows.value(layout, fields, at, row)?))).collect()
}

#[cfg(test)]
mod tests {
    use lockstep_model::{
        Derived, Part,
        json::{Json, read_context, read_document},
    };
    use lockstep_package::Messages;

    use super::*;

    const DESCRIPTOR: &str = r#"{"tables": [], "issues": [], "entities": [{
        "name": "order", "label": "Order", "fields": [], "actions": [], "status": null, "frozen": [], "last-writer": false,
        "collections": [{"name": "families", "label": "Families", "derived": true, "fields": [
            {"name": "amount", "label": "Amount", "kind": "calculated", "of": {"decimal": 2}, "required": false,
             "read-only": false, "table": null}]}],
        "rules": [
            {"name": "families", "kind": "calculation", "function": "orders::Order::families", "collection": null,
             "reads": [], "writes": [{"collection": 0, "field": 0}], "tables": [], "guards": []},
            {"name": "is-enough", "kind": "validation", "function": "orders::Family::is_enough", "collection": 0,
             "reads": [{"collection": 0, "field": 0}], "writes": [], "tables": [], "guards": []}]}]}"#;

    #[test]
    fn rows_that_a_rule_gives_are_named_by_their_ids() {
        let descriptor: Descriptor = serde_json::from_str(DESCRIPTOR).unwrap();
        let (entity, document) = read_document(&Json::parse("{}").unwrap(), &descriptor).unwrap();
        let families = &descriptor.entities[0].collections[0];
        let rows = [12, 3].map(|amount| vec![Some(Value::Decimal(amount.into()))]);
        let rows = RecordSet::from_rows(&Layout::derived_rows(families), &families.fields, &["tools", "paint"], &rows);
        let row = RecordSet { rows: 1, ..RecordSet::default() };
        let derived = Derived { header: row.clone(), collections: vec![rows.unwrap()] };
        let outcome = Outcome { derived, ..Outcome::default() };
        let context =
            r#"{"now": "2026-03-02T08:00:00Z", "today": "2026-03-02", "seed": 1, "user": "u", "company": ""}"#;
        let context = read_context(&Json::parse(context).unwrap()).unwrap();
        let (part, rows) = (Part::Mirrored, Vec::new());
        let request = Request { context, entity, document, action: 0, arguments: row, part, rows, explain: true };
        let step = |rule, row| Step { rule, row, yielded: true, used: Vec::new() };
        let steps = [step(0, None), step(1, Some(1))];
        let (messages, width) = (Messages::default(), None);
        let wording = &messages.for_locale("en");
        let view =
            View { descriptor: &descriptor, request: &request, outcome: &outcome, steps: &steps, wording, width };
        let shown = [view.entered(), view.derived(), view.steps()].concat();
        insta::assert_snapshot!(anstream::adapter::strip_str(&shown).to_string().trim(), @"
        Entered

        Defaulted and calculated
          field                   value               rule             reference rows read
          families[tools].amount  12     calculation  Order::families
          families[paint].amount  3      calculation  Order::families

        How it came about
          rule                                    yielded  read
          families                   calculation  yes
          families[paint].is-enough  validation   yes      families.amount = 3
        ");
        assert_eq!(view.place(Place::Cell { collection: 0, row: 1, field: 0 }), "families[paint].amount");
    }
}
