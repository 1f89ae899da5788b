//! Merging a change into a record that may have moved since the user saw it: disjoint edits merge, equal ones agree,
//! and the same field edited differently on both sides is a conflict, unless the entity's later writer wins.

use std::collections::BTreeMap;

use lockstep_model::{
    Cell, Change, Record, Refusal, Row, Value,
    operation::{Edit, Edits, RowChange},
    record::Cells,
    schema::{Collection, Entity, Field, FieldKind},
    verdict::{Conflict, NotWritable, Side},
};

use crate::touched::Touched;

/// Whether fields that are set at creation alone may be set.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Occasion {
    Creation,
    Update,
}

/// The record with the change, and what that touches.
pub(crate) fn merge(
    entity: &Entity,
    current: &Record,
    change: &Change,
    occasion: Occasion,
) -> Result<(Record, Touched), Refusal> {
    let mut merge =
        Merge { is_last_writer: entity.last_writer, occasion, touched: Touched::default(), conflicts: Vec::new() };
    let mut record = current.clone();
    for (name, edit) in &change.fields {
        let (position, field) = field_named(&entity.fields, name, name)?;
        check_writable(field, name, edit, occasion)?;
        if merge.edit(&mut record.cells, field, edit, name) {
            merge.touched.field(position);
        }
    }
    for (name, changes) in &change.rows {
        let (position, collection) = collection_named(entity, name)?;
        let mut rows = record.collections.remove(name).unwrap_or_default();
        for (id, row_change) in changes {
            merge.row(position, collection, &mut rows, id, row_change)?;
        }
        if !rows.is_empty() {
            record.collections.insert(name.clone(), rows);
        }
    }
    if merge.conflicts.is_empty() { Ok((record, merge.touched)) } else { Err(Refusal::Conflicts(merge.conflicts)) }
}

struct Merge {
    is_last_writer: bool,
    occasion: Occasion,
    touched: Touched,
    conflicts: Vec<Conflict>,
}

impl Merge {
    /// Whether the cell has another value now.
    fn edit(&mut self, cells: &mut Cells, field: &Field, edit: &Edit, path: &str) -> bool {
        let current = cells.get(&field.name).map(|cell| &cell.value);
        // What a rule gave stands as the user's own once he has entered the same.
        let was_entered = cells.get(&field.name).is_some_and(|cell| cell.entered);
        let agrees = current == edit.value.as_ref();
        if !agrees && current != edit.base.as_ref() && !self.is_last_writer {
            self.conflicts.push(Conflict {
                path: path.to_owned(),
                base: Side::Field(edit.base.clone()),
                mine: Side::Field(edit.value.clone()),
                theirs: Side::Field(current.cloned()),
            });
            return false;
        }
        let entered = field.kind == FieldKind::Defaulted;
        match &edit.value {
            Some(value) => {
                let mut value = value.clone();
                value.normalise();
                cells.insert(field.name.clone(), Cell { value, entered });
            }
            None => {
                cells.remove(&field.name);
            }
        }
        !agrees || (entered && !was_entered)
    }

