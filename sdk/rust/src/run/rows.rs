//! Rules of the header that give many rows their values: a field of all rows, or the rows of a derived collection.

use super::{FieldSets, Run, Turn};

impl Run<'_> {
    /// Lets a header's rule have its turn that gives a field of all rows; it counts in the rows that want a value.
    ///
    /// # Panics
    /// When it gives more values than there are rows, or fewer.
    pub fn column<T>(
        &mut self,
        turn: Turn,
        scope: usize,
        field: u16,
        reads: FieldSets,
        is_wanted: &[bool],
        rule: impl FnOnce() -> Option<Vec<Option<T>>>,
    ) -> Vec<Option<T>> {
        let rows = is_wanted.len();
        let nothing = || std::iter::repeat_with(|| None).take(rows).collect();
        if !is_wanted.contains(&true) {
            return nothing();
        }
        if self.knows(turn, reads) {
            let values = rule().unwrap_or_else(nothing);
            assert!(values.len() == rows, "a rule gave {} values for {rows} rows", values.len());
            if self.settle(turn, values.iter().any(Option::is_some)) {
                return values;
            }
        }
        for (row, _) in (0..).zip(is_wanted).filter(|(_, is_wanted)| **is_wanted) {
            self.unknown.add(scope, Some(row), field);
        }
        nothing()
    }

    /// Lets the rule of a derived collection have its turn, if all that it reads is known. `collection` is the
    /// collection's scope.
    ///
    /// # Panics
    /// Outside a sandbox, when an id is empty or two rows have the same one. A sandbox's host checks that itself, and
    /// can say more of it than a trap does.
    pub fn rows<T>(
        &mut self,
        turn: Turn,
        collection: usize,
        reads: FieldSets,
        rule: impl FnOnce() -> Option<Vec<T>>,
        id: fn(&T) -> &str,
    ) -> Vec<T> {
        if self.knows(turn, reads) {
            let rows = rule().unwrap_or_default();
            if self.settle(turn, !rows.is_empty()) {
                if cfg!(not(target_family = "wasm")) {
                    check_ids(self.entity.collections[collection - 1].name, rows.iter().map(id).collect());
                }
                return rows;
            }
        }
        self.unknown.add_all(collection);
        Vec::new()
    }
}

fn check_ids(collection: &str, mut ids: Vec<&str>) {
    ids.sort_unstable();
    assert!(ids.first() != Some(&""), "the rule of `{collection}` gave a row with an empty id");
    let same = ids.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0]);
    assert!(same.is_none(), "the rule of `{collection}` gave two rows the id `{}`", same.unwrap_or_default());
}
