//! What a rule may know besides its fields: the recorded moment and day, who asks, and reference rows.

#[cfg(not(target_family = "wasm"))]
use std::any::Any;
use std::cell::{Cell, RefCell};

#[cfg(not(target_family = "wasm"))]
use crate::reference::ReferenceStore;
use crate::{
    Date, Text, Timestamp,
    contract::{self, LookUp, RecordSet, TableRows},
    key::IntoKey,
    layout::List,
    look_up::{GivenRows, Probe, Rows, heap_sort},
    reference::{Reference, Selection},
};

/// All that a rule may know besides its fields. The moment, the day and the seed are those recorded with the operation.
///
/// Rules look rows up as if they were there. A row that the host has not given yet ends the evaluation with a request
/// for it once all rules had their turn; what the asking rule returned then does not count.
pub struct Context {
    /// The moment.
    pub now: Timestamp,
    /// Today where the user is.
    pub today: Date,
    /// For whatever should look random.
    pub seed: u64,
    /// Who asks.
    pub user: Text,
    /// The company whose rows, with the shared ones, look-ups see.
    pub company: Text,
    /// The user's roles.
    pub roles: Vec<Text>,
    source: Source,
    gaps: Gaps,
    log: RefCell<Vec<String>>,
}

/// A sandbox has no store of its own: there, code that reads one would be size without use.
enum Source {
    Given(GivenRows),
    #[cfg(not(target_family = "wasm"))]
    Store(ReferenceStore),
}

/// Where a row was found.
pub(crate) enum Found {
    /// Among those that came in.
    Cells(&'static RecordSet, usize),
    /// Among a test's.
    #[cfg(not(target_family = "wasm"))]
    Row(&'static dyn Any),
}

/// What the look-ups since the last [`Context::take_gap`] did not find out.
#[derive(Default)]
struct Gaps {
    /// Something below may be set; where steps are asked for, always.
    stirred: Cell<bool>,
    missed: Cell<bool>,
    not_here: Cell<Option<&'static str>>,
    /// Which look-ups were made, where steps are asked for.
    traced: Option<RefCell<Vec<u32>>>,
}

/// Why a rule's result does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gap {
    /// A row is asked for.
    Missed,
    /// This table is not on the device.
    NotHere(&'static str),
}

impl Context {
    pub(crate) fn given(context: &contract::Context, rows: List<TableRows>, explain: bool) -> Self {
        let contract::Context { now, today, seed, user, company, roles } = *context;
        Self {
            now: Timestamp(now),
            today: Date::from_days(today),
            seed,
            user: Text::fixed(user.as_str()),
            company: Text::fixed(company.as_str()),
            roles: roles.iter().map(|role| Text::fixed(role.as_str())).collect(),
            source: Source::Given(GivenRows::new(rows)),
            gaps: Gaps { stirred: Cell::new(explain), traced: explain.then(RefCell::default), ..Gaps::default() },
            log: RefCell::default(),
        }
    }

    /// For tests: noon UTC of a day, user `tester` of company `test` without roles, and no reference rows.
    #[cfg(not(target_family = "wasm"))]
    pub fn test(today: Date) -> Self {
        Self {
            now: Timestamp(i64::from(today.days()) * 86_400_000 + 43_200_000),
            today,
            seed: 0,
            user: Text::fixed("tester"),
            company: Text::fixed("test"),
            roles: Vec::new(),
            source: Source::Store(ReferenceStore::new()),
            gaps: Gaps::default(),
            log: RefCell::default(),
        }
    }

    /// With these reference rows, for tests.
    #[cfg(not(target_family = "wasm"))]
    #[must_use]
    pub fn with_rows(mut self, rows: ReferenceStore) -> Self {
        self.source = Source::Store(rows);
        self
    }

    /// For another user.
    #[must_use]
    pub fn with_user(mut self, user: &str) -> Self {
        self.user = user.into();
        self
    }

    /// For another company.
    #[must_use]
    pub fn with_company(mut self, company: &str) -> Self {
        self.company = company.into();
        self
    }

    /// With one more role.
    #[must_use]
    pub fn with_role(mut self, role: &str) -> Self {
        self.roles.push(role.into());
        self
    }

    /// Whether the user has a role.
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|has| has == role)
    }

    /// The row with this key; none: the table has no such row.
    pub fn lookup<T: Reference>(&self, key: impl IntoKey) -> Option<T> {
        if !key.is_possible() {
            return None;
        }
        match self.find(T::INDEX, T::NAME, &key.key())? {
            Found::Cells(cells, row) => Some(T::read(cells, row)),
            #[cfg(not(target_family = "wasm"))]
            Found::Row(row) => row.downcast_ref::<T>().cloned(),
        }
    }

