//! Views: reference tables whose rows are the plugin's own records.
//!
//! What a view holds is said in the contract (`wit/1.0.0/schema.wit`, `view`).

use crate::{
    document::{Derived, Document},
    resolved::ResolvedDocument,
    schema::{Descriptor, Table, View, ViewSource},
    value::Value,
};

/// The values of one row of a view, field by field.
pub type ViewRow = Vec<Option<Value>>;

impl View {
    /// The rows that a record has in the view: `document` is the record, whose derived values are in
    /// [`Document::stored`]. Rows without a value that the table requires are left out.
    ///
    /// # Panics
    /// When the record does not fit the view's entity, or the descriptor was not checked.
    pub fn rows_of(&self, table: &Table, descriptor: &Descriptor, document: &Document) -> Vec<ViewRow> {
        let entity = &descriptor.entities[usize::from(self.entity)];
        let none = Derived::default();
        let resolved = ResolvedDocument::new(entity, document, document.stored.as_ref().unwrap_or(&none));
        let is_complete =
            |row: &ViewRow| row.iter().zip(&table.fields).all(|(value, field)| value.is_some() || !field.required);
        let rows = match self.collection {
            None => vec![self.row(&resolved, document, None)],
            Some(collection) => (0..resolved.rows(collection).map_or(0, |rows| rows.rows))
                .map(|row| self.row(&resolved, document, Some((collection, row))))
                .collect(),
        };
        rows.into_iter().filter(is_complete).collect()
    }

    fn row(&self, resolved: &ResolvedDocument<'_>, document: &Document, row: Option<(u16, u32)>) -> ViewRow {
        let id =
            |(collection, row): (u16, u32)| resolved.rows(collection)?.id(row).map(|id| Value::Text(id.to_owned()));
        let value = |source: &ViewSource| match source {
            ViewSource::RecordKey => Some(Value::Text(document.key.clone())).filter(|_| !document.key.is_empty()),
            ViewSource::RowId => row.and_then(id),
            ViewSource::Field(path) => {
                let row = path.collection.and(row);
                resolved.value(row, path.field).map(|(value, _)| value)
            }
        };
        self.sources.iter().map(value).collect()
    }
}
