//! What every entity checks by itself: required fields and arguments, and keys.

use super::{Run, place};
use crate::{
    Issue, Text,
    context::Gap,
    entity::Document,
    held::Rows,
    issue::{Place, Severity},
    reference::Table,
    slot::{Looked, look},
    spec::FieldSpec,
};

impl Run<'_> {
    /// Checks the fields of a document that is to be stored, those that conditions require, and the arguments.
    pub(super) fn check(&mut self, document: &dyn Document) {
        let is_stored = ["create", "update"].contains(&self.entity.actions[usize::from(self.action)].name.as_str());
        if is_stored || self.states.has_required() {
            let mut first_slot = 0;
            for scope in 0..=self.entity.collections.len() {
                first_slot += self.check_rows(document.rows(scope), scope, first_slot, is_stored);
            }
        }
        document.check_arguments(self);
    }

    /// Checks the rows of a scope; how many fields hold keys.
    fn check_rows(&mut self, rows: Rows<'_>, scope: usize, first_slot: usize, is_stored: bool) -> usize {
        let has_required = self.states.has_required();
        let mut slot = first_slot;
        let mut wanted = Vec::new();
        for (position, field) in rows.fields().iter().enumerate() {
            let is_required = is_stored && field.required;
            let is_checked = is_required || has_required || is_stored && rows.table(position).is_some();
            if field.kind.is_given() && is_checked {
                wanted.push((position, field, slot, is_required));
            }
            slot += usize::from(rows.table(position).is_some());
        }
        for row in 0..rows.len() {
            for &(position, field, slot, is_required) in &wanted {
                if (is_required || has_required) && !rows.is_said(row, position) {
                    self.require(scope, row, position, field, is_required);
                }
                if let Some(table) = rows.table(position)
                    && is_stored
                    && let Some(key) = rows.key(row, position)
                {
                    self.check_key(place(scope, row, Some(position as u16)), field, table, (slot, row), &key);
                }
            }
        }
        slot - first_slot
    }

    /// Checks the fields that an action takes as if they were there, and the rows that it takes: else it would change
    /// nothing, and nobody would be told.
    pub(super) fn check_taken(&mut self, document: &dyn Document, requires: &[(u16, bool)]) {
        let header = document.rows(0);
        for &(field, takes_row) in requires {
            let position = usize::from(field);
            let spec = &header.fields()[position];
            if !header.is_said(0, position) {
                self.require(0, 0, position, spec, true);
            }
            if takes_row
                && let Some(table) = header.table(position)
                && let Some(key) = header.key(0, position)
            {
                let slot = (0..position).filter(|position| header.table(*position).is_some()).count();
                self.check_key(Place::Field(field), spec, table, (slot, 0), &key);
            }
        }
    }

    /// Checks an action's arguments.
    pub fn check_arguments(&mut self, arguments: Rows<'_>) {
        for (position, field) in arguments.fields().iter().enumerate() {
            let place = Place::Argument(position as u16);
            if field.required && !arguments.is_said(0, position) && self.states.requires(place.into(), true) {
                self.say_required(place, field);
            }
            if let Some(table) = arguments.table(position)
                && let Some(key) = arguments.key(0, position)
            {
                self.check_row(place, field, table, &mut None, &key);
            }
        }
    }

    /// Raises `required` for a field that says nothing; `is_required` is what its schema says.
    #[cold]
    fn require(&mut self, scope: usize, row: usize, position: usize, field: &FieldSpec, is_required: bool) {
        let place = place(scope, row, Some(position as u16));
        let is_unknown = self.unknown.has(scope, (scope > 0).then_some(row as u32), position as u16);
        if !is_unknown && self.states.requires(place.into(), is_required) {
            self.say_required(place, field);
        }
    }

    fn say_required(&mut self, place: Place, field: &FieldSpec) {
        let mut issue = Issue::new("required", Severity::Error).with("field", &Text::fixed(field.name.as_str()));
        issue.place = place;
        self.issues.push(issue);
    }

    fn check_key(
        &mut self,
        place: Place,
        field: &FieldSpec,
        table: &'static Table,
        (slot, row): (usize, usize),
        key: &str,
    ) {
        let mut looked = self.slots[slot][row];
        self.check_row(place, field, table, &mut looked, key);
        self.slots[slot][row] = looked;
    }

    /// Raises `unknown-key` where a key's row does not exist.
    fn check_row(
        &mut self,
        place: Place,
        field: &FieldSpec,
        table: &'static Table,
        looked: &mut Option<Looked>,
        key: &str,
    ) {
        let exists = look(self.cx, looked, table, key).is_some();
        if self.cx.is_traced() {
            // No rule's look-up: it is not to be counted as one of the next.
            self.cx.take_traced();
        }
        match self.cx.take_gap() {
            Some(Gap::Missed) => {}
            Some(Gap::NotHere(table)) => self.say_not_here(table, None),
            None if exists => {}
            None => {
                let mut issue = Issue::new("unknown-key", Severity::Error)
                    .with("field", &Text::fixed(field.name.as_str()))
                    .with("table", &Text::fixed(table.name))
                    .with("key", &Text::from(key));
                issue.place = place;
                self.issues.push(issue);
            }
        }
    }
}
