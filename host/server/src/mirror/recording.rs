//! What an operation read here, kept so that it can be run again elsewhere.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD as BASE64};
use lockstep_model::{
    Context, Found, LookUp, RecordId, TableRows,
    canonical::{decode_context, decode_record, decode_values, encode_context, encode_record, encode_values},
    schema::Descriptor,
};
use lockstep_sync::{
    Base, Snapshot,
    rows::{StoredAnswer, table_rows},
};
use serde::{Deserialize, Serialize};

/// What an operation read here. Contents are canonical bytes in Base64.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Recording {
    /// The operation's context, with user and roles as they were authenticated.
    context: String,
    /// That of the rules that only a server runs.
    server_context: String,
    records: Vec<RecordRead>,
    rows: Vec<Answer>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct RecordRead {
    id: RecordId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_deleted: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Answer {
    table: String,
    key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    limit: Option<u32>,
    found: FoundWord,
    rows: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum FoundWord {
    Whole,
    CutShort,
    NotHere,
}

/// A recording that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the recording cannot be read: {0}")]
pub struct RecordingError(String);

impl Recording {
    /// What an execution was given.
    pub fn new(
        descriptor: &Descriptor,
        context: &Context,
        server_context: &Context,
        records: &BTreeMap<RecordId, Base>,
        rows: &[StoredAnswer],
    ) -> Self {
        let record = |(id, base): (&RecordId, &Base)| RecordRead {
            id: id.clone(),
            content: base.record().map(|record| BASE64.encode(encode_record(record))),
            is_deleted: *base == Base::Deleted,
        };
        let answer = |answer: &StoredAnswer| {
            let table = descriptor.tables.get(usize::from(answer.look_up.table))?;
            Some(Answer {
                table: table.name.clone(),
                key: answer.look_up.key.clone(),
                limit: answer.look_up.limit,
                found: match answer.found {
                    Found::Whole => FoundWord::Whole,
                    Found::CutShort => FoundWord::CutShort,
                    Found::NotHere => FoundWord::NotHere,
                },
                rows: answer.rows.iter().map(|row| BASE64.encode(encode_values(row))).collect(),
            })
        };
        Self {
            context: BASE64.encode(encode_context(context)),
            server_context: BASE64.encode(encode_context(server_context)),
            records: records.iter().map(record).collect(),
            rows: rows.iter().filter_map(answer).collect(),
        }
    }

    /// As text to keep.
    pub fn to_json(&self) -> String {
        // Texts, numbers and lists: there is nothing that could fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The recording that was kept as this text.
    ///
    /// # Errors
    /// When it is none.
    pub fn from_json(text: &str) -> Result<Self, RecordingError> {
        serde_json::from_str(text).map_err(|error| RecordingError(error.to_string()))
    }

    /// The contexts: the operation's, and that of the rules that only a server runs.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn contexts(&self) -> Result<(Context, Context), RecordingError> {
        let context = |text: &str| decode_context(&bytes(text)?).map_err(|error| RecordingError(error.to_string()));
        Ok((context(&self.context)?, context(&self.server_context)?))
    }

    /// All that was read, for the tables of a package.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn snapshot(&self, descriptor: &Descriptor) -> Result<Snapshot, RecordingError> {
        let mut snapshot = Snapshot::default();
        for record in &self.records {
            let base = match &record.content {
                Some(content) => {
                    Base::There(decode_record(&bytes(content)?).map_err(|error| RecordingError(error.to_string()))?)
                }
                None if record.is_deleted => Base::Deleted,
                None => Base::Absent,
            };
            snapshot.records.insert(record.id.clone(), base);
        }
        snapshot.rows = self.rows(descriptor)?;
        Ok(snapshot)
    }

    fn rows(&self, descriptor: &Descriptor) -> Result<Vec<TableRows>, RecordingError> {
        let mut answers = Vec::new();
        for answer in &self.rows {
            let Some((table, _)) = descriptor.table(&answer.table) else { continue };
            let values = |row: &String| decode_values(&bytes(row)?).map_err(|error| RecordingError(error.to_string()));
            answers.push(StoredAnswer {
                look_up: LookUp { table, key: answer.key.clone(), limit: answer.limit },
                found: match answer.found {
                    FoundWord::Whole => Found::Whole,
                    FoundWord::CutShort => Found::CutShort,
                    FoundWord::NotHere => Found::NotHere,
                },
                rows: answer.rows.iter().map(values).collect::<Result<_, _>>()?,
            });
        }
        Ok(table_rows(descriptor, &answers))
    }
}

fn bytes(text: &str) -> Result<Vec<u8>, RecordingError> {
    BASE64.decode(text).map_err(|error| RecordingError(error.to_string()))
}
