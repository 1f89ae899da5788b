//! Random requests made from what a plugin says of itself: documents, contexts, actions, arguments.
//!
//! Most documents are such that every calculation runs: what is required is there, keys exist, numbers are small.
//! Others lack cells, are frozen with stored values, or hold what lies at a boundary. Many begin as the document of one
//! of the plugin's cases, whose cells are then changed: rules that want values which go together run on them. A seed
//! gives one request.

use std::borrow::Cow;

use lockstep_model::{Context, Date, Derived, Document, Part, Request, Tables, schema::Descriptor};

use crate::{
    examples::Example,
    maker::{Begun, Maker, key},
    random::Random,
    reference::Reference,
    values::{Values, moment},
};

/// 2026-03-02: the days of reference rows lie around it.
const TODAY: Date = Date(20_514);

/// So many records has each entity that views are of.
const RECORDS: i64 = 12;

/// Where the seeds of records begin.
const RECORDS_SEED: u64 = 1 << 40;

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
    /// The position of the case that its document was copied from, among its entity's.
    pub copied: Option<usize>,
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
        self.sample_of(entity, seed, random)
    }

    /// The tables of a sample.
    ///
    /// # Panics
    /// When the sample is another plugin's.
    pub fn tables(&self, sample: &Sample) -> Cow<'_, Tables> {
        let examples = self.reference.examples().of(sample.request.entity);
        let own = sample.copied.and_then(|position| examples[position].tables.as_ref());
        match (own, sample.without) {
            (None, without) => Cow::Borrowed(self.reference.tables(without)),
            (Some(own), None) => Cow::Borrowed(own),
            (Some(own), Some(without)) => {
                let mut tables = own.clone();
                tables.unavailable(&self.descriptor.tables[without].name).expect("it is the descriptor's");
                Cow::Owned(tables)
            }
        }
    }

    /// Records of the entities that views are of, with derived values as the plugin would give them: `derive` evaluates.
    pub fn records(&self, derive: impl Fn(&Sample) -> Option<Derived>) -> Vec<(u16, Document)> {
        let entities = 0..self.descriptor.entities.len() as u16;
        let is_viewed = |entity: &u16| {
            self.descriptor.tables.iter().any(|table| table.view.as_ref().is_some_and(|view| view.entity == *entity))
        };
        let record = |entity: u16, (number, mut sample): (i64, Sample)| {
            sample.request.part = Part::Mirrored;
            let stored = sample.request.document.stored.clone().or_else(|| derive(&sample));
            (entity, Document { key: key(number), stored, ..sample.request.document })
        };
        let records = |entity: u16| {
            let samples = (RECORDS_SEED..).map(move |seed| self.sample_of(entity, seed, Random::new(seed)));
            // Nobody stores what goes past all bounds.
            let samples = samples.filter(|sample| sample.mood != Mood::Wild);
            (1..=RECORDS).zip(samples).map(move |sample| record(entity, sample))
        };
        entities.filter(is_viewed).flat_map(records).collect()
    }

    fn sample_of(&self, entity: u16, seed: u64, mut random: Random) -> Sample {
        let definition = &self.descriptor.entities[usize::from(entity)];
        let mood = match random.between(1, 100) {
            1..=84 => Mood::Plain,
            85..=90 => Mood::Sparse,
            91..=96 => Mood::Wild,
            _ if definition.frozen.is_empty() => Mood::Plain,
            _ => Mood::Frozen,
        };
        let examples = self.reference.examples().of(entity);
        let is_copy = random.chance(50);
        // A row of a case with rows of its own means nothing without them.
        let candidates: Vec<_> = (0..examples.len()).filter(|at| is_copy || examples[*at].tables.is_none()).collect();
        let chosen = random.pick(&candidates).copied();
        let example = chosen.map(|position| &examples[position]);
        let begun = match example {
            Some(example) if is_copy => Begun::Copy(example),
            Some(example) if random.chance(75) => Begun::Cells(example),
            _ => Begun::Empty,
        };
        let is_stored = is_copy && example.is_some_and(|example| example.request.document.stored.is_some());
        let mood = if is_stored && mood == Mood::Plain { Mood::Frozen } else { mood };
        let today = match (mood, example) {
            (Mood::Plain | Mood::Frozen, Some(example)) => example.request.context.today,
            (Mood::Wild, _) => *random.pick(&[TODAY, Date(TODAY.0 + 400), Date(0), Date(19_782)]).unwrap_or(&TODAY),
            _ => Date(TODAY.0 + random.between(-5, 30) as i32),
        };
        let values = Values { descriptor: self.descriptor, reference: self.reference, today };
        let mut maker = Maker { position: entity, entity: definition, values, mood, begun, random };
        let document = maker.document();
        let action = maker.action(&document);
        let arguments = maker.arguments(action);
        let context = self.context(&mut maker.random, today, mood, example);
        let random = &mut maker.random;
        let part = if random.chance(3) { Part::ServerOnly } else { Part::Mirrored };
        let without =
            random.chance(3).then(|| random.between(0, 1 << 20) as usize % self.descriptor.tables.len().max(1));
        let explain = random.chance(25);
        let request = Request { context, entity, document, action, arguments, part, rows: Vec::new(), explain };
        let without = without.filter(|_| !self.descriptor.tables.is_empty());
        Sample { seed, mood, request, copied: chosen.filter(|_| is_copy), without }
    }

    fn context(&self, random: &mut Random, today: Date, mood: Mood, example: Option<&Example>) -> Context {
        let now = moment(today, mood == Mood::Wild, random);
        if let Some(example) = example.filter(|_| random.chance(80)) {
            return Context { now, today, seed: random.word(), ..example.request.context.clone() };
        }
        let roles = ["sales", "approver", "administrator"].into_iter().filter(|_| random.chance(50));
        let roles = roles.map(str::to_owned).collect();
        let user = random.pick(&["u-1", "u-2", "\u{fc}ser"]).copied().unwrap_or_default().to_owned();
        let company = random.pick(self.reference.companies()).cloned().unwrap_or_default();
        Context { now, today, seed: random.word(), user, company, roles }
    }
}
