//! The inbox: rejected operations, with what the user made of a record, what it was, and what it is.

use lockstep_model::{
    Cell, Message, Operation, Record, Refusal, Timestamp, Verdict,
    operation::{Edits, RowChange},
    record::Cells,
    verdict::{Conflict, Moved, Side},
};

use super::{
    Device, DeviceError, Draft, Result,
    edits::{self, At, field_at},
};
use crate::store::{inbox, messages, records};

/// A rejected operation that the user has yet to see to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxItem {
    /// What was done.
    pub operation: Operation,
    /// When it was made.
    pub made_at: Timestamp,
    /// When the device heard that it is rejected.
    pub rejected_at: Option<Timestamp>,
    /// Why.
    pub refusal: Refusal,
    /// Why, in the user's language.
    pub cause: String,
    /// What had moved when it was rejected.
    pub moved: Vec<Moved>,
    /// What the user entered: what it was, what he made of it, and what it is now.
    pub differences: Vec<Difference>,
    /// The record as it is shown now; none: it is not there.
    pub record: Option<Record>,
}

/// A field, or a row, that the user has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// `delivery-terms`, `lines[3f].quantity`, `lines[3f]`.
    pub path: String,
    /// In the user's language.
    pub label: String,
    /// What it was.
    pub base: Side,
    /// What the user made of it.
    pub mine: Side,
    /// What it is now.
    pub theirs: Side,
    /// It is one of those for which the operation was rejected.
    pub is_conflict: bool,
}

impl Device {
    /// The rejected operations that the user has yet to see to, in their order.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn inbox(&self) -> Result<Vec<InboxItem>> {
        let open = inbox::open(self.store.connection())?;
        open.into_iter().map(|sequence| self.inbox_item(sequence)).collect()
    }

    /// The rejected operation with this sequence.
    ///
    /// # Errors
    /// When it is not in the inbox, or the file cannot be read.
    pub fn inbox_item(&self, sequence: u64) -> Result<InboxItem> {
        let connection = self.store.connection();
        let is_open = inbox::state(connection, sequence)? == Some(inbox::State::Open);
        let stored = messages::get(connection, sequence)?.filter(|_| is_open);
        let Some(stored) = stored else { return Err(DeviceError::NotInInbox { sequence }) };
        let (operation, refusal, moved) = match (stored.message, stored.verdict) {
            (Message::Operation(operation), Some(Verdict::Rejected { refusal, moved })) => (operation, refusal, moved),
            // The server has lost it, and decides again.
            (Message::Operation(operation), _) => (operation, Refusal::HasMoved, Vec::new()),
            _ => return Err(DeviceError::NotInInbox { sequence }),
        };
        let record = records::shown(connection, &operation.record)?.record().cloned();
        let mut item = InboxItem {
            cause: String::new(),
            differences: differences(&operation, record.as_ref(), &refusal),
            made_at: stored.made_at,
            rejected_at: stored.decided_at,
            operation,
            refusal,
            moved,
            record,
        };
        self.put_into_words(&mut item);
        Ok(item)
    }

    /// A package that is not here leaves names as they are.
    fn put_into_words(&self, item: &mut InboxItem) {
        let cause = Verdict::Rejected { refusal: item.refusal.clone(), moved: Vec::new() };
        item.cause = self.why(&item.operation, &cause).unwrap_or_default();
        let differences = &mut item.differences;
        self.worded(&item.operation, |wording, subject, _| {
            for difference in differences {
                difference.label = wording.path(&difference.path, subject);
            }
        });
    }

    /// A draft in place of a rejected operation: the record as it is now, with what the user had entered. Submitting it
    /// takes the item out of the inbox.
    ///
    /// # Errors
    /// When it is not in the inbox, or its workspace is not here.
    pub fn retry(&self, sequence: u64) -> Result<Draft> {
        let item = self.inbox_item(sequence)?;
        let package = self.package(&item.operation.record.plugin)?;
        let mut draft = self.draft_of(package.clone(), item.operation.record.clone())?;
        draft.enter(&item.operation)?;
        draft.replaces = Some(sequence);
        Ok(draft)
    }
}

