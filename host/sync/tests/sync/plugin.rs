//! A plugin in plain Rust: orders whose lines take their price from a table, and stock that orders draw from and that
//! moves from one place to another.

use std::{cell::Cell, sync::LazyLock};

use lockstep_model::{
    Answer, Conclusion, Decimal, Derived, Evaluate, Evaluated, Issue, Layout, Limits, LookUp, Outcome, Part, Patch,
    Place, RecordSet, Request, ResolvedDocument, TableRows, Value,
    rows::Found,
    schema::{Descriptor, Entity, Severity},
};
use serde_json::{Value as Json, json};

pub(crate) const LIMITS: Limits = Limits {
    fuel: 1_000_000,
    instantiation_fuel: 1_000_000,
    memory_bytes: 1 << 20,
    table_elements: 100,
    input_bytes: 1 << 20,
    output_bytes: 1 << 20,
    issues: 10,
    patches: 3,
    log_lines: 5,
    look_ups: 100,
    rounds: 4,
    wall_clock_ms: 1000,
};

/// The server's own rule refuses orders above this total.
pub(crate) const SERVER_MAXIMUM: i64 = 1_000;

fn field(name: &str, kind: &str, of: &Json) -> Json {
    json!({"name": name, "label": name, "kind": kind, "of": of, "required": false, "read-only": false, "table": null})
}

fn rule(name: &str, kind: &str, collection: &Json, reads: &Json, writes: &Json) -> Json {
    json!({"name": name, "kind": kind, "function": name, "collection": collection, "reads": reads, "writes": writes,
        "tables": [], "guards": []})
}

fn action(name: &str, arguments: &Json, states: &Json) -> Json {
    json!({"name": name, "label": name, "arguments": arguments, "states": states})
}

static DESCRIPTORS: LazyLock<[Descriptor; 2]> = LazyLock::new(|| [false, true].map(describe));

pub(crate) fn descriptor() -> Descriptor {
    Plugin::default().descriptor().clone()
}

/// A newer one has another column in its view.
fn describe(is_newer: bool) -> Descriptor {
    let (text, decimal, none) = (json!({"text": 40}), json!({"decimal": 2}), Json::Null);
    let status = json!({"enumeration": ["draft", "confirmed"]});
    let path = |collection: Option<u16>, field: u16| json!({"collection": collection, "field": field});
    let order = json!({
        "name": "order", "label": "Order",
        "fields": [
            field("customer", "entered", &text), field("terms", "defaulted", &text), field("note", "entered", &text),
            field("status", "state", &status), field("total", "calculated", &decimal), {
                "name": "channel", "label": "channel", "kind": "entered", "of": {"text": 40}, "required": false,
                "read-only": true, "table": null
            },
        ],
        "collections": [{
            "name": "lines", "label": "Lines", "derived": false,
            "fields": [
                field("item", "entered", &text), field("quantity", "entered", &decimal),
                field("price", "defaulted", &decimal), field("amount", "calculated", &decimal),
            ],
        }],
        "actions": [
            action("create", &json!([]), &json!([])), action("update", &json!([]), &json!(["draft"])),
            action("delete", &json!([]), &json!([])), action("confirm", &json!([]), &json!(["draft"])),
            action("draw", &json!([field("stock", "entered", &text), field("pieces", "entered", &json!("integer"))]), &json!([])),
        ],
        "rules": [
            rule("terms", "default", &none, &json!([path(None, 0)]), &json!([path(None, 1)])),
            rule("price", "default", &json!(0), &json!([path(Some(0), 0)]), &json!([path(Some(0), 2)])),
            rule("amount", "calculation", &json!(0), &json!([path(Some(0), 1), path(Some(0), 2)]), &json!([path(Some(0), 3)])),
            rule("total", "calculation", &none, &json!([path(Some(0), 3)]), &json!([path(None, 4)])),
        ],
        "status": 3, "frozen": ["confirmed"], "last-writer": false,
    });
    let stock = json!({
        "name": "stock", "label": "Stock",
        "fields": [field("pieces", "state", &json!("integer")), field("is-low", "calculated", &json!("boolean"))],
        "collections": [],
        "actions": [
            action("create", &json!([]), &json!([])), action("update", &json!([]), &json!([])),
            action("take", &json!([field("pieces", "entered", &json!("integer"))]), &json!([])),
            action("move", &json!([field("to", "entered", &text), field("pieces", "entered", &json!("integer"))]), &json!([])),
        ],
        "rules": [rule("is-low", "calculation", &none, &json!([path(None, 0)]), &json!([path(None, 1)]))],
        "status": null, "frozen": [], "last-writer": true,
    });
    let mut on_hand = json!({"name": "on-hand", "label": "On hand", "key": [0],
        "fields": [field("stock", "entered", &text), field("pieces", "entered", &json!("integer"))],
        "view": {"entity": 1, "collection": null, "sources": ["record-key", {"field": path(None, 0)}]}});
    if is_newer {
        on_hand["fields"].as_array_mut().expect("a list").push(field("is-low", "entered", &json!("boolean")));
        on_hand["view"]["sources"].as_array_mut().expect("a list").push(json!({"field": path(None, 1)}));
    }
    let descriptor = json!({
        "entities": [order, stock],
        "tables": [{"name": "price", "label": "Price", "fields": [field("item", "entered", &text), field("price", "entered", &decimal)],
            "key": [0], "view": null}, on_hand],
        "issues": [
            {"code": "no-customer", "severity": "error", "arguments": []},
            {"code": "too-much", "severity": "error", "arguments": []},
            {"code": "large", "severity": "justification", "arguments": []},
        ],
    });
    let descriptor: Descriptor = serde_json::from_value(descriptor).expect("a descriptor");
    descriptor.check().expect("a sound descriptor");
    descriptor
}

