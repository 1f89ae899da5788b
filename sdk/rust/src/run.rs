//! One evaluation while it runs: what its rules yielded so far, and which fields could not be known.

mod check;
mod turns;

use crate::{
    Context, IntoEffects, IntoIssues, Issue, Reference, Text,
    context::Gap,
    contract::{Part, Patch, Step},
    effect::Effects,
    entity::{ActionArguments, Arguments, Document, Kind},
    field::FieldValue,
    issue::{Place, Severity},
    layout::Str,
    slot::{Looked, look},
    spec::ActionSpec,
    states::FieldStates,
    unknown::Unknown,
};

/// A rule, and the row that it runs for.
#[derive(Clone, Copy, Debug)]
struct Turn {
    /// Its position among the entity's rules.
    rule: usize,
    /// 0: the header; 1 and on: the collections.
    scope: usize,
    /// The row of its collection; 0 in the header.
    row: usize,
}

impl Turn {
    /// The place of what it runs for, or of a field of it.
    fn place(self, field: Option<u16>) -> Place {
        place(self.scope, self.row, field)
    }

    /// The row of its collection.
    fn row(self) -> Option<u32> {
        (self.scope > 0).then_some(self.row as u32)
    }
}

/// The place of a header, of a row, or of a field of one.
fn place(scope: usize, row: usize, field: Option<u16>) -> Place {
    let collection = scope.checked_sub(1).map(|collection| collection as u16);
    match (collection, field) {
        (None, None) => Place::Document,
        (None, Some(field)) => Place::Field(field),
        (Some(collection), None) => Place::Row(collection, row as u32),
        (Some(collection), Some(field)) => Place::Cell(collection, row as u32, field),
    }
}

/// One evaluation while it runs. The code that `#[entity]` writes takes from it what rules read besides fields, and
/// leaves with it what they found.
pub struct Run<'a> {
    cx: &'a Context,
    action: u16,
    part: Part,
    kind: &'static Kind,
    arguments: &'a Arguments<'a>,
    /// For each scope the rows that the keys in its fields name, as far as they were looked up.
    slots: Vec<Vec<Option<Looked>>>,
    unknown: Unknown,
    /// What the validations found.
    pub(crate) issues: Vec<Issue>,
    /// What conditions make of fields.
    pub(crate) states: FieldStates,
    /// The actions that the status allows.
    pub(crate) actions: Vec<u16>,
    effects: Option<Result<Effects, Issue>>,
    /// What the action changes.
    pub(crate) patches: Vec<Patch>,
    pub(crate) steps: Vec<Step>,
    not_here: Vec<(&'static str, Option<u16>)>,
}

impl<'a> Run<'a> {
    /// Of an action on a document of this entity.
    pub(crate) fn new(
        cx: &'a Context,
        (action, arguments): (u16, &'a Arguments<'a>),
        part: Part,
        kind: &'static Kind,
    ) -> Self {
        Self {
            cx,
            action,
            part,
            kind,
            arguments,
            slots: Vec::new(),
            unknown: Unknown::default(),
            issues: Vec::new(),
            states: FieldStates::default(),
            actions: Vec::new(),
            effects: None,
            patches: Vec::new(),
            steps: Vec::new(),
            not_here: Vec::new(),
        }
    }

    /// What the rules may know.
    pub fn context(&self) -> &'a Context {
        self.cx
    }

    /// The position of the action under way.
    pub fn action(&self) -> u16 {
        self.action
    }

    /// The arguments of the action under way.
    #[inline(never)]
    pub fn arguments<T: ActionArguments>(&self) -> T {
        self.arguments.get()
    }

    /// The row that a field's key names; the field is the `slot`th of its scope that hold keys.
    #[inline]
    pub fn row<T: Reference>(
        &mut self,
        scope: usize,
        slot: usize,
        key: Option<&impl FieldValue>,
    ) -> Option<&'static T> {
        let found = look(self.cx, &mut self.slots[scope][slot], T::TABLE, &key?.key_text());
        found?.downcast_ref()
    }

    /// What a validation found.
    #[inline]
    pub fn issues<I: IntoIssues>(&mut self, found: I) {
        found.raise(&mut self.issues);
    }

    /// What an action changes.
    pub fn effects<E: IntoEffects>(&mut self, effects: E) {
        self.effects = Some(effects.into_effects());
    }

    /// Lets all rules have their turn.
    pub(crate) fn evaluate(&mut self, document: &mut dyn Document) {
        for scope in 0..=self.kind.spec.collections.len() {
            self.make_slots_of(scope, document);
        }
        if !document.is_frozen() {
            self.derive(document);
        }
        let acts = &self.kind.acts[usize::from(self.action)];
        if self.part == Part::Mirrored {
            let is_allowed = self.allow(document.status());
            self.turns(document, self.kind.turns.conditions);
            self.states.settle();
            if is_allowed {
                self.check(document);
                self.turns(document, acts.validations);
                self.act(document);
            }
        } else {
            self.turns(document, acts.server_only);
        }
    }

    /// Makes room for the rows that the keys in a scope name.
    fn make_slots_of(&mut self, scope: usize, document: &dyn Document) {
        let slots = document.rows(scope).slots();
        if slots > 0 {
            self.slots.resize(self.slots.len().max(scope + 1), Vec::new());
            self.slots[scope] = vec![None; slots];
        }
    }

    /// Whether all that a rule reads is known.
    #[inline]
    fn knows(&self, turn: Turn) -> bool {
        self.unknown.is_empty() || self.unknown.spares(turn.scope, turn.row(), &self.kind.spec.rules[turn.rule].reads)
    }

    /// Says which actions a status allows, and refuses the one under way if it is not among them: then nothing else
    /// is said against it.
    fn allow(&mut self, status: &'static str) -> bool {
        let allows = |action: &ActionSpec| {
            action.states.is_empty() || action.states.iter().any(|state| state.as_str() == status)
        };
        let actions = self.kind.spec.actions.as_slice();
        self.actions = Vec::with_capacity(actions.len());
        for (position, action) in (0u16..).zip(actions) {
            if allows(action) {
                self.actions.push(position);
            }
        }
        let action = &actions[usize::from(self.action)];
        let is_allowed = allows(action);
        if !is_allowed {
            let allowed: Vec<_> = action.states.iter().map(Str::as_str).collect();
            let issue = Issue::new("action-not-allowed", Severity::Error)
                .with("action", &Text::fixed(action.name.as_str()))
                .with("status", &Text::fixed(status))
                .with("allowed", &Text::from(allowed.join(", ")));
            self.issues.push(issue);
        }
        is_allowed
    }

    /// Ends a rule's turn: whether what it yielded counts.
    #[inline]
    fn settle(&mut self, turn: Turn, yielded: bool) -> bool {
        // Nearly all turns end here.
        self.cx.is_quiet() || self.settle_look_ups(turn, yielded)
    }

    #[inline(never)]
    fn settle_look_ups(&mut self, turn: Turn, yielded: bool) -> bool {
        let rule = turn.rule as u16;
        if self.cx.is_traced() {
            let used = self.cx.take_traced();
            self.steps.push(Step { rule, row: turn.row().into(), yielded, used: used.into() });
        }
        match self.cx.take_gap() {
            None => true,
            Some(Gap::Missed) => false,
            Some(Gap::NotHere(table)) => {
                self.say_not_here(table, Some(rule));
                false
            }
        }
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
}
