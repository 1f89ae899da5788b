//! The messages of one locale: a Fluent file, ready to be formatted.

use std::borrow::Cow;

use fluent_bundle::{
    FluentArgs, FluentError, FluentResource, FluentValue,
    concurrent::FluentBundle,
    types::{FluentNumber, FluentType},
};
use fluent_syntax::ast::{Entry, Pattern};
use lockstep_model::{Decimal, Value};
use unic_langid::LanguageIdentifier;

use crate::{
    labels::{is_label, words},
    messages::MessagesError,
    notation::{DECIMALS_MAX, Digits, Notation},
};

/// The messages of one locale.
pub(crate) struct Catalog {
    pub(crate) locale: LanguageIdentifier,
    pub(crate) notation: Notation,
    /// The messages with labels, by id, with their attributes.
    pub(crate) labels: Vec<(String, Vec<String>)>,
    bundle: FluentBundle<FluentResource>,
}

impl Catalog {
    pub(crate) fn parse(locale: &str, text: &[u8]) -> Result<Self, MessagesError> {
        let identifier = locale.parse().map_err(|_| MessagesError::Locale { locale: locale.to_owned() })?;
        let resource = resource(locale, text)?;
        let mut catalog = Self::empty(identifier);
        catalog.labels = labels(&resource);
        catalog.bundle.add_resource(resource).map_err(|errors| doubled(locale, errors))?;
        Ok(catalog)
    }

    fn empty(locale: LanguageIdentifier) -> Self {
        let notation = Notation::of(&locale);
        let mut bundle = FluentBundle::new_concurrent(vec![locale.clone()]);
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match notation {
            Notation::English => |value, _| formatted(Notation::English, value),
            Notation::German => |value, _| formatted(Notation::German, value),
            Notation::Plain => |value, _| formatted(Notation::Plain, value),
        }));
        // It can fail only where there is a function of this name already.
        let _ = bundle.add_function("NUMBER", number);
        Self { locale, notation, labels: Vec::new(), bundle }
    }

    /// The value of the message with this id.
    pub(crate) fn pattern(&self, id: &str) -> Option<&Pattern<&str>> {
        self.bundle.get_message(id)?.value()
    }

    /// The message with this id, or its attribute, with these arguments.
    pub(crate) fn message(&self, id: &str, attribute: Option<&str>, arguments: &[(&str, &Value)]) -> Option<String> {
        let message = self.bundle.get_message(id)?;
        let pattern = match attribute {
            Some(attribute) => message.get_attribute(attribute)?.value(),
            None => message.value()?,
        };
        let mut passed = FluentArgs::with_capacity(arguments.len());
        for (name, value) in arguments {
            passed.set(*name, argument(self.notation, value));
        }
        // What goes wrong is to be seen in the text, which has the placeable's source there.
        Some(self.bundle.format_pattern(pattern, Some(&passed), &mut Vec::new()).into_owned())
    }
}

impl std::fmt::Debug for Catalog {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Catalog({})", self.locale)
    }
}

/// The parsed file.
pub(crate) fn resource(locale: &str, text: &[u8]) -> Result<FluentResource, MessagesError> {
    let text = std::str::from_utf8(text).map_err(|_| MessagesError::NotText { locale: locale.to_owned() })?;
    FluentResource::try_new(text.to_owned()).map_err(|(_, errors)| {
        let first = errors.first();
        let offset = first.map_or(0, |error| error.pos.start);
        let line = text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1;
        let reason = first.map(|error| error.kind.to_string()).unwrap_or_default();
        MessagesError::Syntax { locale: locale.to_owned(), line, reason }
    })
}

fn labels(resource: &FluentResource) -> Vec<(String, Vec<String>)> {
    let messages = resource.entries().filter_map(|entry| match entry {
        Entry::Message(message) if is_label(message.id.name) => Some(message),
        _ => None,
    });
    let named = messages.map(|message| {
        let attributes = message.attributes.iter().map(|attribute| attribute.id.name.to_owned());
        (message.id.name.to_owned(), attributes.collect())
    });
    named.collect()
}

fn doubled(locale: &str, errors: Vec<FluentError>) -> MessagesError {
    let id = errors.into_iter().find_map(|error| match error {
        FluentError::Overriding { id, .. } => Some(id),
        _ => None,
    });
    MessagesError::Doubled { locale: locale.to_owned(), id: id.unwrap_or_default() }
}

/// Whole numbers are numbers to Fluent, so that messages can select by plural; all others are written by us.
///
/// An enumeration's value is its name to selectors, and words where it is written: of all texts it alone is borrowed,
/// by which [`formatted`] knows it.
fn argument(notation: Notation, value: &Value) -> FluentValue<'_> {
    match value {
        Value::Integer(integer) if i32::try_from(*integer).is_ok() => FluentValue::from(*integer as i32),
        Value::Decimal(decimal) => whole(*decimal)
            .map_or_else(|| FluentValue::Custom(Box::new(Fraction { value: *decimal, notation })), FluentValue::from),
        Value::Enumeration(name) => FluentValue::String(Cow::Borrowed(name)),
        other => FluentValue::String(Cow::Owned(notation.value(other).into_owned())),
    }
}

fn whole(decimal: Decimal) -> Option<i32> {
    if decimal.fract().is_zero() { i32::try_from(decimal).ok() } else { None }
}

/// A decimal as an argument.
#[derive(Clone, Debug, PartialEq)]
struct Fraction {
    value: Decimal,
    notation: Notation,
}

impl FluentType for Fraction {
    fn duplicate(&self) -> Box<dyn FluentType + Send> {
        Box::new(self.clone())
    }

    fn as_string(&self, _: &intl_memoizer::IntlLangMemoizer) -> Cow<'static, str> {
        self.notation.decimal(self.value, Digits::default()).into()
    }

    fn as_string_threadsafe(&self, _: &intl_memoizer::concurrent::IntlLangMemoizer) -> Cow<'static, str> {
        self.notation.decimal(self.value, Digits::default()).into()
    }
}

/// Fluent's own numbers, which are arguments that are whole and numbers that stand in the message, and the names of
/// enumerations' values.
fn formatted(notation: Notation, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(notation.number(&number.value.to_string(), digits(number))),
        FluentValue::String(Cow::Borrowed(name)) => Some(words(name)),
        _ => None,
    }
}

fn digits(number: &FluentNumber) -> Digits {
    let count = |count: Option<usize>| count.and_then(|count| u32::try_from(count).ok());
    Digits {
        decimals_min: count(number.options.minimum_fraction_digits).unwrap_or(0),
        decimals_max: count(number.options.maximum_fraction_digits).unwrap_or(DECIMALS_MAX),
        grouping: number.options.use_grouping,
    }
}

/// `NUMBER($amount, minimumFractionDigits: 2)`
fn number<'a>(positional: &[FluentValue<'a>], named: &FluentArgs<'_>) -> FluentValue<'a> {
    let mut number = FluentNumber::new(0.0, fluent_bundle::types::FluentNumberOptions::default());
    number.options.merge(named);
    match positional.first() {
        Some(FluentValue::Number(given)) => {
            let mut given = given.clone();
            given.options.merge(named);
            FluentValue::Number(given)
        }
        Some(FluentValue::Custom(custom)) => {
            let fraction = custom.as_any().downcast_ref::<Fraction>();
            let text = fraction.map(|fraction| fraction.notation.decimal(fraction.value, digits(&number)));
            text.map_or(FluentValue::Error, |text| FluentValue::String(text.into()))
        }
        Some(FluentValue::String(text)) => FluentValue::String(text.clone()),
        _ => FluentValue::Error,
    }
}
