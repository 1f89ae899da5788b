//! Issues: what a validation has to say, as a code and arguments, never as prose.

use crate::{contract::Value, field::FieldValue, layout::Str, spec::IssueSpec};

/// How grave an issue is.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// Where an issue is: positions are those of the entity's declaration.
#[repr(C, u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The document as a whole.
    Document,
    /// A header field.
    Field(u16),
    /// A collection's row.
    Row(u16, u32),
    /// A collection, a row, and a field of it.
    Cell(u16, u32, u16),
    /// One of the action's arguments.
    Argument(u16),
}

/// What a validation found. Made from the variants of an enum that derives `Issues`.
#[derive(Clone, Debug)]
pub struct Issue {
    /// The code, which is the message's id too.
    pub code: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// Where it is; known once the rule has run.
    pub place: Place,
    /// Named values for the message.
    pub arguments: Vec<(&'static str, Value)>,
    /// A value that would resolve it.
    pub offer: Option<Value>,
    /// The rule that raised it: a position among the entity's rules.
    pub rule: Option<u16>,
    /// The row that it says it is at.
    pub(crate) row: Option<u32>,
}

impl Issue {
    /// An issue without arguments. Authors derive `Issues`; this is what the derive calls.
    pub fn new(code: &'static str, severity: Severity) -> Self {
        Self { code, severity, place: Place::Document, arguments: Vec::new(), offer: None, rule: None, row: None }
    }

    /// Of a kind, with the values of its arguments.
    #[doc(hidden)]
    pub fn of(kind: &IssueSpec, values: &[&dyn ToValue]) -> Self {
        let names = kind.arguments.as_slice().iter().map(Str::as_str);
        Self {
            arguments: names.zip(values.iter().map(|value| value.value())).collect(),
            ..Self::new(kind.code.as_str(), kind.severity)
        }
    }

    /// With a named value for the message.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &impl FieldValue) -> Self {
        self.arguments.push((name, value.to_value()));
        self
    }

    /// With another severity than its kind's.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// At this row of the collection that the validation's `at` names.
    #[must_use]
    pub fn at_row(mut self, row: usize) -> Self {
        self.row = Some(row as u32);
        self
    }

    /// With a value that would resolve it.
    #[must_use]
    pub fn offer(mut self, value: &impl FieldValue) -> Self {
        self.offer = Some(value.to_value());
        self
    }

    /// The value of an argument in words, for tests.
    pub fn argument(&self, name: &str) -> Option<&Value> {
        self.arguments.iter().find(|(argument, _)| *argument == name).map(|(_, value)| value)
    }
}

/// The methods of [`Issue`] on the variants themselves.
pub trait IssueExt: Into<Issue> {
    /// See [`Issue::severity`].
    fn severity(self, severity: Severity) -> Issue {
        self.into().severity(severity)
    }

    /// See [`Issue::at_row`].
    fn at_row(self, row: usize) -> Issue {
        self.into().at_row(row)
    }

    /// See [`Issue::offer`].
    fn offer(self, value: &impl FieldValue) -> Issue {
        self.into().offer(value)
    }
}

/// A value that can be an issue's argument.
pub trait ToValue {
    /// The value alone.
    fn value(&self) -> Value;
}

impl<T: FieldValue> ToValue for T {
    fn value(&self) -> Value {
        self.to_value()
    }
}

/// The kinds of issue of an enum that derives `Issues`.
pub trait Issues: Into<Issue> {
    /// What the plugin says of them.
    const KINDS: &'static [IssueSpec];
}

impl<T: Issues> IssueExt for T {}
