//! What a plugin says of itself, as constants: data that is turned into the contract's descriptor when it is asked for,
//! instead of code that builds it.

use std::any::Any;

use crate::{bindings::schema, cells::Cells, held::Held, reference::Reference, states::Mark};

/// A field.
#[derive(Clone, Copy, Debug)]
pub struct FieldSpec {
    /// In kebab-case.
    pub name: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// Who gives it its value.
    pub kind: schema::FieldKind,
    /// What it holds.
    pub of: &'static Held,
    /// At how many bytes its struct holds it; of a table's row nobody asks.
    pub offset: usize,
    /// Decimals at most.
    pub scale: u8,
    /// Code points at most.
    pub max_length: u32,
    /// Absent is an error, and so is a text of nothing but white space.
    pub required: bool,
    /// Set at creation alone.
    pub read_only: bool,
    /// The table whose key it holds.
    pub table: Option<&'static Table>,
}

/// A table, as far as look-ups are concerned.
#[derive(Debug)]
pub struct Table {
    /// Its position in the plugin's list.
    pub(crate) index: u16,
    /// In kebab-case.
    pub(crate) name: &'static str,
    /// Reads a row.
    pub(crate) read: fn(&Cells, usize) -> &'static dyn Any,
}

impl Table {
    /// Of a type of row.
    pub const fn of<T: Reference>() -> Self {
        Self { index: T::INDEX, name: T::NAME, read: |cells, row| Box::leak(Box::new(T::read(cells, row))) }
    }
}

/// What a rule does.
#[derive(Clone, Copy, Debug)]
pub enum Does {
    /// Gives a field of its own scope a value.
    Value {
        /// Only where none is given.
        is_default: bool,
    },
    /// Gives a field of all rows of a collection its values.
    Column {
        /// Only where none is given.
        is_default: bool,
    },
    /// Gives a derived collection its rows.
    Rows,
    /// Raises issues, here.
    Validation(At),
    /// Makes fields so, each of those that it writes.
    Condition(&'static [Mark]),
    /// Changes records. It requires these fields of the header, and their keys' rows where it takes these.
    Action(&'static [(u16, bool)]),
}

/// Where a validation's issues are.
#[derive(Clone, Copy, Debug)]
pub enum At {
    /// At the document, or the row that the rule runs for.
    Record,
    /// At a field of it.
    Field(u16),
    /// In this collection, at the row that the issue says, at this field.
    Collection(u16, Option<u16>),
    /// At one of the action's arguments.
    Argument(u16),
}

/// A collection of rows.
#[derive(Clone, Copy, Debug)]
pub struct CollectionSpec {
    /// In kebab-case.
    pub name: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// Its rows are a rule's.
    pub derived: bool,
    /// The rows' fields.
    pub fields: &'static [FieldSpec],
}

/// A named intent.
#[derive(Clone, Copy, Debug)]
pub struct ActionSpec {
    /// In kebab-case.
    pub name: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// What the user gives with it.
    pub arguments: &'static [FieldSpec],
    /// The statuses that allow it; none: all.
    pub states: &'static [&'static str],
}

/// A rule.
#[derive(Clone, Copy, Debug)]
pub struct RuleSpec {
    /// The field that it gives a value, the derived collection that it gives rows, or its own name.
    pub name: &'static str,
    /// What it does, as the contract has it.
    pub kind: schema::RuleKind,
    /// What it does, in full.
    pub does: Does,
    /// The path of its function.
    pub function: &'static str,
    /// The collection for whose rows it runs.
    pub collection: Option<u16>,
    /// The fields that it reads.
    pub reads: &'static [schema::FieldPath],
    /// The fields that it gives a value or a state.
    pub writes: &'static [schema::FieldPath],
    /// The tables whose rows it takes.
    pub tables: &'static [u16],
    /// The actions that it guards.
    pub guards: &'static [u16],
}

/// An entity.
#[derive(Clone, Copy, Debug)]
pub struct EntitySpec {
    /// In kebab-case.
    pub name: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// The header's fields.
    pub fields: &'static [FieldSpec],
    /// The collections.
    pub collections: &'static [CollectionSpec],
    /// The actions, the standard ones first.
    pub actions: &'static [ActionSpec],
    /// The rules, in the order in which they run.
    pub rules: &'static [RuleSpec],
    /// The status field.
    pub status: Option<u16>,
    /// The statuses in which stored values stand.
    pub frozen: &'static [&'static str],
    /// A field edited on two sides takes the later edit.
    pub last_writer: bool,
}

/// A reference table.
#[derive(Clone, Copy, Debug)]
pub struct TableSpec {
    /// In kebab-case.
    pub name: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// The columns.
    pub fields: &'static [FieldSpec],
    /// The key's fields.
    pub key: &'static [u16],
    /// Where its rows come from, where they are records' own.
    pub view: Option<ViewSpec>,
}

/// A table whose rows are records' own.
#[derive(Clone, Copy, Debug)]
pub struct ViewSpec {
    /// The entity.
    pub entity: u16,
    /// A row for each of this collection's; none: for each record.
    pub collection: Option<u16>,
    /// Where the values of the table's fields come from.
    pub sources: &'static [schema::ViewSource],
}

