//! Reading an object whose keys are known.

use crate::json::{Json, JsonError};

/// An object of which every key is known. Errors from a value's reader get the key as path.
#[derive(Clone, Copy, Debug)]
pub struct Object<'a>(&'a [(String, Json)]);

impl<'a> Object<'a> {
    /// The object, if it has no other keys than these.
    ///
    /// # Errors
    /// When it is no object, or has a key that is not known.
    pub fn new(json: &'a Json, known: &[&str]) -> Result<Self, JsonError> {
        let entries = json.as_object()?;
        match entries.iter().find(|(key, _)| !known.contains(&key.as_str())) {
            Some((key, _)) => Err(JsonError::unknown_key(key, known.iter().map(|&key| key.to_owned()))),
            None => Ok(Self(entries)),
        }
    }

    /// The value of a key that may be left out or `null`.
    ///
    /// # Errors
    /// When the value cannot be read.
    pub fn optional<T>(
        &self,
        key: &str,
        read: impl FnOnce(&'a Json) -> Result<T, JsonError>,
    ) -> Result<Option<T>, JsonError> {
        let entry = self.0.iter().find(|(name, value)| name == key && *value != Json::Null);
        entry.map(|(_, value)| read(value).map_err(|error| error.within(key))).transpose()
    }

    /// The value of a key that must be there.
    ///
    /// # Errors
    /// When it is missing, or the value cannot be read.
    pub fn required<T>(&self, key: &str, read: impl FnOnce(&'a Json) -> Result<T, JsonError>) -> Result<T, JsonError> {
        self.optional(key, read)?.ok_or_else(|| JsonError::missing(key))
    }
}

/// The items of a list, each read; errors name its number, counted from 1.
pub(crate) fn read_list<'a, T>(
    json: &'a Json,
    mut read: impl FnMut(&'a Json) -> Result<T, JsonError>,
) -> Result<Vec<T>, JsonError> {
    let items = (1..).zip(json.as_list()?);
    items.map(|(number, item): (usize, _)| read(item).map_err(|error| error.within(&format!("[{number}]")))).collect()
}
