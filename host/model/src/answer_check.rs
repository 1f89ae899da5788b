//! Whether an answer fits the request and the descriptor. One that does not is the plugin's fault.

use crate::{
    document::{Derived, Part, Request},
    limits::Limits,
    outcome::{Answer, Conclusion, FieldState, Issue, Outcome, Patch, Place, STANDARD_CODES, Step},
    request_check::{check_collection_count, check_derived, check_given_rows, check_header, check_ids},
    rows::{AnsweredIds, LookUp, TableRows},
    schema::{Descriptor, Entity, Field},
    shape::{ShapeError, ShapeReason, at, check_ascending},
    value::Value,
};

/// Why an answer does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum AnswerError {
    #[error(transparent)]
    Shape(#[from] ShapeError),
    #[error("{found} {what} are too many: at most {limit} are allowed")]
    TooMany { what: &'static str, found: usize, limit: usize },
    #[error("issues[{number}]: the plugin has no issue `{code}`")]
    UnknownCode { number: usize, code: String },
    #[error("issues[{number}]: the issue `{code}` has no argument `{argument}`")]
    UnknownArgument { number: usize, code: String, argument: String },
    #[error("issues[{number}]: an offer needs a field, but the issue's place has none")]
    OfferWithoutField { number: usize },
    #[error("field-states[{number}]: the place is no field and no cell")]
    StateWithoutField { number: usize },
    #[error("patches[{number}]: a patch of the document itself names another entity")]
    OtherEntity { number: usize },
    #[error("patches[{number}]: `{field}` is calculated, which no patch can set")]
    NotGiven { number: usize, field: String },
    #[error("patches[{number}]: the rows of `{collection}` are given by its rule: no patch can take one away")]
    DerivedRows { number: usize, collection: String },
    #[error("patches[{number}]: `{field}` is both set and cleared")]
    SetAndCleared { number: usize, field: String },
    #[error("the server-only part gave {what}: it may only raise issues")]
    ServerOnly { what: &'static str },
    #[error("the answer needs more rows, but names none")]
    NothingNeeded,
    #[error("the answer needs `{key}` of table `{table}`, which it was given")]
    AskedAgain { table: String, key: String },
    #[error("the answer has steps, which were not asked for")]
    Unexplained,
}

impl Answer {
    /// Makes every decimal of the outcome canonical.
    pub fn normalise(&mut self) {
        if let Conclusion::Outcome(outcome) = &mut self.conclusion {
            outcome.normalise();
        }
    }

    /// Whether the answer fits the request and the plugin, and is within its limits.
    ///
    /// # Errors
    /// At the first thing that does not fit.
    pub fn check(&self, request: &Request, descriptor: &Descriptor, limits: &Limits) -> Result<(), AnswerError> {
        check_count("log lines", self.log.len(), limits.log_lines)?;
        let entity = at("entity", "entity", &descriptor.entities, request.entity)?;
        let derived = match &self.conclusion {
            Conclusion::Outcome(outcome) => Some(&outcome.derived),
            Conclusion::Needs(_) => None,
        };
        check_steps(&self.steps, &Counted { request, entity, derived })?;
        match &self.conclusion {
            Conclusion::Outcome(outcome) => outcome.check(request, descriptor, limits),
            Conclusion::Needs(needs) => check_needs(needs, request, descriptor, limits),
        }
    }
}

fn check_count(what: &'static str, found: usize, limit: usize) -> Result<(), AnswerError> {
    if found > limit { Err(AnswerError::TooMany { what, found, limit }) } else { Ok(()) }
}

fn look_up_count(rows: &[TableRows]) -> usize {
    rows.iter().map(|rows| rows.answers.len()).sum()
}

fn check_used(path: &str, used: &[u32], look_ups: usize) -> Result<(), ShapeError> {
    check_ascending(path, "look-ups", used)?;
    match used.last() {
        Some(&last) if last as usize >= look_ups => {
            let reason = ShapeReason::NoSuch { what: "look-up", position: last.into(), count: look_ups };
            Err(ShapeError::new(path, reason))
        }
        _ => Ok(()),
    }
}

/// How many rows there are.
struct Counted<'a> {
    request: &'a Request,
    entity: &'a Entity,
    derived: Option<&'a Derived>,
}

impl Counted<'_> {
    /// Whether a collection may have a row. Those of a derived collection are known where derived values are given: not
    /// by a plugin that needs rows yet, and not in the server-only part.
    fn check_row(&self, collection: u16, row: u32) -> Result<(), ShapeError> {
        let position = usize::from(collection);
        let is_derived = self.entity.collections.get(position).is_some_and(|known| known.derived);
        let rows = if is_derived {
            let Some(rows) = self.derived.and_then(|derived| derived.collections.get(position)) else { return Ok(()) };
            Some(rows)
        } else {
            self.request.document.collections.get(position)
        };
        let count = rows.map_or(0, |rows| rows.rows);
        if row < count {
            return Ok(());
        }
        let reason = ShapeReason::NoSuch { what: "row", position: row.into(), count: count as usize };
        Err(ShapeError::new("", reason))
    }
}

