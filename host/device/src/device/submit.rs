//! Submitting: an operation is executed, and stored with its effect in one transaction, or refused.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use lockstep_model::{
    Change, Digest, Issue, Message, Operation, OperationId, ReadSet, Receipt, RecordId, Refusal, Value,
    canonical::encode_message, outcome_digest,
};
use lockstep_sync::{
    Authority, Done, Ended, Executor, RunError,
    intake::{BATCH_BYTES, is_sendable},
};
use rusqlite::Connection;

use super::{Device, DeviceError, Event, Result, operations::OperationState, replay};
use crate::{
    logic::Package,
    store::{inbox, messages, meta},
    worker::Nudge,
};

/// What a user wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The record that it is about.
    pub record: RecordId,
    /// The action's name.
    pub action: String,
    /// What `create` and `update` give the record's fields.
    pub change: Change,
    /// The action's arguments by name.
    pub arguments: BTreeMap<String, Value>,
    /// The user's reasons by issue code.
    pub justifications: BTreeMap<String, String>,
    /// The rejected operation that it is made in place of, by sequence.
    pub replaces: Option<u64>,
    /// The operation, never sent, in whose place it is put, by sequence.
    pub amends: Option<u64>,
    /// The record's version that the user saw, where that matters: `delete` is refused when it is another one.
    pub seen: Option<Digest>,
    /// For whatever should look random: the seed with which the user saw a draft of it.
    pub seed: u64,
}

/// An operation that is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submitted {
    /// Its sequence.
    pub sequence: u64,
    /// What its evaluation said that blocks nothing.
    pub issues: Vec<Issue>,
    /// The records that it has written here.
    pub records: Vec<RecordId>,
}

impl Device {
    /// Executes an operation with the package in force and stores it with its effect, durably, to be sent.
    ///
    /// # Errors
    /// When it is refused, cannot be sent or cannot be stored; nothing is stored then.
    pub fn submit_operation(&mut self, submission: &Submission) -> Result<Submitted> {
        let package = self.package(&submission.record.plugin)?;
        self.submit_with(&package, submission, ReadSet::default())
    }

    /// `looked_up` is what it will probably look up.
    pub(crate) fn submit_with(
        &mut self,
        package: &Arc<Package>,
        submission: &Submission,
        looked_up: ReadSet,
    ) -> Result<Submitted> {
        let mut operation = self.operation(package, submission)?;
        operation.reads.rows = looked_up.rows;
        if let Some(sequence) = submission.amends {
            return self.amend(operation, sequence);
        }
        let Self { store, packages, settings, .. } = self;
        store.check_room(encode_message(&Message::Operation(operation.clone())).len(), true)?;
        let submitted = store.write(|connection| {
            if meta::number(connection, meta::IS_STALE)? != 0 {
                replay::replay(connection, &**packages, &settings.limits)?;
            }
            operation.id.sequence = messages::last(connection)? + 1;
            if let Some(replaced) = operation.replaces {
                if inbox::state(connection, replaced)? != Some(inbox::State::Open) {
                    return Err(DeviceError::NotInInbox { sequence: replaced });
                }
                inbox::resolve(connection, replaced, operation.id.sequence)?;
            }
            let made = make(connection, &mut operation, package, &**packages, &settings.limits)?;
            let done = made.map_err(|refusal| DeviceError::Refused(Box::new(refusal)))?;
            let message = Message::Operation(operation);
            if !is_sendable(&message) {
                return Err(too_large(&message));
            }
            messages::add(connection, &message, (settings.clock)().now)?;
            let sequence = message.id().sequence;
            messages::add_writes(connection, sequence, done.writes.keys())?;
            Ok(Submitted { sequence, issues: done.outcome.issues, records: done.writes.into_keys().collect() })
        })?;
        self.nudge(Nudge::Made);
        self.tell(Event::Operation { sequence: submitted.sequence, state: OperationState::Pending });
        self.tell_records(&submitted.records);
        if submission.replaces.is_some() {
            self.tell_inbox()?;
        }
        Ok(submitted)
    }

