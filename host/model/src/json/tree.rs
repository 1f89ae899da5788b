//! JSON as a tree that keeps numbers as they are written, and objects in their order.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
    ser::{SerializeMap, SerializeSeq},
};
use serde_json::value::RawValue;

use crate::json::{JsonError, JsonReason};

const LEVELS_MAX: usize = 32;

/// JSON as a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A number, as it is written.
    Number(String),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object, in its order; no key is there twice.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads JSON.
    ///
    /// # Errors
    /// When it is not JSON, a key is there twice, or it is nested more than 32 levels deep.
    pub fn parse(text: &str) -> Result<Self, JsonError> {
        let raw: &RawValue = serde_json::from_str(text).map_err(|error| syntax(&error))?;
        from_raw(raw, LEVELS_MAX)
    }

    /// An object of these keys and values.
    pub fn object<K: Into<String>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Object(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// An integer.
    pub fn integer(value: impl Into<i128>) -> Self {
        Self::Number(value.into().to_string())
    }

    /// On several lines, indented by two spaces, for people.
    pub fn to_pretty(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The value under a key of an object.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text.
    ///
    /// # Errors
    /// When it is something else.
    pub fn as_text(&self) -> Result<&str, JsonError> {
        if let Self::Text(text) = self { Ok(text) } else { Err(self.is_no("text")) }
    }

    /// The boolean.
    ///
    /// # Errors
    /// When it is something else.
    pub fn as_boolean(&self) -> Result<bool, JsonError> {
        if let Self::Boolean(value) = self { Ok(*value) } else { Err(self.is_no("true or false")) }
    }

    /// The list.
    ///
    /// # Errors
    /// When it is something else.
    pub fn as_list(&self) -> Result<&[Self], JsonError> {
        if let Self::List(items) = self { Ok(items) } else { Err(self.is_no("a list")) }
    }

    /// The object's entries.
    ///
    /// # Errors
    /// When it is something else.
    pub fn as_object(&self) -> Result<&[(String, Self)], JsonError> {
        if let Self::Object(entries) = self { Ok(entries) } else { Err(self.is_no("an object")) }
    }

    pub(crate) fn is_no(&self, expected: &'static str) -> JsonError {
        JsonError::new(JsonReason::WrongType { expected, found: self.noun() })
    }

    fn noun(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

fn syntax(error: &serde_json::Error) -> JsonError {
    JsonError::new(JsonReason::Syntax(error.to_string()))
}

/// One level at a time: `serde_json` hands over each value's own characters, so a number is never made a float.
fn from_raw(raw: &RawValue, levels: usize) -> Result<Json, JsonError> {
    let text = raw.get();
    if levels == 0 {
        return Err(JsonError::new(JsonReason::TooDeep { levels: LEVELS_MAX }));
    }
    match text.as_bytes().first() {
        Some(b'{') => object_from_raw(text, levels),
        Some(b'[') => {
            let items: Vec<&RawValue> = parse(text)?;
            let numbered = (1..).zip(items);
            let items = numbered.map(|(number, item): (usize, _)| {
                from_raw(item, levels - 1).map_err(|error| error.within(&format!("[{number}]")))
            });
            Ok(Json::List(items.collect::<Result<_, _>>()?))
        }
        Some(b'"') => parse(text).map(Json::Text),
        Some(b'n') => Ok(Json::Null),
        Some(b't') => Ok(Json::Boolean(true)),
        Some(b'f') => Ok(Json::Boolean(false)),
        _ => Ok(Json::Number(text.to_owned())),
    }
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, JsonError> {
    serde_json::from_str(text).map_err(|error| syntax(&error))
}

fn object_from_raw(text: &str, levels: usize) -> Result<Json, JsonError> {
    let Entries(raw) = parse(text)?;
    let mut entries: Vec<(String, Json)> = Vec::with_capacity(raw.len());
    let mut seen = std::collections::HashSet::with_capacity(raw.len());
    for (key, value) in raw {
        if !seen.insert(key.clone()) {
            return Err(JsonError::new(JsonReason::KeyTwice).within(&key));
        }
        let value = from_raw(value, levels - 1).map_err(|error| error.within(&key))?;
        entries.push((key, value));
    }
    Ok(Json::Object(entries))
}

/// An object's entries in their order, doubled keys and all.
struct Entries<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Entries<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Entries(entries))
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Number(text) => serialize_number(text, serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                items.iter().try_for_each(|item| list.serialize_element(item))?;
                list.end()
            }
            Self::Object(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                entries.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
                map.end()
            }
        }
    }
}

fn serialize_number<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    // `-0` stays what it is.
    if let Some(value) = text.parse::<i64>().ok().filter(|value| *value != 0 || text == "0") {
        return serializer.serialize_i64(value);
    }
    let raw = RawValue::from_string(text.to_owned()).map_err(serde::ser::Error::custom)?;
    raw.serialize(serializer)
}

/// On one line.
impl fmt::Display for Json {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}
