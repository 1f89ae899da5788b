//! Entities: what `#[entity]` implements, and how a document is evaluated, inside a sandbox or natively.

use std::{any::Any, mem::ManuallyDrop};

use crate::{
    Context, Text,
    bindings::{
        logic::{self, Conclusion, Part},
        values::RecordSet,
    },
    cells::Cells,
    does::Does,
    held::{Cell, Ids, Rows, RowsMut},
    issue::{Issue, Place},
    reference::Listed,
    run::{Findings, Run},
    spec::{EntitySpec, FieldSpec},
};

/// A header or a row, as a table of its fields. `#[entity]` implements it for the entity's and its collections' structs.
pub trait Record: Clone + Default + 'static {
    /// The fields, in order.
    #[doc(hidden)]
    const FIELDS: &'static [FieldSpec];

    /// Where the struct holds them.
    #[doc(hidden)]
    const CELLS: &'static [Cell];

    /// Where the rows' ids stand.
    #[doc(hidden)]
    const IDS: Ids;

    /// At how many bytes the struct holds its id.
    #[doc(hidden)]
    const ID: Option<usize>;
}

/// A document, whatever its entity. Scopes: 0 is the header, 1 and on are the collections.
pub trait Document {
    /// The rows of a scope; the header is one.
    fn rows(&self, scope: usize) -> Rows<'_>;

    /// The rows of a scope, to be changed.
    fn rows_mut(&mut self, scope: usize) -> RowsMut<'_>;

    /// Gives a collection so many rows; new ones are empty.
    fn resize(&mut self, scope: usize, rows: usize);

    /// Takes over the record's key, where the header holds it.
    fn set_key(&mut self, key: Text);

    /// Whether the status is one in which stored values stand.
    fn is_frozen(&self) -> bool;

    /// The name of the status; its type's default where it is absent, and empty where there is none.
    fn status(&self) -> &'static str;

