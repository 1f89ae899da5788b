//! What devices and servers send each other.

use crate::{
    canonical::{CanonicalError, Piece, Reader, Writer, record},
    exchange::{Entry, Page, Push, Pushed, RowId},
};

record!(Push { device, messages });
record!(Page { is_restart, entries, cookie, has_more });
record!(RowId { plugin, table, company, key });

type Read<T> = Result<T, CanonicalError>;

impl Piece for Pushed {
    fn write(&self, to: &mut Writer) {
        match self {
            Self::Taken { last, verdicts } => {
                to.tagged(0, last);
                verdicts.write(to);
            }
            Self::Gap { expected } => to.tagged(1, expected),
        }
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(match from.case("answer to a push", &[0, 1])? {
            0 => Self::Taken { last: Piece::read(from)?, verdicts: Piece::read(from)? },
            _ => Self::Gap { expected: Piece::read(from)? },
        })
    }
}

impl Piece for Entry {
    fn write(&self, to: &mut Writer) {
        match self {
            Self::Record { id, record } => {
                to.tagged(0, id);
                record.write(to);
            }
            Self::Row { id, values } => {
                to.tagged(1, id);
                values.write(to);
            }
            Self::Table { plugin, table, is_here } => {
                to.tagged(2, plugin);
                table.write(to);
                is_here.write(to);
            }
            Self::Verdict { sequence, verdict } => {
                to.tagged(3, sequence);
                verdict.write(to);
            }
        }
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(match from.case("entry", &[0, 1, 2, 3])? {
            0 => Self::Record { id: Piece::read(from)?, record: Piece::read(from)? },
            1 => Self::Row { id: Piece::read(from)?, values: Piece::read(from)? },
            2 => Self::Table { plugin: Piece::read(from)?, table: Piece::read(from)?, is_here: Piece::read(from)? },
            _ => Self::Verdict { sequence: Piece::read(from)?, verdict: Piece::read(from)? },
        })
    }
}
