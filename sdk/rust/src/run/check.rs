//! What every entity checks by itself: required fields and arguments, and keys.

use super::{Run, place};
use crate::{
    Issue, Text,
    context::Gap,
    entity::Document,
    held::Rows,
    issue::{Place, Severity},
    reference::Table,
    slot::look,
    spec::FieldSpec,
};

impl Run<'_> {
    /// Checks the fields of a document that is to be stored, those that conditions require, and the arguments.
    pub(super) fn check(&mut self, document: &dyn Document) {
        let is_stored = self.kind.acts[usize::from(self.action)].stores;
        if is_stored || self.states.has_required() {
            for scope in 0..=self.kind.spec.collections.len() {
                self.check_rows(document.rows(scope), scope, is_stored);
            }
        }
        document.check_arguments(self);
    }

    /// Checks the rows of a scope.
    fn check_rows(&mut self, rows: Rows<'_>, scope: usize, is_stored: bool) {
        let has_required = self.states.has_required();
        let given: Vec<u16>;
        let checked = if has_required {
            given = (0u16..).zip(rows.fields()).filter(|(_, field)| field.kind.is_given()).map(|(at, _)| at).collect();
            &given
        } else {
            rows.checked()
        };
        for row in 0..rows.len() {
            for &position in checked {
                let field = &rows.fields()[usize::from(position)];
                let is_required = is_stored && field.required;
                let position = usize::from(position);
                if (is_required || has_required) && !rows.is_said(row, position) {
                    self.require(scope, row, position, field, is_required);
                }
                if is_stored
                    && let Some(table) = rows.table(position)
                    && let Some(key) = rows.key(row, position)
                {
                    let slot = (scope, rows.slot(row, position));
                    self.check_key(place(scope, row, Some(position as u16)), field, table, slot, &key);
                }
            }
        }
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
                self.check_key(Place::Field(field), spec, table, (0, header.slot(0, position)), &key);
            }
        }
    }

    /// Checks an action's arguments.
    pub fn check_arguments(&mut self, arguments: Rows<'_>) {
        for (position, field) in arguments.fields().iter().enumerate() {
            let place = Place::Argument(position as u16);
            if field.required && !arguments.is_said(0, position) {
                self.say_required(place, field);
            }
            if let Some(table) = arguments.table(position)
                && let Some(key) = arguments.key(0, position)
            {
                let exists = look(self.cx, &mut None, table, &key).is_some();
                self.check_row(place, field, table, &key, exists);
            }
        }
    }

    /// Raises `required` for a field that says nothing; `is_required` is what its schema says.
    #[cold]
    fn require(&mut self, scope: usize, row: usize, position: usize, field: &FieldSpec, is_required: bool) {
        let position = position as u16;
        let is_unknown = self.unknown.has(scope, (scope > 0).then_some(row as u32), position);
        if !is_unknown && self.states.requires((scope, row, position), is_required) {
            self.say_required(place(scope, row, Some(position)), field);
        }
    }

    fn say_required(&mut self, place: Place, field: &FieldSpec) {
        let mut issue = Issue::new("required", Severity::Error).with("field", &Text::fixed(field.name.as_str()));
        issue.place = place;
        self.issues.push(issue);
    }

    /// Raises `unknown-key` where the row does not exist that a field's key names.
    fn check_key(
        &mut self,
        place: Place,
        field: &FieldSpec,
        table: &'static Table,
        (scope, slot): (usize, usize),
        key: &str,
    ) {
        let exists = look(self.cx, &mut self.slots[scope][slot], table, key).is_some();
        self.check_row(place, field, table, key, exists);
    }

    fn check_row(&mut self, place: Place, field: &FieldSpec, table: &Table, key: &str, exists: bool) {
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
