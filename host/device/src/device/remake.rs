//! What was never sent can still be changed: it is made anew in its place, with all that comes after it.

use lockstep_model::{Limits, Message, Operation, OperationId, Timestamp, Verdict, verdict::Parked};
use lockstep_sync::{Done, intake::is_sendable};
use rusqlite::Connection;

use super::{Device, DeviceError, Draft, Event, Result, Submitted, operations::OperationState, replay, submit};
use crate::{
    logic::Packages,
    store::{
        inbox,
        messages::{self, Stage, Stored},
        meta, records, staging,
    },
};

/// Makes messages anew.
struct Remake<'a> {
    connection: &'a Connection,
    packages: &'a dyn Packages,
    limits: &'a Limits,
    device: &'a str,
    /// What is refused is kept all the same, for the server to decide.
    keeps_refused: bool,
}

impl Device {
    /// A draft of an operation that was never sent, as it was entered. Submitting it puts it in the operation's place.
    ///
    /// # Errors
    /// When it was sent, or there is none of this sequence, or its workspace is not here.
    pub fn edit(&self, sequence: u64) -> Result<Draft> {
        let view = self.operation_view(sequence)?;
        check_unsent(self.store.connection(), sequence)?;
        let operation = view.operation;
        // As the record was before it: tried out, and not kept.
        let before = self.store.try_out(|connection| {
            cut(connection, sequence)?;
            replay::replay(connection, &*self.packages, &self.settings.limits)?;
            records::shown(connection, &operation.record).map_err(DeviceError::from)
        })?;
        let package = self.package(&operation.record.plugin)?;
        let mut draft = self.draft_of(package, operation.record.clone())?;
        draft.start_from(before.record().cloned());
        draft.enter(&operation)?;
        draft.amends = Some(sequence);
        draft.seed = operation.context.seed;
        Ok(draft)
    }

    /// Takes an operation, or the giving up of one, back that was never sent; what comes after it moves up.
    ///
    /// # Errors
    /// When it was sent, there is none of this sequence, or a later one would be refused without it.
    pub fn withdraw(&mut self, sequence: u64) -> Result<()> {
        let Self { store, packages, settings, .. } = self;
        store.write(|connection| {
            check_unsent(connection, sequence)?;
            let later = messages::from(connection, sequence + 1)?;
            let remake = Remake {
                connection,
                packages: &**packages,
                limits: &settings.limits,
                device: &settings.device,
                keeps_refused: false,
            };
            remake.all(sequence, later.into_iter().map(made).collect()).map(drop)
        })?;
        self.tell_all()
    }

    /// Puts an operation in the place of one that was never sent.
    pub(super) fn amend(&mut self, mut operation: Operation, sequence: u64) -> Result<Submitted> {
        let Self { store, packages, settings, .. } = self;
        let done = store.write(|connection| {
            check_unsent(connection, sequence)?;
            let mut all = messages::from(connection, sequence)?.into_iter().map(made);
            let Some((Message::Operation(former), at)) = all.next() else {
                return Err(super::no_such("operation", sequence.to_string()));
            };
            operation.id.sequence = sequence;
            operation.replaces = former.replaces;
            let items = [(Message::Operation(operation), at)].into_iter().chain(all).collect();
            let remake = Remake {
                connection,
                packages: &**packages,
                limits: &settings.limits,
                device: &settings.device,
                keeps_refused: false,
            };
            let done = remake.all(sequence, items).map_err(|error| match error {
                DeviceError::BuiltOn { sequence: refused, refusal } if refused == sequence => {
                    DeviceError::Refused(refusal)
                }
                error => error,
            })?;
            done.ok_or_else(|| super::no_such("operation", sequence.to_string()))
        })?;
        self.tell(Event::Operation { sequence, state: OperationState::Pending });
        self.tell_all()?;
        Ok(Submitted { sequence, issues: done.outcome.issues, records: done.writes.into_keys().collect() })
    }

