//! A plugin's cases and the reference tables that they need, in a section of their own, so that whoever gets a package
//! can run them.
//!
//! The section [`SECTION`] is a DEFLATE stream (RFC 1951) of one JSON object (RFC 8259) without white space between its
//! tokens: `{"cases":{NAME:CASE,…},"reference":{TABLE:CSV,…}}`, names in the order of their code points. A case is the
//! object in `cases/NAME.json`, with its numbers as they are written there; a table is the text of
//! `reference/TABLE.csv`. What a case means is not known here.

use std::collections::BTreeMap;

use miniz_oxide::{
    deflate::compress_to_vec,
    inflate::{DecompressError, TINFLStatus, decompress_to_vec_with_limit},
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::sections::{self, SectionError, Sections};

/// The section's name.
pub const SECTION: &str = "lockstep:cases";

/// The most that a section holds when it is inflated, in bytes.
pub const BYTES_MAX: usize = 16 << 20;

/// Small rather than quick: a package is built once.
const LEVEL: u8 = 9;

/// Why cases could not be read or added.
#[derive(Debug, thiserror::Error)]
pub enum CaseFilesError {
    /// The file's sections could not be read.
    #[error(transparent)]
    Section(#[from] SectionError),
    /// A case is no JSON.
    #[error("the case `{name}` is no JSON: {source}")]
    NoJson {
        /// The case's name.
        name: String,
        /// What the parser says.
        source: serde_json::Error,
    },
    /// There is more than a section holds.
    #[error("the package's cases and their tables are larger than {BYTES_MAX} bytes: leave out what no case needs")]
    TooLarge,
    /// The section is not what it should be.
    #[error("the package's cases cannot be read: {0}; build the package anew from its sources")]
    Malformed(String),
}

/// A plugin's cases and reference tables, as text by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseFiles {
    /// Cases as JSON text.
    pub cases: BTreeMap<String, String>,
    /// Tables as CSV text, with a line of column names.
    pub reference: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    cases: BTreeMap<String, Box<RawValue>>,
    reference: BTreeMap<String, String>,
}

impl CaseFiles {
    /// Reads a package's cases; none where it has no such section.
    ///
    /// # Errors
    /// When the section is doubled, too large or damaged.
    pub fn read(package: &Sections<'_>) -> Result<Self, CaseFilesError> {
        let Some(section) = package.read(SECTION)? else { return Ok(Self::default()) };
        let json = decompress_to_vec_with_limit(section, BYTES_MAX).map_err(|error| not_inflated(&error))?;
        let contents: Contents =
            serde_json::from_slice(&json).map_err(|error| CaseFilesError::Malformed(error.to_string()))?;
        let cases = contents.cases.into_iter().map(|(name, case)| (name, case.get().to_owned()));
        Ok(Self { cases: cases.collect(), reference: contents.reference })
    }

    /// Appends them to a component, if there are any. The same files give the same bytes.
    ///
    /// # Errors
    /// When a case is no JSON, there is too much, or the component has such a section already.
    pub fn append_to(&self, component: &mut Vec<u8>) -> Result<(), CaseFilesError> {
        if self.is_empty() {
            return Ok(());
        }
        let compact = |(name, text): (&String, &String)| {
            let parsed: Result<&RawValue, _> = serde_json::from_str(text);
            let compact = parsed.and_then(|case| RawValue::from_string(without_space(case.get())));
            let compact = compact.map_err(|source| CaseFilesError::NoJson { name: name.clone(), source })?;
            Ok((name.clone(), compact))
        };
        let cases = self.cases.iter().map(compact).collect::<Result<_, CaseFilesError>>()?;
        let contents = Contents { cases, reference: self.reference.clone() };
        let json = serde_json::to_vec(&contents).map_err(|error| CaseFilesError::Malformed(error.to_string()))?;
        if json.len() > BYTES_MAX {
            return Err(CaseFilesError::TooLarge);
        }
        Ok(sections::append(component, SECTION, &compress_to_vec(&json, LEVEL))?)
    }

    /// Whether there is neither a case nor a table.
    pub fn is_empty(&self) -> bool {
        self.cases.is_empty() && self.reference.is_empty()
    }
}

fn not_inflated(error: &DecompressError) -> CaseFilesError {
    match error.status {
        TINFLStatus::HasMoreOutput => CaseFilesError::TooLarge,
        _ => CaseFilesError::Malformed("the section is no whole DEFLATE stream".to_owned()),
    }
}

/// JSON without the white space between its tokens; numbers and texts stay as they are written.
fn without_space(json: &str) -> String {
    let (mut in_text, mut escaped) = (false, false);
    let keep = |character: &char| {
        let is_space = !in_text && character.is_ascii_whitespace();
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = in_text,
            '"' => in_text = !in_text,
            _ => {}
        }
        !is_space
    };
    json.chars().filter(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::without_space;

    #[test]
    fn only_space_between_tokens_goes() {
        let text = "{ \"a b\" : [ 1.50 ,\n\t\"c \\\" d \\\\\" , \" \\\\\\\" \" ],\r\n \"e\" : null }";
        assert_eq!(without_space(text), r#"{"a b":[1.50,"c \" d \\"," \\\" "],"e":null}"#);
    }
}
