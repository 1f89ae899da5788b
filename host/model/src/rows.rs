//! Look-ups and their answers, and putting answers together.

use std::ops::Range;

use crate::{key::SEPARATOR, record_set::RecordSet};

/// Which rows of a table: the one with this key, or all under a prefix, in key order, up to a limit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LookUp {
    /// Position of the table in the descriptor.
    pub table: u16,
    /// The key as text (`wit/1.0.0/schema.wit`, `table`), or its first fields.
    pub key: String,
    /// Present: by prefix, at most so many rows.
    pub limit: Option<u32>,
}

/// What became of a look-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Found {
    /// The rows are all that there are.
    Whole,
    /// There are more rows than the limit.
    CutShort,
    /// The table is not here.
    NotHere,
}

/// One answered look-up of a [`TableRows`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Where the look-up's key ends in [`TableRows::keys`], in bytes.
    pub key_end: u32,
    /// Present: by prefix, at most so many rows.
    pub limit: Option<u32>,
    /// What became of it.
    pub found: Found,
    /// How many of the rows are its answer.
    pub rows: u32,
}

/// The answered look-ups in one table, sorted by key, then by limit (none first).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableRows {
    /// Position of the table in the descriptor.
    pub table: u16,
    /// The keys, one after the other.
    pub keys: String,
    /// The look-ups, with how many of the rows belong to each.
    pub answers: Vec<Answered>,
    /// All fields of the table.
    pub rows: RecordSet,
}

/// One look-up's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundRows<'a> {
    /// Position of the table in the descriptor.
    pub table: u16,
    /// The key as text.
    pub key: &'a str,
    /// Present: by prefix, at most so many rows.
    pub limit: Option<u32>,
    /// What became of it.
    pub found: Found,
    /// The rows: record sets of the table, and which of their rows.
    pub parts: Vec<(&'a RecordSet, Range<u32>)>,
}

impl LookUp {
    /// The key as people read it: its fields with a comma between them.
    pub fn key_for_people(&self) -> String {
        self.key.replace(SEPARATOR, ", ")
    }

    fn id(&self) -> Id<'_> {
        (self.table, &self.key, self.limit)
    }
}

/// What tells look-ups apart, and their order.
type Id<'a> = (u16, &'a str, Option<u32>);

impl FoundRows<'_> {
    fn id(&self) -> Id<'_> {
        (self.table, self.key, self.limit)
    }

    fn count(&self) -> u32 {
        self.parts.iter().map(|(_, range)| range.len() as u32).sum()
    }
}

impl TableRows {
    /// The answered look-ups, one by one.
    pub fn look_ups(&self) -> impl Iterator<Item = FoundRows<'_>> {
        self.answers.iter().scan((0_u32, 0_u32), |(key_begin, row), answered| {
            let key = self.keys.get(*key_begin as usize..answered.key_end as usize).unwrap_or_default();
            let range = *row..row.saturating_add(answered.rows);
            (*key_begin, *row) = (answered.key_end, range.end);
            let Answered { limit, found, .. } = *answered;
            Some(FoundRows { table: self.table, key, limit, found, parts: vec![(&self.rows, range)] })
        })
    }

    /// Puts answers together by table and in order. Where one look-up is answered twice, the first answer stays.
    /// Each answer's rows fit its table.
    ///
    /// # Panics
    /// When an answer's rows are not in its record set.
    pub fn collect(mut answers: Vec<FoundRows<'_>>) -> Vec<Self> {
        answers.sort_by(|one, other| one.id().cmp(&other.id()));
        answers.dedup_by(|later, earlier| later.id() == earlier.id());
        answers.chunk_by(|one, other| one.table == other.table).map(Self::of).collect()
    }

    /// Adds answers to answers.
    pub(crate) fn merge(all: &mut Vec<Self>, more: Vec<Self>) {
        if all.is_empty() {
            *all = more;
            return;
        }
        let answers = all.iter().chain(&more).flat_map(Self::look_ups).collect();
        *all = Self::collect(answers);
    }

    /// The look-ups at these positions, counted through all, with their rows.
    pub(crate) fn used(all: &[Self], used: &[u32]) -> Vec<Self> {
        let look_ups = (0..).zip(all.iter().flat_map(Self::look_ups));
        let picked = look_ups.filter(|(position, _)| used.binary_search(position).is_ok());
        Self::collect(picked.map(|(_, look_up)| look_up).collect())
    }

    fn of(answers: &[FoundRows<'_>]) -> Self {
        let table = answers[0].table;
        let parts: Vec<_> = answers.iter().flat_map(|answer| answer.parts.iter().cloned()).collect();
        let mut rows = Self { table, rows: RecordSet::gather(&parts), ..Self::default() };
        for answer in answers {
            rows.keys.push_str(answer.key);
            rows.answers.push(Answered {
                key_end: rows.keys.len() as u32,
                limit: answer.limit,
                found: answer.found,
                rows: answer.count(),
            });
        }
        rows
    }
}

/// Which look-ups are answered.
pub(crate) struct AnsweredIds<'a>(Vec<Id<'a>>);

impl<'a> AnsweredIds<'a> {
    pub(crate) fn new(rows: &'a [TableRows]) -> Self {
        let ids = rows.iter().flat_map(|rows| {
            rows.answers.iter().scan(0, |begin, answered| {
                let key = rows.keys.get(*begin as usize..answered.key_end as usize).unwrap_or_default();
                *begin = answered.key_end;
                Some((rows.table, key, answered.limit))
            })
        });
        Self(ids.collect())
    }

    /// The rows are in the contract's order, so this can search instead of walking.
    pub(crate) fn contain(&self, look_up: &LookUp) -> bool {
        self.0.binary_search(&look_up.id()).is_ok()
    }
}
