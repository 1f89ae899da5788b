//! Verdicts.

use crate::{
    canonical::{CanonicalError, Piece, Reader, Writer, record},
    verdict::{Conflict, Moved, NotWritable, Parked, Refusal, Side, Verdict},
};

record!(Conflict { path, base, mine, theirs });

type Read<T> = Result<T, CanonicalError>;

impl Piece for Verdict {
    fn write(&self, to: &mut Writer) {
        match self {
            Self::Accepted { moved } => to.tagged(0, moved),
            Self::Rebased { moved } => to.tagged(1, moved),
            Self::Rejected { refusal, moved } => {
                to.tagged(2, refusal);
                moved.write(to);
            }
            Self::Parked { cause } => to.tagged(3, cause),
        }
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(match from.case("verdict", &[0, 1, 2, 3])? {
            0 => Self::Accepted { moved: Piece::read(from)? },
            1 => Self::Rebased { moved: Piece::read(from)? },
            2 => Self::Rejected { refusal: Piece::read(from)?, moved: Piece::read(from)? },
            _ => Self::Parked { cause: Piece::read(from)? },
        })
    }
}

impl Piece for Moved {
    fn write(&self, to: &mut Writer) {
        match self {
            Self::Identity => to.u8(0),
            Self::Record(record) => to.tagged(1, record),
            Self::Rows(rows) => to.tagged(2, rows),
        }
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(match from.case("thing that moved", &[0, 1, 2])? {
            0 => Self::Identity,
            1 => Self::Record(Piece::read(from)?),
            _ => Self::Rows(Piece::read(from)?),
        })
    }
}

impl Piece for Parked {
    fn write(&self, to: &mut Writer) {
        match self {
            Self::Package => to.u8(0),
            Self::Fault { sentence } => to.tagged(1, sentence),
            Self::Determinism => to.u8(2),
            Self::Dependency { sequence } => to.tagged(3, sequence),
        }
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(match from.case("cause of parking", &[0, 1, 2, 3])? {
            0 => Self::Package,
            1 => Self::Fault { sentence: Piece::read(from)? },
            2 => Self::Determinism,
            _ => Self::Dependency { sequence: Piece::read(from)? },
        })
    }
}

impl Piece for Refusal {
    fn write(&self, to: &mut Writer) {
        match self {
            Self::DoesNotFit { sentence } => to.tagged(0, sentence),
            Self::Exists => to.u8(1),
            Self::NotFound { record } => to.tagged(2, record),
            Self::Deleted => to.u8(3),
            Self::HasMoved => to.u8(4),
            Self::Conflicts(conflicts) => to.tagged(5, conflicts),
            Self::NotWritable { path, why } => {
                to.tagged(6, path);
                why.write(to);
            }
            Self::Issues(issues) => to.tagged(7, issues),
            Self::OtherRecord { record, issues } => {
                to.tagged(8, record);
                issues.write(to);
            }
            Self::ServerOnly(issues) => to.tagged(9, issues),
            Self::NotAuthorised { sentence } => to.tagged(10, sentence),
            Self::Discarded { sequence } => to.tagged(11, sequence),
        }
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(match from.case("refusal", &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])? {
            0 => Self::DoesNotFit { sentence: Piece::read(from)? },
            1 => Self::Exists,
            2 => Self::NotFound { record: Piece::read(from)? },
            3 => Self::Deleted,
            4 => Self::HasMoved,
            5 => Self::Conflicts(Piece::read(from)?),
            6 => Self::NotWritable { path: Piece::read(from)?, why: Piece::read(from)? },
            7 => Self::Issues(Piece::read(from)?),
            8 => Self::OtherRecord { record: Piece::read(from)?, issues: Piece::read(from)? },
            9 => Self::ServerOnly(Piece::read(from)?),
            10 => Self::NotAuthorised { sentence: Piece::read(from)? },
            _ => Self::Discarded { sequence: Piece::read(from)? },
        })
    }
}

impl Piece for NotWritable {
    fn write(&self, to: &mut Writer) {
        to.u8(*self as u8);
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        let all = [Self::Derived, Self::SetAtCreation, Self::ReadOnly, Self::Hidden, Self::Action];
        from.case("reason that a field is not for entering", &all)
    }
}

impl Piece for Side {
    fn write(&self, to: &mut Writer) {
        match self {
            Self::Field(value) => to.tagged(0, value),
            Self::Row(cells) => to.tagged(1, cells),
        }
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(match from.case("side of a conflict", &[0, 1])? {
            0 => Self::Field(Piece::read(from)?),
            _ => Self::Row(Piece::read(from)?),
        })
    }
}
