//! Entities: what `#[entity]` implements, and how a document is evaluated, inside a sandbox or natively.

use std::{any::Any, mem::ManuallyDrop};

use crate::{
    Context,
    bindings::{
        logic::{self, Conclusion, Part},
        values::RecordSet,
    },
    cells::Cells,
    issue::{Issue, Place},
    reference::Listed,
    run::{Findings, Run},
    spec::{EntitySpec, FieldSpec},
};

/// One header or row as columns. `#[entity]` implements it for the entity's and its collections' structs.
pub trait Record: Clone + Default + 'static {
    /// What the schema says of the fields.
    const FIELDS: &'static [FieldSpec];

    /// Reads a row of given values, and of derived ones where they are stored.
    fn read(given: &Cells, stored: Option<&Cells>, row: usize) -> Self;

    /// Reads all rows, column by column.
    fn read_rows(given: &Cells, stored: Option<&Cells>) -> Vec<Self> {
        (0..given.rows()).map(|row| Self::read(given, stored, row)).collect()
    }

    /// The derived columns of all rows, without what was given; with the rows' ids where they are a rule's.
    fn derived(rows: &[Self], given: &Cells) -> RecordSet;

    /// The given columns of all rows, as a patch has them; it has no rows that are a rule's.
    fn given(rows: &[Self]) -> RecordSet;
}

/// A kind of document. `#[entity]` implements it.
pub trait Entity: Record + Listed {
    /// The header's fields, as [`Patch::clear`](crate::Patch::clear) names them.
    type Field: Into<u16>;
    /// The collections, as [`Patch::remove`](crate::Patch::remove) names them.
    type Collection: Into<u16>;

    /// What the plugin says of the entity.
    const SPEC: EntitySpec;

    /// Reads a document's header and rows.
    fn read_document(document: &Given) -> Self;

    /// The derived values of header and rows.
    fn derived_columns(&self, document: &Given) -> logic::Derived;

    /// The given values of header and rows, as a patch has them.
    fn patch_columns(&self) -> (RecordSet, Vec<RecordSet>);

    /// Makes all calculated fields absent, and takes the rows away that are a rule's.
    fn clear_calculated(&mut self);

    /// Whether the status is one in which stored values stand.
    fn is_frozen(&self) -> bool;

    /// Lets all rules have their turn.
    fn run(&mut self, arguments: &Arguments<'_>, run: &mut Run<'_>);

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
    let names: Vec<_> = E::SPEC.actions.iter().map(|action| action.name).collect();
    let position = names.iter().position(|name| *name == action);
    let position = position.unwrap_or_else(|| panic!("there is no action `{action}`; there are {names:?}"));
    let mut document = entity.clone();
    if !document.is_frozen() {
        document.clear_calculated();
    }
    let mut run = Run::new(cx, position as u16, part, &E::SPEC);
    document.run(&Arguments::Typed(arguments), &mut run);
    let Findings { issues, states, actions, patches, .. } = run.finish();
    let allowed_actions = actions.iter().map(|action| names[usize::from(*action)]).collect();
    let patched = patches.iter().find(|patch| patch.key.is_empty() && patch.entity == E::INDEX).map(own_patch);
    Evaluated { document, issues, allowed_actions, states, patches, patched }
}

/// Reads an action's patch of its own document back.
fn own_patch<E: Entity>(patch: &logic::Patch) -> E {
    E::read_document(&Given {
        key: String::new(),
        header: Cells::new(patch.header.clone()),
        collections: patch.collections.iter().cloned().map(Cells::new).collect(),
        stored: None,
    })
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
pub struct Given {
    /// The record's key; empty where there is none yet.
    pub key: String,
    /// One row.
    pub header: Cells,
    /// One for each collection.
    pub collections: Vec<Cells>,
    /// The derived values, where they are stored: header and collections.
    pub stored: Option<(Cells, Vec<Cells>)>,
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

    /// The stored derived values of the header.
    pub fn stored_header(&self) -> Option<&Cells> {
        self.stored.as_ref().map(|(header, _)| header)
    }

    /// The rows of a collection.
    pub fn read_rows<R: Record>(&self, collection: usize) -> Vec<R> {
        let given = &self.collections[collection];
        let stored = self.stored.as_ref().map(|(_, collections)| &collections[collection]);
        R::read_rows(given, stored)
    }

    /// The rows of a derived collection, where they are stored.
    pub fn read_derived_rows<R: Record>(&self, collection: usize) -> Vec<R> {
        let stored = self.stored.as_ref().map(|(_, collections)| &collections[collection]);
        stored.map(|stored| R::read_rows(stored, Some(stored))).unwrap_or_default()
    }
}

/// An action's arguments: derive the struct with `#[arguments(action)]` inside the entity's module.
pub trait ActionArguments: Clone + Default + 'static {
    /// What the schema says of them.
    const FIELDS: &'static [FieldSpec];

    /// Reads them.
    fn read(cells: &Cells) -> Self;
}

/// The arguments of the action under way.
#[derive(Debug)]
pub enum Arguments<'a> {
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
    pub fn get<T: ActionArguments>(&self) -> T {
        match self {
            Self::Cells(cells) => T::read(cells),
            Self::Typed(typed) if typed.is::<()>() => T::default(),
            Self::Typed(typed) => typed.downcast_ref::<T>().expect("the arguments are those of the action").clone(),
        }
    }
}

/// Evaluates one document as the contract has it.
pub fn answer<E: Entity>(request: logic::Request) -> logic::Answer {
    let logic::Request { context, document, action, arguments, part, rows, explain, .. } = request;
    // Nothing is dropped: the sandbox ends with this evaluation.
    let cx = ManuallyDrop::new(Context::given(context, rows, explain));
    let given = ManuallyDrop::new(Given::new(document));
    let arguments = ManuallyDrop::new(Cells::new(arguments));
    let mut document = ManuallyDrop::new(E::read_document(&given));
    let mut run = Run::new(&cx, action, part, &E::SPEC);
    document.run(&Arguments::Cells(&arguments), &mut run);
    let Findings { issues, states, actions, patches, steps } = run.finish();
    let missing = cx.take_missing();
    let conclusion = if missing.is_empty() {
        let mirrored = part == Part::Mirrored;
        Conclusion::Outcome(logic::Outcome {
            derived: if mirrored { document.derived_columns(&given) } else { no_values() },
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
