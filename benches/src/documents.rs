//! Documents of ten-field lines: as requests to the plugin, and as plain structs of the same values.

use anyhow::Context as _;
use bench_lines::plain::Line;
use lockstep_engine::Plugin;
use lockstep_model::{
    Context, Evaluate, Evaluated, Part, RecordSet, Request, Timestamp,
    json::{Json, read_document_of},
    schema::Descriptor,
};
use lockstep_sdk::{Date, date, dec};

use crate::LIMITS;

const BOOKED: Date = date!("2026-03-02");
const REQUESTED: Date = date!("2026-03-16");

/// So many lines in plain Rust. No two neighbours are alike, and nothing is wrong with any.
pub fn plain(count: usize) -> Vec<Line> {
    (0..count)
        .map(|number| Line {
            item: format!("ITEM-{}", 1000 + number % 250),
            quantity: (12 + number as i64 % 37).into(),
            unit_price: dec!(19.99) + dec!(0.25) * lockstep_sdk::Decimal::from(number % 101),
            discount_percent: dec!(12.5),
            tax_percent: dec!(8.25),
            requested_date: REQUESTED,
            booked_date: BOOKED,
            currency: None,
        })
        .collect()
}

/// The same as one document of ten fields; there is one such line.
///
/// # Errors
/// When the plugin has another schema.
pub fn document(descriptor: &Descriptor) -> anyhow::Result<Request> {
    let line = plain(1).iter().map(fields).map(Json::object).next().context("there is one line")?;
    request(descriptor, "line-document", &line)
}

/// The same as an order of so many lines.
///
/// # Errors
/// When the plugin has another schema.
pub fn order(descriptor: &Descriptor, count: usize) -> anyhow::Result<Request> {
    let lines = plain(count).iter().map(fields).map(Json::object).collect();
    request(descriptor, "order", &Json::object([("lines", Json::List(lines))]))
}

fn fields(line: &Line) -> Vec<(&'static str, Json)> {
    let text = |value: &dyn ToString| Json::Text(value.to_string());
    vec![
        ("item", text(&line.item)),
        ("quantity", text(&line.quantity)),
        ("unit-price", text(&line.unit_price)),
        ("discount-percent", text(&line.discount_percent)),
        ("tax-percent", text(&line.tax_percent)),
        ("requested-date", text(&line.requested_date)),
        ("booked-date", text(&line.booked_date)),
    ]
}

fn request(descriptor: &Descriptor, entity: &str, document: &Json) -> anyhow::Result<Request> {
    let position = descriptor.entities.iter().position(|known| known.name == entity).context("no such entity")?;
    let entity = &descriptor.entities[position];
    let action = entity.actions.iter().position(|known| known.name == "update").context("no action `update`")?;
    Ok(Request {
        context: Context {
            now: Timestamp(1_772_438_400_000),
            today: lockstep_model::Date(BOOKED.days()),
            seed: 1,
            user: "mara".to_owned(),
            company: "main".to_owned(),
            roles: vec!["sales".to_owned()],
        },
        entity: position as u16,
        document: read_document_of(document, entity)?,
        action: action as u16,
        arguments: RecordSet { rows: 1, ..RecordSet::default() },
        part: Part::Mirrored,
        rows: Vec::new(),
        explain: false,
    })
}

/// Evaluates, as figures are taken: with the limits of all, and nothing may go wrong.
///
/// # Panics
/// When the evaluation fails.
pub fn evaluate(plugin: &Plugin, request: &Request) -> Evaluated {
    plugin.evaluate(request, &LIMITS).expect("the documents are in order")
}
