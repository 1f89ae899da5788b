//! The turns of rules, in the order of the entity's table.

use super::{Run, Turn};
use crate::{
    Issue, Text,
    does::{At, Does},
    entity::Document,
    issue::{Place, Severity},
    spec::RuleSpec,
    states::Mark,
};

impl Run<'_> {
    /// Lets defaults and calculations have their turn: neighbours of one scope row by row.
    pub(super) fn derive(&mut self, document: &mut dyn Document) {
        let mut first = 0;
        for &(scope, count) in self.kind.turns.values {
            let (scope, neighbours) = (usize::from(scope), first..first + usize::from(count));
            for row in 0..document.rows(scope).len() {
                for rule in neighbours.clone() {
                    let spec = &self.kind.spec.rules.as_slice()[rule];
                    let turn = Turn { rule, scope, row };
                    match self.kind.does[rule] {
                        Does::Value { is_default } => self.value(document, turn, spec, is_default),
                        Does::Column { is_default } => self.column(document, turn, spec, is_default),
                        _ => self.rows(document, turn, spec),
                    }
                }
            }
            first = neighbours.end;
        }
    }

    #[inline]
    fn value(&mut self, document: &mut dyn Document, turn: Turn, spec: &RuleSpec, is_default: bool) {
        if is_default && document.rows(turn.scope).is_present(turn.row, spec.target().1) {
            return;
        }
        let is_known = self.knows(turn) && {
            let yielded = document.turn(turn.rule, turn.row, self);
            self.settle(turn, yielded)
        };
        if !is_known {
            self.forget(document, turn, spec);
        }
    }

    #[cold]
    fn forget(&mut self, document: &mut dyn Document, turn: Turn, spec: &RuleSpec) {
        let (scope, field) = spec.target();
        document.rows_mut(scope).clear(turn.row, field);
        self.unknown.add(scope, turn.row(), field as u16);
    }

    /// A header's rule that gives a field of all rows; it counts in the rows that want a value.
    fn column(&mut self, document: &mut dyn Document, turn: Turn, spec: &RuleSpec, is_default: bool) {
        let (scope, field) = spec.target();
        let rows = document.rows(scope);
        let wanting: Vec<_> = (0..rows.len()).filter(|row| !is_default || !rows.is_present(*row, field)).collect();
        if wanting.is_empty() {
            return;
        }
        if self.knows(turn) {
            let yielded = document.turn(turn.rule, 0, self);
            if self.settle(turn, yielded) {
                return;
            }
        }
        for row in wanting {
            document.rows_mut(scope).clear(row, field);
            self.unknown.add(scope, Some(row as u32), field as u16);
        }
    }

    /// The rule of a derived collection; with its rows come the rows that their keys name.
    fn rows(&mut self, document: &mut dyn Document, turn: Turn, spec: &RuleSpec) {
        let (scope, _) = spec.target();
        let mut is_known = self.knows(turn);
        if is_known {
            let yielded = document.turn(turn.rule, 0, self);
            is_known = self.settle(turn, yielded);
        }
        if is_known {
            if cfg!(not(target_family = "wasm")) {
                let rows = document.rows(scope);
                check_ids(spec.name.as_str(), (0..rows.len()).map(|row| rows.id(row)).collect());
            }
        } else {
            document.resize(scope, 0);
            self.unknown.add_all(scope);
        }
        self.make_slots_of(scope, document);
    }

    /// Lets conditions or validations have their turn, one after the other, each for all rows of its scope.
    pub(super) fn turns(&mut self, document: &mut dyn Document, rules: &[u16]) {
        for &rule in rules {
            let rule = usize::from(rule);
            let spec = &self.kind.spec.rules.as_slice()[rule];
            let scope = spec.scope();
            for row in 0..document.rows(scope).len() {
                let turn = Turn { rule, scope, row };
                if !self.knows(turn) {
                    continue;
                }
                match self.kind.does[rule] {
                    Does::Condition(marks) => self.condition(document, turn, spec, marks),
                    Does::Validation(at) => self.validation(document, turn, at),
                    _ => {}
                }
            }
        }
    }

    fn condition(&mut self, document: &mut dyn Document, turn: Turn, spec: &RuleSpec, marks: &[Mark]) {
        let holds = document.turn(turn.rule, turn.row, self);
        if self.settle(turn, holds) && holds {
            let is_held_to = spec.guards.contains(&self.action);
            for (path, mark) in spec.writes.iter().zip(marks) {
                self.states.mark((turn.scope, turn.row, path.field), *mark, is_held_to);
            }
        }
    }

    #[inline]
    fn validation(&mut self, document: &mut dyn Document, turn: Turn, at: At) {
        let before = self.issues.len();
        document.turn(turn.rule, turn.row, self);
        let found = before..self.issues.len();
        if !found.is_empty() {
            self.place(turn, at, before);
        }
        if !self.settle(turn, !found.is_empty()) {
            // What is said of the table that is not here comes after them and stays.
            self.issues.drain(found);
        }
    }

    #[cold]
    fn place(&mut self, turn: Turn, at: At, first: usize) {
        for issue in &mut self.issues[first..] {
            issue.place = match (at, issue.row) {
                (At::Record, _) => turn.place(None),
                (At::Field(field), _) => turn.place(Some(field)),
                (At::Argument(argument), _) => Place::Argument(argument),
                (At::Collection(collection, Some(field)), Some(row)) => Place::Cell(collection, row, field),
                (At::Collection(collection, None), Some(row)) => Place::Row(collection, row),
                (At::Collection(..), None) => Place::Document,
            };
            issue.rule = Some(turn.rule as u16);
        }
    }

    /// Lets the action have its turn, unless an error stands against it.
    pub(super) fn act(&mut self, document: &mut dyn Document) {
        let Some(rule) = self.kind.acts[usize::from(self.action)].rule.map(usize::from) else { return };
        let turn = Turn { rule, scope: 0, row: 0 };
        if let Does::Action(requires) = self.kind.does[rule] {
            self.check_taken(document, requires);
        }
        if !self.knows(turn) {
            self.refuse(turn);
            return;
        }
        if self.issues.iter().any(|issue| issue.severity == Severity::Error) {
            return;
        }
        document.turn(rule, 0, self);
        let effects = self.effects.take();
        if !self.settle(turn, effects.is_some()) {
            self.refuse(turn);
            return;
        }
        match effects {
            Some(Ok(effects)) => self.patches = effects.into_patches(),
            Some(Err(issue)) => {
                self.issues.push(issue);
                self.place(turn, At::Record, self.issues.len() - 1);
            }
            None => {}
        }
    }

    /// Refuses an action that cannot know what it reads, because a table is not here: it would change nothing, and
    /// nobody would be told.
    fn refuse(&mut self, turn: Turn) {
        let Some((table, _)) = self.not_here.last() else { return };
        let mut issue = Issue::new("not-checked", Severity::Error).with("table", &Text::fixed(table));
        issue.rule = Some(turn.rule as u16);
        self.issues.push(issue);
    }
}

fn check_ids(collection: &str, mut ids: Vec<&str>) {
    ids.sort_unstable();
    assert!(ids.first() != Some(&""), "the rule of `{collection}` gave a row with an empty id");
    let same = ids.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0]);
    assert!(same.is_none(), "the rule of `{collection}` gave two rows the id `{}`", same.unwrap_or_default());
}
