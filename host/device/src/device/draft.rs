//! Drafts: what a user fills in before he submits it. A draft is in memory alone.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use lockstep_model::{
    Change, Digest, Limits, ReadSet, Record, RecordId, Value,
    schema::{Collection, Entity},
};

use super::{
    Device, DeviceError, Result, Submission, Submitted,
    edits::{self, At, field_at},
    error::no_such,
};
use crate::{logic::Package, store::records};

/// Such a part of the look-ups that are allowed are few.
const FEW: usize = 10;

/// What a user fills in: a new record, or changes of one that is there.
#[derive(Clone, Debug)]
pub struct Draft {
    pub(super) package: Arc<Package>,
    pub(super) record: RecordId,
    /// As the user saw it when he began; of a new one nothing.
    pub(super) before: Record,
    pub(super) seen: Option<Digest>,
    pub(super) change: Change,
    pub(super) seed: u64,
    pub(super) replaces: Option<u64>,
    /// The operation, never sent, that it is made of.
    pub(super) amends: Option<u64>,
    /// The rejected operation's own, for a draft that is made of one.
    pub(super) action: Option<String>,
    pub(super) arguments: BTreeMap<String, Value>,
    pub(super) justifications: BTreeMap<String, String>,
    pub(super) looked_up: LookedUp,
}

/// What was looked up when a draft was last evaluated. With that fetched beforehand one evaluation is enough the next
/// time; it changes no outcome, since rows that nobody looks up are no input.
#[derive(Clone, Debug, Default)]
pub(super) struct LookedUp(Arc<Mutex<ReadSet>>);

impl LookedUp {
    /// As a read set without records, if it is so small that whatever is looked up besides keeps to the limits.
    pub(super) fn reads(&self, limits: &Limits) -> ReadSet {
        let reads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if reads.rows.len() > limits.look_ups / FEW { ReadSet::default() } else { reads.clone() }
    }

    pub(super) fn set(&self, reads: ReadSet) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = ReadSet { records: BTreeMap::new(), ..reads };
    }
}

impl Draft {
    /// The record that it is about; a new one has its key already.
    pub fn record(&self) -> &RecordId {
        &self.record
    }

    /// The record is not there yet.
    pub fn is_new(&self) -> bool {
        self.seen.is_none()
    }

    /// What was entered so far.
    pub fn change(&self) -> &Change {
        &self.change
    }

    /// The action with which it is saved, or that of the rejected operation that it is made of.
    pub fn action(&self) -> &str {
        self.action.as_deref().unwrap_or(if self.is_new() { "create" } else { "update" })
    }

    /// The arguments of the rejected operation that it is made of.
    pub fn arguments(&self) -> &BTreeMap<String, Value> {
        &self.arguments
    }

    /// The reasons given with the rejected operation that it is made of.
    pub fn justifications(&self) -> &BTreeMap<String, String> {
        &self.justifications
    }

    /// Gives a field a value; none clears it.
    ///
    /// # Errors
    /// When there is no such field, or the value does not fit it.
    pub fn set(&mut self, at: &At, value: Option<Value>) -> Result<()> {
        let package = self.package.clone();
        let field = field_at(entity(&package, &self.record)?, at)?;
        edits::set(&mut self.change, &self.before, field, at, value)
            .map_err(|source| DeviceError::Value { path: at.to_string(), source })
    }

    /// Gives a field the value that is written as [`Value`] prints it; an empty text clears it.
    ///
    /// # Errors
    /// As [`set`](Self::set).
    pub fn set_text(&mut self, at: &At, text: &str) -> Result<()> {
        let package = self.package.clone();
        let field = field_at(entity(&package, &self.record)?, at)?;
        let value = if text.is_empty() { None } else { Some(field.of.parse(text)) };
        let value = value.transpose().map_err(|source| DeviceError::Value { path: at.to_string(), source })?;
        self.set(at, value)
    }

