//! Case files: a document with its context, and the outcome that is expected of it.
//!
//! Writing an expectation replaces its own text alone; all else in the file stays as its author wrote it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use lockstep_model::{
    Document, Part, Request,
    json::{Json, JsonError, Object, read_arguments, read_context, read_document, read_document_of},
    schema::Descriptor,
    tables::Tables,
};
use serde_json::value::RawValue;

use crate::{InputError, action_named, entity_named, reference};

type Result<T> = std::result::Result<T, InputError>;

/// The folder of a plugin crate that holds them.
pub const FOLDER: &str = "cases";

const KEYS: [&str; 11] = [
    "description",
    "entity",
    "context",
    "action",
    "arguments",
    "document",
    "reference",
    "records",
    "unavailable",
    "part",
    "expect",
];

/// One case.
#[derive(Debug)]
pub struct Case {
    /// The file.
    pub path: PathBuf,
    /// The file's name without its ending.
    pub name: String,
    /// What it is about.
    pub description: Option<String>,
    /// The document's entity, where the case says it.
    pub entity: Option<String>,
    /// As JSON; the descriptor is needed to read it.
    pub context: Json,
    /// The action's name.
    pub action: String,
    /// As JSON, `null` where there are none.
    pub arguments: Json,
    /// As JSON.
    pub document: Json,
    /// Rows by table, besides those of the plugin.
    reference: Vec<(String, Json)>,
    /// The plugin's own records, whose rows views have.
    records: Json,
    /// Tables that are not there.
    unavailable: Vec<String>,
    /// Only the issues of the rules that a server alone runs.
    pub server_only: bool,
    /// The outcome, where one is expected yet.
    pub expect: Option<Json>,
    text: String,
}

impl Case {
    /// Reads a case file.
    ///
    /// # Errors
    /// When it cannot be read, or is no case.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path)
            .map_err(|error| InputError::new(format!("cannot read the case {}: {error}", path.display())))?;
        Self::parse(path, text)
    }

    /// The case that a file's text is.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(path: &Path, text: String) -> Result<Self> {
        let json = Json::parse(&text).and_then(|json| Self::of_json(&json, path, text));
        json.map_err(|error| InputError::wrong(path, error))
    }

    /// The case of this name in a package: its text is what `cases/NAME.json` was.
    ///
    /// # Errors
    /// When it is none.
    pub fn named(name: &str, text: String) -> Result<Self> {
        let path = Path::new(FOLDER).join(format!("{name}.json"));
        Ok(Self { name: name.to_owned(), ..Self::parse(&path, text)? })
    }

    fn of_json(json: &Json, path: &Path, text: String) -> std::result::Result<Self, JsonError> {
        let object = Object::new(json, &KEYS)?;
        let owned = |json: &Json| json.as_text().map(str::to_owned);
        let cloned = |json: &Json| Ok(json.clone());
        Ok(Self {
            path: path.to_owned(),
            name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            description: object.optional("description", owned)?,
            entity: object.optional("entity", owned)?,
            context: object.required("context", cloned)?,
            action: object.required("action", owned)?,
            arguments: object.optional("arguments", cloned)?.unwrap_or(Json::Null),
            document: object.required("document", cloned)?,
            reference: object.optional("reference", |json| json.as_object().map(<[_]>::to_vec))?.unwrap_or_default(),
            records: object.optional("records", cloned)?.unwrap_or(Json::Null),
            unavailable: object
                .optional("unavailable", |json| json.as_list()?.iter().map(owned).collect())?
                .unwrap_or_default(),
            server_only: object.optional("part", read_part)?.unwrap_or(false),
            expect: object.optional("expect", cloned)?,
            text,
        })
    }

    /// What is to be evaluated.
    ///
    /// # Errors
    /// When the case does not fit the plugin's schema.
    pub fn request(&self, descriptor: &Descriptor) -> Result<Request> {
        let within = |key| move |error| InputError::within(&self.path, key, error);
        let (position, document) = match &self.entity {
            Some(name) => {
                let (position, entity) = entity_named(descriptor, name)?;
                (position, read_document_of(&self.document, entity))
            }
            None => match read_document(&self.document, descriptor) {
                Ok((position, document)) => (position, Ok(document)),
                Err(error) => (0, Err(error)),
            },
        };
        let document: Document = document.map_err(within("document"))?;
        let entity = &descriptor.entities[usize::from(position)];
        let (action, definition) =
            action_named(entity, &self.action).map_err(|error| InputError::wrong(&self.path, error))?;
        Ok(Request {
            context: read_context(&self.context).map_err(within("context"))?,
            entity: position,
            document,
            action,
            arguments: read_arguments(&self.arguments, definition).map_err(within("arguments"))?,
            part: if self.server_only { Part::ServerOnly } else { Part::Mirrored },
            rows: Vec::new(),
            explain: false,
        })
    }

    /// The tables of the plugin crate in this folder, with the case's own rows.
    ///
    /// # Errors
    /// When a table has neither a file nor rows, or one of them is wrong.
    pub fn tables(&self, descriptor: &Descriptor, plugin: &Path) -> Result<Tables> {
        let rows = plugin.join(reference::FOLDER);
        let tables = reference::read_folder(descriptor, rows.is_dir().then_some(&*rows))?;
        self.complete(tables, descriptor, &rows)
    }

    /// The tables of a package ([`reference::read_texts`]), with the case's own rows.
    ///
    /// # Errors
    /// When a table has neither a file nor rows, or one of them is wrong.
    pub fn tables_with(&self, descriptor: &Descriptor, plugin: &Tables) -> Result<Tables> {
        self.complete(plugin.clone(), descriptor, Path::new(reference::FOLDER))
    }

    fn complete(&self, mut tables: Tables, descriptor: &Descriptor, folder: &Path) -> Result<Tables> {
        self.add_rows(&mut tables, descriptor)?;
        reference::check_all_there(&tables, descriptor, Some(folder))?;
        Ok(tables)
    }

    /// Whether its tables are other than those of the plugin crate.
    pub fn has_tables(&self) -> bool {
        !self.reference.is_empty() || self.records != Json::Null || !self.unavailable.is_empty()
    }

    /// Adds the case's rows and records to the plugin's, and takes its unavailable tables away.
    ///
    /// # Errors
    /// When they do not fit.
    pub fn add_rows(&self, tables: &mut Tables, descriptor: &Descriptor) -> Result<()> {
        for (table, rows) in &self.reference {
            tables.add_json(table, rows).map_err(|error| self.wrong(&format!("reference: {error}")))?;
        }
        if self.records != Json::Null {
            reference::add_records(tables, descriptor, &self.records)
                .map_err(|error| self.wrong(&format!("records: {error}")))?;
        }
        for table in &self.unavailable {
            tables.unavailable(table).map_err(|error| self.wrong(&format!("unavailable: {error}")))?;
        }
        Ok(())
    }

    fn wrong(&self, what: &str) -> InputError {
        InputError::wrong(&self.path, what)
    }

    /// The file's text with another expectation; none where it cannot be found.
    pub fn with_expected(&self, expect: &Json) -> Option<String> {
        with_expected(&self.text, expect)
    }
}

