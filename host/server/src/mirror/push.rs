//! Taking a device's messages.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_model::{
    Message, Operation, OperationId, Refusal, Timestamp, Verdict,
    exchange::{Push, Pushed},
};
use lockstep_sync::intake::{BATCH_BYTES, BATCH_MESSAGES, Fate, already_taken};

use super::{
    Identity, Inner, Mirror, MirrorError, Result,
    batch::{Asking, Batch},
    execute::{Decided, authenticated, is_within, known_reads},
    journal::Journal,
    packages::Found,
    sight::Sight,
    store::{Beyond, DeviceState, Moved, Reach, StoreError, StoredOperation, Transaction},
};
use crate::auth::Caller;

/// How often a transaction that others were in the way of is tried.
const TRIES: u32 = 5;

/// Scopes that one transaction names: one that is about more is about all.
const SCOPES_MAX: usize = 64;

/// What one transaction works with.
pub(super) struct Work<'t> {
    pub(super) batch: Batch<'t>,
    pub(super) journal: Journal<'t>,
    pub(super) device: String,
    pub(super) state: DeviceState,
}

/// What a transaction came to, for those who wait.
#[derive(Default)]
pub(super) struct Aftermath {
    pub(super) moved: BTreeSet<String>,
    pub(super) verdicts: Vec<Verdict>,
    pub(super) has_changed_verdicts: bool,
    pub(super) fetches: u64,
}

impl Mirror {
    /// Takes a device's messages. Those that it has already get their stored verdicts again; the others are run in their
    /// order, in one transaction with all that they do.
    ///
    /// # Errors
    /// When the messages are another device's, too many, or not those that are here already; and when the same may
    /// succeed later ([`MirrorError::is_transient`]). Nothing was taken then.
    pub fn push(&self, caller: &Caller, device: &str, push: &Push) -> Result<Pushed> {
        let others = push.messages.iter().map(|message| &message.id().device).chain([&push.device]);
        if let Some(of) = others.into_iter().find(|of| *of != device) {
            return Err(MirrorError::OtherDevice { of: of.clone(), token: device.to_owned() });
        }
        if push.messages.len() > BATCH_MESSAGES {
            return Err(MirrorError::TooMuch { messages: BATCH_MESSAGES, bytes: BATCH_BYTES });
        }
        let reach = Reach::of(device, self.0.companies(caller, push));
        let now = (self.0.parts.clock)();
        again(reach, |reach| self.0.push(caller, device, push, now, reach))
    }
}

/// Does it again while others are in the way, and with more when it turns out to be about more.
pub(super) fn again<T>(mut reach: Reach, mut work: impl FnMut(&Reach) -> Result<T>) -> Result<T> {
    let mut tries = 1;
    loop {
        match work(&reach) {
            Err(MirrorError::Store(StoreError::Busy(why))) if tries < TRIES => {
                tracing::debug!(why, "a transaction is tried again");
                tries += 1;
            }
            Err(MirrorError::Store(StoreError::Beyond(beyond))) if !reach.is_all => {
                tracing::debug!(%beyond, "a transaction is about more than was known");
                reach.widen(if reach.scopes.len() < SCOPES_MAX { beyond } else { Beyond::All });
            }
            done => return done,
        }
    }
}

impl Inner {
    /// The companies that messages are about, of those that the caller has.
    fn companies(&self, caller: &Caller, push: &Push) -> BTreeSet<String> {
        let own = self.parts.policy.of(caller).companies();
        let named = push.messages.iter().filter_map(|message| match message {
            Message::Operation(operation) => Some(&operation.context.company),
            Message::Discard { .. } => None,
        });
        let named: BTreeSet<_> =
            named.filter(|company| !company.is_empty() && own.contains(company)).cloned().collect();
        named.into_iter().take(SCOPES_MAX).collect()
    }

    fn push(&self, caller: &Caller, device: &str, push: &Push, now: Timestamp, reach: &Reach) -> Result<Pushed> {
        let transaction = self.parts.store.change(reach)?;
        let state = transaction.device(device)?;
        let sequences = push.messages.iter().map(|message| message.id().sequence);
        let taken = match already_taken(state.last, sequences) {
            Ok(taken) => taken,
            Err(gap) => return Ok(Pushed::Gap { expected: gap.expected }),
        };
        let (known, fresh) = push.messages.split_at(taken);
        let mut verdicts = stored_verdicts(&*transaction, device, known)?;
        if fresh.is_empty() {
            return Ok(Pushed::Taken { last: state.last, verdicts });
        }
        let mut work = self.work(&*transaction, device, state, now)?;
        let currents = std::sync::Arc::clone(&work.batch.currents);
        let sight = Sight::new(&self.parts.policy, caller, &currents);
        self.prefetch(&mut work, fresh, sight)?;
        let identity = Identity::of(caller);
        for message in fresh {
            self.take(&mut work, message, sight, &identity)?;
        }
        work.state.last = fresh.last().map_or(state.last, |message| message.id().sequence);
        let last = work.state.last;
        let fresh = work.journal.all(&work.journal.fresh);
        verdicts.extend(fresh.iter().map(|taken| (taken.message.id().sequence, taken.verdict.clone())));
        let aftermath = finish(work)?;
        transaction.commit()?;
        self.announce(device, &aftermath);
        Ok(Pushed::Taken { last, verdicts })
    }

