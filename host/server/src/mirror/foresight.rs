//! What operations need beyond what their devices read: rules that only a server runs look rows up too. What one needed
//! is fetched beforehand for the next of its kind, so that one execution is enough. It changes no outcome: rows that
//! nobody looks up are no input.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

use lockstep_model::{Digest, LookUp, Operation};

/// Kinds of operations that are remembered.
const KINDS_MAX: usize = 4096;

/// Look-ups of one kind that are remembered as they were: those by constant keys come again.
const RECENT_MAX: usize = 8;

#[derive(Default)]
pub(super) struct Foresight(Mutex<HashMap<Kind, Learnt>>);

/// Package, entity and action.
type Kind = (Digest, String, String);

#[derive(Default)]
struct Learnt {
    /// A look-up in the first table comes with one in the second by the same key, with this limit.
    same_key: BTreeSet<(u16, u16, Option<u32>)>,
    /// The last first.
    recent: Vec<LookUp>,
}

fn kind(package: Digest, operation: &Operation) -> Kind {
    (package, operation.record.entity.clone(), operation.action.clone())
}

impl Foresight {
    fn learnt(&self) -> MutexGuard<'_, HashMap<Kind, Learnt>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds to an operation's known look-ups those that it will need besides, as far as can be told.
    pub(super) fn foresee(&self, package: Digest, operation: &Operation, known: &mut Vec<LookUp>) {
        let learnt = self.learnt();
        let Some(learnt) = learnt.get(&kind(package, operation)) else { return };
        let by_key = known.iter().flat_map(|one| {
            let of_table = learnt.same_key.range((one.table, 0, None)..).take_while(|same| same.0 == one.table);
            of_table.map(|&(_, table, limit)| LookUp { table, key: one.key.clone(), limit })
        });
        let more: Vec<_> = by_key.chain(learnt.recent.iter().cloned()).collect();
        known.extend(more);
        known.sort_unstable();
        known.dedup();
    }

    /// Remembers what an operation needed besides its known look-ups.
    pub(super) fn learn(&self, package: Digest, operation: &Operation, known: &[LookUp], needed: &[LookUp]) {
        let mut all = self.learnt();
        if all.len() >= KINDS_MAX {
            all.clear();
        }
        let learnt = all.entry(kind(package, operation)).or_default();
        for more in needed {
            let mut sources = known.iter().filter(|one| one.key == more.key && one.table != more.table).peekable();
            if sources.peek().is_some() {
                learnt.same_key.extend(sources.map(|source| (source.table, more.table, more.limit)));
            } else {
                learnt.recent.retain(|recent| recent != more);
                learnt.recent.insert(0, more.clone());
                learnt.recent.truncate(RECENT_MAX);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation() -> Operation {
        let nothing = Digest::of(b"");
        let receipt = lockstep_model::Receipt {
            package: nothing,
            engine: String::new(),
            input: nothing,
            outcome: nothing,
            fuel: None,
        };
        Operation {
            id: lockstep_model::OperationId { device: "d".into(), sequence: 1 },
            package: nothing,
            record: lockstep_model::RecordId { plugin: "p".into(), entity: "e".into(), key: "k".into() },
            action: "create".into(),
            change: lockstep_model::Change::default(),
            arguments: std::collections::BTreeMap::new(),
            justifications: std::collections::BTreeMap::new(),
            context: lockstep_model::Context {
                now: lockstep_model::Timestamp(0),
                today: lockstep_model::Date(0),
                seed: 0,
                user: String::new(),
                company: String::new(),
                roles: Vec::new(),
            },
            reads: lockstep_model::ReadSet::default(),
            depends_on: Vec::new(),
            replaces: None,
            receipt,
            effect: nothing,
        }
    }

    fn look_up(table: u16, key: &str) -> LookUp {
        LookUp { table, key: key.into(), limit: None }
    }

    #[test]
    fn what_one_operation_needed_is_foreseen_for_the_next_of_its_kind() {
        let (foresight, package, operation) = (Foresight::default(), Digest([1; 32]), operation());
        let known = vec![look_up(0, "C-1"), look_up(1, "I-1")];
        foresight.learn(package, &operation, &known, &[look_up(5, "C-1"), look_up(6, "constant")]);
        let mut next = vec![look_up(0, "C-2"), look_up(1, "I-2")];
        foresight.foresee(package, &operation, &mut next);
        assert_eq!(next, [look_up(0, "C-2"), look_up(1, "I-2"), look_up(5, "C-2"), look_up(6, "constant")]);
        let mut other = vec![look_up(0, "C-2")];
        foresight.foresee(Digest([2; 32]), &operation, &mut other);
        assert_eq!(other, [look_up(0, "C-2")]);
    }
}
