//! Whether a record set fits its schema. Each column is judged by one loop without branches; only when something is
//! wrong does a second look find the cell.

use crate::{
    calendar::{Date, Timestamp},
    decimal::{SCALE_MAX, decimal_from_words, is_canonical, scale},
    record_set::{Column, RecordSet},
    schema::{Field, FieldType, Pool},
    shape::{ShapeError, ShapeReason},
    value::{ValueError, check_length},
};

/// What does not fit, still without a path.
pub(crate) struct CellError {
    /// Position of the field and of the row.
    cell: Option<(u16, u32)>,
    reason: ShapeReason,
}

/// How rows are named in a path.
#[derive(Clone, Copy)]
pub(crate) enum Rows<'a> {
    /// A header has one: it has no name.
    Header,
    /// By their ids, else counted from 1.
    ById,
    /// By the ids of another record set, else counted from 1.
    By(&'a RecordSet),
    /// Counted from 1.
    Counted,
}

impl CellError {
    fn whole(reason: ShapeReason) -> Self {
        Self { cell: None, reason }
    }

    #[cold]
    pub(crate) fn located(self, set: &RecordSet, fields: &[Field], rows: Rows<'_>) -> ShapeError {
        let path = self.cell.map_or_else(String::new, |(field, row)| {
            let name = fields.get(usize::from(field)).map_or("id", |field| &field.name);
            let id = match rows {
                Rows::Header => return name.to_owned(),
                Rows::ById => set.id(row),
                Rows::By(other) => other.id(row),
                Rows::Counted => None,
            };
            match id.filter(|id| !id.is_empty()) {
                Some(id) => format!("[{id}].{name}"),
                None => format!("[{}].{name}", u64::from(row) + 1),
            }
        });
        ShapeError::new(path, self.reason)
    }
}

/// Whether the pools fit the columns and every value fits its field.
pub(crate) fn check_columns(
    set: &RecordSet,
    columns: impl Iterator<Item = Column> + Clone,
    has_ids: bool,
    fields: &[Field],
) -> Result<(), CellError> {
    check_lengths(set, columns.clone(), has_ids).map_err(CellError::whole)?;
    check_text_ends(set).map_err(CellError::whole)?;
    columns.enumerate().try_for_each(|(number, column)| {
        check_column(set, number, column, fields)
            .map_err(|(row, reason)| CellError { cell: Some((column.field, row)), reason })
    })
}

fn check_lengths(set: &RecordSet, columns: impl Iterator<Item = Column>, has_ids: bool) -> Result<(), ShapeReason> {
    let mut pools = [0, 0, u64::from(has_ids)];
    columns.for_each(|column| pools[column.pool as usize] += 1);
    let rows = u64::from(set.rows);
    let cells = (pools.iter().sum::<u64>() - u64::from(has_ids)) * rows;
    let [integers, decimals, texts] = pools.map(|columns| columns * rows);
    let (found, expected) = (set.present.len() as u64, cells.div_ceil(64));
    if found != expected {
        return Err(ShapeReason::PresentLength { found, expected });
    }
    if cells % 64 != 0 && set.present.last().is_some_and(|word| word >> (cells % 64) != 0) {
        return Err(ShapeReason::BitPastTheEnd);
    }
    let (found, expected) = (set.integers.len() as u64, integers);
    if found != expected {
        return Err(ShapeReason::IntegersLength { found, expected });
    }
    let (found, expected) = (set.decimals.len() as u64, 2 * decimals);
    if found != expected {
        return Err(ShapeReason::DecimalsLength { found, expected });
    }
    let (found, expected) = (set.text_ends.len() as u64, texts);
    if found != expected {
        return Err(ShapeReason::TextEndsLength { found, expected });
    }
    Ok(())
}

#[expect(clippy::needless_bitwise_bool, reason = "no branch for each cell")]
fn check_text_ends(set: &RecordSet) -> Result<(), ShapeReason> {
    let last = set.text_ends.last().copied().unwrap_or(0) as usize;
    if last != set.texts.len() && set.text_ends.iter().all(|end| *end as usize <= set.texts.len()) {
        return Err(ShapeReason::TextsGoOn);
    }
    let ascending = set.text_ends.windows(2).fold(true, |sound, pair| sound & (pair[0] <= pair[1]));
    let on_boundaries =
        set.texts.is_ascii() || set.text_ends.iter().all(|end| set.texts.is_char_boundary(*end as usize));
    if last == set.texts.len() && ascending && on_boundaries {
        return Ok(());
    }
    let mut begin = 0;
    let wrong = set.text_ends.iter().position(|&end| {
        let sound = set.texts.get(begin as usize..end as usize).is_some();
        begin = end;
        !sound
    });
    Err(ShapeReason::TextEnd { position: wrong.unwrap_or_default() })
}

