//! The row that a field's key names, looked up once and handed to every rule that takes it.

use std::cell::OnceCell;

use crate::{Context, context::Gap, key::IntoKey, reference::Reference};

/// The row that a field's key names.
pub struct Slot<T>(OnceCell<Looked<T>>);

struct Looked<T> {
    row: Option<T>,
    /// Its number among the request's look-ups.
    look_up: Option<u32>,
    gap: Option<Gap>,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self(OnceCell::new())
    }
}

impl<T: Reference> Slot<T> {
    /// One for each row of a collection.
    pub fn many(rows: usize) -> Vec<Self> {
        (0..rows).map(|_| Self::default()).collect()
    }

    /// The row, looked up at the first call.
    pub fn get(&self, cx: &Context, key: Option<&impl IntoKey>) -> Option<&T> {
        let key = key.filter(IntoKey::is_possible)?;
        if let Some(looked) = self.0.get() {
            if let Some(gap) = looked.gap {
                cx.reopen(gap);
            }
            cx.trace_again(looked.look_up);
            return looked.row.as_ref();
        }
        let earlier = cx.take_gap();
        let row = cx.find::<T>(&key.key());
        let gap = cx.take_gap();
        let look_up = if gap == Some(Gap::Missed) { None } else { cx.last_look_up() };
        for gap in [earlier, gap].into_iter().flatten() {
            cx.reopen(gap);
        }
        self.0.get_or_init(|| Looked { row, look_up, gap }).row.as_ref()
    }
}