    /// Fetches what a batch will need, all operations' read sets at once.
    fn prefetch(&self, work: &mut Work<'_>, messages: &[Message], sight: Sight<'_>) -> Result<()> {
        let operations: Vec<_> = messages
            .iter()
            .filter_map(|message| match message {
                Message::Operation(operation) => Some(operation),
                Message::Discard { .. } => None,
            })
            .collect();
        let first = messages.first().map_or(0, |message| message.id().sequence);
        let named = messages.iter().flat_map(|message| match message {
            Message::Operation(operation) => operation.depends_on.iter().copied().chain(operation.replaces).collect(),
            Message::Discard { of, .. } => vec![*of],
        });
        work.journal.fetch(named.filter(|sequence| *sequence < first))?;
        let mut wanted = Vec::new();
        for operation in operations {
            if let Found::Here(package) = work.batch.package(&operation.package)?
                && is_within(operation, &package.limits)
            {
                let mut needs = known_reads(operation, &package.descriptor);
                self.foresight.foresee(package.digest, operation, &mut needs.rows);
                // A package that has come into force is about more than this: better now than after all is evaluated.
                work.batch.kept_views(&package.name)?;
                wanted.push((package, authenticated(operation, &sight).0, needs));
            }
        }
        work.batch.fetch_records(wanted.iter().flat_map(|(_, _, needs)| &needs.records))?;
        let asking: Vec<_> =
            wanted.iter().map(|(package, context, needs)| (Asking { package, context, sight }, needs)).collect();
        let look_ups: Vec<_> =
            asking.iter().flat_map(|(asking, needs)| needs.rows.iter().map(move |row| (asking, row))).collect();
        work.batch.fetch_rows(&look_ups)?;
        work.batch.fetches = 0;
        Ok(())
    }

    pub(super) fn work<'t>(
        &'t self,
        transaction: &'t dyn Transaction,
        device: &str,
        state: DeviceState,
        now: Timestamp,
    ) -> Result<Work<'t>> {
        let currents = self.parts.packages.current()?;
        let batch = Batch::new(transaction, &*self.parts.packages, currents, now);
        Ok(Work { batch, journal: Journal::new(transaction, device), device: device.to_owned(), state })
    }

    /// Tells those who wait what a committed transaction came to.
    pub(super) fn announce(&self, device: &str, aftermath: &Aftermath) {
        aftermath.verdicts.iter().for_each(|verdict| self.counters.verdict(verdict));
        self.counters.fetched(aftermath.fetches);
        self.pokes.poke(&aftermath.moved, aftermath.has_changed_verdicts.then_some(device));
    }

    /// Takes one new message.
    fn take(&self, work: &mut Work<'_>, message: &Message, sight: Sight<'_>, identity: &Identity) -> Result<()> {
        let decided = match message {
            Message::Operation(operation) => self.operation(work, operation, sight)?,
            Message::Discard { id, of } => Decided::only(discard(work, id, *of)?),
        };
        let is_good = matches!(decided.verdict, Verdict::Accepted { .. } | Verdict::Rebased { .. });
        let stands_for_another = match message {
            Message::Operation(operation) => operation.replaces.is_some(),
            Message::Discard { .. } => true,
        };
        apply(work, message.id(), &decided)?;
        work.journal.add(StoredOperation {
            message: message.clone(),
            verdict: decided.verdict,
            identity: identity.clone(),
            received: work.batch.now,
            decided: work.batch.now,
            receipt: decided.receipt,
            inputs: decided.inputs,
            settled: None,
        })?;
        if is_good && stands_for_another {
            self.release_waiting(work)?;
        }
        Ok(())
    }

    fn operation(&self, work: &mut Work<'_>, operation: &Operation, sight: Sight<'_>) -> Result<Decided> {
        let does_not_fit = |sentence: String| {
            Ok(Decided::only(Verdict::Rejected { refusal: Refusal::DoesNotFit { sentence }, moved: Vec::new() }))
        };
        let own = operation.id.sequence;
        for cause in operation.depends_on.iter().copied() {
            if cause >= own || work.journal.get(cause)?.is_none() {
                return does_not_fit(format!("it depends on {cause}, which does not come before it"));
            }
        }
        if let Some(replaced) = operation.replaces
            && (replaced >= own || !work.journal.can_be_replaced(replaced)?)
        {
            return does_not_fit(format!("it is in place of {replaced}, which was not rejected, or is settled"));
        }
        match work.journal.held_back(operation)? {
            Some(verdict) => Ok(Decided::only(verdict)),
            None => self.decide(&mut work.batch, operation, sight, false),
        }
    }

    /// Looks again at all that waits for others, until nothing more comes of it.
    pub(super) fn release_waiting(&self, work: &mut Work<'_>) -> Result<()> {
        loop {
            let mut has_moved = false;
            for waiting in work.journal.waiting()? {
                let Message::Operation(operation) = &waiting.message else { continue };
                let decided = match work.journal.held_back(operation)? {
                    Some(verdict) if verdict == waiting.verdict => continue,
                    Some(verdict) => Decided::only(verdict),
                    None => self.decide_kept(work, &waiting, operation, false)?,
                };
                settle(work, &waiting, decided)?;
                has_moved = true;
            }
            if !has_moved {
                return Ok(());
            }
        }
    }

    /// Runs an operation that was kept, for whoever sent it.
    pub(super) fn decide_kept(
        &self,
        work: &mut Work<'_>,
        kept: &StoredOperation,
        operation: &Operation,
        is_release: bool,
    ) -> Result<Decided> {
        let caller = kept.identity.caller();
        let currents = std::sync::Arc::clone(&work.batch.currents);
        let sight = Sight::new(&self.parts.policy, &caller, &currents);
        self.decide(&mut work.batch, operation, sight, is_release)
    }
}

