//! A device's messages during one transaction, and what their fates mean for each other.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_model::{Message, Operation, Verdict, verdict::Parked};
use lockstep_sync::intake::{Fate, fate_of, held_back};

use super::{
    Result,
    store::{StoredOperation, Transaction},
};

pub(super) struct Journal<'t> {
    transaction: &'t dyn Transaction,
    device: String,
    /// None: there is no such message.
    known: BTreeMap<u64, Option<StoredOperation>>,
    /// The messages that stand for one: operations that replace it, or discards.
    instead: BTreeMap<u64, BTreeSet<u64>>,
    /// Those that are new in this transaction.
    pub(super) fresh: BTreeSet<u64>,
    /// Those whose verdict has changed in it.
    pub(super) changed: BTreeSet<u64>,
    has_waiting: bool,
}

impl<'t> Journal<'t> {
    pub(super) fn new(transaction: &'t dyn Transaction, device: &str) -> Self {
        Self {
            transaction,
            device: device.to_owned(),
            known: BTreeMap::new(),
            instead: BTreeMap::new(),
            fresh: BTreeSet::new(),
            changed: BTreeSet::new(),
            has_waiting: false,
        }
    }

    /// Fetches these messages and what stands for them, in two queries.
    pub(super) fn fetch(&mut self, sequences: impl IntoIterator<Item = u64>) -> Result<()> {
        let missing: BTreeSet<u64> =
            sequences.into_iter().filter(|sequence| !self.instead.contains_key(sequence)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let unknown: BTreeSet<_> = missing.iter().copied().filter(|one| !self.known.contains_key(one)).collect();
        let found = self.transaction.operations(&self.device, &unknown)?;
        self.known.extend(unknown.into_iter().map(|sequence| (sequence, None)));
        for operation in found {
            self.known.insert(operation.message.id().sequence, Some(operation));
        }
        let instead = self.transaction.instead_of(&self.device, &missing)?;
        for sequence in missing {
            self.instead.entry(sequence).or_default();
        }
        for found in instead {
            self.instead.entry(found.of).or_default().insert(found.sequence);
        }
        Ok(())
    }

    pub(super) fn get(&mut self, sequence: u64) -> Result<Option<&StoredOperation>> {
        self.fetch([sequence])?;
        Ok(self.known.get(&sequence).and_then(Option::as_ref))
    }

    /// Notes a new message with its verdict.
    pub(super) fn add(&mut self, operation: StoredOperation) -> Result<()> {
        let sequence = operation.message.id().sequence;
        let of = match &operation.message {
            Message::Operation(operation) => operation.replaces,
            Message::Discard { of, .. } => Some(*of),
        };
        if let Some(of) = of {
            self.fetch([of])?;
            self.instead.entry(of).or_default().insert(sequence);
        }
        self.instead.entry(sequence).or_default();
        self.known.insert(sequence, Some(operation));
        self.fresh.insert(sequence);
        Ok(())
    }

    /// Notes the verdict that an operation has now.
    pub(super) fn change(&mut self, operation: StoredOperation) {
        let sequence = operation.message.id().sequence;
        if !self.fresh.contains(&sequence) {
            self.changed.insert(sequence);
        }
        self.known.insert(sequence, Some(operation));
    }

    /// What became of a message, and of those that stand for it.
    pub(super) fn fate(&mut self, sequence: u64) -> Result<Fate> {
        let Some(operation) = self.get(sequence)? else { return Ok(Fate::Open) };
        let own = match operation.message {
            Message::Operation(_) => fate_of(&operation.verdict),
            Message::Discard { .. } => Fate::Good,
        };
        if own != Fate::Open {
            return Ok(own);
        }
        let instead = self.instead.get(&sequence).cloned().unwrap_or_default();
        for other in instead {
            let Some(other_operation) = self.get(other)? else { continue };
            let is_good = fate_of(&other_operation.verdict) == Fate::Good;
            if matches!(other_operation.message, Message::Discard { .. }) {
                if is_good {
                    return Ok(Fate::Discarded);
                }
            } else if is_good || self.fate(other)? == Fate::Good {
                return Ok(Fate::Good);
            }
        }
        Ok(Fate::Open)
    }

    /// Whether an operation can be done again under another sequence: it was rejected, and nothing stands for it but what
    /// was rejected too.
    pub(super) fn can_be_replaced(&mut self, sequence: u64) -> Result<bool> {
        let is_rejected = |operation: &StoredOperation| matches!(operation.verdict, Verdict::Rejected { .. });
        let is_operation = |operation: &StoredOperation| matches!(operation.message, Message::Operation(_));
        if !self.get(sequence)?.is_some_and(|operation| is_operation(operation) && is_rejected(operation)) {
            return Ok(false);
        }
        for other in self.instead.get(&sequence).cloned().unwrap_or_default() {
            if self.get(other)?.is_some_and(|operation| !is_rejected(operation)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether an operation builds on others whose fates stand against it. What it replaces does not: it stands for
    /// that.
    pub(super) fn held_back(&mut self, operation: &Operation) -> Result<Option<Verdict>> {
        let causes: Vec<u64> =
            operation.depends_on.iter().copied().filter(|cause| Some(*cause) != operation.replaces).collect();
        self.fetch(causes.iter().copied())?;
        let mut fates = BTreeMap::new();
        for &cause in &causes {
            fates.insert(cause, self.fate(cause)?);
        }
        Ok(held_back(&causes, |cause| fates.get(&cause).copied().unwrap_or(Fate::Open)))
    }

    /// The operations that wait for others, in order.
    pub(super) fn waiting(&mut self) -> Result<Vec<StoredOperation>> {
        if !self.has_waiting {
            for operation in self.transaction.waiting(&self.device)? {
                self.known.entry(operation.message.id().sequence).or_insert(Some(operation));
            }
            self.has_waiting = true;
        }
        let waits = |operation: &&StoredOperation| {
            matches!(operation.verdict, Verdict::Parked { cause: Parked::Dependency { .. } })
        };
        Ok(self.known.values().flatten().filter(waits).cloned().collect())
    }

    /// Those with these sequences, in order.
    pub(super) fn all(&self, sequences: &BTreeSet<u64>) -> Vec<StoredOperation> {
        sequences.iter().filter_map(|sequence| self.known.get(sequence).cloned().flatten()).collect()
    }
}