fn check_steps(steps: &[Step], counted: &Counted<'_>) -> Result<(), AnswerError> {
    let Counted { request, entity, .. } = counted;
    if !steps.is_empty() && !request.explain {
        return Err(AnswerError::Unexplained);
    }
    let look_ups = look_up_count(&request.rows);
    for step in steps {
        let rule = at("steps", "rule", &entity.rules, step.rule)?;
        match (step.row, rule.collection) {
            (None, _) => {}
            (Some(row), Some(collection)) => {
                counted.check_row(collection, row).map_err(|error| error.within("steps"))?;
            }
            (Some(row), None) => {
                let reason = ShapeReason::NoSuch { what: "row", position: row.into(), count: 0 };
                return Err(ShapeError::new("steps", reason).into());
            }
        }
        check_used("steps", &step.used, look_ups)?;
    }
    Ok(())
}

fn check_needs(
    needs: &[LookUp],
    request: &Request,
    descriptor: &Descriptor,
    limits: &Limits,
) -> Result<(), AnswerError> {
    if needs.is_empty() {
        return Err(AnswerError::NothingNeeded);
    }
    check_count("look-ups", needs.len() + look_up_count(&request.rows), limits.look_ups)?;
    let answered = AnsweredIds::new(&request.rows);
    for need in needs {
        let table = at("needs", "table", &descriptor.tables, need.table)?;
        if answered.contain(need) {
            return Err(AnswerError::AskedAgain { table: table.name.clone(), key: need.key_for_people() });
        }
    }
    Ok(())
}

impl Outcome {
    /// Makes every decimal canonical.
    pub fn normalise(&mut self) {
        self.derived.header.normalise();
        self.derived.collections.iter_mut().for_each(crate::RecordSet::normalise);
        for patch in &mut self.patches {
            patch.header.normalise();
            patch.collections.iter_mut().for_each(crate::RecordSet::normalise);
        }
        for issue in &mut self.issues {
            let arguments = issue.arguments.iter_mut().map(|(_, value)| value);
            arguments.chain(&mut issue.offer).for_each(Value::normalise);
        }
    }

    /// Whether the outcome fits the request and the plugin, and is within its limits. Decimals must be canonical.
    ///
    /// # Errors
    /// At the first thing that does not fit.
    pub fn check(&self, request: &Request, descriptor: &Descriptor, limits: &Limits) -> Result<(), AnswerError> {
        check_count("issues", self.issues.len(), limits.issues)?;
        check_count("patches", self.patches.len(), limits.patches)?;
        let entity = at("entity", "entity", &descriptor.entities, request.entity)?;
        match request.part {
            Part::Mirrored => check_derived(&self.derived, &request.document, entity)?,
            Part::ServerOnly => self.check_issues_alone()?,
        }
        for (number, patch) in (1..).zip(&self.patches) {
            check_patch(number, patch, request, descriptor)?;
        }
        let counted = Counted { request, entity, derived: Some(&self.derived) };
        for (number, state) in (1..).zip(&self.field_states) {
            check_field_state(number, state, &counted)?;
        }
        check_ascending("actions", "actions", &self.actions)?;
        if let Some(action) = self.actions.last() {
            at("actions", "action", &entity.actions, *action)?;
        }
        for (number, issue) in (1..).zip(&self.issues) {
            check_issue(number, issue, &counted, descriptor)?;
        }
        Ok(check_used("used", &self.used, look_up_count(&request.rows))?)
    }

    fn check_issues_alone(&self) -> Result<(), AnswerError> {
        let parts = [
            ("derived values", self.derived == Derived::default()),
            ("patches", self.patches.is_empty()),
            ("field states", self.field_states.is_empty()),
            ("actions", self.actions.is_empty()),
        ];
        match parts.iter().find(|(_, is_empty)| !is_empty) {
            Some((what, _)) => Err(AnswerError::ServerOnly { what }),
            None => Ok(()),
        }
    }
}

