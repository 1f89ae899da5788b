//! Outcomes.

use crate::{
    canonical::{CanonicalError, Piece, Reader, Writer, record},
    outcome::{FieldState, Issue, Outcome, Patch, Place},
    schema::Severity,
};

record!(Patch { entity, key, header, cleared, collections, removed });
record!(FieldState { place, hidden, read_only, required });
record!(Issue { code, severity, place, arguments, offer, rule });

impl Piece for Severity {
    fn write(&self, to: &mut Writer) {
        to.u8(*self as u8);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, CanonicalError> {
        from.case("severity", &[Self::Error, Self::Warning, Self::Information, Self::Justification])
    }
}

impl Piece for Place {
    fn write(&self, to: &mut Writer) {
        match *self {
            Self::Document => to.u8(0),
            Self::Field(field) => to.tagged(1, &field),
            Self::Row { collection, row } => to.tagged(2, &(collection, row)),
            Self::Cell { collection, row, field } => to.tagged(3, &(collection, (row, field))),
            Self::Argument(field) => to.tagged(4, &field),
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, CanonicalError> {
        Ok(match from.case("place", &[0, 1, 2, 3, 4])? {
            0 => Self::Document,
            1 => Self::Field(Piece::read(from)?),
            2 => Self::Row { collection: Piece::read(from)?, row: Piece::read(from)? },
            3 => Self::Cell { collection: Piece::read(from)?, row: Piece::read(from)?, field: Piece::read(from)? },
            _ => Self::Argument(Piece::read(from)?),
        })
    }
}

impl Piece for Outcome {
    fn write(&self, to: &mut Writer) {
        self.derived.write(to);
        self.patches.write(to);
        self.field_states.write(to);
        self.actions.write(to);
        self.issues.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, CanonicalError> {
        Ok(Self {
            derived: Piece::read(from)?,
            patches: Piece::read(from)?,
            field_states: Piece::read(from)?,
            actions: Piece::read(from)?,
            issues: Piece::read(from)?,
            used: Vec::new(),
        })
    }
}
