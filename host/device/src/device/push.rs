//! What the server says to what was sent, and verdicts.

use lockstep_model::{Timestamp, Verdict, canonical::decode_pushed, exchange::Pushed};
use lockstep_sync::{intake::Gap, session::Event as Happened};
use rusqlite::Connection;

use super::{
    Device, Event, Result, Step,
    operations::{OperationState, state_of},
    replay,
};
use crate::{
    store::{
        inbox,
        messages::{self, Stage},
        meta,
    },
    transport::TransportError,
};

impl Device {
    /// Takes the server's answer to a push, or why there is none.
    ///
    /// # Errors
    /// When the file cannot be read or written; the messages are sent again then.
    pub fn pushed(&mut self, answer: Result<Vec<u8>, TransportError>) -> Result<Step> {
        if self.session.is_none() {
            // It has started over meanwhile, or was opened anew: the answer is to somebody else's question.
            return self.begin_sync();
        }
        let answer = answer
            .and_then(|bytes| decode_pushed(&bytes).map_err(|error| TransportError::BadAnswer(error.to_string())));
        match answer {
            Err(error) => self.failed(&error),
            Ok(Pushed::Taken { last, verdicts }) => self.taken(last, &verdicts.into_iter().collect::<Vec<_>>()),
            Ok(Pushed::Gap { expected }) => self.gap(expected),
        }
    }

    fn taken(&mut self, last: u64, verdicts: &[(u64, Verdict)]) -> Result<Step> {
        let connection = self.store.connection();
        let (offered, made) = (meta::number(connection, meta::OFFERED)?, messages::last(connection)?);
        let before = meta::number(connection, meta::TAKEN)?;
        if last > offered {
            // The server has messages of this device that it has never sent: those of another copy of it.
            return Ok(self.start_over_step());
        }
        // The server may have had more already, in answers that were lost: what it says of those comes when they are
        // sent again.
        let last = last.min(self.sent_to);
        if last <= before {
            return self.failed(&TransportError::BadAnswer("it took nothing of what was sent".to_owned()));
        }
        let now = (self.settings.clock)().now;
        let Self { store, packages, settings, .. } = self;
        let changed = store.write(|connection| {
            let settled_by = meta::number(connection, meta::PULL)? + 1;
            let mut changed = Vec::new();
            for (sequence, verdict) in verdicts.iter().filter(|(sequence, _)| *sequence <= last) {
                changed.extend(apply(connection, *sequence, verdict, now, settled_by)?);
            }
            meta::set_number(connection, meta::TAKEN, last)?;
            // With more to send, it is made anew when all verdicts are here.
            if last >= made && meta::number(connection, meta::IS_STALE)? != 0 {
                replay::replay(connection, &**packages, &settings.limits)?;
            }
            Ok::<_, super::DeviceError>(changed)
        })?;
        self.tell_verdicts(&changed)?;
        self.after(&Happened::Pushed { last })
    }

    fn gap(&mut self, expected: u64) -> Result<Step> {
        let connection = self.store.connection();
        let (taken, made) = (meta::number(connection, meta::TAKEN)?, messages::last(connection)?);
        let expected = expected.max(1);
        let gap = Gap { found: taken + 1, expected };
        if expected > made + 1 {
            return self.after(&Happened::Missed(gap));
        }
        if expected == taken + 1 {
            return self.failed(&TransportError::BadAnswer("it misses what it was sent".to_owned()));
        }
        if expected < taken + 1 && messages::first(connection)?.is_none_or(|first| first > expected) {
            self.store.write(|connection| meta::set_number(connection, meta::LOST_FROM, expected))?;
            return Ok(self.start_over_step());
        }
        let Self { store, packages, settings, .. } = self;
        store.write(|connection| {
            if expected <= taken {
                messages::offer_again(connection, expected)?;
                replay::replay(connection, &**packages, &settings.limits)?;
            }
            meta::set_number(connection, meta::TAKEN, expected - 1)?;
            Ok::<_, super::DeviceError>(())
        })?;
        self.after(&Happened::Missed(gap))
    }

    pub(super) fn tell_verdicts(&mut self, changed: &[(u64, OperationState)]) -> Result<()> {
        for &(sequence, state) in changed {
            self.tell(Event::Operation { sequence, state });
        }
        if changed.is_empty() { Ok(()) } else { self.tell_inbox() }
    }
}

/// Stores a verdict on one of the device's operations, and gives what it is now; nothing where that is nothing new. A
/// verdict changes only from parked to something else. `settled_by` is the pull that brings what it has done.
pub(super) fn apply(
    connection: &Connection,
    sequence: u64,
    verdict: &Verdict,
    now: Timestamp,
    settled_by: u64,
) -> Result<Option<(u64, OperationState)>> {
    let Some(stored) = messages::get(connection, sequence)? else { return Ok(None) };
    let is_final = !matches!(stored.verdict, None | Some(Verdict::Parked { .. }));
    if stored.is_decided && (is_final || stored.verdict.as_ref() == Some(verdict)) {
        return Ok(None);
    }
    let is_operation = matches!(stored.message, lockstep_model::Message::Operation(_));
    let stage = match verdict {
        _ if !is_operation => Stage::Without,
        Verdict::Rejected { .. } => {
            inbox::put(connection, sequence)?;
            meta::set_number(connection, meta::IS_STALE, 1)?;
            Stage::Without
        }
        Verdict::Accepted { .. } | Verdict::Rebased { .. } => {
            inbox::take_out(connection, sequence)?;
            // Rejected before, and good after all: it is shown until the records come that have it.
            if stored.stage == Stage::Without {
                meta::set_number(connection, meta::IS_STALE, 1)?;
                Stage::Overlaid
            } else {
                stored.stage
            }
        }
        // A server that was restored from an old copy has yet to decide again.
        Verdict::Parked { .. } if stored.stage == Stage::Settled => {
            meta::set_number(connection, meta::IS_STALE, 1)?;
            Stage::Overlaid
        }
        Verdict::Parked { .. } => stored.stage,
    };
    messages::decide(connection, sequence, verdict, stage, now, settled_by)?;
    Ok(is_operation.then(|| (sequence, state_of(verdict))))
}
