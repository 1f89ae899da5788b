//! What a plugin says of itself: entities, collections, fields, rules, actions, tables and kinds of issue.
//!
//! These are the contract's descriptor types (`wit/1.0.0/schema.wit`) as plain values; positions are those of the
//! contract. They serialise to JSON for people and tools.

use serde::{Deserialize, Serialize};

/// All that a plugin holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Descriptor {
    /// The kinds of document.
    pub entities: Vec<Entity>,
    /// The reference tables that rules look up.
    pub tables: Vec<Table>,
    /// The kinds of issue that rules raise.
    pub issues: Vec<IssueKind>,
}

/// A kind of document: header fields and collections of rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Entity {
    /// In kebab-case, unique within the plugin.
    pub name: String,
    /// What people call it where no message file says otherwise.
    pub label: String,
    /// The header's fields.
    pub fields: Vec<Field>,
    /// The collections of rows.
    pub collections: Vec<Collection>,
    /// `create`, `update`, `delete` unless left out, and the plugin's own.
    pub actions: Vec<Action>,
    /// In the order in which they run.
    pub rules: Vec<Rule>,
    /// Position of the state field that [`Action::states`] and [`Entity::frozen`] speak of.
    pub status: Option<u16>,
    /// Statuses in which defaults and calculations do not run.
    pub frozen: Vec<String>,
    /// A field edited on two sides takes the later edit.
    pub last_writer: bool,
}

/// Rows within a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Collection {
    /// In kebab-case, unique among the entity's fields and collections.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// Its rows are a rule's: a document gives none, and all its fields are calculated.
    pub derived: bool,
    /// The rows' fields.
    pub fields: Vec<Field>,
}

/// One field of a header, a collection, a table or an action's arguments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Field {
    /// In kebab-case.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// Who gives it its value.
    pub kind: FieldKind,
    /// What it holds.
    pub of: FieldType,
    /// Absent is an error, and so is a text of nothing but white space.
    pub required: bool,
    /// Set at creation alone.
    pub read_only: bool,
    /// Position of the table whose key it holds.
    pub table: Option<u16>,
}

/// Who gives a field its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldKind {
    /// The user.
    Entered,
    /// The user, else a rule.
    Defaulted,
    /// Always a rule.
    Calculated,
    /// An action's patch.
    State,
    /// The mirror, when it accepts the operation.
    Assigned,
}

impl FieldKind {
    /// Whether a document carries it as a given value.
    pub fn is_given(self) -> bool {
        self != Self::Calculated
    }

    /// Whether an outcome carries it as a derived value.
    pub fn is_derived(self) -> bool {
        matches!(self, Self::Defaulted | Self::Calculated)
    }
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldType {
    /// A 64-bit integer.
    Integer,
    /// A 96-bit decimal with at most so many decimals (0 to 28).
    Decimal(u8),
    /// Unicode text of at most so many code points.
    Text(u32),
    /// True or false.
    Boolean,
    /// One of these names.
    Enumeration(Vec<String>),
    /// A day.
    Date,
    /// A millisecond in UTC.
    Timestamp,
}

/// The pool of a record set in which a field's column lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pool {
    /// [`RecordSet::integers`](crate::RecordSet::integers)
    Integers,
    /// [`RecordSet::decimals`](crate::RecordSet::decimals)
    Decimals,
    /// [`RecordSet::text_ends`](crate::RecordSet::text_ends) and [`RecordSet::texts`](crate::RecordSet::texts)
    Texts,
}

impl FieldType {
    /// The pool in which the type's columns lie.
    pub fn pool(&self) -> Pool {
        match self {
            Self::Decimal(_) => Pool::Decimals,
            Self::Text(_) => Pool::Texts,
            Self::Integer | Self::Boolean | Self::Enumeration(_) | Self::Date | Self::Timestamp => Pool::Integers,
        }
    }
}

/// A field's position in an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FieldPath {
    /// Position of the collection; none: the header.
    pub collection: Option<u16>,
    /// Position of the field.
    pub field: u16,
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleKind {
    /// Gives a defaulted field its value where it is absent.
    Default,
    /// Gives a calculated field its value.
    Calculation,
    /// Raises issues.
    Validation,
    /// Raises issues, on servers alone.
    ServerOnly,
    /// Makes fields hidden, read-only or required.
    Condition,
    /// Returns patches.
    Action,
}