    /// Lets a rule have its turn, for a row of its collection: whether it yielded a value, or its condition holds.
    fn turn(&mut self, rule: usize, row: usize, run: &mut Run<'_>) -> bool;

    /// Hands the arguments of the action under way over to be checked.
    fn check_arguments(&self, run: &mut Run<'_>);
}

/// A kind of document. `#[entity]` implements it.
pub trait Entity: Record + Listed + Document {
    /// The header's fields, as [`Patch::clear`](crate::Patch::clear) names them.
    type Field: Into<u16>;
    /// The collections, as [`Patch::remove`](crate::Patch::remove) names them.
    type Collection: Into<u16>;

    /// What the plugin says of the entity.
    const SPEC: EntitySpec;

    /// What its rules do.
    #[doc(hidden)]
    const DOES: &'static [Does];

    /// Evaluates natively, without a host: for tests. Calculated values in `self` do not count.
    ///
    /// # Panics
    /// When the entity has no such action, or a rule panics.
    fn evaluate(&self, cx: &Context, action: &str) -> Evaluated<Self> {
        self.evaluate_with(cx, action, &())
    }

    /// As [`evaluate`](Self::evaluate), with an action's arguments.
    ///
    /// # Panics
    /// When the entity has no such action, the arguments are not its, or a rule panics.
    fn evaluate_with(&self, cx: &Context, action: &str, arguments: &dyn Any) -> Evaluated<Self> {
        evaluate_natively(self, cx, action, arguments, Part::Mirrored)
    }

    /// As [`evaluate_with`](Self::evaluate_with), as a server does afterwards: the issues are those of the server-only
    /// validations.
    ///
    /// # Panics
    /// As [`evaluate_with`](Self::evaluate_with).
    fn evaluate_on_server(&self, cx: &Context, action: &str, arguments: &dyn Any) -> Evaluated<Self> {
        evaluate_natively(self, cx, action, arguments, Part::ServerOnly)
    }
}

fn evaluate_natively<E: Entity>(
    entity: &E,
    cx: &Context,
    action: &str,
    arguments: &dyn Any,
    part: Part,
) -> Evaluated<E> {
    let names: Vec<_> = E::SPEC.actions.iter().map(|action| action.name.as_str()).collect();
    let position = names.iter().position(|name| *name == action);
    let position = position.unwrap_or_else(|| panic!("there is no action `{action}`; there are {names:?}"));
    let mut document = entity.clone();
    if !document.is_frozen() {
        clear_calculated(&mut document, &E::SPEC);
    }
    let arguments = Arguments::Typed(arguments);
    let run = Run::new(cx, (position as u16, &arguments), part, (&E::SPEC, E::DOES));
    let Findings { issues, states, actions, patches, .. } = run.evaluate(&mut document);
    let allowed_actions = actions.iter().map(|action| names[usize::from(*action)]).collect();
    let patched = patches.iter().find(|patch| patch.key.is_empty() && patch.entity == E::INDEX).map(own_patch);
    Evaluated { document, issues, allowed_actions, states, patches, patched }
}

/// Reads an action's patch of its own document back.
fn own_patch<E: Entity>(patch: &logic::Patch) -> E {
    let mut document = E::default();
    let given = Given {
        key: String::new(),
        header: Cells::new(patch.header.clone()),
        collections: patch.collections.iter().cloned().map(Cells::new).collect(),
        stored: None,
    };
    given.read(&mut document, &E::SPEC);
    document
}

/// Makes all calculated fields absent, and takes the rows away that are a rule's.
fn clear_calculated(document: &mut dyn Document, spec: &EntitySpec) {
    document.rows_mut(0).clear_calculated();
    for (scope, collection) in (1..).zip(spec.collections.iter()) {
        if collection.derived {
            document.resize(scope, 0);
        }
        document.rows_mut(scope).clear_calculated();
    }
}

/// What a native evaluation came to.
#[derive(Debug)]
pub struct Evaluated<E> {
    /// The document, derived values overlaid.
    pub document: E,
    /// What the validations found.
    pub issues: Vec<Issue>,
    /// The names of the actions that the status allows.
    pub allowed_actions: Vec<&'static str>,
    /// What conditions make of fields.
    pub states: Vec<logic::FieldState>,
    /// The action's patches, as the contract has them.
    pub patches: Vec<logic::Patch>,
    /// What the action changes of its own document: changed fields have a value.
    pub patched: Option<E>,
}

impl<E> Evaluated<E> {
    /// The codes of the issues, in order.
    pub fn codes(&self) -> Vec<&'static str> {
        self.issues.iter().map(|issue| issue.code).collect()
    }

    /// The first issue with this code.
    pub fn issue(&self, code: &str) -> Option<&Issue> {
        self.issues.iter().find(|issue| issue.code == code)
    }

    /// Whether there is an issue with this code at this place.
    pub fn has_issue_at(&self, code: &str, place: Place) -> bool {
        self.issues.iter().any(|issue| issue.code == code && issue.place == place)
    }
}

/// A document's given values, as they came in.
#[derive(Debug)]
struct Given {
    /// The record's key; empty where there is none yet.
    key: String,
    /// One row.
    header: Cells,
    /// One for each collection.
    collections: Vec<Cells>,
    /// The derived values, where they are stored: header and collections.
    stored: Option<(Cells, Vec<Cells>)>,
}

impl Given {
    fn new(document: logic::Document) -> Self {
        Self {
            key: document.key,
            header: Cells::new(document.header),
            collections: document.collections.into_iter().map(Cells::new).collect(),
            stored: document
                .stored
                .map(|stored| (Cells::new(stored.header), stored.collections.into_iter().map(Cells::new).collect())),
        }
    }

    /// Reads header and rows.
    fn read(&self, document: &mut dyn Document, spec: &EntitySpec) {
        document.set_key(self.key.as_str().into());
        document.rows_mut(0).fill(&self.header, self.stored.as_ref().map(|(header, _)| header));
        for (position, collection) in spec.collections.iter().enumerate() {
            let stored = self.stored.as_ref().map(|(_, collections)| &collections[position]);
            let given = if collection.derived { stored } else { Some(&self.collections[position]) };
            if let Some(given) = given {
                document.resize(position + 1, given.rows());
                document.rows_mut(position + 1).fill(given, stored);
            }
        }
    }

