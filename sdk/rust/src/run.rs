//! One evaluation while it runs: what its rules yielded so far, and which fields could not be known.

mod rows;

use crate::{
    Context, IntoEffects, IntoIssues, Text,
    bindings::logic::{self, Part},
    context::Gap,
    field::FieldValue,
    issue::{At, Issue, Place, Severity},
    key::IntoKey,
    reference::Reference,
    slot::Slot,
    spec::EntitySpec,
    states::{FieldStates, Mark},
    unknown::Unknown,
};

/// Sets of fields, one bit a field; the header's first, then each collection's.
pub type FieldSets = &'static [u128];

/// A rule, and the row that it runs for.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// Its position among the entity's rules.
    pub rule: u16,
    /// 0: the header; 1 and on: the collections.
    pub scope: usize,
    /// The row of its collection.
    pub row: Option<u32>,
}

/// One evaluation while it runs. The code that `#[entity]` writes calls it.
pub struct Run<'a> {
    cx: &'a Context,
    action: u16,
    part: Part,
    entity: &'static EntitySpec,
    unknown: Unknown,
    issues: Vec<Issue>,
    states: FieldStates,
    actions: Vec<u16>,
    patches: Vec<logic::Patch>,
    steps: Vec<logic::Step>,
    not_here: Vec<(&'static str, Option<u16>)>,
}

/// What an evaluation came to, besides derived values.
#[derive(Debug, Default)]
pub struct Findings {
    /// What the validations found.
    pub issues: Vec<Issue>,
    /// What conditions make of fields.
    pub states: Vec<logic::FieldState>,
    /// The actions that the status allows.
    pub actions: Vec<u16>,
    /// The action's.
    pub patches: Vec<logic::Patch>,
    pub(crate) steps: Vec<logic::Step>,
}

impl<'a> Run<'a> {
    /// Of an action on a document of this entity.
    pub fn new(cx: &'a Context, action: u16, part: Part, entity: &'static EntitySpec) -> Self {
        Self {
            cx,
            action,
            part,
            entity,
            unknown: Unknown::new(entity.collections.len()),
            issues: Vec::new(),
            states: FieldStates::default(),
            actions: Vec::new(),
            patches: Vec::new(),
            steps: Vec::new(),
            not_here: Vec::new(),
        }
    }

