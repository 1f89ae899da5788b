//! How much of a plugin the documents reached.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use lockstep_model::{
    Concluded, Layout, Outcome, RecordSet,
    schema::{Descriptor, Entity, Field, FieldKind, RuleKind},
};
use lockstep_tests::documents::Sample;

use crate::comparison::Compared;

/// Counts over many documents.
pub(crate) struct Coverage {
    pub(crate) documents: u64,
    /// Documents of which every calculation yielded a value.
    pub(crate) complete: u64,
    faulted: u64,
    /// By calculation: the documents in which it ran and yielded no value.
    missing: BTreeMap<String, u64>,
    rounds_max: u32,
    fuel_max: u64,
    issues: BTreeSet<String>,
    /// The rules that yielded, by entity.
    yielded: BTreeSet<(u16, u16)>,
    descriptor: Descriptor,
}

impl Coverage {
    pub(crate) fn new(descriptor: &Descriptor) -> Self {
        Self {
            documents: 0,
            complete: 0,
            faulted: 0,
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
        let Compared::Concluded(concluded) = compared else {
            self.faulted += 1;
            return;
        };
        let Concluded { outcome, steps, fuel, rounds, .. } = &**concluded;
        let entity = sample.request.entity;
        self.rounds_max = self.rounds_max.max(*rounds);
        self.fuel_max = self.fuel_max.max(fuel.unwrap_or_default());
        self.issues.extend(outcome.issues.iter().map(|issue| issue.code.clone()));
        let of_issues = outcome.issues.iter().filter_map(|issue| issue.rule);
        let of_steps = steps.iter().filter(|step| step.yielded).map(|step| step.rule);
        self.yielded.extend(of_issues.chain(of_steps).map(|rule| (entity, rule)));
        let is_mirrored = outcome.derived.header.rows == 1;
        // In a frozen document calculated values are the stored ones: no calculation ran.
        let ran = is_mirrored && sample.request.document.stored.is_none();
        if !ran {
            return;
        }
        let missing = missing(&self.descriptor.entities[usize::from(entity)], outcome);
        self.complete += u64::from(missing.is_empty());
        for calculation in missing {
            *self.missing.entry(calculation).or_default() += 1;
        }
    }

    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.documents += other.documents;
        self.complete += other.complete;
        self.faulted += other.faulted;
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

    /// The issues that no document raised.
    fn silent(&self) -> Vec<&str> {
        let codes = self.descriptor.issues.iter().map(|issue| &*issue.code);
        codes.filter(|code| !self.issues.contains(*code)).collect()
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { documents, complete, faulted, rounds_max, fuel_max, .. } = self;
        let percent = complete * 100 / documents.max(&1);
        write!(
            formatter,
            "{documents} documents, {percent} % ran every calculation, {faulted} faulted; \
             at most {rounds_max} rounds, {fuel_max} fuel"
        )?;
        let (raised, silent) = (self.issues.len(), self.silent());
        write!(formatter, "; {raised} kinds of issue raised")?;
        if !silent.is_empty() {
            write!(formatter, ", never: {}", silent.join(", "))?;
        }
        let mut missing: Vec<_> = self.missing.iter().collect();
        missing.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let missing = missing.iter().take(3).map(|(name, count)| format!("{name} in {count}"));
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
