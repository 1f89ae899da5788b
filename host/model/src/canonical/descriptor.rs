//! Descriptors.

use crate::{
    canonical::{CanonicalError, Piece, Reader, Writer, record},
    schema::{
        Action, Collection, Descriptor, Entity, Field, FieldKind, FieldPath, FieldType, IssueKind, Rule, RuleKind,
        Table, View, ViewSource,
    },
};

record!(Descriptor { entities, tables, issues });
record!(Entity { name, label, fields, collections, actions, rules, status, frozen, last_writer });
record!(Collection { name, label, derived, fields });
record!(Field { name, label, kind, of, required, read_only, table });
record!(FieldPath { collection, field });
record!(Rule { name, kind, function, collection, reads, writes, tables, guards });
record!(Action { name, label, arguments, states });
record!(Table { name, label, fields, key, view });
record!(View { entity, collection, sources });
record!(IssueKind { code, severity, arguments });

impl Piece for FieldKind {
    fn write(&self, to: &mut Writer) {
        to.u8(*self as u8);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, CanonicalError> {
        let kinds = [Self::Entered, Self::Defaulted, Self::Calculated, Self::State, Self::Assigned];
        from.case("kind of field", &kinds)
    }
}

impl Piece for RuleKind {
    fn write(&self, to: &mut Writer) {
        to.u8(*self as u8);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, CanonicalError> {
        let kinds =
            [Self::Default, Self::Calculation, Self::Validation, Self::ServerOnly, Self::Condition, Self::Action];
        from.case("kind of rule", &kinds)
    }
}

impl Piece for FieldType {
    fn write(&self, to: &mut Writer) {
        match self {
            Self::Integer => to.u8(0),
            Self::Decimal(decimals) => to.tagged(1, decimals),
            Self::Text(characters) => to.tagged(2, characters),
            Self::Boolean => to.u8(3),
            Self::Enumeration(names) => to.tagged(4, names),
            Self::Date => to.u8(5),
            Self::Timestamp => to.u8(6),
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, CanonicalError> {
        Ok(match from.case("field type", &[0, 1, 2, 3, 4, 5, 6])? {
            0 => Self::Integer,
            1 => Self::Decimal(Piece::read(from)?),
            2 => Self::Text(Piece::read(from)?),
            3 => Self::Boolean,
            4 => Self::Enumeration(Piece::read(from)?),
            5 => Self::Date,
            _ => Self::Timestamp,
        })
    }
}

impl Piece for ViewSource {
    fn write(&self, to: &mut Writer) {
        match self {
            Self::RecordKey => to.u8(0),
            Self::RowId => to.u8(1),
            Self::Field(path) => to.tagged(2, path),
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, CanonicalError> {
        Ok(match from.case("view source", &[0, 1, 2])? {
            0 => Self::RecordKey,
            1 => Self::RowId,
            _ => Self::Field(Piece::read(from)?),
        })
    }
}
