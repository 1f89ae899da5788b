//! What a plugin says of itself, as constants that lie in memory as the contract has them: a host is given them as they
//! are.

use crate::{
    bindings::schema::{FieldKind, RuleKind},
    issue::Severity,
    layout::{List, Maybe, Str},
};

/// What a field holds.
#[repr(C, u8)]
#[derive(Clone, Copy, Debug)]
pub enum TypeSpec {
    /// An integer.
    Integer,
    /// A decimal, with at most so many decimals.
    Decimal(u8),
    /// A text of at most so many code points.
    Text(u32),
    /// A boolean.
    Boolean,
    /// One of these names.
    Enumeration(List<Str>),
    /// A date.
    Date,
    /// A timestamp.
    Timestamp,
}

impl TypeSpec {
    /// With the field's own scale, or its longest text.
    #[must_use]
    pub const fn with(self, scale: u8, max_length: u32) -> Self {
        match self {
            Self::Decimal(_) => Self::Decimal(scale),
            Self::Text(_) => Self::Text(max_length),
            other => other,
        }
    }
}

/// A field.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct FieldSpec {
    /// In kebab-case.
    pub name: Str,
    /// What people call it.
    pub label: Str,
    /// Who gives it its value.
    pub kind: FieldKind,
    /// What it holds.
    pub of: TypeSpec,
    /// Absent is an error, and so is a text of nothing but white space.
    pub required: bool,
    /// Set at creation alone.
    pub read_only: bool,
    /// The table whose key it holds.
    pub table: Maybe<u16>,
}

/// A collection of rows.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CollectionSpec {
    /// In kebab-case.
    pub name: Str,
    /// What people call it.
    pub label: Str,
    /// Its rows are a rule's.
    pub derived: bool,
    /// The rows' fields.
    pub fields: List<FieldSpec>,
}

/// Where in an entity.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldPath {
    /// A collection; none: the header.
    pub collection: Maybe<u16>,
    /// A position in its fields.
    pub field: u16,
}

impl FieldPath {
    /// 0: the header; 1 and on: the collections.
    pub(crate) fn scope(self) -> usize {
        scope_of(self.collection)
    }
}

/// A named intent.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ActionSpec {
    /// In kebab-case.
    pub name: Str,
    /// What people call it.
    pub label: Str,
    /// What the user gives with it.
    pub arguments: List<FieldSpec>,
    /// The statuses that allow it; none: all.
    pub states: List<Str>,
}

/// A rule.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct RuleSpec {
    /// The field that it gives a value, the derived collection that it gives rows, or its own name.
    pub name: Str,
    /// What it does.
    pub kind: RuleKind,
    /// The path of its function.
    pub function: Str,
    /// The collection for whose rows it runs.
    pub collection: Maybe<u16>,
    /// The fields that it reads.
    pub reads: List<FieldPath>,
    /// The fields that it gives a value or a state.
    pub writes: List<FieldPath>,
    /// The tables whose rows it takes.
    pub tables: List<u16>,
    /// The actions that it guards.
    pub guards: List<u16>,
}

/// An entity.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct EntitySpec {
    /// In kebab-case.
    pub name: Str,
    /// What people call it.
    pub label: Str,
    /// The header's fields.
    pub fields: List<FieldSpec>,
    /// The collections.
    pub collections: List<CollectionSpec>,
    /// The actions, the standard ones first.
    pub actions: List<ActionSpec>,
    /// The rules, in the order in which they run.
    pub rules: List<RuleSpec>,
    /// The status field.
    pub status: Maybe<u16>,
    /// The statuses in which stored values stand.
    pub frozen: List<Str>,
    /// A field edited on two sides takes the later edit.
    pub last_writer: bool,
}

/// A reference table.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct TableSpec {
    /// In kebab-case.
    pub name: Str,
    /// What people call it.
    pub label: Str,
    /// The columns.
    pub fields: List<FieldSpec>,
    /// The key's fields.
    pub key: List<u16>,
    /// Where its rows come from, where they are records' own.
    pub view: Maybe<ViewSpec>,
}

/// A table whose rows are records' own.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ViewSpec {
    /// The entity.
    pub entity: u16,
    /// A row for each of this collection's; none: for each record.
    pub collection: Maybe<u16>,
    /// Where the values of the table's fields come from.
    pub sources: List<ViewSource>,
}