    pub(super) fn operation(&self, package: &Package, submission: &Submission) -> Result<Operation> {
        let nothing = Digest([0; 32]);
        let mut reads = ReadSet::default();
        if let Some(seen) = submission.seen.filter(|_| submission.action == "delete") {
            reads.records.insert(submission.record.clone(), Some(seen));
        }
        Ok(Operation {
            id: OperationId { device: self.settings.device.clone(), sequence: 0 },
            package: package.digest,
            record: submission.record.clone(),
            action: submission.action.clone(),
            change: submission.change.clone(),
            arguments: submission.arguments.clone(),
            justifications: submission.justifications.clone(),
            context: self.context(submission.seed)?,
            reads,
            depends_on: Vec::new(),
            replaces: submission.replaces,
            receipt: Receipt {
                package: package.digest,
                engine: package.engine.clone(),
                input: nothing,
                outcome: nothing,
                fuel: None,
            },
            effect: nothing,
        })
    }
}

pub(super) fn too_large(message: &Message) -> DeviceError {
    DeviceError::TooLarge { bytes: encode_message(message).len(), bytes_max: BATCH_BYTES }
}

/// Executes an operation on what is shown, writes its effect to the overlay, and completes it by what it read and did;
/// or why it is refused.
pub(super) fn make(
    connection: &Connection,
    operation: &mut Operation,
    package: &Arc<Package>,
    packages: &dyn crate::logic::Packages,
    limits: &lockstep_model::Limits,
) -> Result<Result<Done, Refusal>> {
    let kept = replay::kept(connection, packages, &operation.record.plugin)?;
    let lens = replay::lens(connection, package, kept.as_deref());
    let executor = Executor { evaluator: &package.evaluator, descriptor: &package.descriptor, limits };
    let ended = executor.run(operation, &operation.context, &lens, Authority::Device);
    let done = match ended {
        Ok((Ended::Done(done), _)) => done,
        Ok((Ended::Refused(refused), _)) => return Ok(Err(refused.refusal)),
        Err(RunError::Source(error)) => return Err(error.into()),
        Err(error) => return Err(DeviceError::Fault(error.to_string())),
    };
    let mut depends_on = Vec::new();
    for record in done.writes.keys() {
        depends_on.extend(messages::writers(connection, record, true)?);
    }
    depends_on.retain(|sequence| *sequence < operation.id.sequence);
    if let Some(replaced) = operation.replaces {
        // What waits for that one waits for this one: neither would ever run.
        let waiting = waiting_for(connection, replaced)?;
        depends_on.retain(|sequence| !waiting.contains(sequence));
    }
    depends_on.sort_unstable();
    depends_on.dedup();
    operation.depends_on = depends_on;
    operation.reads = done.reads.clone();
    operation.effect = done.effect;
    operation.receipt = Receipt {
        package: package.digest,
        engine: package.engine.clone(),
        input: done.input,
        outcome: outcome_digest(&done.outcome),
        fuel: done.fuel,
    };
    replay::overlay(connection, &done, kept.as_deref())?;
    Ok(Ok(done))
}

/// The operations that build on this one, or on one that it took the place of, however indirectly; itself included.
fn waiting_for(connection: &Connection, sequence: u64) -> Result<BTreeSet<u64>> {
    let mut waiting = BTreeSet::new();
    let mut replaced = Some(sequence);
    while let Some(sequence) = replaced {
        waiting.insert(sequence);
        replaced = match messages::get(connection, sequence)?.map(|stored| stored.message) {
            Some(Message::Operation(operation)) => operation.replaces,
            _ => None,
        };
    }
    let first = waiting.first().copied().unwrap_or(sequence);
    for stored in messages::from(connection, first)? {
        let Message::Operation(operation) = stored.message else { continue };
        if operation.depends_on.iter().any(|cause| waiting.contains(cause)) {
            waiting.insert(operation.id.sequence);
        }
    }
    Ok(waiting)
}
