//! Case files: a document with its context, and the outcome that is expected of it.
//!
//! Writing an expectation replaces its own text alone; all else in the file stays as its author wrote it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow};
use lockstep_model::{
    json::{Json, JsonError, Object},
    schema::Descriptor,
    tables::Tables,
};
use serde_json::value::RawValue;

use crate::{
    failure::{Failure, Result},
    input, reference,
};

/// The folder of a plugin crate that holds them.
pub(crate) const FOLDER: &str = "cases";

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
pub(crate) struct Case {
    /// The file.
    pub(crate) path: PathBuf,
    /// The file's name without its ending.
    pub(crate) name: String,
    /// What it is about.
    pub(crate) description: Option<String>,
    /// The document's entity, where the case says it.
    pub(crate) entity: Option<String>,
    /// As JSON; the descriptor is needed to read it.
    pub(crate) context: Json,
    /// The action's name.
    pub(crate) action: String,
    /// As JSON, `null` where there are none.
    pub(crate) arguments: Json,
    /// As JSON.
    pub(crate) document: Json,
    /// Rows by table, besides those of the plugin.
    reference: Vec<(String, Json)>,
    /// The plugin's own records, whose rows views have.
    records: Json,
    /// Tables that are not there.
    unavailable: Vec<String>,
    /// Only the issues of the rules that a server alone runs.
    pub(crate) server_only: bool,
    /// The outcome, where one is expected yet.
    pub(crate) expect: Option<Json>,
    text: String,
}

impl Case {
    /// Reads a case file.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = input::read_text(path, "case")?;
        Json::parse(&text).and_then(|json| Self::of_json(&json, path, text)).map_err(|error| input::wrong(path, &error))
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

    /// Adds the case's rows and records to the plugin's, and takes its unavailable tables away.
    pub(crate) fn add_rows(&self, tables: &mut Tables, descriptor: &Descriptor) -> Result<()> {
        let wrong = |error| Failure::Input(anyhow!("{}: {error}", self.path.display()));
        for (table, rows) in &self.reference {
            tables.add_json(table, rows).map_err(|error| wrong(anyhow!("reference: {error}")))?;
        }
        if self.records != Json::Null {
            reference::add_records(tables, descriptor, &self.records)
                .map_err(|error| wrong(anyhow!("records{error}")))?;
        }
        for table in &self.unavailable {
            tables.unavailable(table).map_err(|error| wrong(anyhow!("unavailable: {error}")))?;
        }
        Ok(())
    }

    /// Writes what is expected into the file.
    pub(crate) fn write_expected(&self, expect: &Json) -> Result<()> {
        let text = with_expected(&self.text, expect)
            .with_context(|| format!("cannot find where the expectation goes in {}", self.path.display()))
            .map_err(Failure::Input)?;
        fs::write(&self.path, text)
            .with_context(|| format!("cannot write {}; make it writable", self.path.display()))
            .map_err(Failure::Host)
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

/// The plugin crate's cases by name, those whose name holds one of `wanted` if there are any.
pub(crate) fn read_all(plugin: &Path, wanted: &[String]) -> Result<Vec<Case>> {
    let folder = plugin.join(FOLDER);
    let entries = fs::read_dir(&folder).and_then(Iterator::collect::<std::io::Result<Vec<_>>>);
    let entries = entries
        .with_context(|| format!("cannot read the folder of cases {}; put case files there", folder.display()))
        .map_err(Failure::Input)?;
    let paths = entries.into_iter().map(|entry| entry.path());
    let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|ending| ending == "json")).collect();
    paths.sort();
    let is_wanted = |case: &Case| wanted.is_empty() || wanted.iter().any(|part| case.name.contains(part));
    let cases: Vec<Case> = paths.iter().map(|path| Case::read(path)).collect::<Result<_>>()?;
    let cases: Vec<_> = cases.into_iter().filter(is_wanted).collect();
    if cases.is_empty() && !wanted.is_empty() {
        let wanted = wanted.join("` or `");
        return Err(Failure::Usage(anyhow!("no case in {} has `{wanted}` in its name", folder.display())));
    }
    if cases.is_empty() {
        return Err(Failure::Input(anyhow!(
            "there is no case in {}: write one, for instance first.json",
            folder.display()
        )));
    }
    Ok(cases)
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
    fn a_case_with_an_unknown_key_is_refused() {
        let json = Json::parse(r#"{"context": {}, "action": "update", "document": {}, "expected": {}}"#).unwrap();
        let error = Case::of_json(&json, Path::new("a.json"), String::new()).unwrap_err();
        assert!(error.to_string().starts_with("expected: unknown key"), "{error}");
    }
}