/// Where a view's values come from.
#[repr(C, u8)]
#[derive(Clone, Copy, Debug)]
pub enum ViewSource {
    /// The record's key.
    RecordKey,
    /// The row's id.
    RowId,
    /// A field.
    Field(FieldPath),
}

/// A kind of issue.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct IssueSpec {
    /// In kebab-case.
    pub code: Str,
    /// How grave it is unless a rule says otherwise.
    pub severity: Severity,
    /// The names of its arguments.
    pub arguments: List<Str>,
}

impl IssueSpec {
    const NONE: Self = Self { code: Str::of(""), severity: Severity::Error, arguments: List::of(&[]) };

    /// How many there are in all of these.
    #[must_use]
    pub const fn count(lists: &[&[Self]]) -> usize {
        let (mut list, mut count) = (0, 0);
        while list < lists.len() {
            count += lists[list].len();
            list += 1;
        }
        count
    }

    /// All of these, one after the other.
    #[must_use]
    pub const fn joined<const COUNT: usize>(lists: &[&[Self]]) -> [Self; COUNT] {
        let mut joined = [Self::NONE; COUNT];
        let (mut list, mut count) = (0, 0);
        while list < lists.len() {
            let mut position = 0;
            while position < lists[list].len() {
                joined[count] = lists[list][position];
                count += 1;
                position += 1;
            }
            list += 1;
        }
        joined
    }
}

/// All that a plugin holds.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Descriptor {
    /// The entities.
    pub entities: List<EntitySpec>,
    /// The tables.
    pub tables: List<TableSpec>,
    /// The issues.
    pub issues: List<IssueSpec>,
}

impl RuleSpec {
    /// 0: the header; 1 and on: the collections.
    pub(crate) fn scope(&self) -> usize {
        scope_of(self.collection)
    }

    /// Where it gives values: a scope and a field.
    pub(crate) fn target(&self) -> (usize, usize) {
        let path = self.writes[0];
        (path.scope(), usize::from(path.field))
    }
}

/// 0: the header; 1 and on: the collections.
fn scope_of(collection: Maybe<u16>) -> usize {
    collection.get().map_or(0, |collection| usize::from(collection) + 1)
}

impl FieldKind {
    /// Whether a document gives it.
    #[inline]
    pub(crate) const fn is_given(self) -> bool {
        !matches!(self, Self::Calculated)
    }

    /// Whether a rule gives it.
    #[inline]
    pub(crate) const fn is_derived(self) -> bool {
        matches!(self, Self::Defaulted | Self::Calculated)
    }
}

impl EntitySpec {
    /// The position of the collection with this name, for a view's constant. What stands in for a mistaken entity, which
    /// is reported already, has no name and all that it is asked for.
    pub const fn collection_named(&self, name: &str) -> Option<u16> {
        if self.name.as_str().is_empty() {
            return Some(0);
        }
        let collections = self.collections.as_slice();
        let mut position = 0;
        while position < collections.len() {
            if is_same(collections[position].name.as_str(), name) {
                return Some(position as u16);
            }
            position += 1;
        }
        None
    }

    /// The field with this name, of a collection or else of the header, for a view's constant.
    pub const fn field_named(&self, collection: Option<u16>, name: &str) -> Option<FieldPath> {
        if let Some(position) = collection
            && let Some(field) = position_of(self.collections.as_slice()[position as usize].fields.as_slice(), name)
        {
            return Some(FieldPath { collection: Maybe::Some(position), field });
        }
        match position_of(self.fields.as_slice(), name) {
            Some(field) => Some(FieldPath { collection: Maybe::None, field }),
            None if self.name.as_str().is_empty() => Some(FieldPath { collection: Maybe::None, field: 0 }),
            None => None,
        }
    }
}

const fn position_of(fields: &[FieldSpec], name: &str) -> Option<u16> {
    let mut position = 0;
    while position < fields.len() {
        if is_same(fields[position].name.as_str(), name) {
            return Some(position as u16);
        }
        position += 1;
    }
    None
}

const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut position = 0;
    while position < one.len() && position < other.len() && one[position] == other[position] {
        position += 1;
    }
    one.len() == other.len() && position == one.len()
}
