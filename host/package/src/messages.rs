//! Issues in words: message files in Fluent's syntax, one per locale, in sections of their own.
//!
//! A message's id is the issue's code. A text is looked for in the locale that was asked for, then in its language,
//! then in English, then in the package's first locale; the codes that every plugin has are built in, in English and
//! German, and a package may word them otherwise. An issue without a message is its code and its arguments.
//!
//! Numbers and dates are written as the locale of the message has them, not the one that was asked for, so that a text
//! is of one piece. `NUMBER($amount, minimumFractionDigits: 2)` gives a decimal its decimals back.
//!
//! A message file may also translate labels: a message `label-entity-ENTITY` or `label-table-TABLE` with attributes
//! for fields (`.customer`), collections (`.lines`), their fields (`.lines-quantity`), actions (`.action-confirm`) and
//! their arguments (`.action-confirm-reason`). The attribute of a field with `-is-` and a name after it translates a
//! value of the field's enumeration (`.status-is-draft`, `.lines-answer-is-accepted`,
//! `.action-confirm-reason-is-other`); without it people read the name's words. Among an issue's arguments such a value
//! has no field and is always told in the words of its name, but a selector gets the name itself.

use std::sync::LazyLock;

use lockstep_model::{
    Issue, Value,
    outcome::STANDARD_CODES,
    schema::{Action, Descriptor, Entity},
};
use unic_langid::LanguageIdentifier;

use crate::{
    catalog::Catalog,
    notation::Notation,
    sections::{self, SectionError, Sections},
};

/// What the sections' names begin with; the locale follows.
pub const SECTION_PREFIX: &str = "lockstep:messages/";

/// The locale that all others fall back to.
const FALLBACK: &str = "en";

const BUILT_IN: [(&str, &str); 2] =
    [("en", include_str!("../messages/en.ftl")), ("de", include_str!("../messages/de.ftl"))];

static BUILT_IN_CATALOGS: LazyLock<Vec<Catalog>> = LazyLock::new(|| {
    let catalogs = BUILT_IN.iter().map(|(locale, text)| Catalog::parse(locale, text.as_bytes()));
    catalogs.filter_map(Result::ok).collect()
});

/// Why messages could not be read.
#[derive(Debug, thiserror::Error)]
pub enum MessagesError {
    /// The file's sections could not be read.
    #[error(transparent)]
    Section(#[from] SectionError),
    /// A file is not named after a locale.
    #[error("`{locale}` is not a locale: name message files after one, such as `en.ftl` or `de-AT.ftl`")]
    Locale {
        /// The file's name.
        locale: String,
    },
    /// A file is not UTF-8.
    #[error("the messages of `{locale}` are not UTF-8 text")]
    NotText {
        /// The locale.
        locale: String,
    },
    /// A file is not Fluent.
    #[error("the messages of `{locale}` cannot be read at line {line}: {reason}")]
    Syntax {
        /// The locale.
        locale: String,
        /// Counted from one.
        line: usize,
        /// What Fluent's parser says.
        reason: String,
    },
    /// An id stands twice in a file.
    #[error("the messages of `{locale}` have `{id}` more than once")]
    Doubled {
        /// The locale.
        locale: String,
        /// The message's id.
        id: String,
    },
}

/// The messages of a package in all its locales.
#[derive(Debug, Default)]
pub struct Messages {
    pub(crate) catalogs: Vec<Catalog>,
}

impl Messages {
    /// Reads a package's messages.
    ///
    /// # Errors
    /// When a section is not a message file.
    pub fn read(package: &Sections<'_>) -> Result<Self, MessagesError> {
        let all = package.custom().filter_map(|(name, text)| Some((name.strip_prefix(SECTION_PREFIX)?, text)));
        Self::parse(all)
    }

    /// Takes message files by their locales.
    ///
    /// # Errors
    /// When one is not a message file.
    pub fn parse<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<Self, MessagesError> {
        let catalogs = files.into_iter().map(|(locale, text)| Catalog::parse(locale, text));
        Ok(Self { catalogs: catalogs.collect::<Result<_, _>>()? })
    }

    /// The locales that the package itself has messages for.
    pub fn locales(&self) -> Vec<String> {
        self.catalogs.iter().map(|catalog| catalog.locale.to_string()).collect()
    }

    /// The locales that have no message with this id.
    pub(crate) fn locales_without(&self, id: &str) -> Vec<String> {
        let without = self.catalogs.iter().filter(|catalog| catalog.pattern(id).is_none());
        without.map(|catalog| catalog.locale.to_string()).collect()
    }

    /// The words for readers of this locale; any text will do, and an unknown one is English.
    pub fn for_locale(&self, locale: &str) -> Wording<'_> {
        let asked: Option<LanguageIdentifier> = locale.parse().ok();
        let own = chain(&self.catalogs, asked.as_ref());
        let built_in = chain(&BUILT_IN_CATALOGS, asked.as_ref());
        Wording { chain: [own, built_in].concat(), last: self.catalogs.first() }
    }
}

