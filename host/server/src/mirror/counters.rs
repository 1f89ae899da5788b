//! What happened, in numbers.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use lockstep_model::{Verdict, verdict::Parked};

#[derive(Debug, Default)]
pub(super) struct Counters {
    accepted: AtomicU64,
    rebased: AtomicU64,
    rejected: AtomicU64,
    parked: AtomicU64,
    determinism: AtomicU64,
    executions: AtomicU64,
    rounds: AtomicU64,
    fetches: AtomicU64,
}

/// What happened since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Operations that were accepted.
    pub accepted: u64,
    /// Operations that were rebased.
    pub rebased: u64,
    /// Operations that were rejected.
    pub rejected: u64,
    /// Operations that were parked.
    pub parked: u64,
    /// Of those, the ones that did something else here on the same input.
    pub determinism_faults: u64,
    /// Operations that were executed.
    pub executions: u64,
    /// How often they were executed: once each, and once more whenever the device's read set was not enough.
    pub rounds: u64,
    /// How often the store was asked in between.
    pub fetches: u64,
}

impl Counters {
    pub(super) fn verdict(&self, verdict: &Verdict) {
        let counter = match verdict {
            Verdict::Accepted { .. } => &self.accepted,
            Verdict::Rebased { .. } => &self.rebased,
            Verdict::Rejected { .. } => &self.rejected,
            Verdict::Parked { .. } => &self.parked,
        };
        counter.fetch_add(1, Relaxed);
        if matches!(verdict, Verdict::Parked { cause: Parked::Determinism }) {
            self.determinism.fetch_add(1, Relaxed);
        }
    }

    pub(super) fn executed(&self, rounds: u64) {
        self.executions.fetch_add(1, Relaxed);
        self.rounds.fetch_add(rounds, Relaxed);
    }

    pub(super) fn fetched(&self, fetches: u64) {
        self.fetches.fetch_add(fetches, Relaxed);
    }

    pub(super) fn counts(&self) -> Counts {
        Counts {
            accepted: self.accepted.load(Relaxed),
            rebased: self.rebased.load(Relaxed),
            rejected: self.rejected.load(Relaxed),
            parked: self.parked.load(Relaxed),
            determinism_faults: self.determinism.load(Relaxed),
            executions: self.executions.load(Relaxed),
            rounds: self.rounds.load(Relaxed),
            fetches: self.fetches.load(Relaxed),
        }
    }
}
