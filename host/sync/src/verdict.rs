//! Verdicts: what an operation does here, held against what it did at the device.

use lockstep_model::{
    Operation, ReadSet, Verdict,
    verdict::{Moved, Parked},
};

use crate::execute::{Done, Executed};

/// What of an operation's read set is another now. What only one side read is not compared.
pub fn moved(operation: &Operation, reads: &ReadSet, is_same_user: bool) -> Vec<Moved> {
    let identity = (!is_same_user).then_some(Moved::Identity);
    let records = operation.reads.records.iter();
    let records = records.filter(|(id, version)| reads.records.get(*id).is_some_and(|now| now != *version));
    let rows = operation.reads.rows.iter();
    let rows = rows.filter(|(read, version)| reads.rows.get(*read).is_some_and(|now| now != *version));
    let records = records.map(|(id, _)| Moved::Record(id.clone()));
    identity.into_iter().chain(records).chain(rows.map(|(read, _)| Moved::Rows(read.clone()))).collect()
}

/// The verdict on an operation that was executed at the server; none: it needs more first.
pub fn decide(operation: &Operation, executed: &Executed, is_same_user: bool) -> Option<Verdict> {
    match executed {
        Executed::Needs(_) => None,
        Executed::Refused(refused) => {
            let moved = moved(operation, &refused.reads, is_same_user);
            Some(Verdict::Rejected { refusal: refused.refusal.clone(), moved })
        }
        Executed::Done(Done { effect, reads, .. }) => {
            let moved = moved(operation, reads, is_same_user);
            Some(match (*effect == operation.effect, moved.is_empty()) {
                (true, _) => Verdict::Accepted { moved },
                (false, false) => Verdict::Rebased { moved },
                (false, true) => Verdict::Parked { cause: Parked::Determinism },
            })
        }
    }
}
