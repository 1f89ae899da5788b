//! What an action changes: its own document and, where it must, other records.

use crate::{Text, bindings::logic, entity::Entity, look_up::heap_sort};

/// Changes to one record: the fields that have a value are set, the cleared ones made absent, all others stay. A row
/// with an id changes the row of that id, one without is added.
#[derive(Clone, Debug)]
pub struct Patch<E> {
    key: Text,
    values: E,
    cleared: Vec<u16>,
    removed: Vec<(u16, String)>,
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
        self.removed.push((collection.into(), id.to_owned()));
        self
    }
}

/// All that an action changes.
#[derive(Debug, Default)]
pub struct Effects(Vec<logic::Patch>);

impl Effects {
    /// Nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// With the changes to one more record.
    #[must_use]
    pub fn and<E: Entity>(mut self, mut patch: Patch<E>) -> Self {
        heap_sort(&mut patch.cleared, &|one, other| one < other);
        patch.cleared.dedup();
        let (header, collections) = patch.values.patch_columns();
        self.0.push(logic::Patch {
            entity: E::INDEX,
            key: patch.key.into(),
            header,
            cleared: patch.cleared,
            collections,
            removed: patch.removed,
        });
        self
    }

    pub(crate) fn into_patches(self) -> Vec<logic::Patch> {
        self.0
    }
}

impl<E: Entity> From<Patch<E>> for Effects {
    fn from(patch: Patch<E>) -> Self {
        Self::none().and(patch)
    }
}