impl RuleSpec {
    /// 0: the header; 1 and on: the collections.
    pub(crate) fn scope(&self) -> usize {
        scope_of(self.collection)
    }

    /// Where it gives values: a scope and a field.
    pub(crate) fn target(&self) -> (usize, usize) {
        let schema::FieldPath { collection, field } = self.writes[0];
        (scope_of(collection), usize::from(field))
    }

    /// Whether it gives values: a default or a calculation.
    pub(crate) fn gives_values(&self) -> bool {
        matches!(self.kind, schema::RuleKind::Default | schema::RuleKind::Calculation)
    }
}

/// 0: the header; 1 and on: the collections.
pub(crate) fn scope_of(collection: Option<u16>) -> usize {
    collection.map_or(0, |collection| usize::from(collection) + 1)
}

impl schema::FieldKind {
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
        if self.name.is_empty() {
            return Some(0);
        }
        let mut position = 0;
        while position < self.collections.len() {
            if is_same(self.collections[position].name, name) {
                return Some(position as u16);
            }
            position += 1;
        }
        None
    }

    /// The field with this name, of a collection or else of the header, for a view's constant.
    pub const fn field_named(&self, collection: Option<u16>, name: &str) -> Option<schema::FieldPath> {
        if let Some(position) = collection
            && let Some(field) = position_of(self.collections[position as usize].fields, name)
        {
            return Some(schema::FieldPath { collection, field });
        }
        match position_of(self.fields, name) {
            Some(field) => Some(schema::FieldPath { collection: None, field }),
            None if self.name.is_empty() => Some(schema::FieldPath { collection: None, field: 0 }),
            None => None,
        }
    }
}

const fn position_of(fields: &[FieldSpec], name: &str) -> Option<u16> {
    let mut position = 0;
    while position < fields.len() {
        if is_same(fields[position].name, name) {
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

/// A kind of issue.
#[derive(Clone, Copy, Debug)]
pub struct IssueSpec {
    /// In kebab-case.
    pub code: &'static str,
    /// How grave it is unless a rule says otherwise.
    pub severity: schema::Severity,
    /// The names of its arguments.
    pub arguments: &'static [&'static str],
}

/// All that a plugin holds, as the contract has it.
pub fn descriptor(entities: &[EntitySpec], tables: &[TableSpec], issues: &[&[IssueSpec]]) -> schema::Descriptor {
    schema::Descriptor {
        entities: entities.iter().map(entity).collect(),
        tables: tables.iter().map(table).collect(),
        issues: issues.iter().copied().flatten().map(issue).collect(),
    }
}

fn entity(spec: &EntitySpec) -> schema::Entity {
    schema::Entity {
        name: spec.name.to_owned(),
        label: spec.label.to_owned(),
        fields: fields(spec.fields),
        collections: spec.collections.iter().map(collection).collect(),
        actions: spec.actions.iter().map(action).collect(),
        rules: spec.rules.iter().map(rule).collect(),
        status: spec.status,
        frozen: names(spec.frozen),
        last_writer: spec.last_writer,
    }
}

fn fields(specs: &[FieldSpec]) -> Vec<schema::Field> {
    let field = |spec: &FieldSpec| schema::Field {
        name: spec.name.to_owned(),
        label: spec.label.to_owned(),
        kind: spec.kind,
        of: (spec.of.field_type)(spec.scale, spec.max_length),
        required: spec.required,
        read_only: spec.read_only,
        table: spec.table.map(|table| table.index),
    };
    specs.iter().map(field).collect()
}

fn collection(spec: &CollectionSpec) -> schema::Collection {
    schema::Collection {
        name: spec.name.to_owned(),
        label: spec.label.to_owned(),
        derived: spec.derived,
        fields: fields(spec.fields),
    }
}

fn action(spec: &ActionSpec) -> schema::Action {
    schema::Action {
        name: spec.name.to_owned(),
        label: spec.label.to_owned(),
        arguments: fields(spec.arguments),
        states: names(spec.states),
    }
}

fn rule(spec: &RuleSpec) -> schema::Rule {
    schema::Rule {
        name: spec.name.to_owned(),
        kind: spec.kind,
        function: spec.function.to_owned(),
        collection: spec.collection,
        reads: spec.reads.to_vec(),
        writes: spec.writes.to_vec(),
        tables: spec.tables.to_vec(),
        guards: spec.guards.to_vec(),
    }
}

fn table(spec: &TableSpec) -> schema::Table {
    schema::Table {
        name: spec.name.to_owned(),
        label: spec.label.to_owned(),
        fields: fields(spec.fields),
        key: spec.key.to_vec(),
        view: spec.view.as_ref().map(view),
    }
}

fn view(spec: &ViewSpec) -> schema::View {
    schema::View { entity: spec.entity, collection: spec.collection, sources: spec.sources.to_vec() }
}

fn issue(spec: &IssueSpec) -> schema::IssueKind {
    schema::IssueKind { code: spec.code.to_owned(), severity: spec.severity, arguments: names(spec.arguments) }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}
