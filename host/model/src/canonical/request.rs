//! Contexts, documents and requests.

use crate::{
    canonical::{CanonicalError, Piece, Reader, Writer, record},
    document::{Context, Derived, Document, Part, Request},
    record_set::RecordSet,
    rows::{Answered, Found, TableRows},
    value::{Date, Timestamp},
};

record!(Context { now, today, seed, user, company, roles });
record!(Document { key, header, collections, stored });
record!(Derived { header, collections });
record!(TableRows { table, keys, answers, rows });
record!(Answered { key_end, limit, found, rows });

impl Piece for Timestamp {
    fn write(&self, to: &mut Writer) {
        self.0.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, CanonicalError> {
        i64::read(from).map(Self)
    }
}

impl Piece for Date {
    fn write(&self, to: &mut Writer) {
        self.0.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, CanonicalError> {
        i32::read(from).map(Self)
    }
}

impl Piece for Part {
    fn write(&self, to: &mut Writer) {
        to.u8(*self as u8);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, CanonicalError> {
        from.case("part", &[Self::Mirrored, Self::ServerOnly])
    }
}

impl Piece for Found {
    fn write(&self, to: &mut Writer) {
        to.u8(*self as u8);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, CanonicalError> {
        from.case("fate of a look-up", &[Self::Whole, Self::CutShort, Self::NotHere])
    }
}

/// A request with these rows in place of its own.
pub(super) fn write_with_rows(request: &Request, rows: &[TableRows], to: &mut Writer) {
    request.context.write(to);
    request.entity.write(to);
    request.document.write(to);
    request.action.write(to);
    request.arguments.write(to);
    request.part.write(to);
    to.list(rows);
}

impl Piece for Request {
    fn write(&self, to: &mut Writer) {
        write_with_rows(self, &self.rows, to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, CanonicalError> {
        Ok(Self {
            context: Piece::read(from)?,
            entity: Piece::read(from)?,
            document: Piece::read(from)?,
            action: Piece::read(from)?,
            arguments: RecordSet::read(from)?,
            part: Piece::read(from)?,
            rows: Piece::read(from)?,
            explain: false,
        })
    }
}
