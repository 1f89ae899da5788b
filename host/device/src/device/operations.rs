//! What the user has made, and what became of it.

use std::sync::Arc;

use lockstep_model::{Message, Operation, Timestamp, Verdict};
use lockstep_package::{Subject, Wording};

use super::{Device, DeviceError, Result};
use crate::logic::Package;
use crate::store::{
    inbox,
    messages::{self, Stage, Stored},
    meta,
};

/// Where an operation is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OperationState {
    /// It is stored here and was never sent: it can still be changed.
    Pending,
    /// It was sent, and the server has not decided.
    Sent,
    /// The server's records have it as it was.
    Accepted,
    /// The server's records have it, with another outcome than here.
    Rebased,
    /// The server refuses it.
    Rejected,
    /// The server keeps it until something else is decided.
    Parked,
}

/// An operation as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationView {
    /// What was done.
    pub operation: Operation,
    /// Where it is.
    pub state: OperationState,
    /// When it was made.
    pub made_at: Timestamp,
    /// When the device heard of the verdict.
    pub decided_at: Option<Timestamp>,
    /// The verdict, if there is one.
    pub verdict: Option<Verdict>,
    /// Its effect is shown, and not among the server's records yet.
    pub is_overlaid: bool,
    /// Why it would be refused, or could not be run, on what the device knows now.
    pub standing: Option<Verdict>,
}

/// The state that a verdict means.
pub(crate) fn state_of(verdict: &Verdict) -> OperationState {
    match verdict {
        Verdict::Accepted { .. } => OperationState::Accepted,
        Verdict::Rebased { .. } => OperationState::Rebased,
        Verdict::Rejected { .. } => OperationState::Rejected,
        Verdict::Parked { .. } => OperationState::Parked,
    }
}

pub(crate) fn view(stored: Stored, offered: u64) -> Option<OperationView> {
    let Message::Operation(operation) = stored.message else { return None };
    let is_sent = operation.id.sequence <= offered;
    let undecided = if is_sent { OperationState::Sent } else { OperationState::Pending };
    Some(OperationView {
        state: stored.verdict.as_ref().map_or(undecided, state_of),
        made_at: stored.made_at,
        decided_at: stored.decided_at,
        is_overlaid: stored.stage == Stage::Overlaid && stored.standing.is_none(),
        verdict: stored.verdict,
        standing: stored.standing,
        operation,
    })
}

impl Device {
    /// The operations of this device that are not forgotten, in their order.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn operations(&self) -> Result<Vec<OperationView>> {
        let connection = self.store.connection();
        let offered = meta::number(connection, meta::OFFERED)?;
        let all = messages::from(connection, 0)?;
        Ok(all.into_iter().filter_map(|stored| view(stored, offered)).collect())
    }

    /// The operation with this sequence.
    ///
    /// # Errors
    /// When there is none, or the file cannot be read.
    pub fn operation_view(&self, sequence: u64) -> Result<OperationView> {
        let connection = self.store.connection();
        let offered = meta::number(connection, meta::OFFERED)?;
        let found = messages::get(connection, sequence)?.and_then(|stored| view(stored, offered));
        found.ok_or_else(|| super::no_such("operation", sequence.to_string()))
    }

    /// Why an operation was not simply accepted, in the user's language: a refusal, what it waits for, what had moved.
    /// None where there is nothing to say.
    pub fn why(&self, operation: &Operation, verdict: &Verdict) -> Option<String> {
        let told = self.worded(operation, |wording, subject, package| match verdict {
            Verdict::Rejected { refusal, .. } => wording.refusal(refusal, subject),
            Verdict::Parked { cause } => wording.parked(cause),
            Verdict::Accepted { moved } | Verdict::Rebased { moved } => {
                let all: Vec<_> = moved.iter().map(|moved| wording.moved(moved, &package.descriptor)).collect();
                all.join(" ")
            }
        });
        let told = told.unwrap_or_else(|| match verdict {
            Verdict::Rejected { refusal, .. } => format!("{refusal:?}"),
            Verdict::Parked { cause } => format!("{cause:?}"),
            Verdict::Accepted { .. } | Verdict::Rebased { .. } => String::new(),
        });
        Some(told).filter(|told| !told.is_empty())
    }

    /// Something said of an operation: its own package knows its places, the one in force has the words. None where
    /// neither is here.
    pub(super) fn worded<T>(
        &self,
        operation: &Operation,
        say: impl FnOnce(&Wording<'_>, &Subject<'_>, &Package) -> T,
    ) -> Option<T> {
        let plugin = &operation.record.plugin;
        let current = self.packages.current(plugin).ok().flatten();
        let package = self.packages.pinned(plugin, &operation.package).or_else(|| current.clone())?;
        let words: &Arc<Package> = current.as_ref().unwrap_or(&package);
        let descriptor = &package.descriptor;
        let (entity, action) = match descriptor.entity(&operation.record.entity) {
            Some((position, entity)) => (position, entity.action(&operation.action).map_or(u16::MAX, |(at, _)| at)),
            None => (u16::MAX, u16::MAX),
        };
        let wording = words.messages.for_locale(&self.settings.locale);
        Some(say(&wording, &Subject::new(descriptor, entity, action), &package))
    }

    /// Gives a rejected or parked operation up: the server is told, and what builds on it is rejected there too. What was
    /// rejected because the user gave up something before it needs no word more.
    ///
    /// # Errors
    /// When it is neither in the inbox nor parked, or the file cannot be written.
    pub fn discard(&mut self, sequence: u64) -> Result<()> {
        let Self { store, settings, .. } = self;
        store.write(|connection| {
            let stored = messages::get(connection, sequence)?;
            let is_parked = |stored: &Stored| matches!(stored.verdict, Some(Verdict::Parked { .. }));
            let state = inbox::state(connection, sequence)?;
            let is_open = |stored: &Stored| match state {
                Some(state) => state == inbox::State::Open,
                None => is_parked(stored),
            };
            let Some(stored) = stored.filter(is_open) else { return Err(DeviceError::NotInInbox { sequence }) };
            let is_given_up = stored.verdict.as_ref().is_some_and(|verdict| {
                lockstep_sync::intake::fate_of(verdict) == lockstep_sync::intake::Fate::Discarded
            });
            if is_given_up {
                return Ok(inbox::resolve(connection, sequence, 0)?);
            }
            let next = messages::last(connection)? + 1;
            let id = lockstep_model::OperationId { device: settings.device.clone(), sequence: next };
            messages::add(connection, &Message::Discard { id, of: sequence }, (settings.clock)().now)?;
            inbox::put(connection, sequence)?;
            inbox::resolve(connection, sequence, next)?;
            Ok(())
        })?;
        self.nudge(crate::worker::Nudge::Made);
        self.tell_inbox()
    }
}
