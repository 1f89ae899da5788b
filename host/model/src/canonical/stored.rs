//! Records, operations and effects.

use std::collections::BTreeMap;

use crate::{
    canonical::{CanonicalError, Piece, Reader, Writer, record},
    operation::{Change, Edit, Message, Operation, OperationId, ReadSet, RowChange, RowsRead},
    receipt::{Digest, Receipt},
    record::{Cell, Record, RecordId, Row},
};

record!(RecordId { plugin, entity, key });
record!(Cell { value, entered });
record!(Row { id, cells });
record!(Record { company, cells, collections });
record!(OperationId { device, sequence });
record!(Edit { base, value });
record!(Change { fields, rows });
record!(RowsRead { table, key, limit });
record!(ReadSet { records, rows });
record!(Receipt { package, engine, input, outcome, fuel });
record!(Operation {
    id,
    package,
    record,
    action,
    change,
    arguments,
    justifications,
    context,
    reads,
    depends_on,
    replaces,
    receipt,
    effect
});

impl Piece for Digest {
    fn write(&self, to: &mut Writer) {
        to.bytes(&self.0);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, CanonicalError> {
        from.array().map(Self)
    }
}

impl Piece for RowChange {
    fn write(&self, to: &mut Writer) {
        match self {
            Self::Added(edits) => to.tagged(0, edits),
            Self::Changed(edits) => to.tagged(1, edits),
            Self::Removed(base) => to.tagged(2, base),
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, CanonicalError> {
        Ok(match from.case("change of a row", &[0, 1, 2])? {
            0 => Self::Added(Piece::read(from)?),
            1 => Self::Changed(Piece::read(from)?),
            _ => Self::Removed(Piece::read(from)?),
        })
    }
}

impl Piece for Message {
    fn write(&self, to: &mut Writer) {
        match self {
            Self::Operation(operation) => to.tagged(0, operation),
            Self::Discard { id, of } => {
                to.tagged(1, id);
                of.write(to);
            }
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, CanonicalError> {
        Ok(match from.case("message", &[0, 1])? {
            0 => Self::Operation(Piece::read(from)?),
            _ => Self::Discard { id: Piece::read(from)?, of: Piece::read(from)? },
        })
    }
}

/// A list of keys with their contents, the keys ascending.
impl<K: Piece + Ord, V: Piece> Piece for BTreeMap<K, V> {
    fn write(&self, to: &mut Writer) {
        to.count(self.len());
        for (key, content) in self {
            key.write(to);
            content.write(to);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, CanonicalError> {
        let mut map = Self::new();
        for _ in 0..u32::read(from)? {
            let at = from.at();
            let key = K::read(from)?;
            if map.last_key_value().is_some_and(|(last, _)| *last >= key) {
                return Reader::error_at(at, super::CanonicalReason::NotAscending);
            }
            map.insert(key, V::read(from)?);
        }
        Ok(map)
    }
}
