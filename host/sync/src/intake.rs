//! How a server takes a device's batch: what it had already, what is next, what is missing; and what has to wait for
//! another operation's fate.

use lockstep_model::{Message, Refusal, Verdict, verdict::Parked};

/// Messages in a batch, at most.
pub const BATCH_MESSAGES: usize = 256;

/// Bytes of a batch's messages together, at most; a single message is no larger.
pub const BATCH_BYTES: usize = 1 << 20;

/// A batch that does not follow on what the server has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the batch begins with {found}, but {expected} is next: send from there")]
pub struct Gap {
    /// The first sequence of the batch, or the one that breaks its order.
    pub found: u64,
    /// The sequence that is next.
    pub expected: u64,
}

/// How many of a batch's first messages the server has already; their stored verdicts are given again. The others
/// follow without a gap.
///
/// # Errors
/// When a message is missing between them, or before them.
pub fn already_taken(last: u64, sequences: impl IntoIterator<Item = u64>) -> Result<usize, Gap> {
    let mut taken = 0;
    let mut before: Option<u64> = None;
    for sequence in sequences {
        let expected = before.map_or_else(|| sequence.min(last.saturating_add(1)), |before| before.saturating_add(1));
        if sequence != expected || sequence == 0 {
            return Err(Gap {
                found: sequence,
                expected: before.map_or(last, |before| before.max(last)).saturating_add(1),
            });
        }
        taken += usize::from(sequence <= last);
        before = Some(sequence);
    }
    Ok(taken)
}

/// What became of an operation that others build on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was accepted or rebased, or one made in its place was.
    Good,
    /// It was rejected or is parked, and nothing is decided yet.
    Open,
    /// The user gave it up.
    Discarded,
}

/// The verdict on an operation that builds on others whose fates stand against it; none: it can be executed.
pub fn held_back(depends_on: &[u64], fate_of: impl Fn(u64) -> Fate) -> Option<Verdict> {
    let first = |wanted| depends_on.iter().copied().find(|sequence| fate_of(*sequence) == wanted);
    if let Some(sequence) = first(Fate::Discarded) {
        return Some(Verdict::Rejected { refusal: Refusal::Discarded { sequence }, moved: Vec::new() });
    }
    first(Fate::Open).map(|sequence| Verdict::Parked { cause: Parked::Dependency { sequence } })
}

/// The fate that a verdict means for those that build on its operation.
pub fn fate_of(verdict: &Verdict) -> Fate {
    match verdict {
        Verdict::Accepted { .. } | Verdict::Rebased { .. } => Fate::Good,
        Verdict::Rejected { refusal: Refusal::Discarded { .. }, .. } => Fate::Discarded,
        Verdict::Rejected { .. } | Verdict::Parked { .. } => Fate::Open,
    }
}

/// How many of these messages, by their sizes in bytes, make the next batch.
pub fn batch(sizes: impl IntoIterator<Item = usize>) -> usize {
    let mut bytes = 0_usize;
    let fits = |size: &usize| {
        bytes = bytes.saturating_add(*size);
        bytes <= BATCH_BYTES
    };
    sizes.into_iter().take(BATCH_MESSAGES).take_while(fits).count()
}

/// Whether a message can be sent at all.
pub fn is_sendable(message: &Message) -> bool {
    lockstep_model::canonical::encode_message(message).len() <= BATCH_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_batch_follows_on_what_is_there() {
        assert_eq!(already_taken(0, [1, 2]), Ok(0));
        assert_eq!(already_taken(2, [1, 2, 3]), Ok(2));
        assert_eq!(already_taken(2, [3]), Ok(0));
        assert_eq!(already_taken(2, []), Ok(0));
    }

    #[test]
    fn a_gap_says_what_is_next() {
        assert_eq!(already_taken(2, [4]), Err(Gap { found: 4, expected: 3 }));
        assert_eq!(already_taken(2, [3, 5]), Err(Gap { found: 5, expected: 4 }));
        assert_eq!(already_taken(2, [2, 1]), Err(Gap { found: 1, expected: 3 }));
        assert_eq!(already_taken(0, [0]), Err(Gap { found: 0, expected: 1 }));
        assert_eq!(already_taken(u64::MAX, [u64::MAX]), Ok(1));
    }

    #[test]
    fn a_discarded_cause_rejects_and_an_open_one_parks() {
        let fate = |sequence| [Fate::Good, Fate::Open, Fate::Discarded][sequence as usize % 3];
        assert_eq!(held_back(&[0, 3], fate), None);
        assert_eq!(held_back(&[0, 4], fate), Some(Verdict::Parked { cause: Parked::Dependency { sequence: 4 } }));
        let rejected = Verdict::Rejected { refusal: Refusal::Discarded { sequence: 2 }, moved: Vec::new() };
        assert_eq!(held_back(&[1, 2], fate), Some(rejected.clone()));
        assert_eq!(fate_of(&rejected), Fate::Discarded);
    }

    #[test]
    fn a_batch_is_bounded_in_messages_and_bytes() {
        assert_eq!(batch(std::iter::repeat_n(10, 1000)), BATCH_MESSAGES);
        assert_eq!(batch([BATCH_BYTES, 1]), 1);
        assert_eq!(batch([]), 0);
    }

    proptest! {
        /// Whatever is sent, what is run follows on what was there, one by one.
        #[test]
        fn nothing_is_run_twice_or_skipped(last in 0..6_u64, sequences in proptest::collection::vec(0..9_u64, 0..6)) {
            if let Ok(taken) = already_taken(last, sequences.iter().copied()) {
                let fresh: Vec<_> = sequences[taken..].to_vec();
                let expected: Vec<_> = (last + 1..).take(fresh.len()).collect();
                prop_assert_eq!(fresh, expected);
            }
        }
    }
}
