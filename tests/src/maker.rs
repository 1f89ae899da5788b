//! How one random document is made: from nothing, or from a case whose cells are changed.

use lockstep_model::{
    Derived, Document, Layout, RecordSet, Value,
    schema::{Action, Entity, Field, FieldKind, FieldType},
};

use crate::{
    documents::Mood,
    examples::Example,
    random::Random,
    values::{Taste, Values, parts},
};

/// Rows of a collection at most, but for few documents.
const ROWS_MAX: i64 = 6;

/// Rows of a large collection at most.
const ROWS_LARGE: i64 = 80;

/// Records and documents share so many keys, so that a view may have rows of the document itself.
const KEYS: i64 = 24;

/// The rows of a header or a collection, by field.
type Rows = Vec<Vec<Option<Value>>>;

/// What a document begins as.
#[derive(Clone, Copy)]
pub(crate) enum Begun<'a> {
    /// Nothing is there yet.
    Empty,
    /// Rows of a case's document, chosen at random.
    Cells(&'a Example),
    /// A case: its document, action and arguments.
    Copy(&'a Example),
}

/// Makes one document, and an action for it.
pub(crate) struct Maker<'a> {
    /// The entity's position.
    pub(crate) position: u16,
    /// The entity.
    pub(crate) entity: &'a Entity,
    /// Where values come from.
    pub(crate) values: Values<'a>,
    /// What the document is like.
    pub(crate) mood: Mood,
    /// What it begins as.
    pub(crate) begun: Begun<'a>,
    /// Decides.
    pub(crate) random: Random,
}

impl<'a> Maker<'a> {
    /// The document.
    pub(crate) fn document(&mut self) -> Document {
        let entity = self.entity;
        let mut header = self.rows(0, &entity.fields, 1);
        self.choose_status(&mut header[0]);
        let is_frozen = self.mood == Mood::Frozen;
        let header_derived = self.derived(&Layout::derived(&entity.fields), &entity.fields, 1);
        let mut derived = Derived { header: header_derived, collections: Vec::new() };
        let mut collections = Vec::new();
        for (scope, collection) in (1..).zip(&entity.collections) {
            let (count, ids) = self.row_ids(scope);
            // The rows of a derived collection are among what is derived alone.
            let rows = self.rows(scope, &collection.fields, if collection.derived { 0 } else { count });
            derived.collections.push(self.derived(&Layout::derived_rows(collection), &collection.fields, count));
            let ids: Vec<_> = ids.iter().map(String::as_str).collect();
            collections.push(record_set(&Layout::given_rows(&collection.fields), &collection.fields, &ids, rows));
        }
        if let Begun::Copy(Example { request, .. }) = self.begun
            && let Some(stored) = request.document.stored.as_ref().filter(|_| self.random.chance(80))
        {
            derived.clone_from(stored);
        }
        Document {
            key: if self.random.chance(50) { String::new() } else { key(self.random.between(1, KEYS)) },
            header: record_set(&Layout::given_header(&entity.fields), &entity.fields, &[], header),
            collections,
            stored: is_frozen.then_some(derived),
        }
    }

    /// How many rows a collection has, and their ids.
    fn row_ids(&mut self, scope: usize) -> (usize, Vec<String>) {
        if let Begun::Copy(Example { request, .. }) = self.begun {
            let rows = &request.document.collections[scope - 1];
            return (rows.rows as usize, rows.ids().map(str::to_owned).collect());
        }
        let count = self.row_count();
        (count, ids(count))
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
    fn rows(&mut self, scope: usize, fields: &[Field], count: usize) -> Rows {
        let rows_of = |example: &'a Example| match scope {
            0 => std::slice::from_ref(&example.header),
            scope => &example.rows[scope - 1],
        };
        let (is_copy, known) = match self.begun {
            Begun::Empty => (false, &[][..]),
            Begun::Cells(example) => (false, rows_of(example)),
            Begun::Copy(example) => (true, rows_of(example)),
        };
        let kept = match self.mood {
            Mood::Plain | Mood::Frozen if is_copy => *self.random.pick(&[95, 100]).unwrap_or(&100),
            Mood::Plain | Mood::Frozen => 80,
            Mood::Sparse | Mood::Wild => 40,
        };
        let mut rows: Rows = Vec::new();
        for number in 0..count {
            let begun = if is_copy { known.get(number) } else { self.random.pick(known) };
            let row = fields.iter().enumerate().map(|(number, field)| match begun {
                Some(row) if self.random.chance(kept) => row[number].clone(),
                _ => self.cell(scope, number, field),
            });
            let row = row.collect();
            rows.push(row);
        }
        if !is_copy {
            self.repeat_keys(fields, &mut rows);
            self.make_sums(fields, &mut rows);
        }
        rows
    }

    fn cell(&mut self, scope: usize, number: usize, field: &Field) -> Option<Value> {
        let taste = self.taste();
        if !self.is_given(field) {
            return None;
        }
        let known = self.values.reference.examples().values(self.position, scope, number);
        if taste == Taste::Plausible && field.table.is_none() && self.random.chance(50) && !known.is_empty() {
            return self.random.pick(known).cloned();
        }
        self.values.value(field, taste, &mut self.random)
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
        if let (Begun::Copy(_), Some(Value::Enumeration(known))) = (self.begun, &header[status])
            && names.contains(&known)
            && self.random.chance(90)
        {
            return;
        }
        let is_given = is_frozen || self.random.chance(50);
        let name = self.random.pick(&names).filter(|_| is_given);
        header[status] = name.map(|name| Value::Enumeration((*name).clone()));
    }

    /// Mostly one that the status allows.
    pub(crate) fn action(&mut self, document: &Document) -> u16 {
        if let Begun::Copy(example) = self.begun
            && self.random.chance(75)
        {
            return example.request.action;
        }
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

    /// An action's arguments.
    pub(crate) fn arguments(&mut self, position: u16) -> RecordSet {
        let action = &self.entity.actions[usize::from(position)];
        let known = self.values.reference.examples().arguments(self.position, position);
        let row = match self.random.pick(known) {
            Some(row) if self.random.chance(50) => row.clone(),
            _ => {
                let row = action.arguments.iter().map(|field| {
                    let taste = self.taste();
                    if self.random.chance(80) { self.values.value(field, taste, &mut self.random) } else { None }
                });
                row.collect()
            }
        };
        record_set(&Layout::all(&action.arguments), &action.arguments, &[], vec![row])
    }
}

/// The key of the record with this number.
pub(crate) fn key(number: i64) -> String {
    format!("key-{number}")
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