    /// What the rules may know.
    pub fn context(&self) -> &'a Context {
        self.cx
    }

    /// Whether the validations and the action of devices and servers alike have their turn.
    pub fn is_mirrored(&self) -> bool {
        self.part == Part::Mirrored
    }

    /// Whether the action under way is one of these.
    #[inline]
    pub fn is_action(&self, actions: &[u16]) -> bool {
        actions.contains(&self.action)
    }

    /// Whether all that a rule reads is known.
    #[inline]
    pub fn knows(&self, turn: Turn, reads: FieldSets) -> bool {
        self.unknown.spares(turn.scope, turn.row, reads)
    }

    /// Lets the default or the calculation of a field have its turn, if all that it reads is known.
    #[inline]
    pub fn value<T>(
        &mut self,
        turn: Turn,
        field: u16,
        reads: FieldSets,
        rule: impl FnOnce() -> Option<T>,
    ) -> Option<T> {
        if self.knows(turn, reads) {
            let value = rule();
            if self.settle(turn, value.is_some()) {
                return value;
            }
        }
        self.unknown.add(turn.scope, turn.row, field);
        None
    }

    /// Lets a validation have its turn.
    #[inline]
    pub fn issues<I: IntoIssues>(&mut self, turn: Turn, at: At, rule: impl FnOnce() -> Option<I>) {
        let before = self.issues.len();
        if let Some(found) = rule() {
            for issue in found.into_issues() {
                self.raise(issue, at, turn.rule);
            }
        }
        let found = before..self.issues.len();
        if !self.settle(turn, !found.is_empty()) {
            // What is said of the table that is not here comes after them and stays.
            self.issues.drain(found);
        }
    }

    #[cold]
    fn raise(&mut self, issue: Issue, at: At, rule: u16) {
        self.issues.push(issue.placed(at, rule));
    }

    /// Lets a condition have its turn; `actions` are those that are refused while a field is absent that it requires.
    pub fn condition(
        &mut self,
        turn: Turn,
        marks: &[(Place, Mark)],
        actions: &[u16],
        rule: impl FnOnce() -> Option<bool>,
    ) {
        let holds = rule() == Some(true);
        if self.settle(turn, holds) && holds {
            let is_held_to = self.is_action(actions);
            for (place, mark) in marks {
                self.states.mark((*place).into(), *mark, is_held_to);
            }
        }
    }

    /// Whether a condition requires fields for the action under way. All conditions have had their turn.
    pub fn has_required(&mut self) -> bool {
        self.states.settle();
        self.states.has_required()
    }

    /// Lets the action have its turn, unless an error stands against it.
    pub fn effects<E: IntoEffects>(&mut self, turn: Turn, rule: impl FnOnce() -> Option<E>) {
        if self.issues.iter().any(|issue| issue.severity == Severity::Error) {
            return;
        }
        let effects = rule().map(IntoEffects::into_effects);
        if !self.settle(turn, effects.is_some()) {
            self.refuse(turn);
            return;
        }
        match effects {
            Some(Ok(effects)) => self.patches = effects.into_patches(),
            Some(Err(issue)) => self.issues.push(issue.placed(At::Fixed(Place::Document), turn.rule)),
            None => {}
        }
    }

    /// Refuses an action that cannot know what it reads, because a table is not here: it would change nothing, and
    /// nobody would be told.
    pub fn refuse(&mut self, turn: Turn) {
        let Some((table, _)) = self.not_here.last() else { return };
        let mut issue = Issue::new("not-checked", Severity::Error).with("table", &Text::fixed(table));
        issue.rule = Some(turn.rule);
        self.issues.push(issue);
    }

    /// Says which actions a status allows, and refuses the one under way if it is not among them: then nothing else
    /// is said against it.
    pub fn allow(&mut self, status: &'static str) -> bool {
        let allows = |states: &[&str]| states.is_empty() || states.contains(&status);
        let actions = (0u16..).zip(self.entity.actions);
        self.actions = actions.filter(|(_, action)| allows(action.states)).map(|(position, _)| position).collect();
        let action = &self.entity.actions[usize::from(self.action)];
        let is_allowed = allows(action.states);
        if !is_allowed {
            let issue = Issue::new("action-not-allowed", Severity::Error)
                .with("action", &Text::fixed(action.name))
                .with("status", &Text::fixed(status))
                .with("allowed", &Text::from(action.states.join(", ")));
            self.issues.push(issue);
        }
        is_allowed
    }

    /// Raises `required` where a field has no value; `is_required` is what its schema says.
    #[inline]
    pub fn require(&mut self, scope: usize, place: Place, name: &'static str, is_required: bool, is_present: bool) {
        if !is_present && (is_required || self.states.has_required()) {
            self.require_absent(scope, place, name, is_required);
        }
    }

    fn require_absent(&mut self, scope: usize, place: Place, name: &'static str, is_required: bool) {
        let is_unknown = match place {
            Place::Field(field) => self.unknown.has(scope, None, field),
            Place::Cell(_, row, field) => self.unknown.has(scope, Some(row), field),
            Place::Document | Place::Row(..) | Place::Argument(_) => false,
        };
        if is_unknown {
            return;
        }
        if self.states.requires(place.into(), is_required) {
            let mut issue = Issue::new("required", Severity::Error).with("field", &Text::fixed(name));
            issue.place = place;
            self.issues.push(issue);
        }
    }

    /// Raises `unknown-key` where a field has a key whose row does not exist.
    pub fn check_key<T: Reference>(
        &mut self,
        place: Place,
        name: &'static str,
        slot: &Slot<T>,
        key: Option<&(impl IntoKey + FieldValue)>,
    ) {
        let Some(key) = key else { return };
        let exists = slot.get(self.cx, Some(key)).is_some();
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
                    .with("field", &Text::fixed(name))
                    .with("table", &Text::fixed(T::SPEC.name))
                    .with("key", &Text::from(key.key().into_owned()));
                issue.place = place;
                self.issues.push(issue);
            }
        }
    }

    /// Ends a rule's turn: whether what it yielded counts.
    #[inline]
    fn settle(&mut self, turn: Turn, yielded: bool) -> bool {
        // Nearly all turns end here.
        self.cx.is_quiet() || self.settle_look_ups(turn, yielded)
    }

    fn settle_look_ups(&mut self, turn: Turn, yielded: bool) -> bool {
        if self.cx.is_traced() {
            self.trace(turn, yielded);
        }
        match self.cx.take_gap() {
            None => true,
            Some(Gap::Missed) => false,
            Some(Gap::NotHere(table)) => {
                self.say_not_here(table, Some(turn.rule));
                false
            }
        }
    }

    #[cold]
    fn trace(&mut self, turn: Turn, yielded: bool) {
        let used = self.cx.take_traced();
        self.steps.push(logic::Step { rule: turn.rule, row: turn.row, yielded, used });
    }

    #[cold]
    fn say_not_here(&mut self, table: &'static str, rule: Option<u16>) {
        if self.not_here.contains(&(table, rule)) {
            return;
        }
        self.not_here.push((table, rule));
        let mut issue = Issue::new("not-checked", Severity::Information).with("table", &Text::fixed(table));
        issue.rule = rule;
        self.issues.push(issue);
    }

    /// What came of it.
    pub fn finish(self) -> Findings {
        let Self { issues, mut states, actions, patches, steps, .. } = self;
        states.settle();
        Findings { issues, states: states.into_states(), actions, patches, steps }
    }
}
