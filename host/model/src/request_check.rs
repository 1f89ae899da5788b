//! Whether a request fits the descriptor.

use std::collections::HashSet;

use crate::{
    document::{Context, Derived, Document, Request},
    record_set::{RecordSet, Rows, check_columns, columns},
    rows::{Found, TableRows},
    schema::{Collection, Descriptor, Entity, Field},
    shape::{ShapeError, ShapeReason, at, check_ascending},
};

impl Request {
    /// Whether all that goes into an evaluation fits the plugin. A request that does not is its caller's fault.
    ///
    /// # Errors
    /// At the first thing that does not fit.
    pub fn check(&self, descriptor: &Descriptor) -> Result<(), ShapeError> {
        check_context(&self.context)?;
        let entity = at("entity", "entity", &descriptor.entities, self.entity)?;
        let action = at("action", "action", &entity.actions, self.action)?;
        self.document.check(entity)?;
        check_header(&self.arguments, &action.arguments, |_| true).map_err(|error| error.within("arguments"))?;
        let tables: Vec<_> = self.rows.iter().map(|rows| rows.table).collect();
        check_ascending("rows", "tables", &tables)?;
        self.rows.iter().try_for_each(|rows| check_table_rows(rows, descriptor))
    }
}

fn check_context(context: &Context) -> Result<(), ShapeError> {
    context.now.check().map_err(|error| ShapeError::new("context.now", error))?;
    context.today.check().map_err(|error| ShapeError::new("context.today", error))
}

impl Document {
    /// The name of the document's status; none where the entity has no status field or it is absent.
    pub fn status<'e>(&self, entity: &'e Entity) -> Option<&'e str> {
        let status = entity.status?;
        let (number, column) = columns(&entity.fields, false, |field| field.kind.is_given())
            .enumerate()
            .find(|(_, column)| column.field == status)?;
        let crate::schema::FieldType::Enumeration(names) = &entity.fields[usize::from(status)].of else { return None };
        let word = self.header.integers.get(usize::from(column.position)).filter(|_| self.header.is_present(number, 0));
        names.get(usize::try_from(*word?).ok()?).map(String::as_str)
    }

    /// The name of the document's status if it is one in which stored values stand.
    pub fn frozen_status<'e>(&self, entity: &'e Entity) -> Option<&'e str> {
        self.status(entity).filter(|status| entity.frozen.iter().any(|frozen| frozen == status))
    }

    /// Whether the document fits its entity.
    ///
    /// # Errors
    /// At the first thing that does not fit.
    pub fn check(&self, entity: &Entity) -> Result<(), ShapeError> {
        check_header(&self.header, &entity.fields, |field| field.kind.is_given())?;
        check_collection_count(&self.collections, entity)?;
        for (rows, collection) in self.collections.iter().zip(&entity.collections) {
            check_given_rows(rows, collection)?;
            check_ids(rows, false).map_err(|error| error.within(&collection.name))?;
        }
        match (self.frozen_status(entity), &self.stored) {
            (Some(_), Some(stored)) => check_derived(stored, self, entity).map_err(|error| error.within("stored")),
            (None, Some(_)) => Err(ShapeError::new("stored", ShapeReason::StoredNotFrozen)),
            (Some(status), None) => {
                Err(ShapeError::new("stored", ShapeReason::StoredMissing { status: status.to_owned() }))
            }
            (None, None) => Ok(()),
        }
    }
}

pub(crate) fn check_header(
    set: &RecordSet,
    fields: &[Field],
    includes: impl Fn(&Field) -> bool + Clone,
) -> Result<(), ShapeError> {
    check_row_count(set, 1)?;
    check_columns(set, columns(fields, false, includes), false, fields)
        .map_err(|error| error.located(set, fields, Rows::Header))
}

fn check_row_count(set: &RecordSet, expected: u32) -> Result<(), ShapeError> {
    if set.rows == expected {
        return Ok(());
    }
    Err(ShapeError::new("", ShapeReason::RowCount { found: set.rows, expected }))
}

pub(crate) fn check_collection_count(sets: &[RecordSet], entity: &Entity) -> Result<(), ShapeError> {
    let (found, expected) = (sets.len(), entity.collections.len());
    if found == expected {
        return Ok(());
    }
    Err(ShapeError::new("collections", ShapeReason::CollectionCount { found, expected }))
}