    /// The rows whose key begins with these parts, in key order, at most `limit`; `()` asks for all of the table.
    pub fn select<T: Reference>(&self, prefix: impl IntoKey, limit: u32) -> Selection<T> {
        let nothing = Selection { rows: Vec::new(), cut_short: false };
        if !prefix.is_possible() {
            return nothing;
        }
        let prefix = prefix.key();
        match &self.source {
            Source::Given(given) => match self.answered(given.probe(T::INDEX, &prefix, Some(limit)), T::NAME) {
                Some(Rows { cells, range, cut_short }) => {
                    Selection { rows: range.map(|row| T::read(cells, row)).collect(), cut_short }
                }
                None => nothing,
            },
            #[cfg(not(target_family = "wasm"))]
            Source::Store(store) if store.is_missing(T::INDEX) => {
                self.reopen(Gap::NotHere(T::NAME));
                nothing
            }
            #[cfg(not(target_family = "wasm"))]
            Source::Store(store) => store.select(&prefix, limit),
        }
    }

    /// Tells the developer something; lines are capped by the host, and no rule sees them.
    pub fn log(&self, line: impl Into<String>) {
        let line = line.into();
        #[cfg(all(feature = "development", target_family = "wasm"))]
        crate::bindings::log(&line);
        self.log.borrow_mut().push(line);
    }

    pub(crate) fn find(&self, table: u16, name: &'static str, key: &str) -> Option<Found> {
        match &self.source {
            Source::Given(given) => {
                let Rows { cells, mut range, .. } = self.answered(given.probe(table, key, None), name)?;
                range.next().map(|row| Found::Cells(cells, row))
            }
            #[cfg(not(target_family = "wasm"))]
            Source::Store(store) if store.is_missing(table) => {
                self.reopen(Gap::NotHere(name));
                None
            }
            #[cfg(not(target_family = "wasm"))]
            Source::Store(store) => store.get(table, key).map(Found::Row),
        }
    }

    /// The rows that came in, or what is known instead.
    fn answered(&self, probe: Probe, table: &'static str) -> Option<Rows> {
        if let (Some(traced), Source::Given(given)) = (&self.gaps.traced, &self.source)
            && !matches!(probe, Probe::Missing)
        {
            traced.borrow_mut().push(given.last());
        }
        match probe {
            Probe::Answered(rows) => return Some(rows),
            Probe::NotHere => self.reopen(Gap::NotHere(table)),
            Probe::Missing => self.reopen(Gap::Missed),
        }
        None
    }

    /// The number of the look-up made last, for a step that uses its row again.
    pub(crate) fn last_look_up(&self) -> Option<u32> {
        match &self.source {
            Source::Given(given) => Some(given.last()),
            #[cfg(not(target_family = "wasm"))]
            Source::Store(_) => None,
        }
    }

    /// Counts a look-up made earlier as one of the running step.
    pub(crate) fn trace_again(&self, look_up: Option<u32>) {
        if let (Some(traced), Some(look_up)) = (&self.gaps.traced, look_up) {
            traced.borrow_mut().push(look_up);
        }
    }

    /// Counts a gap found earlier as one of the running rule.
    pub(crate) fn reopen(&self, gap: Gap) {
        self.gaps.stirred.set(true);
        match gap {
            Gap::Missed => self.gaps.missed.set(true),
            Gap::NotHere(table) => self.gaps.not_here.set(Some(table)),
        }
    }

    /// What the look-ups since the last call did not find out.
    #[inline]
    pub(crate) fn take_gap(&self) -> Option<Gap> {
        if self.is_quiet() { None } else { self.take_gap_found() }
    }

    /// Whether the look-ups since the last gap was taken found out all, and nobody asks for steps.
    #[inline]
    pub(crate) fn is_quiet(&self) -> bool {
        !self.gaps.stirred.get()
    }

    fn take_gap_found(&self) -> Option<Gap> {
        self.gaps.stirred.set(self.is_traced());
        if self.gaps.missed.replace(false) {
            self.gaps.not_here.set(None);
            return Some(Gap::Missed);
        }
        self.gaps.not_here.take().map(Gap::NotHere)
    }

    pub(crate) fn is_traced(&self) -> bool {
        self.gaps.traced.is_some()
    }

    /// The look-ups since the last call: ascending, none twice.
    pub(crate) fn take_traced(&self) -> Vec<u32> {
        let mut traced = self.gaps.traced.as_ref().map(RefCell::take).unwrap_or_default();
        heap_sort(&mut traced, &|one, other| one < other);
        traced.dedup();
        traced
    }

    pub(crate) fn take_missing(&self) -> Vec<LookUp> {
        match &self.source {
            Source::Given(given) => given.take_missing(),
            #[cfg(not(target_family = "wasm"))]
            Source::Store(_) => Vec::new(),
        }
    }

    pub(crate) fn used(&self) -> Vec<u32> {
        match &self.source {
            Source::Given(given) => given.used(),
            #[cfg(not(target_family = "wasm"))]
            Source::Store(_) => Vec::new(),
        }
    }

    pub(crate) fn take_log(&self) -> Vec<String> {
        self.log.take()
    }
}