/// Counts its evaluations.
#[derive(Default)]
pub(crate) struct Plugin {
    pub(crate) evaluations: Cell<u32>,
    /// Adds this to every amount: a plugin that is not the same everywhere.
    pub(crate) drift: i64,
    /// A later version.
    pub(crate) is_newer: bool,
}

impl Evaluate for Plugin {
    type Error = String;

    fn evaluate(&self, request: &Request, _limits: &Limits) -> Result<Evaluated, String> {
        self.evaluations.set(self.evaluations.get() + 1);
        let descriptor = self.descriptor();
        request.check(descriptor).map_err(|error| error.to_string())?;
        let entity = &descriptor.entities[usize::from(request.entity)];
        let conclusion =
            if request.entity == 0 { self.order(request, entity) } else { stock(request, entity, descriptor) };
        let mut answer = Answer { conclusion, log: Vec::new(), steps: Vec::new() };
        answer.normalise();
        answer.check(request, descriptor, &LIMITS).map_err(|error| error.to_string())?;
        Ok(Evaluated { answer, fuel: Some(1) })
    }
}

impl Plugin {
    pub(crate) fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTORS[usize::from(self.is_newer)]
    }

    fn order(&self, request: &Request, entity: &Entity) -> Conclusion {
        let none = Derived::default();
        let document = &request.document;
        let given = ResolvedDocument::new(entity, document, document.stored.as_ref().unwrap_or(&none));
        let is_frozen = document.stored.is_some();
        let lines = &document.collections[0];
        let (mut needs, mut used) = (Vec::new(), Vec::new());
        let mut rows = Vec::new();
        let mut total = Decimal::ZERO;
        for row in 0..lines.rows {
            let quantity = decimal(given.cell(0, row, 1)).unwrap_or_default();
            let item = given.cell(0, row, 0).map(|item| item.to_string()).unwrap_or_default();
            let mut price = decimal(given.cell(0, row, 2));
            if price.is_none() {
                if let Some((position, listed)) = price_of(request, &item) {
                    used.push(position);
                    price = listed;
                } else {
                    needs.push(LookUp { table: 0, key: item, limit: None });
                }
            }
            let amount = price.map(|price| price * quantity + Decimal::from(self.drift));
            let amount = if is_frozen { decimal(given.cell(0, row, 3)) } else { amount };
            total += amount.unwrap_or_default();
            rows.push(vec![price.map(Value::Decimal), amount.map(Value::Decimal)]);
        }
        if !needs.is_empty() {
            return Conclusion::Needs(needs);
        }
        let customer = given.header(0);
        let terms = given.header(1).or_else(|| Some(Value::Text(format!("terms of {}", customer.as_ref()?))));
        let header = vec![terms, Some(Value::Decimal(total))];
        let derived = Derived {
            header: RecordSet::from_row(&Layout::derived(&entity.fields), &entity.fields, header).expect("fits"),
            collections: vec![
                RecordSet::from_rows(
                    &Layout::derived_rows(&entity.collections[0]),
                    &entity.collections[0].fields,
                    &[],
                    &rows,
                )
                .expect("fits"),
            ],
        };
        used.sort_unstable();
        used.dedup();
        let mut outcome = Outcome { derived, used, actions: vec![0], ..Outcome::default() };
        if request.part == Part::ServerOnly {
            outcome.derived = Derived::default();
            outcome.actions = Vec::new();
            if total > Decimal::from(SERVER_MAXIMUM) {
                outcome.issues.push(issue("too-much", Severity::Error));
            }
            return Conclusion::Outcome(outcome);
        }
        let is_confirmed = document.status(entity) == Some("confirmed");
        if is_confirmed && [1, 3].contains(&request.action) {
            let argument = |name: &str, value: &str| (name.to_owned(), Value::Text(value.to_owned()));
            let arguments =
                vec![argument("action", "update"), argument("status", "confirmed"), argument("allowed", "draft")];
            outcome.issues.push(Issue { arguments, ..issue("action-not-allowed", Severity::Error) });
            return Conclusion::Outcome(outcome);
        }
        if customer.is_none() && request.action != 2 {
            outcome.issues.push(issue("no-customer", Severity::Error));
        }
        if total > Decimal::from(500) {
            outcome.issues.push(issue("large", Severity::Justification));
        }
        if outcome.issues.is_empty() || outcome.issues.iter().all(|issue| issue.severity != Severity::Error) {
            outcome.patches = patches(request, entity);
        }
        Conclusion::Outcome(outcome)
    }
}

