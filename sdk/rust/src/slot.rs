//! The row that a field's key names, looked up once and handed to every rule that takes it.

use std::any::Any;

use crate::{
    Context,
    context::{Found, Gap},
    key::is_possible,
    reference::Table,
};

/// What became of a look-up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Looked {
    row: Option<&'static dyn Any>,
    /// Its number among the request's look-ups.
    look_up: Option<u32>,
    gap: Option<Gap>,
}

/// The row with a key, looked up at the first call.
pub(crate) fn look(
    cx: &Context,
    looked: &mut Option<Looked>,
    table: &'static Table,
    key: &str,
) -> Option<&'static dyn Any> {
    if let Some(looked) = looked {
        if let Some(gap) = looked.gap {
            cx.reopen(gap);
        }
        cx.trace_again(looked.look_up);
        return looked.row;
    }
    if !is_possible(key) {
        return None;
    }
    let earlier = cx.take_gap();
    let row = match cx.find(table.index, table.name, key) {
        Some(Found::Cells(cells, row)) => Some((table.read)(cells, row)),
        #[cfg(not(target_family = "wasm"))]
        Some(Found::Row(row)) => Some(row),
        None => None,
    };
    let gap = cx.take_gap();
    let look_up = if gap == Some(Gap::Missed) { None } else { cx.last_look_up() };
    for gap in [earlier, gap].into_iter().flatten() {
        cx.reopen(gap);
    }
    *looked = Some(Looked { row, look_up, gap });
    row
}
