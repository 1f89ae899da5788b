//! What people wrote: a plugin's cases, from which random requests are made.

use std::path::Path;

use anyhow::Context as _;
use lockstep_cases::case;
use lockstep_model::{
    Layout, RecordSet, Request, Tables, Value,
    schema::{Descriptor, Entity, Field},
};

/// The values of a header or a row, by field.
pub type Row = Vec<Option<Value>>;

/// A case's document, and what is done with it.
#[derive(Clone, Debug)]
pub struct Example {
    /// The case.
    pub request: Request,
    /// The document's header.
    pub header: Row,
    /// Its rows, by collection.
    pub rows: Vec<Vec<Row>>,
    /// Its tables, where they are other than the plugin's.
    pub tables: Option<Tables>,
}

/// A plugin's cases as far as documents can be made of them.
#[derive(Clone, Debug, Default)]
pub struct Examples {
    /// By entity.
    entities: Vec<OfEntity>,
}

#[derive(Clone, Debug, Default)]
struct OfEntity {
    documents: Vec<Example>,
    /// By action.
    arguments: Vec<Vec<Row>>,
    /// The header's, then each collection's, by field.
    values: Vec<Vec<Vec<Value>>>,
}

impl Examples {
    /// Reads the cases of a plugin crate; a crate without cases has no examples.
    ///
    /// # Errors
    /// When a case cannot be read.
    pub fn read(plugin: &Path, descriptor: &Descriptor) -> anyhow::Result<Self> {
        let empty = descriptor.entities.iter().map(|entity| OfEntity {
            documents: Vec::new(),
            arguments: vec![Vec::new(); entity.actions.len()],
            values: scopes(entity).map(|fields| vec![Vec::new(); fields.len()]).collect(),
        });
        let mut examples = Self { entities: empty.collect() };
        if plugin.join(case::FOLDER).is_dir() {
            for case in case::read_all(plugin)? {
                let request = case.request(descriptor).with_context(|| case.name.clone())?;
                let tables = case.has_tables().then(|| case.tables(descriptor, plugin)).transpose()?;
                let position = usize::from(request.entity);
                examples.entities[position].add(&descriptor.entities[position], request, tables);
            }
        }
        Ok(examples)
    }

    /// The documents of an entity.
    pub fn of(&self, entity: u16) -> &[Example] {
        &self.entities[usize::from(entity)].documents
    }

    /// The arguments with which an entity's action is called.
    pub fn arguments(&self, entity: u16, action: u16) -> &[Row] {
        &self.entities[usize::from(entity)].arguments[usize::from(action)]
    }

    /// The values that a field of an entity's header (scope 0) or of a collection (1 and on) has in them.
    pub fn values(&self, entity: u16, scope: usize, field: usize) -> &[Value] {
        &self.entities[usize::from(entity)].values[scope][field]
    }
}

/// The header's fields, then each collection's.
fn scopes(entity: &Entity) -> impl Iterator<Item = &[Field]> {
    std::iter::once(&*entity.fields).chain(entity.collections.iter().map(|collection| &*collection.fields))
}

impl OfEntity {
    fn add(&mut self, entity: &Entity, request: Request, tables: Option<Tables>) {
        let document = &request.document;
        let header = wide(&Layout::given_header(&entity.fields), &entity.fields, &document.header);
        let collections = entity.collections.iter().zip(&document.collections);
        let rows: Vec<_> = collections
            .map(|(collection, rows)| wide(&Layout::given_rows(&collection.fields), &collection.fields, rows))
            .collect();
        for (values, rows) in self.values.iter_mut().zip(std::iter::once(&header).chain(&rows)) {
            for row in rows {
                values.iter_mut().zip(row).for_each(|(values, value)| values.extend(value.clone()));
            }
        }
        let action = usize::from(request.action);
        let arguments = &entity.actions[action].arguments;
        self.arguments[action].extend(wide(&Layout::all(arguments), arguments, &request.arguments));
        let header = header.into_iter().next().unwrap_or_default();
        self.documents.push(Example { request, header, rows, tables });
    }
}

/// The rows of a layout as rows of all fields.
fn wide(layout: &Layout, fields: &[Field], set: &RecordSet) -> Vec<Row> {
    let row = |number| {
        let mut row = vec![None; fields.len()];
        for (column, value) in layout.columns.iter().zip(set.row(layout, fields, number)) {
            row[usize::from(column.field)] = value;
        }
        row
    };
    (0..set.rows).map(row).collect()
}