fn stock(request: &Request, entity: &Entity, descriptor: &Descriptor) -> Conclusion {
    let none = Derived::default();
    let given = ResolvedDocument::new(entity, &request.document, &none);
    let pieces = given.header(0);
    let mut outcome = Outcome::default();
    if request.part == Part::Mirrored {
        outcome.actions = vec![0, 1];
        let is_low = matches!(pieces, Some(Value::Integer(pieces)) if pieces < 5);
        let row = vec![Some(Value::Boolean(is_low))];
        outcome.derived.header =
            RecordSet::from_row(&Layout::derived(&entity.fields), &entity.fields, row).expect("fits");
        let left = left(request, entity, pieces.as_ref());
        if left.is_some_and(|left| left < 0) {
            outcome.issues.push(issue("too-much", Severity::Error));
        } else if request.action == 2 {
            outcome.patches = vec![patch(entity, 1, "", vec![left.map(Value::Integer)])];
        } else if request.action == 3 {
            return moved(request, entity, descriptor, (pieces.as_ref(), outcome));
        }
    }
    Conclusion::Outcome(outcome)
}

/// `move` takes pieces from one stock to another, as its row in the view says what is there.
fn moved(
    request: &Request,
    entity: &Entity,
    descriptor: &Descriptor,
    (pieces, mut outcome): (Option<&Value>, Outcome),
) -> Conclusion {
    let arguments = &entity.actions[3].arguments;
    let argument = |position| request.arguments.field(&Layout::all(arguments), arguments, position, 0);
    let to = argument(0).map(|to| to.to_string()).unwrap_or_default();
    let answers = (0..).zip(request.rows.iter().flat_map(TableRows::look_ups));
    let Some((position, found)) = answers.into_iter().find(|(_, found)| found.table == 1 && found.key == to) else {
        return Conclusion::Needs(vec![LookUp { table: 1, key: to, limit: None }]);
    };
    outcome.used = vec![position];
    let fields = &descriptor.tables[1].fields;
    let row = found.parts.first().filter(|(_, range)| !range.is_empty());
    let there = row.and_then(|(rows, range)| rows.field(&Layout::all(fields), fields, 1, range.start));
    match (pieces, argument(1), there) {
        (Some(Value::Integer(here)), Some(Value::Integer(some)), Some(Value::Integer(there)))
            if some > 0 && some <= *here && to != request.document.key =>
        {
            let set = |key: &str, pieces| patch(entity, 1, key, vec![Some(Value::Integer(pieces))]);
            outcome.patches = vec![set("", here - some), set(&to, there + some)];
        }
        _ => outcome.issues.push(issue("too-much", Severity::Error)),
    }
    Conclusion::Outcome(outcome)
}

