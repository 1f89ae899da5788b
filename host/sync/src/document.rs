//! Records as documents that a plugin evaluates, and back.

use lockstep_model::{
    Cell, Derived, Document, Layout, Record, RecordSet, ResolvedDocument, Row, ShapeError, Value,
    record::Cells,
    schema::{Collection, Entity, Field, FieldKind},
};

use crate::touched::Touched;

/// The document of a record: its calculated fields are left out, and those defaulted ones that the user did not enter
/// and that are touched. In a frozen status all that is stored stands.
pub(crate) fn of_record(
    entity: &Entity,
    key: &str,
    record: &Record,
    touched: &Touched,
) -> Result<Document, ShapeError> {
    let header = header_set(&Layout::given_header(&entity.fields), &entity.fields, &record.cells, |position| {
        touched.has_field(position)
    })?;
    let collections = (0..).zip(&entity.collections).map(|(position, collection)| {
        let layout = Layout::given_rows(&collection.fields);
        let rows = if collection.derived { &[] } else { record.rows(&collection.name) };
        row_set(&layout, collection, rows, |row, field| touched.has_cell(position, row, field))
    });
    let collections = collections.collect::<Result<_, _>>()?;
    let mut document = Document { key: key.to_owned(), header, collections, stored: None };
    if document.frozen_status(entity).is_some() {
        document = Document { stored: Some(stored(entity, record)?), ..all_given(entity, key, record)? };
    }
    Ok(document)
}

fn all_given(entity: &Entity, key: &str, record: &Record) -> Result<Document, ShapeError> {
    let header = header_set(&Layout::given_header(&entity.fields), &entity.fields, &record.cells, |_| false)?;
    let collections = entity.collections.iter().map(|collection| {
        let rows = if collection.derived { &[] } else { record.rows(&collection.name) };
        row_set(&Layout::given_rows(&collection.fields), collection, rows, |_, _| false)
    });
    Ok(Document { key: key.to_owned(), header, collections: collections.collect::<Result<_, _>>()?, stored: None })
}

/// The derived values as they are stored.
pub(crate) fn stored(entity: &Entity, record: &Record) -> Result<Derived, ShapeError> {
    let header = header_set(&Layout::derived(&entity.fields), &entity.fields, &record.cells, |_| false)?;
    let collections = entity.collections.iter().map(|collection| {
        row_set(&Layout::derived_rows(collection), collection, record.rows(&collection.name), |_, _| false)
    });
    Ok(Derived { header, collections: collections.collect::<Result<_, _>>()? })
}

fn header_set(
    layout: &Layout,
    fields: &[Field],
    cells: &Cells,
    is_touched: impl Fn(u16) -> bool,
) -> Result<RecordSet, ShapeError> {
    RecordSet::from_row(layout, fields, values(layout, fields, cells, is_touched))
}

fn row_set(
    layout: &Layout,
    collection: &Collection,
    rows: &[Row],
    is_touched: impl Fn(&str, u16) -> bool,
) -> Result<RecordSet, ShapeError> {
    let ids: Vec<_> = if layout.has_ids { rows.iter().map(|row| &*row.id).collect() } else { Vec::new() };
    let all = rows.iter().map(|row| values(layout, &collection.fields, &row.cells, |field| is_touched(&row.id, field)));
    RecordSet::from_rows(layout, &collection.fields, &ids, &all.collect::<Vec<_>>())
        .map_err(|error| error.within(&collection.name))
}

fn values(layout: &Layout, fields: &[Field], cells: &Cells, is_touched: impl Fn(u16) -> bool) -> Vec<Option<Value>> {
    let value = |position: u16| {
        let field = &fields[usize::from(position)];
        let cell = cells.get(&field.name)?;
        let stands = field.kind != FieldKind::Defaulted || cell.entered || !is_touched(position);
        stands.then(|| cell.value.clone())
    };
    layout.columns.iter().map(|column| value(column.field)).collect()
}

/// The record that a document as it is stored is, as if rules had given all of its values.
pub fn record_of(entity: &Entity, company: &str, document: &Document) -> Record {
    let (none, before) = (Derived::default(), Record { company: company.to_owned(), ..Record::default() });
    to_record(entity, document, document.stored.as_ref().unwrap_or(&none), &before)
}

/// The record that a document with these derived values is. `before` knows who gave which value, and holds what the
/// entity does not know.
pub(crate) fn to_record(entity: &Entity, document: &Document, derived: &Derived, before: &Record) -> Record {
    let resolved = ResolvedDocument::new(entity, document, derived);
    let cells = resolved_cells(&entity.fields, &before.cells, |field| resolved.header(field));
    let mut after = Record { company: before.company.clone(), cells, collections: before.collections.clone() };
    for (position, collection) in (0..).zip(&entity.collections) {
        let ids: Vec<String> =
            resolved.rows(position).map(|rows| rows.ids().map(str::to_owned).collect()).unwrap_or_default();
        let rows = (0..).zip(ids).map(|(row, id)| {
            let none = Cells::new();
            let known = before.row(&collection.name, &id).map_or(&none, |row| &row.cells);
            let cells = resolved_cells(&collection.fields, known, |field| resolved.cell(position, row, field));
            Row { id, cells }
        });
        let rows: Vec<_> = rows.collect();
        if rows.is_empty() {
            after.collections.remove(&collection.name);
        } else {
            after.collections.insert(collection.name.clone(), rows);
        }
    }
    after
}

fn resolved_cells(fields: &[Field], before: &Cells, resolved: impl Fn(u16) -> Option<Value>) -> Cells {
    let is_known = |name: &str| fields.iter().any(|field| field.name == name);
    let mut cells: Cells =
        before.iter().filter(|(name, _)| !is_known(name)).map(|(name, cell)| (name.clone(), cell.clone())).collect();
    for (position, field) in (0..).zip(fields) {
        if let Some(mut value) = resolved(position) {
            value.normalise();
            let entered = before.get(&field.name).is_some_and(|cell| cell.entered);
            cells.insert(field.name.clone(), Cell { value, entered });
        }
    }
    cells
}
