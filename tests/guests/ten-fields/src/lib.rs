//! Well-behaved: prices lines of ten fields. The entity `line` has them in its header, `order` in a collection.

use kit::{
    Answer, Collection, Conclusion, Derived, Descriptor, Entity, Field, FieldKind, FieldPath, FieldType, Issue,
    IssueKind, Logic, Outcome, Place, RecordSet, Request, Rule, RuleKind, Severity, answer, calculated, entered,
    entity, field, outcome, rule,
};
use rust_decimal::Decimal;

/// Columns of the pools of a document's line.
const ITEM: usize = 0;
const CURRENCY: usize = 1;
const QUANTITY: usize = 0;
const PRICE: usize = 1;
const DISCOUNT: usize = 2;
const TAX: usize = 3;
const REQUESTED: usize = 0;
const BOOKED: usize = 1;
/// The currency's position among the given columns.
const CURRENCY_GIVEN: usize = 6;

struct Line<'a> {
    item: &'a str,
    quantity: Decimal,
    price: Decimal,
    discount: Decimal,
    tax: Decimal,
    requested: i64,
    booked: i64,
    currency_given: bool,
}

mod line {
    use rust_decimal::{Decimal, RoundingStrategy};

    #[inline(never)]
    pub fn net(quantity: Decimal, price: Decimal, discount: Decimal) -> Decimal {
        let gross = quantity * price;
        round(gross - gross * discount / Decimal::ONE_HUNDRED)
    }

    #[inline(never)]
    pub fn tax_amount(net: Decimal, tax: Decimal) -> Decimal {
        round(net * tax / Decimal::ONE_HUNDRED)
    }

    fn round(amount: Decimal) -> Decimal {
        amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
    }
}

struct Guest;

impl Logic for Guest {
    fn describe() -> Descriptor {
        let issue = |code: &str| IssueKind { code: code.into(), severity: Severity::Error, arguments: vec![] };
        Descriptor {
            entities: vec![entity("line", fields(), rules(None)), order()],
            tables: vec![],
            issues: ["no-item", "quantity-positive", "discount-range", "date-past"].map(issue).into(),
        }
    }

    fn evaluate(request: Request) -> Answer {
        let document = &request.document;
        let mut issues = vec![];
        let outcome = if request.entity == 0 {
            Outcome { ..outcome(derive(&document.header, 0, |_, field| Place::Field(field), &mut issues)) }
        } else {
            let place = |row, field| Place::Cell((0, row, field));
            let lines = derive(&document.collections[0], 1, place, &mut issues);
            Outcome {
                derived: Derived { header: kit::no_fields(), collections: vec![lines] },
                ..outcome(kit::no_fields())
            }
        };
        answer(Conclusion::Outcome(Outcome { issues, ..outcome }))
    }
}

fn fields() -> Vec<Field> {
    vec![
        entered("item", FieldType::Text(40)),
        entered("quantity", FieldType::Decimal(6)),
        entered("price", FieldType::Decimal(6)),
        entered("discount", FieldType::Decimal(2)),
        entered("tax", FieldType::Decimal(3)),
        entered("requested", FieldType::Date),
        field("currency", FieldKind::Defaulted, FieldType::Text(3)),
        entered("booked", FieldType::Date),
        calculated("net", FieldType::Decimal(2)),
        calculated("tax-amount", FieldType::Decimal(2)),
    ]
}

fn rules(collection: Option<u16>) -> Vec<Rule> {
    let path = |field| FieldPath { collection, field };
    let own = |name: &str, function: &str, writes| Rule {
        collection,
        ..rule(name, RuleKind::Calculation, function, vec![path(writes)])
    };
    vec![own("net", "line::net", 8), own("tax-amount", "line::tax_amount", 9)]
}

fn order() -> Entity {
    let lines = Collection { name: "lines".into(), label: "lines".into(), derived: false, fields: fields() };
    Entity { collections: vec![lines], ..entity("order", vec![], rules(Some(0))) }
}

/// Derives all rows of a record set; `ids` texts stand before the first column of texts.
fn derive(given: &RecordSet, ids: usize, place: impl Fn(u32, u16) -> Place, issues: &mut Vec<Issue>) -> RecordSet {
    let count = given.rows as usize;
    let text = |column: usize, row: usize| {
        let at = (column + ids) * count + row;
        let start = at.checked_sub(1).map_or(0, |before| given.text_ends[before] as usize);
        &given.texts[start..given.text_ends[at] as usize]
    };
    let decimal = |column: usize, row: usize| {
        let at = 2 * (column * count + row);
        from_words(given.decimals[at], given.decimals[at + 1])
    };
    let mut derived = RecordSet {
        rows: given.rows,
        present: present(3 * count),
        integers: vec![],
        decimals: Vec::with_capacity(4 * count),
        text_ends: Vec::with_capacity(count),
        texts: String::with_capacity(3 * count),
    };
    let mut taxes = Vec::with_capacity(2 * count);
    for row in 0..count {
        let bit = CURRENCY_GIVEN * count + row;
        let line = Line {
            item: text(ITEM, row),
            quantity: decimal(QUANTITY, row),
            price: decimal(PRICE, row),
            discount: decimal(DISCOUNT, row),
            tax: decimal(TAX, row),
            requested: given.integers[REQUESTED * count + row],
            booked: given.integers[BOOKED * count + row],
            currency_given: given.present[bit / 64] >> (bit % 64) & 1 == 1,
        };
        validate(&line, |code, field| issues.push(issue(code, place(row as u32, field))));
        let net = line::net(line.quantity, line.price, line.discount);
        derived.decimals.extend(to_words(net));
        taxes.extend(to_words(line::tax_amount(net, line.tax)));
        if line.currency_given {
            let _ = text(CURRENCY, row);
            derived.present[row / 64] &= !(1 << (row % 64));
        } else {
            derived.texts.push_str("EUR");
        }
        derived.text_ends.push(derived.texts.len() as u32);
    }
    derived.decimals.append(&mut taxes);
    derived
}

fn validate(line: &Line<'_>, mut say: impl FnMut(&str, u16)) {
    if line.item.is_empty() {
        say("no-item", 0);
    }
    if line.quantity <= Decimal::ZERO {
        say("quantity-positive", 1);
    }
    if line.discount > Decimal::ONE_HUNDRED {
        say("discount-range", 3);
    }
    if line.requested < line.booked {
        say("date-past", 5);
    }
}

fn issue(code: &str, place: Place) -> Issue {
    Issue { code: code.into(), severity: Severity::Error, place, arguments: vec![], offer: None, rule: None }
}

/// So many bits, all set.
fn present(bits: usize) -> Vec<u64> {
    let mut words = vec![u64::MAX; bits.div_ceil(64)];
    if let Some(last) = words.last_mut().filter(|_| bits % 64 != 0) {
        *last >>= 64 - bits % 64;
    }
    words
}

fn from_words(low: u64, high: u64) -> Decimal {
    Decimal::from_parts(low as u32, (low >> 32) as u32, high as u32, high >> 63 != 0, (high >> 32) as u32 & 0xff)
}

fn to_words(decimal: Decimal) -> [u64; 2] {
    let parts = decimal.unpack();
    let sign = u64::from(parts.negative) << 63;
    [u64::from(parts.lo) | u64::from(parts.mid) << 32, u64::from(parts.hi) | u64::from(parts.scale) << 32 | sign]
}

kit::export!(Guest);