    /// Takes a row away.
    ///
    /// # Errors
    /// When there is no such collection.
    pub fn remove_row(&mut self, collection: &str, row: &str) -> Result<()> {
        let package = self.package.clone();
        let entity = entity(&package, &self.record)?;
        collection_named(entity, collection)?;
        edits::remove_row(&mut self.change, &self.before, entity, collection, row);
        Ok(())
    }
}

pub(super) fn entity<'p>(package: &'p Package, id: &RecordId) -> Result<&'p Entity> {
    let found = package.descriptor.entity(&id.entity);
    found.map(|(_, entity)| entity).ok_or_else(|| no_such("entity", &id.entity))
}

fn collection_named<'e>(entity: &'e Entity, name: &str) -> Result<&'e Collection> {
    let found = entity.collections.iter().find(|collection| collection.name == name);
    found.ok_or_else(|| no_such("collection", name))
}

impl Device {
    /// A draft of a new record, or of the one with this key as it is shown.
    ///
    /// # Errors
    /// When there is no such entity or record.
    pub fn draft(&self, workspace: &str, entity_name: &str, key: Option<&str>) -> Result<Draft> {
        let package = self.package(workspace)?;
        let new_key = || self.new_key();
        let key = key.map_or_else(new_key, str::to_owned);
        let record = RecordId { plugin: workspace.to_owned(), entity: entity_name.to_owned(), key };
        entity(&package, &record)?;
        self.draft_of(package, record)
    }

    pub(super) fn draft_of(&self, package: Arc<Package>, record: RecordId) -> Result<Draft> {
        let company = &self.signed_in()?.company;
        let base = records::shown(self.store.connection(), &record)?;
        let is_ours = |found: &&Record| found.company.is_empty() || found.company == *company;
        let found = base.record().filter(is_ours).cloned();
        let seen = found.as_ref().map(Record::version);
        let before = found.unwrap_or_else(|| Record { company: company.clone(), ..Record::default() });
        Ok(Draft {
            package,
            record,
            before,
            seen,
            change: Change::default(),
            seed: (self.settings.random)(),
            replaces: None,
            amends: None,
            action: None,
            arguments: BTreeMap::new(),
            justifications: BTreeMap::new(),
            looked_up: LookedUp::default(),
        })
    }

    /// Adds a row to a draft, and gives its id.
    ///
    /// # Errors
    /// When there is no such collection.
    pub fn add_row(&self, draft: &mut Draft, collection: &str) -> Result<String> {
        let package = draft.package.clone();
        collection_named(entity(&package, &draft.record)?, collection)?;
        let id = self.new_key().replace('-', "");
        let added = lockstep_model::operation::RowChange::Added(BTreeMap::new());
        draft.change.rows.entry(collection.to_owned()).or_default().insert(id.clone(), added);
        Ok(id)
    }

    /// Does what a draft says: saves it (`create`, `update`), or another action on the record as it is saved.
    ///
    /// # Errors
    /// As [`submit_operation`](Self::submit_operation), and when an action that changes no fields is asked for while
    /// something was entered.
    pub fn submit(
        &mut self,
        draft: &Draft,
        action: &str,
        arguments: &BTreeMap<String, Value>,
        justifications: &BTreeMap<String, String>,
    ) -> Result<Submitted> {
        let submission = draft.submission(action, arguments, justifications)?;
        let looked_up = draft.looked_up.reads(&self.settings.limits);
        self.submit_with(&draft.package, &submission, looked_up)
    }
}

impl Draft {
    pub(super) fn submission(
        &self,
        action: &str,
        arguments: &BTreeMap<String, Value>,
        justifications: &BTreeMap<String, String>,
    ) -> Result<Submission> {
        let saves = ["create", "update"].contains(&action);
        let is_removal = action == "delete";
        if !saves && !is_removal && !self.change.is_empty() {
            return Err(DeviceError::NotSaved { action: action.to_owned() });
        }
        Ok(Submission {
            record: self.record.clone(),
            action: action.to_owned(),
            change: if saves { self.change.clone() } else { Change::default() },
            arguments: arguments.clone(),
            justifications: justifications.clone(),
            replaces: self.replaces,
            amends: self.amends,
            seen: self.seen,
            seed: self.seed,
        })
    }
}
