//! A draft as it is shown: values with what is derived, issues in words, what can be entered and done.

use std::collections::BTreeMap;

use lockstep_model::{
    Issue, Outcome, Place, Record, Refusal, Value,
    record::Cells,
    schema::{Collection, Entity, Field, FieldKind, FieldType, Severity},
};
use lockstep_package::{Subject, Wording};
use lockstep_sync::{Executor, Preview, PreviewEnded, RunError};

use rusqlite::Connection;

use super::{
    Device, DeviceError, Draft, Result,
    edits::{At, applied},
    error::no_such,
    replay,
};
use crate::{logic::Package, store::records};

/// A draft as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftView {
    /// The header's fields, in the entity's order.
    pub fields: Vec<FieldView>,
    /// The collections of rows.
    pub collections: Vec<CollectionView>,
    /// What rules say of it.
    pub issues: Vec<IssueView>,
    /// The entity's actions.
    pub actions: Vec<ActionView>,
    /// Why the action would be refused as it stands, in the user's language; none: it would be done.
    pub refusal: Option<String>,
}

/// A field as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldView {
    /// Where it is.
    pub at: At,
    /// In the user's language.
    pub label: String,
    /// What it holds.
    pub of: FieldType,
    /// Its value, entered or derived.
    pub value: Option<Value>,
    /// The same in the user's language; empty where there is none.
    pub text: String,
    /// It is not to be shown.
    pub is_hidden: bool,
    /// It cannot be entered now.
    pub is_read_only: bool,
    /// It has to be entered.
    pub is_required: bool,
    /// The table whose key it holds.
    pub table: Option<String>,
}

/// A collection as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollectionView {
    /// Its name.
    pub name: String,
    /// In the user's language.
    pub label: String,
    /// Rules give it its rows.
    pub is_derived: bool,
    /// Its rows.
    pub rows: Vec<RowView>,
}

/// A row as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowView {
    /// Its id.
    pub id: String,
    /// Its fields, in the collection's order.
    pub fields: Vec<FieldView>,
}

/// An issue in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueView {
    /// Its code, under which a reason is given.
    pub code: String,
    /// How grave it is.
    pub severity: Severity,
    /// In the user's language.
    pub text: String,
    /// The field that it speaks of, if it speaks of one.
    pub at: Option<At>,
    /// Where it is, in the user's language; empty: the record as a whole.
    pub place: String,
    /// A value for the field that would resolve it.
    pub offer: Option<Value>,
    /// The action is refused because of it.
    pub is_blocking: bool,
}

/// An action of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionView {
    /// Its name.
    pub name: String,
    /// In the user's language.
    pub label: String,
    /// The record's status allows it.
    pub is_allowed: bool,
}

impl Device {
    /// A draft with what is derived from it, as if it were saved.
    ///
    /// # Errors
    /// When the plugin fails, or the file cannot be read.
    pub fn show(&self, draft: &Draft) -> Result<DraftView> {
        self.show_for(draft, draft.action(), &draft.arguments, &draft.justifications)
    }

    /// A draft as it would be submitted with this action.
    ///
    /// # Errors
    /// As [`show`](Self::show), and when an action that changes no fields is asked for while something was entered.
    pub fn show_for(
        &self,
        draft: &Draft,
        action: &str,
        arguments: &BTreeMap<String, Value>,
        justifications: &BTreeMap<String, String>,
    ) -> Result<DraftView> {
        let mut operation = self.operation(&draft.package, &draft.submission(action, arguments, justifications)?)?;
        operation.reads.rows = draft.looked_up.reads(&self.settings.limits).rows;
        let package = &*draft.package;
        let Package { descriptor, evaluator, messages, .. } = package;
        let executor = Executor { evaluator, descriptor, limits: &self.settings.limits };
        let look = |connection: &Connection| {
            let kept = replay::kept(connection, &*self.packages, &package.name)?;
            let lens = replay::lens(connection, package, kept.as_deref());
            Ok::<_, DeviceError>(executor.preview_from(&operation, &operation.context, &lens))
        };
        let ended = match draft.amends {
            None => look(self.store.connection())?,
            // On the record as it was before the operation that is amended.
            Some(_) => self.store.try_out(|connection| {
                let before = (!draft.is_new()).then_some(&draft.before);
                records::put_back(connection, &draft.record, before)?;
                look(connection)
            })?,
        };
        let (entity_position, entity) =
            descriptor.entity(&draft.record.entity).ok_or_else(|| no_such("entity", &draft.record.entity))?;
        let (action_position, _) = entity.action(action).ok_or_else(|| no_such("action", action))?;
        let preview = match ended {
            Ok(PreviewEnded::Seen(preview)) => preview,
            Ok(PreviewEnded::Refused(refused)) => Preview {
                record: applied(&draft.before, &draft.change),
                outcome: Outcome::default(),
                refusal: Some(refused.refusal),
                reads: refused.reads,
            },
            Err(RunError::Source(error)) => return Err(error.into()),
            Err(error) => return Err(DeviceError::Fault(error.to_string())),
        };
        draft.looked_up.set(preview.reads.clone());
        let wording = messages.for_locale(&self.settings.locale);
        let subject = Subject::new(descriptor, entity_position, action_position);
        let blocking: Vec<&Issue> = match &preview.refusal {
            Some(Refusal::Issues(issues)) => issues.iter().collect(),
            _ => Vec::new(),
        };
        let shown = Shown {
            entity,
            is_new: draft.is_new(),
            wording: &wording,
            subject,
            record: &preview.record,
            outcome: &preview.outcome,
            tables: descriptor.tables.iter().map(|table| &*table.name).collect(),
        };
        Ok(DraftView {
            fields: shown.header(),
            collections: shown.collections(),
            issues: preview.outcome.issues.iter().map(|issue| shown.issue(issue, &blocking)).collect(),
            actions: shown.actions(),
            refusal: preview.refusal.as_ref().map(|refusal| wording.refusal(refusal, &subject)),
        })
    }
}

