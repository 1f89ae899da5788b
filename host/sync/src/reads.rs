//! Read sets: what an evaluation read, in which version.

use lockstep_model::{
    Digest, LookUp, Outcome, ReadSet, Request, RowsRead, TableRows,
    canonical::encode_found_rows,
    rows::{Found, FoundRows},
    schema::Descriptor,
};

/// Adds the look-ups that an outcome used.
pub(crate) fn add(to: &mut ReadSet, descriptor: &Descriptor, request: &Request, outcome: &Outcome) {
    let look_ups = (0..).zip(request.rows.iter().flat_map(TableRows::look_ups));
    for (_, found) in look_ups.filter(|(position, _)| outcome.used.binary_search(position).is_ok()) {
        let table = descriptor.tables[usize::from(found.table)].name.clone();
        to.rows.insert(RowsRead { table, key: found.key.to_owned(), limit: found.limit }, version(&found));
    }
}

/// The digest of what a look-up found; none: the table is not here.
fn version(found: &FoundRows<'_>) -> Option<Digest> {
    (found.found != Found::NotHere).then(|| Digest::of(&encode_found_rows(found)))
}

/// The look-ups of a read set, in the positions of this descriptor; those in tables that it does not have are left
/// out.
pub(crate) fn look_ups(reads: &ReadSet, descriptor: &Descriptor) -> Vec<LookUp> {
    let look_up = |read: &RowsRead| {
        let (table, _) = descriptor.table(&read.table)?;
        Some(LookUp { table, key: read.key.clone(), limit: read.limit })
    };
    let mut look_ups: Vec<_> = reads.rows.keys().filter_map(look_up).collect();
    look_ups.sort_unstable();
    look_ups
}