    /// Goes on under a new id, with which the user has to sign in again: what this device has made and the server does
    /// not have is made anew under it, in its order, rejected operations that the user has yet to see to included. What
    /// the server has under the old id it decides there.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn start_over(&mut self, device: &str) -> Result<()> {
        let Self { store, packages, settings, .. } = self;
        store.write(|connection| {
            let is_known = meta::number(connection, meta::LOST_FROM)? != 0;
            let lost_from = match meta::number(connection, meta::LOST_FROM)? {
                0 => meta::number(connection, meta::TAKEN)? + 1,
                lost_from => lost_from,
            };
            let open = inbox::open(connection)?;
            let is_own = |stored: &Stored| match &stored.message {
                Message::Operation(operation) => {
                    let sequence = operation.id.sequence;
                    // What is settled and was only asked for again the server has.
                    let is_lost = sequence >= lost_from && (is_known || stored.stage != Stage::Settled);
                    is_lost || open.contains(&sequence)
                }
                Message::Discard { .. } => false,
            };
            let own: Vec<_> = messages::from(connection, 0)?.into_iter().filter(is_own).map(made).collect();
            connection.execute_batch("DELETE FROM inbox; DELETE FROM writes; DELETE FROM messages;")?;
            for name in [meta::TAKEN, meta::OFFERED, meta::LOST_FROM, meta::COOKIE] {
                meta::remove(connection, name)?;
            }
            staging::clear(connection)?;
            meta::set_text(connection, meta::DEVICE, device)?;
            let remake =
                Remake { connection, packages: &**packages, limits: &settings.limits, device, keeps_refused: true };
            remake.all(1, own).map(drop)
        })?;
        device.clone_into(&mut self.settings.device);
        (self.token, self.session, self.trouble) = (None, None, None);
        self.tell_all()
    }

    fn tell_all(&mut self) -> Result<()> {
        let entities = super::pull::overlaid_entities(self.store.connection())?;
        self.tell(Event::Records { entities });
        self.tell_inbox()
    }
}

fn made(stored: Stored) -> (Message, Timestamp) {
    (stored.message, stored.made_at)
}

fn check_unsent(connection: &Connection, sequence: u64) -> Result<()> {
    if messages::get(connection, sequence)?.is_none() {
        return Err(super::no_such("operation", sequence.to_string()));
    }
    let is_sent = sequence <= meta::number(connection, meta::OFFERED)?;
    if is_sent { Err(DeviceError::Sent { sequence }) } else { Ok(()) }
}

/// Takes all messages from this one on away; what they had resolved is open again.
fn cut(connection: &Connection, from: u64) -> Result<()> {
    let from = [from as i64];
    connection.execute("DELETE FROM messages WHERE sequence >= ?", from)?;
    connection.execute("DELETE FROM writes WHERE sequence >= ?", from)?;
    connection.execute("UPDATE inbox SET resolved_by = NULL WHERE resolved_by >= ?", from)?;
    Ok(())
}

impl Remake<'_> {
    /// Puts these in the place of all messages from this sequence on. What the first operation does, if it is done.
    fn all(&self, from: u64, items: Vec<(Message, Timestamp)>) -> Result<Option<Done>> {
        cut(self.connection, from)?;
        replay::replay(self.connection, self.packages, self.limits)?;
        let mut first = None;
        // Sequences that others of these name.
        let mut renamed = std::collections::BTreeMap::new();
        for (number, (message, made_at)) in items.into_iter().enumerate() {
            let id = OperationId { device: self.device.to_owned(), sequence: from + number as u64 };
            let former = message.id().sequence;
            renamed.insert(former, id.sequence);
            match message {
                Message::Discard { of, .. } => {
                    inbox::resolve(self.connection, of, id.sequence)?;
                    messages::add(self.connection, &Message::Discard { id, of }, made_at)?;
                }
                Message::Operation(mut operation) => {
                    operation.id = id;
                    operation.replaces = operation.replaces.and_then(|replaced| match renamed.get(&replaced) {
                        Some(renamed) => Some(*renamed),
                        None if replaced < from => Some(replaced),
                        None => None,
                    });
                    let done = self.operation(operation, former, made_at)?;
                    if number == 0 {
                        first = done;
                    }
                }
            }
        }
        Ok(first)
    }

    fn operation(&self, mut operation: Operation, former: u64, made_at: Timestamp) -> Result<Option<Done>> {
        let plugin = operation.record.plugin.clone();
        let current = self.packages.current(&plugin).ok().flatten();
        let package = self.packages.pinned(&plugin, &operation.package).or(current);
        let made = match &package {
            Some(package) => match submit::make(self.connection, &mut operation, package, self.packages, self.limits) {
                Err(DeviceError::Fault(sentence)) if self.keeps_refused => Err(messages::failed(sentence)),
                made => made?.map_err(messages::refused),
            },
            None => Err(Verdict::Parked { cause: Parked::Package }),
        };
        if let Some(replaced) = operation.replaces {
            inbox::resolve(self.connection, replaced, operation.id.sequence)?;
        }
        let sequence = operation.id.sequence;
        let message = Message::Operation(operation);
        match made {
            Ok(_) if !is_sendable(&message) => Err(submit::too_large(&message)),
            Ok(done) => {
                messages::add(self.connection, &message, made_at)?;
                messages::add_writes(self.connection, sequence, done.writes.keys())?;
                Ok(Some(done))
            }
            Err(standing) if self.keeps_refused => {
                messages::add(self.connection, &message, made_at)?;
                messages::set_standing(self.connection, sequence, Some(&standing))?;
                Ok(None)
            }
            Err(Verdict::Rejected { refusal, .. }) => {
                Err(DeviceError::BuiltOn { sequence: former, refusal: Box::new(refusal) })
            }
            Err(_) => Err(super::no_such("workspace", plugin)),
        }
    }
}