fn check_patch(number: usize, patch: &Patch, request: &Request, descriptor: &Descriptor) -> Result<(), AnswerError> {
    let whole = format!("patches[{number}]");
    let entity = at(&whole, "entity", &descriptor.entities, patch.entity)?;
    if patch.key.is_empty() && patch.entity != request.entity {
        return Err(AnswerError::OtherEntity { number });
    }
    check_patch_values(patch, entity).map_err(|error| error.within(&whole))?;
    check_ascending(&whole, "cleared fields", &patch.cleared)?;
    for &cleared in &patch.cleared {
        let field = at(&whole, "field", &entity.fields, cleared)?;
        if !field.kind.is_given() {
            return Err(AnswerError::NotGiven { number, field: field.name.clone() });
        }
        let earlier = &entity.fields[..usize::from(cleared)];
        let column = earlier.iter().filter(|field| field.kind.is_given()).count();
        if patch.header.is_present(column, 0) {
            return Err(AnswerError::SetAndCleared { number, field: field.name.clone() });
        }
    }
    for (collection, _) in &patch.removed {
        let known = at(&whole, "collection", &entity.collections, *collection)?;
        if known.derived {
            return Err(AnswerError::DerivedRows { number, collection: known.name.clone() });
        }
    }
    Ok(())
}

fn check_patch_values(patch: &Patch, entity: &Entity) -> Result<(), ShapeError> {
    check_header(&patch.header, &entity.fields, |field| field.kind.is_given())?;
    check_collection_count(&patch.collections, entity)?;
    for (rows, collection) in patch.collections.iter().zip(&entity.collections) {
        check_given_rows(rows, collection)?;
        check_ids(rows, true).map_err(|error| error.within(&collection.name))?;
    }
    Ok(())
}

fn check_field_state(number: usize, state: &FieldState, counted: &Counted<'_>) -> Result<(), AnswerError> {
    if !matches!(state.place, Place::Field(_) | Place::Cell { .. }) {
        return Err(AnswerError::StateWithoutField { number });
    }
    check_place("field-states", number, state.place, counted)?;
    Ok(())
}

/// The field at a place; none where it has none.
fn check_place<'e>(
    list: &str,
    number: usize,
    place: Place,
    counted: &Counted<'e>,
) -> Result<Option<&'e Field>, ShapeError> {
    let Counted { request, entity, .. } = counted;
    let check = || {
        let row_in = |collection: u16, row: u32| {
            let known = at("", "collection", &entity.collections, collection)?;
            counted.check_row(collection, row).map(|()| known)
        };
        match place {
            Place::Document => Ok(None),
            Place::Field(field) => at("", "field", &entity.fields, field).map(Some),
            Place::Row { collection, row } => row_in(collection, row).map(|_| None),
            Place::Cell { collection, row, field } => {
                at("", "field", &row_in(collection, row)?.fields, field).map(Some)
            }
            Place::Argument(field) => {
                let action = at("", "action", &entity.actions, request.action)?;
                at("", "argument", &action.arguments, field).map(Some)
            }
        }
    };
    check().map_err(|error: ShapeError| error.within(&format!("{list}[{number}]")))
}

fn check_issue(
    number: usize,
    issue: &Issue,
    counted: &Counted<'_>,
    descriptor: &Descriptor,
) -> Result<(), AnswerError> {
    check_arguments(number, issue, descriptor)?;
    let field = check_place("issues", number, issue.place, counted)?;
    if let Some(rule) = issue.rule {
        at(&format!("issues[{number}]"), "rule", &counted.entity.rules, rule)?;
    }
    match (&issue.offer, field) {
        (Some(offer), Some(field)) => {
            let path = || format!("issues[{number}].offer");
            Ok(field.of.check(offer).map_err(|error| ShapeError::new(path(), error))?)
        }
        (Some(_), None) => Err(AnswerError::OfferWithoutField { number }),
        (None, _) => Ok(()),
    }
}

fn check_arguments(number: usize, issue: &Issue, descriptor: &Descriptor) -> Result<(), AnswerError> {
    let standard = STANDARD_CODES.iter().find(|(code, _)| *code == issue.code);
    let own = descriptor.issues.iter().find(|kind| kind.code == issue.code);
    let known = |name: &str| {
        let in_standard = standard.is_some_and(|(_, names)| names.contains(&name));
        in_standard || own.is_some_and(|kind| kind.arguments.iter().any(|known| known == name))
    };
    if standard.is_none() && own.is_none() {
        return Err(AnswerError::UnknownCode { number, code: issue.code.clone() });
    }
    for (name, value) in &issue.arguments {
        if !known(name) {
            let (code, argument) = (issue.code.clone(), name.clone());
            return Err(AnswerError::UnknownArgument { number, code, argument });
        }
        let path = || format!("issues[{number}].arguments.{name}");
        value.check_range().map_err(|error| ShapeError::new(path(), error))?;
    }
    Ok(())
}