fn read_part(json: &Json) -> std::result::Result<bool, JsonError> {
    match json.as_text()? {
        "mirrored" => Ok(false),
        "server-only" => Ok(true),
        found => {
            let known = vec!["mirrored".to_owned(), "server-only".to_owned()];
            Err(JsonError {
                path: String::new(),
                reason: lockstep_model::json::JsonReason::NotOneOf { found: found.to_owned(), known },
            })
        }
    }
}

/// The plugin crate's cases, by name.
///
/// # Errors
/// When there is none, or one cannot be read.
pub fn read_all(plugin: &Path) -> Result<Vec<Case>> {
    let folder = plugin.join(FOLDER);
    let entries = fs::read_dir(&folder).and_then(Iterator::collect::<std::io::Result<Vec<_>>>);
    let entries = entries.map_err(|error| {
        InputError::new(format!("cannot read the folder of cases {}; put case files there: {error}", folder.display()))
    })?;
    let paths = entries.into_iter().map(|entry| entry.path());
    let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|ending| ending == "json")).collect();
    paths.sort();
    if paths.is_empty() {
        let sentence = format!("there is no case in {}: write one, for instance first.json", folder.display());
        return Err(InputError::new(sentence));
    }
    paths.iter().map(|path| Case::read(path)).collect()
}

/// The file's text with another expectation: in place of the old one, or as the last key.
fn with_expected(text: &str, expect: &Json) -> Option<String> {
    let written = expect.to_pretty().replace('\n', "\n  ");
    if let Some(range) = range_of(text, "expect") {
        return Some(format!("{}{written}{}", &text[..range.start], &text[range.end..]));
    }
    let body = text.trim_end().strip_suffix('}')?.trim_end();
    Some(format!("{body},\n  \"expect\": {written}\n}}\n"))
}

/// Where a key's value stands in the text of an object.
fn range_of(text: &str, key: &str) -> Option<std::ops::Range<usize>> {
    let entries: std::collections::BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
    let value = entries.get(key)?.get();
    let start = value.as_ptr().addr() - text.as_ptr().addr();
    Some(start..start + value.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expectation_is_added_as_the_last_key() {
        let text = "{\n  \"action\": \"update\", \"document\": {  }\n}\n";
        let written = with_expected(text, &Json::object([("issues", Json::List(vec![]))])).unwrap();
        assert_eq!(
            written,
            "{\n  \"action\": \"update\", \"document\": {  },\n  \"expect\": {\n    \"issues\": []\n  }\n}\n"
        );
    }

    #[test]
    fn an_expectation_takes_the_place_of_the_old_one_and_nothing_else_moves() {
        let text = "{ \"expect\":  {\"issues\": [ 1 ]} , \"x\": 1.50 }";
        let written = with_expected(text, &Json::object([("a", Json::integer(1))])).unwrap();
        assert_eq!(written, "{ \"expect\":  {\n    \"a\": 1\n  } , \"x\": 1.50 }");
    }

    #[test]
    fn a_case_of_a_package_is_named_as_its_file_was() {
        let text = r#"{"context": {}, "action": "update", "document": {}}"#;
        let case = Case::named("net.v2", text.to_owned()).unwrap();
        assert_eq!((&*case.name, &*case.path), ("net.v2", Path::new("cases/net.v2.json")));
        let error = Case::named("wrong", "{}".to_owned()).unwrap_err();
        assert!(error.to_string().starts_with("cases/wrong.json: "), "{error}");
    }

    #[test]
    fn a_case_with_an_unknown_key_is_refused() {
        let json = Json::parse(r#"{"context": {}, "action": "update", "document": {}, "expected": {}}"#).unwrap();
        let error = Case::of_json(&json, Path::new("a.json"), String::new()).unwrap_err();
        assert!(error.to_string().starts_with("expected: unknown key"), "{error}");
    }
}