    /// The derived values of a document that was read from here.
    fn derived(&self, document: &dyn Document) -> logic::Derived {
        let header = document.rows(0).derived(&self.header);
        let collections =
            (1..).zip(&self.collections).map(|(scope, given)| document.rows(scope).derived(given)).collect();
        logic::Derived { header, collections }
    }
}

/// An action's arguments: derive the struct with `#[arguments(action)]` inside the entity's module.
pub trait ActionArguments: Record {}

/// The arguments of the action under way.
#[derive(Debug)]
pub(crate) enum Arguments<'a> {
    /// As they came in.
    Cells(&'a Cells),
    /// As a test gives them.
    Typed(&'a dyn Any),
}

impl Arguments<'_> {
    /// The arguments; all absent where a test gives `()`.
    ///
    /// # Panics
    /// When a test gives those of another action.
    pub(crate) fn get<T: ActionArguments>(&self) -> T {
        match self {
            Self::Cells(cells) => {
                let mut arguments = T::default();
                RowsMut::one(&mut arguments).fill(cells, None);
                arguments
            }
            Self::Typed(typed) if typed.is::<()>() => T::default(),
            Self::Typed(typed) => typed.downcast_ref::<T>().expect("the arguments are those of the action").clone(),
        }
    }
}

/// An entity, to be evaluated.
pub struct Kind {
    spec: &'static EntitySpec,
    does: &'static [Does],
    empty: fn() -> Box<dyn Document>,
}

impl Kind {
    /// Of a type.
    pub const fn of<E: Entity>() -> Self {
        Self { spec: &E::SPEC, does: E::DOES, empty: || Box::new(E::default()) }
    }
}

/// Evaluates one document as the contract has it.
pub fn answer(entity: &Kind, request: logic::Request) -> logic::Answer {
    let logic::Request { context, document, action, arguments, part, rows, explain, .. } = request;
    // Nothing is dropped: the sandbox ends with this evaluation.
    let cx = ManuallyDrop::new(Context::given(context, rows, explain));
    let given = ManuallyDrop::new(Given::new(document));
    let arguments = ManuallyDrop::new(Cells::new(arguments));
    let arguments = Arguments::Cells(&arguments);
    let mut document = ManuallyDrop::new((entity.empty)());
    given.read(&mut **document, entity.spec);
    let run = Run::new(&cx, (action, &arguments), part, (entity.spec, entity.does));
    let Findings { issues, states, actions, patches, steps } = run.evaluate(&mut **document);
    let missing = cx.take_missing();
    let conclusion = if missing.is_empty() {
        let mirrored = part == Part::Mirrored;
        Conclusion::Outcome(logic::Outcome {
            derived: if mirrored { given.derived(&**document) } else { no_values() },
            patches,
            field_states: if mirrored { states } else { Vec::new() },
            actions: if mirrored { actions } else { Vec::new() },
            issues: issues.into_iter().map(Into::into).collect(),
            used: cx.used(),
        })
    } else {
        Conclusion::Needs(missing)
    };
    logic::Answer { conclusion, log: cx.take_log(), steps }
}

fn no_values() -> logic::Derived {
    let header = RecordSet {
        rows: 0,
        present: Vec::new(),
        integers: Vec::new(),
        decimals: Vec::new(),
        text_ends: Vec::new(),
        texts: String::new(),
    };
    logic::Derived { header, collections: Vec::new() }
}

impl From<Issue> for logic::Issue {
    fn from(issue: Issue) -> Self {
        Self {
            code: issue.code.to_owned(),
            severity: issue.severity.into(),
            place: issue.place.into(),
            arguments: issue.arguments.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            offer: issue.offer,
            rule: issue.rule,
        }
    }
}