type RowError = (u32, ShapeReason);

fn check_column(set: &RecordSet, number: usize, column: Column, fields: &[Field]) -> Result<(), RowError> {
    let rows = set.rows as usize;
    let cells = usize::from(column.position) * rows..(usize::from(column.position) + 1) * rows;
    let of = &fields[usize::from(column.field)].of;
    match (column.pool, of) {
        (Pool::Decimals, FieldType::Decimal(takes)) => {
            let words = &set.decimals.as_chunks().0[cells];
            check_decimals(words, *takes)?;
            check_absent(set, number, |row| words[row] == [0, 0])
        }
        (Pool::Texts, FieldType::Text(takes)) => {
            check_texts(set, cells.clone(), *takes)?;
            check_absent(set, number, |row| set.text_at(cells.start + row).is_some_and(str::is_empty))
        }
        (_, of) => {
            let words = &set.integers[cells];
            check_integers(words, of)?;
            check_absent(set, number, |row| words[row] == 0)
        }
    }
}

fn check_decimals(words: &[[u64; 2]], takes: u8) -> Result<(), RowError> {
    let takes = takes.min(SCALE_MAX);
    if words.iter().fold(true, |sound, [low, high]| sound & is_canonical(*low, *high, takes)) {
        return Ok(());
    }
    let row = words.iter().position(|[low, high]| !is_canonical(*low, *high, takes)).unwrap_or_default();
    let [low, high] = words[row];
    let reason = match decimal_from_words([low, high]) {
        Err(error) => error,
        Ok(_) if !is_canonical(low, high, SCALE_MAX) => ValueError::NotCanonical,
        Ok(_) => ValueError::TooManyDecimals { decimals: scale(high).into(), takes },
    };
    Err((row as u32, reason.into()))
}

#[expect(clippy::needless_bitwise_bool, reason = "no branch for each cell")]
fn check_integers(words: &[i64], of: &FieldType) -> Result<(), RowError> {
    let (from, to) = match of {
        FieldType::Boolean => (0, 1),
        FieldType::Enumeration(names) => (0, names.len() as i64 - 1),
        FieldType::Date => (Date::MIN.0.into(), Date::MAX.0.into()),
        FieldType::Timestamp => (Timestamp::MIN.0, Timestamp::MAX.0),
        _ => return Ok(()),
    };
    if words.iter().fold(true, |sound, word| sound & (*word >= from) & (*word <= to)) {
        return Ok(());
    }
    let row = words.iter().position(|word| !(from..=to).contains(word)).unwrap_or_default();
    Err((row as u32, ValueError::OutOfRange { found: words[row], from, to }.into()))
}

/// A text's length in bytes is at least that in characters, so only texts that are too long in bytes are counted.
fn check_texts(set: &RecordSet, cells: std::ops::Range<usize>, takes: u32) -> Result<(), RowError> {
    let mut begin = if cells.start == 0 { 0 } else { set.text_ends[cells.start - 1] };
    for (row, &end) in set.text_ends[cells].iter().enumerate() {
        if end - begin > takes {
            check_length(&set.texts[begin as usize..end as usize], takes)
                .map_err(|error| (row as u32, error.into()))?;
        }
        begin = end;
    }
    Ok(())
}

/// Whether the column's absent cells hold zero. Its bits are taken 64 at a time, so a column without gaps costs
/// nothing.
fn check_absent(set: &RecordSet, number: usize, is_zero: impl Fn(usize) -> bool) -> Result<(), RowError> {
    let rows = set.rows as usize;
    for first in (0..rows).step_by(64) {
        let count = (rows - first).min(64);
        let mut absent = !bits(&set.present, number * rows + first) & (u64::MAX >> (64 - count));
        while absent != 0 {
            let row = first + absent.trailing_zeros() as usize;
            if !is_zero(row) {
                return Err((row as u32, ValueError::AbsentNotZero.into()));
            }
            absent &= absent - 1;
        }
    }
    Ok(())
}

/// The 64 bits from this one on; those past the end are zero.
fn bits(words: &[u64], from: usize) -> u64 {
    let (word, shift) = (from / 64, from % 64);
    let low = words.get(word).copied().unwrap_or_default() >> shift;
    let high = words.get(word + 1).copied().unwrap_or_default();
    if shift == 0 { low } else { low | (high << (64 - shift)) }
}