impl RuleKind {
    /// The kind in a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Calculation => "calculation",
            Self::Validation => "validation",
            Self::ServerOnly => "server-only",
            Self::Condition => "condition",
            Self::Action => "action",
        }
    }
}

/// A plain function of the fields that it names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Rule {
    /// The field that it gives a value, the derived collection that it gives rows, or its own name.
    pub name: String,
    /// What it does.
    pub kind: RuleKind,
    /// The path of its function in the plugin's source, as a backtrace has it.
    pub function: String,
    /// Position of the collection for whose rows it runs; none: once, for the header.
    pub collection: Option<u16>,
    /// The fields that it reads.
    pub reads: Vec<FieldPath>,
    /// The fields that it gives a value or a state.
    pub writes: Vec<FieldPath>,
    /// Positions of the tables whose rows are among its parameters.
    pub tables: Vec<u16>,
    /// Positions of the actions that a validation guards, or for which a condition requires fields.
    pub guards: Vec<u16>,
}

/// A named intent on a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Action {
    /// In kebab-case.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// What the user gives with it.
    pub arguments: Vec<Field>,
    /// Statuses in which it is allowed; none: in all.
    pub states: Vec<String>,
}

/// A reference table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Table {
    /// In kebab-case.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// The columns.
    pub fields: Vec<Field>,
    /// Positions of the key's fields, in the key's order.
    pub key: Vec<u16>,
    /// Its rows are those of the plugin's own records.
    pub view: Option<View>,
}

/// Where a view's rows come from: the records of an entity as they are stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct View {
    /// Position of the entity.
    pub entity: u16,
    /// A row for each of this collection's; none: for each record.
    pub collection: Option<u16>,
    /// Where the values of the table's fields come from, field by field.
    pub sources: Vec<ViewSource>,
}

/// Where the values of a view's field come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ViewSource {
    /// The record's key.
    RecordKey,
    /// The row's id.
    RowId,
    /// A field of the header or of the view's collection.
    Field(FieldPath),
}

/// How grave an issue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The guarded actions are refused.
    Error,
    /// The action goes on, flagged.
    Warning,
    /// Said, and no more.
    Information,
    /// An error until the user gives a text for it, then a warning.
    Justification,
}

/// A kind of issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct IssueKind {
    /// In kebab-case; the id of its message.
    pub code: String,
    /// Unless the rule says otherwise.
    pub severity: Severity,
    /// The names of its arguments.
    pub arguments: Vec<String>,
}

impl Descriptor {
    /// The position and definition of the entity with this name.
    pub fn entity(&self, name: &str) -> Option<(u16, &Entity)> {
        find(&self.entities, |entity| entity.name == name)
    }

    /// The position and definition of the table with this name.
    pub fn table(&self, name: &str) -> Option<(u16, &Table)> {
        find(&self.tables, |table| table.name == name)
    }
}

impl Entity {
    /// The position and definition of the action with this name.
    pub fn action(&self, name: &str) -> Option<(u16, &Action)> {
        find(&self.actions, |action| action.name == name)
    }

    /// A rule's name as people read it, with its collection's before it: `lines.net-amount`.
    pub fn rule_name(&self, position: u16) -> String {
        let Some(rule) = self.rules.get(usize::from(position)) else { return format!("rule {position}") };
        let collection = rule.collection.and_then(|position| self.collections.get(usize::from(position)));
        collection.map_or_else(|| rule.name.clone(), |collection| format!("{}.{}", collection.name, rule.name))
    }

    /// The fields of the header, or of the collection at this position.
    ///
    /// # Panics
    /// When there is no such collection.
    pub fn fields_of(&self, collection: Option<u16>) -> &[Field] {
        collection.map_or(&self.fields, |position| &self.collections[usize::from(position)].fields)
    }
}

fn find<T>(all: &[T], is_it: impl Fn(&T) -> bool) -> Option<(u16, &T)> {
    all.iter().position(is_it).map(|position| (position as u16, &all[position]))
}