impl Draft {
    /// Begins with this record in place of the one that is shown; none: with a new one.
    pub(super) fn start_from(&mut self, before: Option<Record>) {
        self.seen = before.as_ref().map(Record::version);
        let company = self.before.company.clone();
        self.before = before.unwrap_or_else(|| Record { company, ..Record::default() });
    }

    /// Enters what an operation entered. Fields that the package does not have are left out.
    pub(super) fn enter(&mut self, operation: &Operation) -> Result<()> {
        let package = self.package.clone();
        let entity = super::draft::entity(&package, &operation.record)?;
        let mut set = |at: At, value| {
            let Ok(field) = field_at(entity, &at) else { return };
            let _ = edits::set(&mut self.change, &self.before, field, &at, value);
        };
        for (name, edit) in &operation.change.fields {
            set(At::Field(name.clone()), edit.value.clone());
        }
        let mut removed = Vec::new();
        for (collection, row, change) in each_row(operation) {
            let cell =
                |field: &String| At::Cell { collection: collection.clone(), row: row.clone(), field: field.clone() };
            match change {
                RowChange::Added(edits) | RowChange::Changed(edits) => {
                    for (field, edit) in edits {
                        set(cell(field), edit.value.clone());
                    }
                }
                RowChange::Removed(_) => removed.push((collection, row)),
            }
        }
        for (collection, row) in removed {
            if self.before.row(collection, row).is_some() {
                edits::remove_row(&mut self.change, &self.before, entity, collection, row);
            }
        }
        self.change.rows.retain(|_, rows| !rows.is_empty());
        // What was a creation is an update where the record is there by now, and the other way round.
        let saves = ["create", "update"].contains(&&*operation.action);
        self.action = (!saves).then(|| operation.action.clone());
        self.arguments = operation.arguments.clone();
        self.justifications = operation.justifications.clone();
        Ok(())
    }
}

fn each_row(operation: &Operation) -> impl Iterator<Item = (&String, &String, &RowChange)> {
    operation.change.rows.iter().flat_map(|(name, rows)| rows.iter().map(move |(id, change)| (name, id, change)))
}

fn differences(operation: &Operation, now: Option<&Record>, refusal: &Refusal) -> Vec<Difference> {
    let conflicts: &[Conflict] = if let Refusal::Conflicts(conflicts) = refusal { conflicts } else { &[] };
    let mut all = Vec::new();
    let mut add = |path: String, base, mine, theirs| {
        let is_conflict = conflicts.iter().any(|conflict| conflict.path == path);
        all.push(Difference { label: path.clone(), path, base, mine, theirs, is_conflict });
    };
    for (name, edit) in &operation.change.fields {
        let theirs = now.and_then(|record| record.value(name)).cloned();
        add(name.clone(), Side::Field(edit.base.clone()), Side::Field(edit.value.clone()), Side::Field(theirs));
    }
    for (collection, id, change) in each_row(operation) {
        let row = now.and_then(|record| record.row(collection, id));
        let path = format!("{collection}[{id}]");
        let theirs = Side::Row(row.map(|row| row.cells.clone()));
        match change {
            RowChange::Added(edits) => add(path, Side::Row(None), Side::Row(Some(mine(edits))), theirs),
            RowChange::Removed(seen) => {
                let seen = seen.iter().map(|(name, value)| (name.clone(), cell(value)));
                add(path, Side::Row(Some(seen.collect())), Side::Row(None), theirs);
            }
            RowChange::Changed(edits) if row.is_none() => {
                let base = edits.iter().filter_map(|(name, edit)| Some((name.clone(), cell(edit.base.as_ref()?))));
                add(path, Side::Row(Some(base.collect())), Side::Row(Some(mine(edits))), theirs);
            }
            RowChange::Changed(edits) => {
                for (name, edit) in edits {
                    let theirs = row.and_then(|row| row.value(name)).cloned();
                    let (base, mine) = (edit.base.clone(), edit.value.clone());
                    add(format!("{path}.{name}"), Side::Field(base), Side::Field(mine), Side::Field(theirs));
                }
            }
        }
    }
    all
}

fn mine(edits: &Edits) -> Cells {
    edits.iter().filter_map(|(name, edit)| Some((name.clone(), cell(edit.value.as_ref()?)))).collect()
}

fn cell(value: &lockstep_model::Value) -> Cell {
    Cell { value: value.clone(), entered: false }
}
