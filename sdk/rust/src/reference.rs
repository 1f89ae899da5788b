//! Reference tables: rows that rules look up.

use std::{any::Any, collections::BTreeMap};

#[cfg(not(target_family = "wasm"))]
use crate::key::SEPARATOR;
use crate::{contract::RecordSet, spec::TableSpec};

/// A row of a reference table: derive it for a struct whose fields are the table's columns.
pub trait Reference: Listed + Clone + 'static {
    /// What the plugin says of the table.
    const SPEC: TableSpec;

    /// In kebab-case.
    const NAME: &'static str;

    /// How rows are looked up.
    #[doc(hidden)]
    const TABLE: &'static Table = &Table::of::<Self>();

    /// Reads a row.
    ///
    /// # Panics
    /// When a column that is no `Option` has no value: a plugin fault, since hosts refuse such rows.
    fn read(cells: &RecordSet, row: usize) -> Self;

    /// The row's own key.
    fn key(&self) -> String;
}

/// A table, as far as look-ups are concerned.
#[derive(Debug)]
pub struct Table {
    /// Its position in the plugin's list.
    pub(crate) index: u16,
    /// In kebab-case.
    pub(crate) name: &'static str,
    /// Reads a row.
    pub(crate) read: fn(&RecordSet, usize) -> &'static dyn Any,
}

impl Table {
    /// Of a type of row.
    pub const fn of<T: Reference>() -> Self {
        Self { index: T::INDEX, name: T::NAME, read: |cells, row| Box::leak(Box::new(T::read(cells, row))) }
    }
}

/// A table or an entity that the plugin lists; `plugin!` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not listed in the plugin",
    note = "name it among the `entities` or `tables` of `lockstep_sdk::plugin!`"
)]
pub trait Listed {
    /// Its position in the list.
    const INDEX: u16;
}

/// What a look-up by prefix found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection<T> {
    /// The rows, in key order.
    pub rows: Vec<T>,
    /// There are more than the limit.
    pub cut_short: bool,
}

/// Reference rows for tests that run without a host.
///
/// Tables without rows are there and empty; [`without`](Self::without) takes one away, as on a device that has not
/// got it.
#[derive(Clone, Default)]
pub struct ReferenceStore {
    rows: BTreeMap<(u16, String), &'static dyn Any>,
    missing: Vec<u16>,
}

impl ReferenceStore {
    /// No rows yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// With one more row; it replaces one with the same key.
    #[must_use]
    pub fn with<T: Reference>(mut self, row: T) -> Self {
        self.rows.insert((T::INDEX, row.key()), Box::leak(Box::new(row)));
        self
    }

    /// With more rows.
    #[must_use]
    pub fn with_all<T: Reference>(self, rows: impl IntoIterator<Item = T>) -> Self {
        rows.into_iter().fold(self, Self::with)
    }

    /// Without a table: what depends on it cannot be checked.
    #[must_use]
    pub fn without<T: Reference>(mut self) -> Self {
        self.missing.push(T::INDEX);
        self
    }
}

#[cfg(not(target_family = "wasm"))]
impl ReferenceStore {
    pub(crate) fn is_missing(&self, table: u16) -> bool {
        self.missing.contains(&table)
    }

    pub(crate) fn get(&self, table: u16, key: &str) -> Option<&'static dyn Any> {
        self.rows.get(&(table, key.to_owned())).copied()
    }

    pub(crate) fn select<T: Reference>(&self, prefix: &str, limit: u32) -> Selection<T> {
        let below =
            |key: &str| prefix.is_empty() || key.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(SEPARATOR));
        let mut found = self
            .rows
            .range((T::INDEX, prefix.to_owned())..)
            .take_while(|((table, key), _)| *table == T::INDEX && key.starts_with(prefix))
            .filter(|((_, key), _)| below(key))
            .filter_map(|(_, row)| row.downcast_ref::<T>());
        let rows = found.by_ref().take(limit as usize).cloned().collect();
        Selection { rows, cut_short: found.next().is_some() }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Context, Decimal, Listed, Reference, ReferenceStore, Text, date, dec};

    #[derive(Reference, Clone, Debug, PartialEq)]
    struct Price {
        #[field(key)]
        item: Text,
        #[field(key)]
        number: i64,
        #[field(scale = 2)]
        amount: Decimal,
    }

    impl Listed for Price {
        const INDEX: u16 = 0;
    }

    fn price(item: &str, number: i64) -> Price {
        Price { item: item.into(), number, amount: dec!(1) }
    }

    fn context() -> Context {
        let rows = [price("ab", 1), price("a", 2), price("a", -1), price("a", 10)];
        Context::test(date!("2026-03-02")).with_rows(ReferenceStore::new().with_all(rows))
    }

    #[test]
    fn a_prefix_is_whole_parts_and_rows_come_in_key_order() {
        let found = context().select::<Price>("a", 10);
        assert_eq!(found.rows, [price("a", -1), price("a", 2), price("a", 10)]);
        assert!(!found.cut_short);
        assert_eq!(context().select::<Price>((), 10).rows.len(), 4);
    }

    #[test]
    fn a_selection_says_when_it_is_cut_short() {
        let found = context().select::<Price>("a", 2);
        assert_eq!(found.rows, [price("a", -1), price("a", 2)]);
        assert!(found.cut_short);
    }

    #[test]
    fn a_key_finds_its_row() {
        assert_eq!(context().lookup::<Price>(("a", 10_i64)), Some(price("a", 10)));
        assert_eq!(context().lookup::<Price>(("a", 11_i64)), None);
    }
}
