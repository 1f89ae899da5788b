//! The look-ups that came answered with a request, and which of them an evaluation used.

use std::cell::{Cell, RefCell};

use crate::{
    contract::{Found, LookUp, RecordSet, TableRows},
    layout::{List, Maybe, Str},
};

/// The answered look-ups of one table.
#[derive(Debug)]
struct GivenTable {
    rows: &'static TableRows,
    /// The number of its first look-up, counted through all tables.
    first: u32,
    /// Where each answer's rows begin.
    starts: Vec<u32>,
}

impl GivenTable {
    fn new(rows: &'static TableRows, first: u32) -> Self {
        let starts = rows
            .answers
            .iter()
            .scan(0, |next, answer| {
                let start = *next;
                *next += answer.rows;
                Some(start)
            })
            .collect();
        Self { rows, first, starts }
    }

    fn key(&self, position: usize) -> &[u8] {
        let start = if position == 0 { 0 } else { self.rows.answers[position - 1].key_end };
        &self.rows.keys.as_bytes()[start as usize..self.rows.answers[position].key_end as usize]
    }

    fn position(&self, key: &str, limit: Maybe<u32>) -> Option<usize> {
        let (mut low, mut high) = (0, self.rows.answers.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            match self.key(middle).cmp(key.as_bytes()).then_with(|| self.rows.answers[middle].limit.cmp(&limit)) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }
}

/// The rows of one answered look-up.
pub(crate) struct Rows {
    pub(crate) cells: &'static RecordSet,
    pub(crate) range: std::ops::Range<usize>,
    pub(crate) cut_short: bool,
}

/// What a look-up came to.
pub(crate) enum Probe {
    Answered(Rows),
    NotHere,
    /// It was not among those answered, and is asked for.
    Missing,
}

/// All look-ups answered so far, which of them were used, and what is missing.
#[derive(Debug, Default)]
pub(crate) struct GivenRows {
    tables: Vec<GivenTable>,
    used: RefCell<Vec<bool>>,
    missing: RefCell<Vec<LookUp>>,
    /// The look-up made last.
    last: Cell<u32>,
}

impl GivenRows {
    pub(crate) fn new(rows: List<TableRows>) -> Self {
        let mut count = 0;
        let tables: Vec<_> = rows
            .as_slice()
            .iter()
            .map(|rows| {
                let first = count;
                count += rows.answers.len() as u32;
                GivenTable::new(rows, first)
            })
            .collect();
        Self { tables, used: RefCell::new(vec![false; count as usize]), ..Self::default() }
    }

    pub(crate) fn probe(&self, table: u16, key: &str, limit: Option<u32>) -> Probe {
        let limit = limit.into();
        let found = self.tables.iter().find(|given| given.rows.table == table);
        let found = found.and_then(|given| Some((given, given.position(key, limit)?)));
        let Some((given, position)) = found else {
            self.ask(table, key, limit);
            return Probe::Missing;
        };
        let number = given.first + position as u32;
        self.used.borrow_mut()[number as usize] = true;
        self.last.set(number);
        let answer = given.rows.answers[position];
        if answer.found == Found::NotHere {
            return Probe::NotHere;
        }
        let start = given.starts[position] as usize;
        let range = start..start + answer.rows as usize;
        Probe::Answered(Rows { cells: &given.rows.rows, range, cut_short: answer.found == Found::CutShort })
    }

    #[cold]
    fn ask(&self, table: u16, key: &str, limit: Maybe<u32>) {
        self.missing.borrow_mut().push(LookUp { table, key: Str::from(key.to_owned()), limit });
    }

    pub(crate) fn last(&self) -> u32 {
        self.last.get()
    }

    /// What is missing: sorted, none twice.
    pub(crate) fn take_missing(&self) -> Vec<LookUp> {
        let mut missing = self.missing.take();
        if missing.is_empty() {
            return missing;
        }
        heap_sort(&mut missing, &|one, other| one < other);
        missing.dedup();
        missing
    }

    pub(crate) fn used(&self) -> Vec<u32> {
        (0u32..).zip(self.used.borrow().iter()).filter_map(|(number, used)| used.then_some(number)).collect()
    }
}
/// Sorts in place (Williams 1964, Floyd 1964). The standard library's sorts are faster, and each of their instances is
/// as large as a whole entity's rules; equal look-ups are the same, so that their order does not matter.
pub(crate) fn heap_sort<T>(items: &mut [T], is_less: &dyn Fn(&T, &T) -> bool) {
    for start in (0..items.len() / 2).rev() {
        sift_down(items, start, is_less);
    }
    for end in (1..items.len()).rev() {
        items.swap(0, end);
        sift_down(&mut items[..end], 0, is_less);
    }
}

fn sift_down<T>(items: &mut [T], mut parent: usize, is_less: &dyn Fn(&T, &T) -> bool) {
    loop {
        let left = 2 * parent + 1;
        let Some(mut larger) = items.get(left).map(|_| left) else { return };
        if left + 1 < items.len() && is_less(&items[left], &items[left + 1]) {
            larger = left + 1;
        }
        if !is_less(&items[parent], &items[larger]) {
            return;
        }
        items.swap(parent, larger);
        parent = larger;
    }
}

#[cfg(test)]
mod tests {
    use super::heap_sort;

    #[test]
    fn a_sorted_list_has_the_same_items_in_order() {
        for length in 0..40_u32 {
            // A permutation with repeats, different for each length.
            let mut items: Vec<_> = (0..length).map(|number| number * 7919 % 31 / 2).collect();
            let mut expected = items.clone();
            expected.sort_unstable();
            heap_sort(&mut items, &|one, other| one < other);
            assert_eq!(items, expected);
        }
    }
}
