//! How much of a plugin the documents reached.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use lockstep_model::{
    Concluded, Layout, Outcome, RecordSet,
    schema::{Descriptor, Entity, Field, FieldKind, Rule, RuleKind},
};
use lockstep_tests::documents::Sample;

use crate::comparison::Compared;

/// Counts over many documents.
pub(crate) struct Coverage {
    pub(crate) documents: u64,
    /// Documents in which calculations ran.
    pub(crate) ran: u64,
    /// The same by entity.
    ran_by_entity: BTreeMap<String, u64>,
    /// Documents of which every calculation yielded a value that is not selective.
    pub(crate) complete: u64,
    selective: &'static [&'static str],
    /// By what the fault says: how often.
    faulted: BTreeMap<String, u64>,
    /// By entity and calculation: the documents in which it ran and yielded no value.
    missing: BTreeMap<(String, String), u64>,
    rounds_max: u32,
    fuel_max: u64,
    issues: BTreeSet<String>,
    /// The rules that yielded, by entity.
    yielded: BTreeSet<(u16, u16)>,
    descriptor: Descriptor,
}

impl Coverage {
    /// `selective`: calculations without which a document is complete.
    pub(crate) fn new(descriptor: &Descriptor, selective: &'static [&'static str]) -> Self {
        Self {
            selective,
            documents: 0,
            ran: 0,
            ran_by_entity: BTreeMap::new(),
            complete: 0,
            faulted: BTreeMap::new(),
            missing: BTreeMap::new(),
            rounds_max: 0,
            fuel_max: 0,
            issues: BTreeSet::new(),
            yielded: BTreeSet::new(),
            descriptor: descriptor.clone(),
        }
    }

    pub(crate) fn add(&mut self, sample: &Sample, compared: &Compared) {
        self.documents += 1;
        let concluded = match compared {
            Compared::Concluded(concluded) => concluded,
            Compared::Faulted(why) => {
                *self.faulted.entry(why.clone()).or_default() += 1;
                return;
            }
        };
        let Concluded { outcome, steps, fuel, rounds, .. } = &**concluded;
        let entity = sample.request.entity;
        self.rounds_max = self.rounds_max.max(*rounds);
        self.fuel_max = self.fuel_max.max(fuel.unwrap_or_default());
        self.issues.extend(outcome.issues.iter().map(|issue| issue.code.clone()));
        let of_issues = outcome.issues.iter().filter_map(|issue| issue.rule);
        let of_steps = steps.iter().filter(|step| step.yielded).map(|step| step.rule);
        let definition = &self.descriptor.entities[usize::from(entity)];
        let action = &definition.actions[usize::from(sample.request.action)].name;
        let is_its_rule = |rule: &Rule| rule.kind == RuleKind::Action && rule.name == *action;
        let of_patches = definition.rules.iter().position(is_its_rule).filter(|_| !outcome.patches.is_empty());
        let of_patches = of_patches.map(|rule| rule as u16);
        self.yielded.extend(of_issues.chain(of_steps).chain(of_patches).map(|rule| (entity, rule)));
        let is_mirrored = outcome.derived.header.rows == 1;
        // In a frozen document calculated values are the stored ones: no calculation ran.
        let ran = is_mirrored && sample.request.document.stored.is_none();
        if !ran {
            return;
        }
        let missing = missing(definition, outcome);
        self.ran += 1;
        *self.ran_by_entity.entry(definition.name.clone()).or_default() += 1;
        self.complete += u64::from(missing.iter().all(|name| self.selective.contains(&&**name)));
        for calculation in missing {
            *self.missing.entry((definition.name.clone(), calculation)).or_default() += 1;
        }
    }

    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.documents += other.documents;
        self.ran += other.ran;
        other.ran_by_entity.into_iter().for_each(|(name, count)| *self.ran_by_entity.entry(name).or_default() += count);
        self.complete += other.complete;
        other.faulted.into_iter().for_each(|(why, count)| *self.faulted.entry(why).or_default() += count);
        self.rounds_max = self.rounds_max.max(other.rounds_max);
        self.fuel_max = self.fuel_max.max(other.fuel_max);
        other.missing.into_iter().for_each(|(name, count)| *self.missing.entry(name).or_default() += count);
        self.issues.extend(other.issues);
        self.yielded.extend(other.yielded);
        self
    }

    /// The rules that give values or return patches and never did.
    pub(crate) fn idle(&self) -> Vec<String> {
        let entities = (0..).zip(&self.descriptor.entities);
        let rules = entities.flat_map(|(position, entity)| {
            (0..).zip(&entity.rules).map(move |(rule, definition)| (position, entity, rule, definition))
        });
        let idle = rules.filter(|(position, _, rule, definition)| {
            let wanted = matches!(definition.kind, RuleKind::Default | RuleKind::Calculation | RuleKind::Action);
            wanted && !self.yielded.contains(&(*position, *rule))
        });
        idle.map(|(_, entity, rule, _)| format!("{}: {}", entity.name, entity.rule_name(rule))).collect()
    }

    /// The calculations that yielded in fewer than so many of a hundred of their entity's documents.
    pub(crate) fn rare(&self, percent: u64) -> Vec<String> {
        let rare = self.missing.iter().filter(|((entity, _), missing)| {
            let ran = self.ran_by_entity[entity];
            (ran - **missing) * 100 < ran * percent
        });
        rare.map(|((entity, name), _)| format!("{entity}: {name}")).collect()
    }

    /// The issues that no document raised.
    fn silent(&self) -> Vec<&str> {
        let codes = self.descriptor.issues.iter().map(|issue| &*issue.code);
        codes.filter(|code| !self.issues.contains(*code)).collect()
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { documents, ran, complete, faulted, rounds_max, fuel_max, .. } = self;
        let percent = complete * 100 / ran.max(&1);
        write!(
            formatter,
            "{documents} documents, every calculation yielded in {percent} %, {} faulted; \
             at most {rounds_max} rounds, {fuel_max} fuel",
            faulted.values().sum::<u64>()
        )?;
        let (raised, silent) = (self.issues.len(), self.silent());
        write!(formatter, "; {raised} kinds of issue raised")?;
        if !silent.is_empty() {
            write!(formatter, ", never: {}", silent.join(", "))?;
        }
        for (why, count) in faulted {
            write!(formatter, "; {count} times: {why}")?;
        }
        let mut missing: Vec<_> = self.missing.iter().collect();
        missing.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let missing = missing.iter().take(6).map(|((entity, name), count)| format!("{entity}.{name} in {count}"));
        write!(formatter, "; without a value most often: {}", missing.collect::<Vec<_>>().join(", "))?;
        Ok(())
    }
}

/// The calculations of which no value came: of a collection's, in no row; of a derived collection's, no row at all.
fn missing(entity: &Entity, outcome: &Outcome) -> Vec<String> {
    let mut missing = missing_of("", &entity.fields, &outcome.derived.header);
    for (collection, rows) in entity.collections.iter().zip(&outcome.derived.collections) {
        if !collection.derived {
            missing.extend(missing_of(&format!("{}.", collection.name), &collection.fields, rows));
        } else if rows.rows == 0 {
            missing.push(collection.name.clone());
        }
    }
    missing
}

fn missing_of(of: &str, fields: &[Field], rows: &RecordSet) -> Vec<String> {
    let layout = Layout::derived(fields);
    let columns = layout.columns.iter().map(|column| &fields[usize::from(column.field)]).enumerate();
    let is_missing = |(number, field): &(usize, &Field)| {
        field.kind == FieldKind::Calculated && !(0..rows.rows).any(|row| rows.is_present(*number, row))
    };
    columns.filter(is_missing).map(|(_, field)| format!("{of}{}", field.name)).collect()
}