    fn row(
        &mut self,
        position: u16,
        collection: &Collection,
        rows: &mut Vec<Row>,
        id: &str,
        change: &RowChange,
    ) -> Result<(), Refusal> {
        let path = format!("{}[{id}]", collection.name);
        let place = rows.iter().position(|row| row.id == id);
        match (change, place) {
            (RowChange::Added(_), _) if id.is_empty() => {
                return Err(does_not_fit(format!("{}: a row has no id", collection.name)));
            }
            (RowChange::Added(edits), None) => {
                let mut row = Row { id: id.to_owned(), cells: Cells::new() };
                self.edits(position, collection, &mut row, edits, &path, Occasion::Creation)?;
                self.touched.row(position, collection.fields.len());
                rows.push(row);
            }
            (RowChange::Added(edits) | RowChange::Changed(edits), Some(place)) => {
                let occasion = if matches!(change, RowChange::Added(_)) { Occasion::Creation } else { self.occasion };
                self.edits(position, collection, &mut rows[place], edits, &path, occasion)?;
            }
            (RowChange::Changed(edits), None) => {
                let cells = |of: fn(&Edit) -> &Option<Value>| {
                    let entered = |(name, edit): (&String, &Edit)| {
                        of(edit).clone().map(|value| (name.clone(), Cell { value, entered: false }))
                    };
                    Side::Row(Some(edits.iter().filter_map(entered).collect()))
                };
                self.conflicts.push(Conflict {
                    path,
                    base: cells(|edit| &edit.base),
                    mine: cells(|edit| &edit.value),
                    theirs: Side::Row(None),
                });
            }
            (RowChange::Removed(base), Some(place)) => {
                if self.is_last_writer || is_as_seen(collection, &rows[place], base) {
                    rows.remove(place);
                    self.touched.row(position, collection.fields.len());
                } else {
                    let seen = base
                        .iter()
                        .map(|(name, value)| (name.clone(), Cell { value: value.clone(), entered: false }))
                        .collect();
                    self.conflicts.push(Conflict {
                        path,
                        base: Side::Row(Some(seen)),
                        mine: Side::Row(None),
                        theirs: Side::Row(Some(rows[place].cells.clone())),
                    });
                }
            }
            // Both sides took it away.
            (RowChange::Removed(_), None) => {}
        }
        Ok(())
    }

    fn edits(
        &mut self,
        position: u16,
        collection: &Collection,
        row: &mut Row,
        edits: &Edits,
        path: &str,
        occasion: Occasion,
    ) -> Result<(), Refusal> {
        for (name, edit) in edits {
            let path = format!("{path}.{name}");
            let (number, field) = field_named(&collection.fields, name, &path)?;
            check_writable(field, &path, edit, occasion)?;
            if self.edit(&mut row.cells, field, edit, &path) {
                self.touched.cell(position, &row.id, number);
            }
        }
        Ok(())
    }
}

/// Whether a row's entered and defaulted values are those that the user saw.
fn is_as_seen(collection: &Collection, row: &Row, seen: &BTreeMap<String, Value>) -> bool {
    let users = |field: &&Field| matches!(field.kind, FieldKind::Entered | FieldKind::Defaulted);
    collection.fields.iter().filter(users).all(|field| row.value(&field.name) == seen.get(&field.name))
}

fn check_writable(field: &Field, path: &str, edit: &Edit, occasion: Occasion) -> Result<(), Refusal> {
    let refuse = |why| Err(Refusal::NotWritable { path: path.to_owned(), why });
    match field.kind {
        FieldKind::Calculated | FieldKind::State | FieldKind::Assigned => refuse(NotWritable::Derived),
        FieldKind::Entered | FieldKind::Defaulted
            if field.read_only && occasion == Occasion::Update && edit.base != edit.value =>
        {
            refuse(NotWritable::SetAtCreation)
        }
        FieldKind::Entered | FieldKind::Defaulted => Ok(()),
    }
}

fn field_named<'f>(fields: &'f [Field], name: &str, path: &str) -> Result<(u16, &'f Field), Refusal> {
    let found = (0..).zip(fields).find(|(_, field)| field.name == name);
    found.ok_or_else(|| does_not_fit(format!("{path}: there is no such field")))
}

fn collection_named<'e>(entity: &'e Entity, name: &str) -> Result<(u16, &'e Collection), Refusal> {
    let found = (0..).zip(&entity.collections).find(|(_, collection)| collection.name == name);
    let (position, collection) = found.ok_or_else(|| does_not_fit(format!("{name}: there is no such collection")))?;
    if collection.derived {
        return Err(Refusal::NotWritable { path: name.to_owned(), why: NotWritable::Derived });
    }
    Ok((position, collection))
}

pub(crate) fn does_not_fit(sentence: String) -> Refusal {
    Refusal::DoesNotFit { sentence }
}
