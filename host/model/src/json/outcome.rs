//! Outcomes by their schema.

use crate::{
    document::{Derived, Part, Request},
    json::{
        Json, JsonError, JsonReason, Object,
        issue::{read_issue, write_issue},
        object::read_list,
        patch::{read_patch, write_patch},
        read_place,
        rows::{NoId, Rows, read_fields, read_rows, write_row, write_rows},
        write_place,
    },
    outcome::{FieldState, Outcome},
    record_set::{Layout, RecordSet},
    resolved::ResolvedDocument,
    schema::{Action, Collection, Descriptor, Entity},
};

/// What an outcome's places speak of.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) action: Option<&'a Action>,
    pub(super) resolved: &'a ResolvedDocument<'a>,
}

impl<'a> Scope<'a> {
    fn new(request: &Request, resolved: &'a ResolvedDocument<'a>) -> Self {
        Self { action: resolved.entity().actions.get(usize::from(request.action)), resolved }
    }

    pub(super) fn entity(self) -> &'a Entity {
        self.resolved.entity()
    }
}

/// A request's outcome: `derived` (as in a document), `patches`, `field-states`, `actions`, `issues`; empty patches and
/// field states are left out. The look-ups used are not part of it.
pub fn write_outcome(outcome: &Outcome, request: &Request, descriptor: &Descriptor) -> Json {
    let Some(entity) = descriptor.entities.get(usize::from(request.entity)) else { return Json::Null };
    let resolved = ResolvedDocument::new(entity, &request.document, &outcome.derived);
    let scope = Scope::new(request, &resolved);
    let mut object = Vec::new();
    if request.part == Part::Mirrored {
        object.push(("derived", write_derived(&outcome.derived, request, entity)));
    }
    if !outcome.patches.is_empty() {
        let patches = outcome.patches.iter().map(|patch| write_patch(patch, descriptor));
        object.push(("patches", Json::List(patches.collect())));
    }
    if !outcome.field_states.is_empty() {
        let states = outcome.field_states.iter().map(|state| write_field_state(state, scope));
        object.push(("field-states", Json::List(states.collect())));
    }
    let actions = outcome.actions.iter().filter_map(|action| entity.actions.get(usize::from(*action)));
    object.push(("actions", Json::List(actions.map(|action| Json::text(&action.name)).collect())));
    let issues = outcome.issues.iter().map(|issue| write_issue(issue, scope));
    object.push(("issues", Json::List(issues.collect())));
    Json::object(object)
}

/// Reads what [`write_outcome`] writes for the same request.
///
/// # Errors
/// At the first thing that is wrong.
pub fn read_outcome(json: &Json, request: &Request, descriptor: &Descriptor) -> Result<Outcome, JsonError> {
    let object = Object::new(json, &["derived", "patches", "field-states", "actions", "issues"])?;
    let Some(entity) = descriptor.entities.get(usize::from(request.entity)) else { return Ok(Outcome::default()) };
    let derived = match request.part {
        Part::Mirrored => object.required("derived", |json| read_derived(json, request, entity))?,
        Part::ServerOnly => Derived::default(),
    };
    let resolved = ResolvedDocument::new(entity, &request.document, &derived);
    let scope = Scope::new(request, &resolved);
    let patches = object.optional("patches", |json| read_list(json, |json| read_patch(json, descriptor)))?;
    let states = object.optional("field-states", |json| read_list(json, |json| read_field_state(json, scope)))?;
    let issues = object.required("issues", |json| read_list(json, |json| read_issue(json, scope)))?;
    Ok(Outcome {
        patches: patches.unwrap_or_default(),
        field_states: states.unwrap_or_default(),
        actions: object.required("actions", |json| read_list(json, |json| read_action(json, entity)))?,
        issues,
        used: Vec::new(),
        derived,
    })
}

fn write_derived(derived: &Derived, request: &Request, entity: &Entity) -> Json {
    let fields = &entity.fields;
    let mut object = write_row(&derived.header, &Layout::derived(fields), fields, 0);
    let given = request.document.collections.iter();
    for ((rows, given), known) in derived.collections.iter().zip(given).zip(&entity.collections) {
        let ids = if known.derived { rows } else { given }.ids();
        object.push((known.name.clone(), write_rows(rows, ids, &Layout::derived_rows(known), &known.fields)));
    }
    Json::Object(object)
}

fn read_derived(json: &Json, request: &Request, entity: &Entity) -> Result<Derived, JsonError> {
    let names: Vec<_> = entity.collections.iter().map(|known| known.name.as_str()).collect();
    let header = read_fields(json, &entity.fields, |field| field.kind.is_derived(), &names)?;
    let header = Rows { ids: Vec::new(), values: vec![header] };
    let header = header.without_ids(&Layout::derived(&entity.fields), &entity.fields)?;
    let collections = entity.collections.iter().zip(&request.document.collections).map(|(known, given)| {
        let none = Json::List(Vec::new());
        let rows = json.get(&known.name).unwrap_or(&none);
        read_derived_rows(rows, known, given).map_err(|error| error.within(&known.name))
    });
    Ok(Derived { header, collections: collections.collect::<Result<_, _>>()? })
}

fn read_derived_rows(json: &Json, known: &Collection, given: &RecordSet) -> Result<RecordSet, JsonError> {
    let rows = read_rows(json, &known.fields, |field| field.kind.is_derived(), NoId::Numbered)?;
    if !known.derived {
        check_ids(&rows, given)?;
    }
    rows.derived(known)
}

/// Derived rows stand beside the document's.
fn check_ids(rows: &Rows, given: &RecordSet) -> Result<(), JsonError> {
    if given.ids().eq(rows.ids.iter().map(String::as_str)) {
        return Ok(());
    }
    Err(JsonError::new(JsonReason::OtherRows {
        found: rows.ids.clone(),
        expected: given.ids().map(str::to_owned).collect(),
    }))
}

fn write_field_state(state: &FieldState, scope: Scope<'_>) -> Json {
    let place = write_place(state.place, scope.action, scope.resolved);
    let marks = [("hidden", state.hidden), ("read-only", state.read_only), ("required", state.required)];
    let marks = marks.into_iter().filter(|(_, is_set)| *is_set);
    Json::object([("place", Json::text(place))].into_iter().chain(marks.map(|(mark, _)| (mark, Json::Boolean(true)))))
}

fn read_field_state(json: &Json, scope: Scope<'_>) -> Result<FieldState, JsonError> {
    let object = Object::new(json, &["place", "hidden", "read-only", "required"])?;
    let mark = |mark| object.optional(mark, Json::as_boolean).map(Option::unwrap_or_default);
    Ok(FieldState {
        place: object.required("place", |json| scope.place(json))?,
        hidden: mark("hidden")?,
        read_only: mark("read-only")?,
        required: mark("required")?,
    })
}

impl Scope<'_> {
    pub(super) fn place(self, json: &Json) -> Result<crate::Place, JsonError> {
        read_place(json.as_text()?, self.action, self.resolved)
    }
}

fn read_action(json: &Json, entity: &Entity) -> Result<u16, JsonError> {
    let name = json.as_text()?;
    entity.action(name).map(|(position, _)| position).ok_or_else(|| {
        let known = entity.actions.iter().map(|action| action.name.clone()).collect();
        JsonError::new(JsonReason::NoSuch { what: "action", name: name.to_owned(), known })
    })
}