/// The stored verdicts on messages that are here already.
fn stored_verdicts(
    transaction: &dyn Transaction,
    device: &str,
    messages: &[Message],
) -> Result<BTreeMap<u64, Verdict>> {
    let sequences = messages.iter().map(|message| message.id().sequence).collect();
    let stored = transaction.operations(device, &sequences)?;
    let mut verdicts = BTreeMap::new();
    for (message, stored) in messages.iter().zip(stored) {
        let sequence = message.id().sequence;
        if *message != stored.message {
            return Err(MirrorError::OtherMessage { sequence });
        }
        verdicts.insert(sequence, stored.verdict);
    }
    Ok(verdicts)
}

/// The user gives up an operation.
fn discard(work: &mut Work<'_>, id: &OperationId, of: u64) -> Result<Verdict> {
    let does_not_fit = |why: &str| {
        let refusal = Refusal::DoesNotFit { sentence: format!("the operation {of} cannot be given up: {why}") };
        Ok(Verdict::Rejected { refusal, moved: Vec::new() })
    };
    if of >= id.sequence {
        return does_not_fit("it does not come before");
    }
    let Some(operation) = work.journal.get(of)?.cloned() else { return does_not_fit("there is none") };
    if matches!(operation.message, Message::Discard { .. }) {
        return does_not_fit("it gives up another itself");
    }
    if work.journal.fate(of)? == Fate::Good {
        return does_not_fit("it, or one in its place, was accepted");
    }
    if let Verdict::Parked { .. } = operation.verdict {
        let verdict = Verdict::Rejected { refusal: Refusal::Discarded { sequence: of }, moved: Vec::new() };
        settle(work, &operation, Decided::only(verdict))?;
    }
    Ok(Verdict::Accepted { moved: Vec::new() })
}

/// An operation that was kept has another verdict now.
pub(super) fn settle(work: &mut Work<'_>, kept: &StoredOperation, decided: Decided) -> Result<()> {
    apply(work, kept.message.id(), &decided)?;
    work.journal.change(StoredOperation {
        verdict: decided.verdict,
        decided: work.batch.now,
        receipt: decided.receipt,
        inputs: decided.inputs,
        ..kept.clone()
    });
    Ok(())
}

/// Writes what an operation does, if its verdict is good.
fn apply(work: &mut Work<'_>, id: &OperationId, decided: &Decided) -> Result<()> {
    if matches!(decided.verdict, Verdict::Accepted { .. } | Verdict::Rebased { .. }) {
        for (record, content) in &decided.writes {
            work.batch.write(record.clone(), content.clone(), Some(id))?;
        }
    }
    Ok(())
}

/// Writes to the store all that is yet to be written; it is not committed.
pub(super) fn finish(mut work: Work<'_>) -> Result<Aftermath> {
    let transaction = work.batch.transaction;
    work.batch.flush()?;
    let fresh = work.journal.all(&work.journal.fresh);
    transaction.put_operations(&fresh)?;
    let changed = work.journal.all(&work.journal.changed);
    for operation in &changed {
        work.state.told += 1;
        transaction.change_verdict(operation, work.state.told)?;
    }
    transaction.put_device(&work.device, work.state)?;
    let devices = if changed.is_empty() { BTreeSet::new() } else { BTreeSet::from([work.device.clone()]) };
    transaction.tell(&Moved { scopes: work.batch.moved.clone(), devices, is_all: false })?;
    let is_operation = |stored: &&StoredOperation| matches!(stored.message, Message::Operation(_));
    let verdicts = fresh.iter().chain(&changed).filter(is_operation).map(|stored| stored.verdict.clone()).collect();
    Ok(Aftermath {
        moved: work.batch.moved,
        verdicts,
        has_changed_verdicts: !changed.is_empty(),
        fetches: work.batch.fetches,
    })
}
