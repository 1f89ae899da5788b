//! What an action changes: its own document and, where it must, other records.

use crate::{
    Text,
    contract::{self, Removed},
    entity::{Document, Entity},
    layout::Str,
    look_up::heap_sort,
};

/// Changes to one record: the fields that have a value are set, the cleared ones made absent, all others stay. A row
/// with an id changes the row of that id, one without is added.
#[derive(Clone, Debug)]
pub struct Patch<E> {
    key: Text,
    values: E,
    cleared: Vec<u16>,
    removed: Vec<Removed>,
}

impl<E: Entity> Patch<E> {
    /// Of the action's own document.
    pub fn own(values: E) -> Self {
        Self { key: Text::default(), values, cleared: Vec::new(), removed: Vec::new() }
    }

    /// Of another record.
    pub fn of(key: impl Into<Text>, values: E) -> Self {
        Self { key: key.into(), values, cleared: Vec::new(), removed: Vec::new() }
    }

    /// Makes a header field absent.
    #[must_use]
    pub fn clear(mut self, field: E::Field) -> Self {
        self.cleared.push(field.into());
        self
    }

    /// Takes a row away.
    #[must_use]
    pub fn remove(mut self, collection: E::Collection, id: &str) -> Self {
        self.removed.push(Removed { collection: collection.into(), id: Str::from(id.to_owned()) });
        self
    }
}

/// All that an action changes.
#[derive(Debug, Default)]
pub struct Effects(Vec<contract::Patch>);

impl Effects {
    /// Nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// With the changes to one more record.
    #[must_use]
    pub fn and<E: Entity>(mut self, patch: Patch<E>) -> Self {
        let Patch { key, values, cleared, removed } = patch;
        self.push(E::INDEX, Str::of(key.as_str()), (&values, E::SPEC.collections.len()), cleared, removed);
        self
    }

    fn push(
        &mut self,
        entity: u16,
        key: Str,
        (values, collections): (&dyn Document, usize),
        mut cleared: Vec<u16>,
        removed: Vec<Removed>,
    ) {
        heap_sort(&mut cleared, &|one, other| one < other);
        cleared.dedup();
        let header = values.rows(0).given();
        let collections = (1..=collections).map(|scope| values.rows(scope).given()).collect();
        let (cleared, removed) = (cleared.into(), removed.into());
        self.0.push(contract::Patch { entity, key, header, cleared, collections, removed });
    }

    pub(crate) fn into_patches(self) -> Vec<contract::Patch> {
        self.0
    }
}

impl<E: Entity> From<Patch<E>> for Effects {
    fn from(patch: Patch<E>) -> Self {
        Self::none().and(patch)
    }
}