struct Shown<'a> {
    entity: &'a Entity,
    is_new: bool,
    wording: &'a Wording<'a>,
    subject: Subject<'a>,
    record: &'a Record,
    outcome: &'a Outcome,
    tables: Vec<&'a str>,
}

impl Shown<'_> {
    fn header(&self) -> Vec<FieldView> {
        let fields = (0..).zip(&self.entity.fields);
        let view = |(position, field): (u16, &Field)| {
            let at = At::Field(field.name.clone());
            let label = self.wording.field(self.entity, field);
            self.field(Place::Field(position), at, label, field, &self.record.cells)
        };
        fields.map(view).collect()
    }

    fn collections(&self) -> Vec<CollectionView> {
        let collections = (0..).zip(&self.entity.collections);
        let view = |(position, collection): (u16, &Collection)| CollectionView {
            name: collection.name.clone(),
            label: self.wording.collection(self.entity, collection),
            is_derived: collection.derived,
            rows: self.rows(position, collection),
        };
        collections.map(view).collect()
    }

    fn rows(&self, position: u16, collection: &Collection) -> Vec<RowView> {
        let rows = (0..).zip(self.record.rows(&collection.name));
        let rows = rows.map(|(number, row)| {
            let fields = (0..).zip(&collection.fields).map(|(field_position, field)| {
                let at =
                    At::Cell { collection: collection.name.clone(), row: row.id.clone(), field: field.name.clone() };
                let place = Place::Cell { collection: position, row: number, field: field_position };
                let label = self.wording.row_field(self.entity, collection, field);
                self.field(place, at, label, field, &row.cells)
            });
            RowView { id: row.id.clone(), fields: fields.collect() }
        });
        rows.collect()
    }

    fn field(&self, place: Place, at: At, label: String, field: &Field, cells: &Cells) -> FieldView {
        let value = cells.get(&field.name).map(|cell| cell.value.clone());
        let state = self.outcome.field_states.iter().find(|state| state.place == place);
        let is_users = matches!(field.kind, FieldKind::Entered | FieldKind::Defaulted);
        FieldView {
            at,
            label,
            of: field.of.clone(),
            text: value.as_ref().map_or_else(String::new, |value| self.wording.value_at(place, value, &self.subject)),
            value,
            is_hidden: state.is_some_and(|state| state.hidden),
            is_read_only: !is_users
                || (field.read_only && !self.is_new)
                || state.is_some_and(|state| state.read_only || state.hidden),
            is_required: is_users && (field.required || state.is_some_and(|state| state.required)),
            table: field.table.and_then(|table| self.tables.get(usize::from(table))).map(|name| (*name).to_owned()),
        }
    }

    fn issue(&self, issue: &Issue, blocking: &[&Issue]) -> IssueView {
        IssueView {
            code: issue.code.clone(),
            severity: issue.severity,
            text: self.wording.issue(issue, &self.subject),
            at: self.at(issue.place),
            place: self.wording.place(issue.place, &self.subject),
            offer: issue.offer.clone(),
            is_blocking: blocking.contains(&issue),
        }
    }

    fn at(&self, place: Place) -> Option<At> {
        match place {
            Place::Field(field) => Some(At::Field(self.entity.fields.get(usize::from(field))?.name.clone())),
            Place::Cell { collection, row, field } => {
                let collection = self.entity.collections.get(usize::from(collection))?;
                Some(At::Cell {
                    collection: collection.name.clone(),
                    row: self.record.rows(&collection.name).get(row as usize)?.id.clone(),
                    field: collection.fields.get(usize::from(field))?.name.clone(),
                })
            }
            Place::Document | Place::Row { .. } | Place::Argument(_) => None,
        }
    }

    fn actions(&self) -> Vec<ActionView> {
        let actions = (0_u16..).zip(&self.entity.actions);
        let view = |(position, action): (u16, &lockstep_model::schema::Action)| ActionView {
            name: action.name.clone(),
            label: self.wording.action(self.entity, action),
            is_allowed: self.outcome.actions.contains(&position),
        };
        actions.map(view).collect()
    }
}
