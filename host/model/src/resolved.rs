//! Resolved documents: given values overlaid on derived ones.

use crate::{
    document::{Derived, Document},
    record_set::{Layout, RecordSet},
    schema::{Entity, Field},
    value::Value,
};

/// A document's given values overlaid on derived ones: what people see and stores keep.
#[derive(Clone, Debug)]
pub struct ResolvedDocument<'a> {
    entity: &'a Entity,
    header: Side<'a>,
    collections: Vec<Side<'a>>,
}

/// Where a resolved value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The document.
    Given,
    /// A rule.
    Derived,
}

/// A header's or a collection's two record sets.
#[derive(Clone, Debug)]
struct Side<'a> {
    fields: &'a [Field],
    /// Whose rows they are, with their ids; a header has none, and of a derived collection they may not be known.
    rows: Option<&'a RecordSet>,
    given: &'a RecordSet,
    given_layout: Layout,
    derived: Option<&'a RecordSet>,
    derived_layout: Layout,
}

impl<'a> ResolvedDocument<'a> {
    /// The document overlaid on these derived values. Both fit the entity.
    pub fn new(entity: &'a Entity, document: &'a Document, derived: &'a Derived) -> Self {
        let header = Side {
            fields: &entity.fields,
            rows: None,
            given: &document.header,
            given_layout: Layout::given_header(&entity.fields),
            derived: Some(&derived.header),
            derived_layout: Layout::derived(&entity.fields),
        };
        let collections = entity.collections.iter().zip(&document.collections).enumerate();
        let collections = collections.map(|(position, (collection, given))| {
            let derived = derived.collections.get(position);
            Side {
                fields: &collection.fields,
                rows: if collection.derived { derived } else { Some(given) },
                given,
                given_layout: Layout::given_rows(&collection.fields),
                derived,
                derived_layout: Layout::derived_rows(collection),
            }
        });
        Self { entity, header, collections: collections.collect() }
    }

    /// The entity.
    pub fn entity(&self) -> &'a Entity {
        self.entity
    }

    /// A header field's value.
    pub fn header(&self, field: u16) -> Option<Value> {
        self.header.value(field, 0).map(|(value, _)| value)
    }

    /// A cell's value.
    pub fn cell(&self, collection: u16, row: u32, field: u16) -> Option<Value> {
        self.collections.get(usize::from(collection))?.value(field, row).map(|(value, _)| value)
    }

    /// A header field's value, or a cell's where a collection and a row are named, with where it comes from.
    pub fn value(&self, row: Option<(u16, u32)>, field: u16) -> Option<(Value, Source)> {
        match row {
            None => self.header.value(field, 0),
            Some((collection, row)) => self.collections.get(usize::from(collection))?.value(field, row),
        }
    }

    /// The record set that has a collection's rows with their ids: the document's, or of a derived collection the
    /// rule's. None where the rule's rows are not given, as in the server-only part.
    pub fn rows(&self, collection: u16) -> Option<&'a RecordSet> {
        self.collections.get(usize::from(collection))?.rows
    }
}

impl Side<'_> {
    fn value(&self, field: u16, row: u32) -> Option<(Value, Source)> {
        let given = self.given.field(&self.given_layout, self.fields, field, row);
        let derived = || self.derived?.field(&self.derived_layout, self.fields, field, row);
        given.map(|value| (value, Source::Given)).or_else(|| derived().map(|value| (value, Source::Derived)))
    }
}
