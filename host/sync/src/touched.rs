//! What an operation touches, and what rules make of it: which stored defaults stand, and which are derived anew.
//!
//! A stored default stands until something that its rule reads is touched. Within a collection a rule of the rows is
//! taken to read its own row: another row's change leaves it alone.

use std::collections::BTreeSet;

use lockstep_model::{
    Record,
    schema::{Entity, FieldPath, Rule, RuleKind},
};

/// Fields whose values are no longer those that are stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Touched {
    /// Header fields.
    fields: BTreeSet<u16>,
    /// Cells: collection, field, row.
    cells: BTreeSet<(u16, u16, String)>,
    /// Columns of which some cell is touched, or some row came or went.
    columns: BTreeSet<(u16, u16)>,
    /// Columns of which every cell is touched.
    whole_columns: BTreeSet<(u16, u16)>,
}

impl Touched {
    pub(crate) fn field(&mut self, field: u16) {
        self.fields.insert(field);
    }

    pub(crate) fn cell(&mut self, collection: u16, row: &str, field: u16) {
        self.cells.insert((collection, field, row.to_owned()));
        self.columns.insert((collection, field));
    }

    /// A row came or went.
    pub(crate) fn row(&mut self, collection: u16, fields: usize) {
        self.columns.extend((0..fields as u16).map(|field| (collection, field)));
    }

    pub(crate) fn has_field(&self, field: u16) -> bool {
        self.fields.contains(&field)
    }

    pub(crate) fn has_cell(&self, collection: u16, row: &str, field: u16) -> bool {
        self.whole_columns.contains(&(collection, field)) || self.cells.contains(&(collection, field, row.to_owned()))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.columns.is_empty()
    }

    /// Touches what rules derive from what is touched. Rules come in the order in which they run, so once is enough.
    pub(crate) fn spread(&mut self, entity: &Entity, record: &Record) {
        if self.is_empty() {
            return;
        }
        for rule in entity.rules.iter().filter(|rule| matches!(rule.kind, RuleKind::Default | RuleKind::Calculation)) {
            match rule.collection {
                None if rule.reads.iter().any(|path| self.has_any(*path)) => {
                    rule.writes.iter().for_each(|path| self.write(*path));
                }
                None => {}
                Some(collection) => self.spread_rows(rule, collection, entity, record),
            }
        }
    }

    fn spread_rows(&mut self, rule: &Rule, collection: u16, entity: &Entity, record: &Record) {
        let is_elsewhere = |path: &&FieldPath| path.collection != Some(collection);
        if rule.reads.iter().filter(is_elsewhere).any(|path| self.has_any(*path)) {
            rule.writes.iter().for_each(|path| self.write(*path));
            return;
        }
        for row in record.rows(&entity.collections[usize::from(collection)].name) {
            let mut own = rule.reads.iter().filter(|path| path.collection == Some(collection));
            if own.any(|path| self.has_cell(collection, &row.id, path.field)) {
                rule.writes.iter().for_each(|path| self.cell(collection, &row.id, path.field));
            }
        }
    }

    fn has_any(&self, path: FieldPath) -> bool {
        match path.collection {
            None => self.has_field(path.field),
            Some(collection) => {
                let column = (collection, path.field);
                self.columns.contains(&column) || self.whole_columns.contains(&column)
            }
        }
    }

    fn write(&mut self, path: FieldPath) {
        match path.collection {
            None => self.field(path.field),
            Some(collection) => {
                self.whole_columns.insert((collection, path.field));
            }
        }
    }
}