pub(crate) fn check_given_rows(rows: &RecordSet, collection: &Collection) -> Result<(), ShapeError> {
    if collection.derived && rows.rows > 0 {
        return Err(ShapeError::new(&*collection.name, ShapeReason::DerivedRows));
    }
    check_columns(rows, columns(&collection.fields, true, |field| field.kind.is_given()), true, &collection.fields)
        .map_err(|error| error.located(rows, &collection.fields, Rows::ById).within(&collection.name))
}

/// Ids are unique; an empty one stands for a new row, where that may be.
pub(crate) fn check_ids(rows: &RecordSet, may_be_new: bool) -> Result<(), ShapeError> {
    if ascend(rows) {
        return Ok(());
    }
    let mut seen = HashSet::with_capacity(rows.rows as usize);
    for (number, id) in (1..).zip(rows.ids()) {
        let number: usize = number;
        if id.is_empty() && !may_be_new {
            return Err(ShapeError::new(format!("[{number}].id"), ShapeReason::NoId));
        }
        if !id.is_empty() && !seen.insert(id) {
            return Err(ShapeError::new("", ShapeReason::SameId { id: id.to_owned() }));
        }
    }
    Ok(())
}

/// Ids made one after the other are mostly in order: by length, then by their characters. Such are unique without
/// being looked up.
fn ascend(rows: &RecordSet) -> bool {
    let mut before = "";
    rows.ids().all(|id| {
        let ascends = (before.len(), before) < (id.len(), id);
        before = id;
        ascends
    })
}

/// Whether derived values stand row by row beside the document; the rows of derived collections stand for themselves.
pub(crate) fn check_derived(derived: &Derived, document: &Document, entity: &Entity) -> Result<(), ShapeError> {
    check_header(&derived.header, &entity.fields, |field| field.kind.is_derived())?;
    check_collection_count(&derived.collections, entity)?;
    let pairs = derived.collections.iter().zip(&document.collections).zip(&entity.collections);
    for ((rows, given), collection) in pairs {
        let check = || {
            let (fields, has_ids) = (&collection.fields, collection.derived);
            let named = if has_ids { Rows::ById } else { Rows::By(given) };
            if !has_ids {
                check_row_count(rows, given.rows)?;
            }
            check_columns(rows, columns(fields, has_ids, |field| field.kind.is_derived()), has_ids, fields)
                .map_err(|error| error.located(rows, fields, named))?;
            if has_ids { check_ids(rows, false) } else { Ok(()) }
        };
        check().map_err(|error| error.within(&collection.name))?;
    }
    Ok(())
}

fn check_table_rows(rows: &TableRows, descriptor: &Descriptor) -> Result<(), ShapeError> {
    let table = at("rows", "table", &descriptor.tables, rows.table)?;
    let check = || {
        check_keys(rows)?;
        let counted: u64 = rows.answers.iter().map(|answer| u64::from(answer.rows)).sum();
        if counted != u64::from(rows.rows.rows) {
            return Err(ShapeError::new("", ShapeReason::AnswerRows { found: counted, expected: rows.rows.rows }));
        }
        let located = |error: crate::record_set::CellError| error.located(&rows.rows, &table.fields, Rows::Counted);
        check_columns(&rows.rows, columns(&table.fields, false, |_| true), false, &table.fields).map_err(located)
    };
    check().map_err(|error| error.within(&table.name).within("rows"))
}

fn check_keys(rows: &TableRows) -> Result<(), ShapeError> {
    let fault = |reason| Err(ShapeError::new("", reason));
    let mut begin = 0;
    let mut before = None;
    for (position, answer) in rows.answers.iter().enumerate() {
        let Some(key) = rows.keys.get(begin as usize..answer.key_end as usize) else {
            return fault(ShapeReason::TextEnd { position });
        };
        if before.is_some_and(|before| before >= (key, answer.limit)) {
            return fault(ShapeReason::NotAscending { what: "look-ups" });
        }
        let limit = answer.limit.unwrap_or(1);
        match answer.found {
            Found::NotHere if answer.rows > 0 => return fault(ShapeReason::RowsOfAbsentTable),
            Found::CutShort if answer.limit.is_none() => return fault(ShapeReason::KeyCutShort),
            _ if answer.rows > limit => return fault(ShapeReason::MoreThanLimit { found: answer.rows, limit }),
            _ => {}
        }
        (begin, before) = (answer.key_end, Some((key, answer.limit)));
    }
    if begin as usize == rows.keys.len() { Ok(()) } else { fault(ShapeReason::TextsGoOn) }
}
