//! Entities: what `#[entity]` implements, and how a document is evaluated, inside a sandbox or natively.

use std::any::Any;

use crate::{
    Context, Text,
    contract::{self, Answer, Argument, Conclusion, Derived, Outcome, Part, RecordSet, Request},
    does::{Acts, Does, Turns},
    held::{Cell, Ids, Rows, RowsMut},
    issue::{Issue, Place},
    layout::{List, Maybe, Str},
    reference::Listed,
    run::Run,
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

    /// The given fields that are required or hold keys.
    #[doc(hidden)]
    const CHECKED: &'static [u16];

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

    /// Which of them have their turn whatever the action.
    #[doc(hidden)]
    const TURNS: Turns;

    /// What comes of its actions.
    #[doc(hidden)]
    const ACTS: &'static [Acts];

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
    let mut run = Run::new(cx, (position as u16, &arguments), part, const { &Kind::of::<E>() });
    run.evaluate(&mut document);
    let Run { issues, states, actions, patches, .. } = run;
    let states = states.list();
    let allowed_actions = actions.iter().map(|action| names[usize::from(*action)]).collect();
    let patched = patches.iter().find(|patch| patch.key.is_empty() && patch.entity == E::INDEX).map(own_patch);
    Evaluated { document, issues, allowed_actions, states, patches, patched }
}

/// Reads an action's patch of its own document back.
fn own_patch<E: Entity>(patch: &contract::Patch) -> E {
    let mut document = E::default();
    let (header, collections) = (patch.header, patch.collections);
    let given = contract::Document { key: Str::default(), header, collections, stored: Maybe::None };
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
    pub states: Vec<contract::FieldState>,
    /// The action's patches, as the contract has them.
    pub patches: Vec<contract::Patch>,
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

impl contract::Document {
    /// Reads header and rows.
    fn read(&self, document: &mut dyn Document, spec: &EntitySpec) {
        let (stored_header, stored_collections) = match &self.stored {
            Maybe::None => (None, None),
            Maybe::Some(Derived { header, collections }) => (Some(header), Some(collections)),
        };
        document.set_key(Text::fixed(self.key.as_str()));
        document.rows_mut(0).fill(&self.header, stored_header);
        for (position, collection) in spec.collections.iter().enumerate() {
            let stored = stored_collections.map(|collections| &collections[position]);
            let given = if collection.derived { stored } else { Some(&self.collections[position]) };
            if let Some(given) = given {
                document.resize(position + 1, given.count());
                document.rows_mut(position + 1).fill(given, stored);
            }
        }
    }

    /// The derived values of a document that was read from here.
    fn derived(&self, document: &dyn Document) -> Derived {
        let collections = (1..).zip(self.collections.iter());
        Derived {
            header: document.rows(0).derived(&self.header),
            collections: collections.map(|(scope, given)| document.rows(scope).derived(given)).collect(),
        }
    }
}

/// An action's arguments: derive the struct with `#[arguments(action)]` inside the entity's module.
pub trait ActionArguments: Record {}

/// The arguments of the action under way.
#[derive(Debug)]
pub(crate) enum Arguments<'a> {
    /// As they came in.
    Cells(&'a RecordSet),
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
    pub(crate) spec: &'static EntitySpec,
    pub(crate) does: &'static [Does],
    pub(crate) turns: Turns,
    pub(crate) acts: &'static [Acts],
    empty: fn() -> Box<dyn Document>,
}

impl Kind {
    /// Of a type.
    pub const fn of<E: Entity>() -> Self {
        Self { spec: &E::SPEC, does: E::DOES, turns: E::TURNS, acts: E::ACTS, empty: || Box::new(E::default()) }
    }
}

/// Evaluates one document as the contract has it.
pub fn answer(kind: &'static Kind, request: &Request) -> Answer {
    // Nothing is dropped: the sandbox ends with this evaluation.
    let cx = Context::given(&request.context, request.rows, request.explain);
    let arguments = Arguments::Cells(&request.arguments);
    let mut document = (kind.empty)();
    request.document.read(&mut *document, kind.spec);
    let mut run = Run::new(&cx, (request.action, &arguments), request.part, kind);
    run.evaluate(&mut *document);
    let Run { issues, states, actions, patches, steps, .. } = run;
    let missing = cx.take_missing();
    let conclusion = if missing.is_empty() {
        let is_mirrored = request.part == Part::Mirrored;
        Conclusion::Outcome(Outcome {
            derived: if is_mirrored { request.document.derived(&*document) } else { Derived::default() },
            patches: patches.into(),
            field_states: states.list().into(),
            actions: actions.into(),
            issues: issues.into_iter().map(Into::into).collect(),
            used: cx.used().into(),
        })
    } else {
        Conclusion::Needs(missing.into())
    };
    Answer { conclusion, log: cx.take_log().into_iter().map(Str::from).collect(), steps: steps.into() }
}

impl From<Issue> for contract::Raised {
    fn from(issue: Issue) -> Self {
        let arguments: List<_> =
            issue.arguments.into_iter().map(|(name, value)| Argument { name: Str::of(name), value }).collect();
        Self {
            code: Str::of(issue.code),
            severity: issue.severity,
            place: issue.place,
            arguments,
            offer: issue.offer.into(),
            rule: issue.rule.into(),
        }
    }
}