/// The pieces that are left; `take` takes some.
fn left(request: &Request, entity: &Entity, pieces: Option<&Value>) -> Option<i64> {
    let arguments = &entity.actions[usize::from(request.action)].arguments;
    let taken = (request.action == 2).then(|| request.arguments.field(&Layout::all(arguments), arguments, 0, 0));
    match (pieces, taken.flatten()) {
        (Some(Value::Integer(pieces)), Some(Value::Integer(taken))) => Some(pieces - taken),
        (Some(Value::Integer(pieces)), _) => Some(*pieces),
        _ => None,
    }
}

fn patch(of: &Entity, position: u16, key: &str, row: Vec<Option<Value>>) -> Patch {
    Patch {
        entity: position,
        key: key.to_owned(),
        header: RecordSet::from_row(&Layout::given_header(&of.fields), &of.fields, row).expect("fits"),
        cleared: Vec::new(),
        collections: of
            .collections
            .iter()
            .map(|collection| RecordSet::absent(&Layout::given_rows(&collection.fields), 0))
            .collect(),
        removed: Vec::new(),
    }
}

/// `confirm` sets the status; `draw` sets a stock's pieces.
fn patches(request: &Request, entity: &Entity) -> Vec<Patch> {
    let stock = &Plugin::default().descriptor().entities[1];
    match request.action {
        3 => {
            let status = Some(Value::Enumeration("confirmed".into()));
            vec![patch(entity, 0, "", vec![None, None, None, status, None])]
        }
        4 => {
            let arguments = &entity.actions[4].arguments;
            let layout = Layout::all(arguments);
            let key = request.arguments.field(&layout, arguments, 0, 0).map(|key| key.to_string()).unwrap_or_default();
            vec![patch(stock, 1, &key, vec![request.arguments.field(&layout, arguments, 1, 0)])]
        }
        _ => Vec::new(),
    }
}

fn issue(code: &str, severity: Severity) -> Issue {
    Issue { code: code.into(), severity, place: Place::Document, arguments: Vec::new(), offer: None, rule: None }
}

fn decimal(value: Option<Value>) -> Option<Decimal> {
    value.and_then(|value| if let Value::Decimal(value) = value { Some(value) } else { None })
}

/// The answered look-up's position, and the price if the table has the item.
fn price_of(request: &Request, item: &str) -> Option<(u32, Option<Decimal>)> {
    let fields = &Plugin::default().descriptor().tables[0].fields;
    let found = (0..)
        .zip(request.rows.iter().flat_map(TableRows::look_ups))
        .find(|(_, found)| found.table == 0 && found.key == item);
    let (position, found) = found?;
    let price = match (found.found, found.parts.first()) {
        (Found::NotHere, _) | (_, None) => None,
        (_, Some((_, range))) if range.is_empty() => None,
        (_, Some((rows, range))) => decimal(rows.field(&Layout::all(fields), fields, 1, range.start)),
    };
    Some((position, price))
}