/// Appends a message file to a component.
///
/// # Errors
/// When it is not a message file, or the component has one for this locale already.
pub fn append(component: &mut Vec<u8>, locale: &str, text: &[u8]) -> Result<(), MessagesError> {
    let catalog = Catalog::parse(locale, text)?;
    Ok(sections::append(component, &format!("{SECTION_PREFIX}{}", catalog.locale), text)?)
}

/// The catalogs to look into, in this order: for the locale, for its language, for English.
fn chain<'a>(catalogs: &'a [Catalog], asked: Option<&LanguageIdentifier>) -> Vec<&'a Catalog> {
    let of = |wanted: &dyn Fn(&LanguageIdentifier) -> bool| catalogs.iter().find(|catalog| wanted(&catalog.locale));
    let language =
        |language: &str| of(&|locale| *locale == language).or_else(|| of(&|locale| locale.language == language));
    let exactly = asked.and_then(|asked| of(&|locale| locale == asked));
    let near = asked.and_then(|asked| language(asked.language.as_str()));
    let mut chain: Vec<&Catalog> = Vec::new();
    for catalog in [exactly, near, language(FALLBACK)].into_iter().flatten() {
        if !chain.iter().any(|earlier| earlier.locale == catalog.locale) {
            chain.push(catalog);
        }
    }
    chain
}

/// What was evaluated: issues speak of its fields, tables and actions by position.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    pub(crate) descriptor: &'a Descriptor,
    pub(crate) entity: Option<&'a Entity>,
    pub(crate) action: Option<&'a Action>,
}

impl<'a> Subject<'a> {
    /// The entity and its action at these positions.
    pub fn new(descriptor: &'a Descriptor, entity: u16, action: u16) -> Self {
        let entity = descriptor.entities.get(usize::from(entity));
        let action = entity.and_then(|entity| entity.actions.get(usize::from(action)));
        Self { descriptor, entity, action }
    }
}

/// The words for readers of one locale.
#[derive(Clone, Debug)]
pub struct Wording<'a> {
    chain: Vec<&'a Catalog>,
    /// For issues and texts, which have no words of their own; labels have some in the descriptor.
    last: Option<&'a Catalog>,
}

impl Wording<'_> {
    /// How numbers and dates are written beside the messages.
    pub fn notation(&self) -> Notation {
        self.chain.first().map_or(Notation::Plain, |catalog| catalog.notation)
    }

    /// An issue in words.
    pub fn issue(&self, issue: &Issue, subject: &Subject<'_>) -> String {
        let labelled = |(name, value): &(String, Value)| (name.clone(), self.labelled(issue, name, value, subject));
        let arguments: Vec<_> = issue.arguments.iter().map(labelled).collect();
        let passed: Vec<_> = arguments.iter().map(|(name, value)| (name.as_str(), value)).collect();
        let last = || self.last.and_then(|catalog| catalog.message(&issue.code, None, &passed));
        let message = self.message(&issue.code, None, &passed).or_else(last);
        message.unwrap_or_else(|| self.unworded(&issue.code, &passed))
    }

    /// The message with this id, such as a page's title; the id itself where there is none.
    pub fn text(&self, id: &str) -> String {
        let last = || self.last.and_then(|catalog| catalog.message(id, None, &[]));
        self.message(id, None, &[]).or_else(last).unwrap_or_else(|| id.to_owned())
    }

    /// The arguments of standard codes are names; people read labels.
    fn labelled(&self, issue: &Issue, name: &str, value: &Value, subject: &Subject<'_>) -> Value {
        let standard = STANDARD_CODES.iter().any(|(code, _)| *code == issue.code);
        let (Value::Text(text) | Value::Enumeration(text), true) = (value, standard) else { return value.clone() };
        let label = match name {
            "field" => self.field_at(issue.place, subject),
            "table" => subject.descriptor.table(text).map(|(_, table)| self.table(table)),
            "action" => subject.entity.and_then(|entity| Some(self.action(entity, entity.action(text)?.1))),
            "status" | "allowed" => self.statuses(text, subject),
            _ => None,
        };
        label.map_or_else(|| value.clone(), Value::Text)
    }

    /// The labels of the statuses in a list.
    fn statuses(&self, names: &str, subject: &Subject<'_>) -> Option<String> {
        let entity = subject.entity?;
        let field = entity.fields.get(usize::from(entity.status?))?;
        let labels: Vec<_> = names.split(", ").map(|name| self.field_value(entity, field, name)).collect();
        Some(labels.join(", "))
    }

    pub(crate) fn message(&self, id: &str, attribute: Option<&str>, arguments: &[(&str, &Value)]) -> Option<String> {
        self.chain.iter().find_map(|catalog| catalog.message(id, attribute, arguments))
    }

    fn unworded(&self, code: &str, arguments: &[(&str, &Value)]) -> String {
        let all: Vec<_> =
            arguments.iter().map(|(name, value)| format!("{name}: {}", self.notation().value(value))).collect();
        if all.is_empty() { code.to_owned() } else { format!("{code} ({})", all.join(", ")) }
    }
}
