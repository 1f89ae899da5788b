//! What a caller may see of records, and may do to them.

use std::{borrow::Cow, collections::BTreeSet};

use lockstep_model::{Change, Operation, Record, Refusal, Value, operation::RowChange};

use super::packages::Currents;
use crate::{
    auth::Caller,
    policy::{Access, Companies, EntityAccess, Policy, RowAccess},
};

/// What a caller may see and do.
#[derive(Clone, Copy)]
pub(super) struct Sight<'a> {
    access: Access<'a>,
    caller: &'a Caller,
    currents: &'a Currents,
    is_everything: bool,
}

/// What a caller has of one entity.
pub(super) struct EntitySight<'a> {
    grants: Vec<EntityAccess<'a>>,
    user: &'a str,
    is_everything: bool,
}

impl<'a> Sight<'a> {
    pub(super) fn new(policy: &'a Policy, caller: &'a Caller, currents: &'a Currents) -> Self {
        Self { access: policy.of(caller), caller, currents, is_everything: false }
    }

    /// The same, for the mirror's own eyes: all that is stored.
    pub(super) fn everything(self) -> Self {
        Self { is_everything: true, ..self }
    }

    pub(super) fn is_everything(&self) -> bool {
        self.is_everything
    }

    pub(super) fn caller(&self) -> &'a Caller {
        self.caller
    }

    /// The companies whose records the caller has any of.
    pub(super) fn companies(&self) -> Companies {
        self.access.companies()
    }

    /// Whether the caller has a plugin's workspace. What was never in force nobody has.
    pub(super) fn has_plugin(&self, plugin: &str) -> bool {
        self.currents.get(plugin).is_some_and(|current| self.access.may_see_workspace(plugin, &current.roles))
    }

    pub(super) fn entity(&self, plugin: &str, entity: &str) -> EntitySight<'a> {
        let current = self.currents.get(plugin);
        let grants = current.map(|current| self.access.grants(plugin, &current.roles, entity)).unwrap_or_default();
        EntitySight { grants, user: self.caller.subject(), is_everything: self.is_everything }
    }
}

impl EntitySight<'_> {
    /// Nothing of it is for the caller.
    pub(super) fn is_none(&self) -> bool {
        self.grants.is_empty()
    }

    /// All fields of all records of a company are for the caller: what is his to see is what is stored.
    pub(super) fn is_whole(&self, company: &str) -> bool {
        self.is_everything || self.grants.iter().any(|grant| grant.is_whole() && reaches_company(grant, company))
    }

    /// Whether records of it are for the caller one by one: what was may be no longer.
    pub(super) fn is_by_record(&self) -> bool {
        !self.grants.iter().any(|grant| grant.rows().next().is_none())
    }

    fn reaching(&self, record: &Record) -> impl Iterator<Item = &EntityAccess<'_>> {
        self.grants.iter().filter(|grant| {
            reaches_company(grant, &record.company)
                && grant.rows().all(|row| match row {
                    RowAccess::User(field) => {
                        matches!(record.value(field), Some(Value::Text(user)) if user == self.user)
                    }
                    RowAccess::Values(filter) => record.value(&filter.field).is_some_and(|value| {
                        let value = value.to_string();
                        filter.values.iter().any(|wanted| **wanted == value)
                    }),
                })
        })
    }

    /// The record as the caller may see it; none: he may not.
    pub(super) fn seen<'r>(&self, record: &'r Record) -> Option<Cow<'r, Record>> {
        if self.is_whole(&record.company) {
            return Some(Cow::Borrowed(record));
        }
        let grants: Vec<_> = self.reaching(record).collect();
        if grants.is_empty() {
            return None;
        }
        if grants.iter().any(|grant| grant.is_whole()) {
            return Some(Cow::Borrowed(record));
        }
        let may_read = |field: &str| grants.iter().any(|grant| grant.may_read(field));
        let mut seen = record.clone();
        seen.cells.retain(|name, _| may_read(name));
        for (collection, rows) in &mut seen.collections {
            let may_read = |name: &str| may_read(&format!("{collection}.{name}"));
            for row in &mut *rows {
                row.cells.retain(|name, _| may_read(name));
            }
            if rows.iter().all(|row| row.cells.is_empty()) {
                rows.clear();
            }
        }
        seen.collections.retain(|_, rows| !rows.is_empty());
        Some(Cow::Owned(seen))
    }

    /// Whether the caller may do this to the record as it is.
    pub(super) fn may_act(&self, operation: &Operation, record: &Record) -> Result<(), Refusal> {
        let fields = written(&operation.change);
        let acting: Vec<_> = self.reaching(record).filter(|grant| grant.may_act(&operation.action)).collect();
        if acting.is_empty() {
            return Err(refused(format!(
                "you may not {} {}: no role of yours gives that action on it",
                operation.action, operation.record
            )));
        }
        let refused_field = |grant: &&EntityAccess<'_>| fields.iter().find(|field| !grant.may_write(field));
        match acting.iter().map(refused_field).reduce(Option::and) {
            Some(Some(field)) => {
                Err(refused(format!("you may not write `{field}` of {}: no role of yours gives it", operation.record)))
            }
            _ => Ok(()),
        }
    }
}

fn reaches_company(grant: &EntityAccess<'_>, company: &str) -> bool {
    company.is_empty() || grant.companies.contains(company)
}

pub(super) fn refused(sentence: String) -> Refusal {
    Refusal::NotAuthorised { sentence }
}

/// The fields that a change writes: `customer`, `lines.quantity`. A row that is taken away loses those that the user
/// saw.
fn written(change: &Change) -> BTreeSet<String> {
    let mut fields: BTreeSet<_> = change.fields.keys().cloned().collect();
    for (collection, rows) in &change.rows {
        for row in rows.values() {
            let names: Vec<_> = match row {
                RowChange::Added(edits) | RowChange::Changed(edits) => edits.keys().collect(),
                RowChange::Removed(seen) => seen.keys().collect(),
            };
            fields.extend(names.into_iter().map(|name| format!("{collection}.{name}")));
        }
    }
    fields
}
