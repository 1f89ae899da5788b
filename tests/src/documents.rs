//! Random requests made from what a plugin says of itself: documents, contexts, actions, arguments.
//!
//! Most documents are such that every calculation runs: what is required is there, keys exist, numbers are small.
//! Others lack cells, are frozen with stored values, or hold what lies at a boundary. A seed gives one request.

use lockstep_model::{
    Context, Date, Derived, Document, Layout, Part, RecordSet, Request, Value,
    schema::{Action, Collection, Descriptor, Entity, Field, FieldKind, FieldType},
};

use crate::{
    random::Random,
    reference::Reference,
    values::{Taste, Values, moment, parts},
};

/// 2026-03-02: the days of reference rows lie around it.
const TODAY: Date = Date(20_514);

/// Rows of a collection at most, but for few documents.
const ROWS_MAX: i64 = 6;

/// Rows of a large collection at most.
const ROWS_LARGE: i64 = 80;

/// What a document is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// As people enter it.
    Plain,
    /// Cells are absent, whatever they are for.
    Sparse,
    /// Values lie at boundaries.
    Wild,
    /// Its status is one in which stored values stand.
    Frozen,
}

/// A request, and the tables that it is evaluated with.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Gives the same sample again.
    pub seed: u64,
    /// What its document is like.
    pub mood: Mood,
    /// Without rows.
    pub request: Request,
    /// The position of a table that is not here.
    pub without: Option<usize>,
}

/// Makes random requests for a plugin.
#[derive(Clone, Copy)]
pub struct Documents<'a> {
    /// The plugin.
    pub descriptor: &'a Descriptor,
    /// Its tables.
    pub reference: &'a Reference,
}

impl Documents<'_> {
    /// The request of a seed.
    ///
    /// # Panics
    /// When a plugin has no entity or an entity no action.
    pub fn sample(&self, seed: u64) -> Sample {
        let mut random = Random::new(seed);
        let entity = (random.word() % self.descriptor.entities.len() as u64) as u16;
        let definition = &self.descriptor.entities[usize::from(entity)];
        let mood = match random.between(1, 100) {
            1..=84 => Mood::Plain,
            85..=90 => Mood::Sparse,
            91..=96 => Mood::Wild,
            _ if definition.frozen.is_empty() => Mood::Plain,
            _ => Mood::Frozen,
        };
        let today = match mood {
            Mood::Wild => *random.pick(&[TODAY, Date(TODAY.0 + 400), Date(0), Date(19_782)]).unwrap_or(&TODAY),
            _ => Date(TODAY.0 + random.between(-5, 30) as i32),
        };
        let values = Values { descriptor: self.descriptor, reference: self.reference, today };
        let mut maker = Maker { entity: definition, values, mood, random };
        let document = maker.document();
        let action = maker.action(&document);
        let arguments = maker.arguments(&definition.actions[usize::from(action)]);
        let context = self.context(&mut maker.random, today, mood);
        let random = &mut maker.random;
        let part = if random.chance(3) { Part::ServerOnly } else { Part::Mirrored };
        let without =
            random.chance(3).then(|| random.between(0, 1 << 20) as usize % self.descriptor.tables.len().max(1));
        let explain = random.chance(25);
        let request = Request { context, entity, document, action, arguments, part, rows: Vec::new(), explain };
        Sample { seed, mood, request, without: without.filter(|_| !self.descriptor.tables.is_empty()) }
    }

    fn context(&self, random: &mut Random, today: Date, mood: Mood) -> Context {
        let roles = ["sales", "approver", "administrator"].into_iter().filter(|_| random.chance(50));
        let roles = roles.map(str::to_owned).collect();
        let user = random.pick(&["u-1", "u-2", "\u{fc}ser"]).copied().unwrap_or_default().to_owned();
        Context {
            now: moment(today, mood == Mood::Wild, random),
            today,
            seed: random.word(),
            user,
            company: random.pick(self.reference.companies()).cloned().unwrap_or_default(),
            roles,
        }
    }
}

