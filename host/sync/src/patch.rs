//! Applying what an action returns: present cells are set, cleared ones made absent, rows added, changed, taken away.

use lockstep_model::{
    Cell, Layout, Patch, Record, RecordSet, Row,
    record::Cells,
    schema::{Entity, Field, FieldKind},
};

use crate::touched::Touched;

/// Applies a patch; `new_id` makes the ids of rows that ask for one. Gives what it touches.
pub(crate) fn apply(
    entity: &Entity,
    record: &mut Record,
    patch: &Patch,
    new_id: &mut dyn FnMut() -> String,
    touched: &mut Touched,
) {
    let layout = Layout::given_header(&entity.fields);
    for position in set(&layout, &entity.fields, &patch.header, 0, &mut record.cells) {
        touched.field(position);
    }
    for &position in &patch.cleared {
        if record.cells.remove(&entity.fields[usize::from(position)].name).is_some() {
            touched.field(position);
        }
    }
    for (position, (collection, patched)) in (0..).zip(entity.collections.iter().zip(&patch.collections)) {
        let layout = Layout::given_rows(&collection.fields);
        let mut rows = record.collections.remove(&collection.name).unwrap_or_default();
        for number in 0..patched.rows {
            let id = patched.id(number).filter(|id| !id.is_empty()).map_or_else(&mut *new_id, str::to_owned);
            let place = rows.iter().position(|row| row.id == id).unwrap_or_else(|| {
                rows.push(Row { id: id.clone(), cells: Cells::new() });
                touched.row(position, collection.fields.len());
                rows.len() - 1
            });
            for field in set(&layout, &collection.fields, patched, number, &mut rows[place].cells) {
                touched.cell(position, &id, field);
            }
        }
        let is_removed = |row: &Row| patch.removed.iter().any(|(from, id)| *from == position && *id == row.id);
        if rows.iter().any(is_removed) {
            rows.retain(|row| !is_removed(row));
            touched.row(position, collection.fields.len());
        }
        if !rows.is_empty() {
            record.collections.insert(collection.name.clone(), rows);
        }
    }
}

/// Sets the present cells of one row, and gives the fields whose values are others now.
fn set(layout: &Layout, fields: &[Field], values: &RecordSet, row: u32, cells: &mut Cells) -> Vec<u16> {
    let mut changed = Vec::new();
    for (number, column) in layout.columns.iter().enumerate() {
        let Some(mut value) = values.value(layout, fields, number, row) else { continue };
        value.normalise();
        let field = &fields[usize::from(column.field)];
        // What an action sets stands as if the user had entered it.
        let cell = Cell { value, entered: field.kind == FieldKind::Defaulted };
        if cells.get(&field.name) != Some(&cell) {
            cells.insert(field.name.clone(), cell);
            changed.push(column.field);
        }
    }
    changed
}
