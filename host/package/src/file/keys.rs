//! Reading TOML tables key by key, and noting what does not fit with its place, without stopping there.

use std::cell::RefCell;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    mistake::{Mistake, hint},
    name::{Name, Position},
};

/// A file, and what is wrong with it so far.
pub(super) struct File<'t> {
    text: &'t str,
    mistakes: RefCell<Vec<Mistake>>,
}

impl<'t> File<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, mistakes: RefCell::new(Vec::new()) }
    }

    pub(super) fn mistake(&self, at: Position, says: String) {
        self.mistakes.borrow_mut().push(Mistake { at, says });
    }

    pub(super) fn into_mistakes(self) -> Vec<Mistake> {
        self.mistakes.into_inner()
    }

    /// The place of a byte.
    pub(super) fn position(&self, offset: usize) -> Position {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() as u32 + 1;
        Position { line, column: before[line_start..].chars().count() as u32 + 1 }
    }
}

/// A table whose keys are asked for one by one; whatever was not asked for at the end is a mistake.
pub struct Keys<'a> {
    file: &'a File<'a>,
    /// What the table is, with its article.
    what: &'static str,
    at: Position,
    table: &'a DeTable<'a>,
    asked: Vec<&'static str>,
}

impl<'a> Keys<'a> {
    pub(super) fn new(file: &'a File<'a>, what: &'static str, table: &'a DeTable<'a>, at: Position) -> Self {
        Self { file, what, at, table, asked: Vec::new() }
    }

    /// Where the table stands.
    pub fn at(&self) -> Position {
        self.at
    }

    /// From here on it is called so.
    pub fn call(&mut self, what: &'static str) {
        self.what = what;
    }

    /// Notes what is wrong at a place of the file.
    pub fn mistake(&self, at: Position, says: String) {
        self.file.mistake(at, says);
    }

    fn ask(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.asked.push(key);
        self.find(key)
    }

    fn find(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.table.iter().find(|(known, _)| known.get_ref() == key).map(|(_, value)| value)
    }

    fn place(&self, value: &Spanned<DeValue<'_>>) -> Position {
        self.file.position(value.span().start)
    }

    fn missing(&self, key: &str) {
        self.mistake(self.at, format!("{} needs the key `{key}`: add it", self.what));
    }

    fn wrong_type(&self, at: Position, key: &str, wanted: &str, found: &DeValue<'_>) {
        self.mistake(at, format!("`{key}` wants {wanted}, not a value of type {}", found.type_str()));
    }

    /// A text that has to be there.
    pub fn name(&mut self, key: &'static str) -> Name {
        self.optional_name(key).unwrap_or_else(|| {
            self.missing(key);
            Name::new("", self.at)
        })
    }

    /// A text.
    pub fn optional_name(&mut self, key: &'static str) -> Option<Name> {
        let value = self.ask(key)?;
        Some(self.text(key, value).unwrap_or_else(|| Name::new("", self.place(value))))
    }

    fn text(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Name> {
        let at = self.place(value);
        match value.get_ref() {
            DeValue::String(text) if text.is_empty() => self.mistake(at, format!("`{key}` is empty: fill it in")),
            DeValue::String(text) => return Some(Name::new(text.as_ref(), at)),
            other => self.wrong_type(at, key, "a text in quotes", other),
        }
        None
    }

    fn list(&mut self, key: &'static str, wanted: &str) -> Option<&'a [Spanned<DeValue<'a>>]> {
        let value = self.ask(key)?;
        if let DeValue::Array(items) = value.get_ref() {
            return Some(items);
        }
        self.wrong_type(self.place(value), key, wanted, value.get_ref());
        Some(&[])
    }

    /// A list of texts, none of them twice.
    pub fn optional_names(&mut self, key: &'static str) -> Option<Vec<Name>> {
        let items = self.list(key, "a list of texts")?;
        let names: Vec<_> = items.iter().filter_map(|item| self.text(key, item)).collect();
        for (position, name) in names.iter().enumerate() {
            if names[..position].contains(name) {
                self.mistake(name.at(), format!("`{key}` names `{name}` twice: leave one out"));
            }
        }
        Some(names)
    }

    /// A list of texts; none where it is left out.
    pub fn names(&mut self, key: &'static str) -> Vec<Name> {
        self.optional_names(key).unwrap_or_default()
    }

    /// A list of texts that has to be there.
    pub fn required_names(&mut self, key: &'static str) -> Vec<Name> {
        self.optional_names(key).unwrap_or_else(|| {
            self.missing(key);
            Vec::new()
        })
    }

    /// A list of texts with one at least.
    pub fn some_names(&mut self, key: &'static str) -> Vec<Name> {
        let names = self.required_names(key);
        self.not_empty(key);
        names
    }

    /// A list of plain values of any type, as they are written, with one at least.
    pub fn values(&mut self, key: &'static str) -> Vec<Name> {
        let Some(items) = self.list(key, "a list of values") else {
            self.missing(key);
            return Vec::new();
        };
        self.not_empty(key);
        items.iter().filter_map(|item| self.value(key, item)).collect()
    }

    fn not_empty(&self, key: &str) {
        let empty = self.find(key).filter(|value| value.get_ref().as_array().is_some_and(|items| items.is_empty()));
        if let Some(value) = empty {
            self.mistake(self.place(value), format!("`{key}` is empty: name one at least"));
        }
    }

    fn value(&self, key: &str, item: &Spanned<DeValue<'_>>) -> Option<Name> {
        let at = self.place(item);
        let text = match item.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) => number.to_string(),
            DeValue::Float(number) => number.to_string(),
            DeValue::Boolean(truth) => truth.to_string(),
            DeValue::Datetime(moment) => moment.to_string(),
            other => {
                self.wrong_type(at, key, "plain values", other);
                return None;
            }
        };
        Some(Name::new(text, at))
    }

    /// True or false; false where it is left out.
    pub fn flag(&mut self, key: &'static str) -> bool {
        match self.ask(key).map(|value| (value, value.get_ref())) {
            None => false,
            Some((_, DeValue::Boolean(truth))) => *truth,
            Some((value, other)) => {
                self.wrong_type(self.place(value), key, "true or false", other);
                false
            }
        }
    }

    /// A list of tables, each with what it is; none where it is left out.
    pub fn tables(&mut self, key: &'static str, what: &'static str) -> Vec<Keys<'a>> {
        let items = self.list(key, "tables").unwrap_or_default();
        let mut tables = Vec::with_capacity(items.len());
        for item in items {
            let at = self.place(item);
            match item.get_ref() {
                DeValue::Table(table) => tables.push(Keys::new(self.file, what, table, at)),
                other => self.wrong_type(at, key, "tables", other),
            }
        }
        tables
    }

    /// Nothing else may stand in the table.
    pub fn finish(self) {
        let known = |key: &str| self.asked.contains(&key);
        for (key, _) in self.table.iter().filter(|(key, _)| !known(key.get_ref())) {
            let at = self.file.position(key.span().start);
            let hint = hint(key.get_ref(), self.asked.iter().copied());
            self.mistake(at, format!("{} has no key `{}`{hint}", self.what, key.get_ref()));
        }
    }
}