/// The rows of a header or a collection, by field.
type Rows = Vec<Vec<Option<Value>>>;

struct Maker<'a> {
    entity: &'a Entity,
    values: Values<'a>,
    mood: Mood,
    random: Random,
}

impl Maker<'_> {
    fn document(&mut self) -> Document {
        let entity = self.entity;
        let mut header = self.rows(&entity.fields, 1);
        self.choose_status(&mut header[0]);
        let is_frozen = self.mood == Mood::Frozen;
        let header_derived = self.derived(&Layout::derived(&entity.fields), &entity.fields, 1);
        let mut derived = Derived { header: header_derived, collections: Vec::new() };
        let mut collections = Vec::new();
        for collection in &entity.collections {
            let count = self.row_count();
            // The rows of a derived collection are among what is derived alone.
            let rows = self.rows(&collection.fields, if collection.derived { 0 } else { count });
            derived.collections.push(self.derived(&Layout::derived_rows(collection), &collection.fields, count));
            collections.push(given_rows(collection, rows));
        }
        let key = if self.random.chance(50) { String::new() } else { format!("key-{}", self.random.between(1, 99)) };
        Document {
            key,
            header: record_set(&Layout::given_header(&entity.fields), &entity.fields, &[], header),
            collections,
            stored: is_frozen.then_some(derived),
        }
    }

    fn row_count(&mut self) -> usize {
        let count = match self.mood {
            Mood::Plain if self.random.chance(1) => self.random.between(1, ROWS_LARGE),
            Mood::Plain if self.random.chance(15) => 1,
            Mood::Plain => self.random.between(2, ROWS_MAX),
            _ => self.random.between(0, ROWS_MAX),
        };
        count as usize
    }

    fn taste(&mut self) -> Taste {
        if self.mood == Mood::Wild && self.random.chance(60) { Taste::Boundary } else { Taste::Plausible }
    }

    /// Whether a cell has a value.
    fn is_given(&mut self, field: &Field) -> bool {
        let percent = match (self.mood, field.kind, field.required) {
            (Mood::Sparse, ..) => 50,
            (Mood::Wild, FieldKind::Entered, true) => 95,
            (_, FieldKind::Entered, true) => 100,
            (Mood::Wild, ..) => 45,
            (_, FieldKind::Entered, false) => 35,
            (_, FieldKind::Defaulted, _) => 12,
            (_, FieldKind::State, _) => 10,
            (_, FieldKind::Assigned, _) => 40,
            (_, FieldKind::Calculated, _) => 0,
        };
        self.random.chance(percent)
    }

    /// Values for the fields that a document gives.
    fn rows(&mut self, fields: &[Field], count: usize) -> Rows {
        let mut rows: Rows = Vec::new();
        for _ in 0..count {
            let row = fields.iter().map(|field| {
                let taste = self.taste();
                if self.is_given(field) { self.values.value(field, taste, &mut self.random) } else { None }
            });
            let row = row.collect();
            rows.push(row);
        }
        self.repeat_keys(fields, &mut rows);
        self.make_sums(fields, &mut rows);
        rows
    }

    /// Now and then a row has the keys of the row before it.
    fn repeat_keys(&mut self, fields: &[Field], rows: &mut Rows) {
        for row in 1..rows.len() {
            for (position, _) in fields.iter().enumerate().filter(|(_, field)| field.table.is_some()) {
                if self.random.chance(10) {
                    rows[row][position] = rows[row - 1][position].clone();
                }
            }
        }
    }

    /// Now and then the rows' values sum to one that the tables know: a limit, a price, a quantity on hand.
    fn make_sums(&mut self, fields: &[Field], rows: &mut Rows) {
        for (position, field) in fields.iter().enumerate() {
            let FieldType::Decimal(scale) = field.of else { continue };
            if rows.len() < 2 || !self.random.chance(8) {
                continue;
            }
            let known = self.values.known_decimals(field);
            let Some(whole) = self.random.pick(&known) else { continue };
            let whole = whole.trunc_with_scale(scale.into());
            let parts = parts(whole, rows.len(), &mut self.random);
            for (row, part) in rows.iter_mut().zip(parts) {
                if row[position].is_some() && !part.is_zero() {
                    row[position] = Some(Value::Decimal(part));
                }
            }
        }
    }

    fn derived(&mut self, layout: &Layout, fields: &[Field], count: usize) -> RecordSet {
        let rows = (0..count).map(|_| {
            let row = layout.columns.iter().map(|column| {
                let field = &fields[usize::from(column.field)];
                if self.random.chance(85) { self.values.value(field, Taste::Plausible, &mut self.random) } else { None }
            });
            row.collect::<Vec<_>>()
        });
        let rows: Vec<_> = rows.collect();
        let ids = ids(count);
        let ids: Vec<_> = ids.iter().map(String::as_str).collect();
        RecordSet::from_rows(layout, fields, &ids, &rows).expect("values are made to fit")
    }

    /// A frozen one, one that is not, or none.
    fn choose_status(&mut self, header: &mut [Option<Value>]) {
        let Some(status) = self.entity.status.map(usize::from) else { return };
        let FieldType::Enumeration(names) = &self.entity.fields[status].of else { return };
        let is_frozen = self.mood == Mood::Frozen;
        let names: Vec<_> = names.iter().filter(|name| self.entity.frozen.contains(name) == is_frozen).collect();
        let is_given = is_frozen || self.random.chance(50);
        let name = self.random.pick(&names).filter(|_| is_given);
        header[status] = name.map(|name| Value::Enumeration((*name).clone()));
    }

    /// Mostly one that the status allows.
    fn action(&mut self, document: &Document) -> u16 {
        let status = document.status(self.entity).or(match self.entity.status.map(usize::from) {
            Some(status) => match &self.entity.fields[status].of {
                FieldType::Enumeration(names) => names.first().map(String::as_str),
                _ => None,
            },
            None => None,
        });
        let is_allowed = |action: &Action| {
            action.states.is_empty() || status.is_some_and(|status| action.states.iter().any(|state| state == status))
        };
        let all: Vec<u16> = (0..self.entity.actions.len() as u16).collect();
        let allowed: Vec<u16> =
            all.iter().copied().filter(|action| is_allowed(&self.entity.actions[usize::from(*action)])).collect();
        let from = if allowed.is_empty() || self.random.chance(10) { &all } else { &allowed };
        *self.random.pick(from).expect("an entity has actions")
    }

    fn arguments(&mut self, action: &Action) -> RecordSet {
        let row = action.arguments.iter().map(|field| {
            let taste = self.taste();
            if self.random.chance(80) { self.values.value(field, taste, &mut self.random) } else { None }
        });
        let row = row.collect();
        record_set(&Layout::all(&action.arguments), &action.arguments, &[], vec![row])
    }
}

fn given_rows(collection: &Collection, rows: Rows) -> RecordSet {
    let ids = ids(rows.len());
    let ids: Vec<_> = ids.iter().map(String::as_str).collect();
    record_set(&Layout::given_rows(&collection.fields), &collection.fields, &ids, rows)
}

fn ids(count: usize) -> Vec<String> {
    (1..=count).map(|number| number.to_string()).collect()
}

/// The columns of a layout from rows that have all fields.
fn record_set(layout: &Layout, fields: &[Field], ids: &[&str], rows: Rows) -> RecordSet {
    let pick = |mut row: Vec<Option<Value>>| {
        layout.columns.iter().map(|column| row[usize::from(column.field)].take()).collect::<Vec<_>>()
    };
    let rows: Vec<_> = rows.into_iter().map(pick).collect();
    RecordSet::from_rows(layout, fields, ids, &rows).expect("values are made to fit")
}
