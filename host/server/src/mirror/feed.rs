//! Versions of records, for systems that follow.

use lockstep_model::{OperationId, Verdict};
use serde_json::{Map, Value as Json, json};

use super::{
    Mirror, Result,
    store::{RecordVersion, Transaction},
    word,
};

/// Versions in one answer, at most.
pub(super) const FEED_MAX: usize = 1000;

/// Versions of a company's records, one JSON object each.
#[derive(Clone, Debug, PartialEq)]
pub struct Feed {
    /// In the order of their sequences.
    pub lines: Vec<Json>,
}

impl Mirror {
    /// The versions that a company's records have had after a sequence, at most so many, and 1000; an empty
    /// company is the shared scope. Sequences ascend; those that are missing are changes of reference rows.
    ///
    /// # Errors
    /// When the store fails, or is busy.
    pub fn changes(&self, company: &str, after: u64, limit: usize) -> Result<Feed> {
        let snapshot = self.0.parts.store.snapshot()?;
        let versions = snapshot.versions(company, after, limit.min(FEED_MAX))?;
        let lines = versions.into_iter().map(|version| line(&*snapshot, company, version));
        Ok(Feed { lines: lines.collect::<Result<_>>()? })
    }
}

fn line(snapshot: &dyn Transaction, company: &str, version: RecordVersion) -> Result<Json> {
    let RecordVersion { id, sequence, at, content, by } = version;
    let by = by.map(|by| operation(snapshot, &by)).transpose()?;
    Ok(json!({
        "company": company,
        "sequence": sequence,
        "at": at.0,
        "record": id,
        "version": content.as_ref().map(|record| record.version().to_string()),
        "content": content.as_ref().map(record_json),
        "operation": by,
    }))
}

fn operation(snapshot: &dyn Transaction, id: &OperationId) -> Result<Json> {
    let stored = snapshot.operations(&id.device, &[id.sequence].into())?.into_iter().next();
    let about = stored.map(|stored| {
        let action = match &stored.message {
            lockstep_model::Message::Operation(operation) => Some(operation.action.clone()),
            lockstep_model::Message::Discard { .. } => None,
        };
        let verdict: &Verdict = &stored.verdict;
        json!({"action": action, "user": stored.identity.user, "verdict": word(verdict)})
    });
    let mut object = Map::from_iter([
        ("device".to_owned(), Json::from(id.device.clone())),
        ("sequence".to_owned(), Json::from(id.sequence)),
    ]);
    if let Some(Json::Object(about)) = about {
        object.extend(about);
    }
    Ok(Json::Object(object))
}

/// A record's values by field name, and its rows by collection, as people read them.
pub(super) fn record_json(record: &lockstep_model::Record) -> Json {
    let cells = |cells: &lockstep_model::record::Cells| -> Map<String, Json> {
        cells.iter().map(|(name, cell)| (name.clone(), value_json(&cell.value))).collect()
    };
    let mut object = cells(&record.cells);
    for (collection, rows) in &record.collections {
        let rows = rows.iter().map(|row| {
            let mut object = Map::from_iter([("id".to_owned(), Json::from(row.id.clone()))]);
            object.extend(cells(&row.cells));
            Json::Object(object)
        });
        object.insert(collection.clone(), Json::Array(rows.collect()));
    }
    Json::Object(object)
}

/// A value as people write it; integers and booleans as JSON has them.
pub(super) fn value_json(value: &lockstep_model::Value) -> Json {
    match value {
        lockstep_model::Value::Integer(value) => Json::from(*value),
        lockstep_model::Value::Boolean(value) => Json::from(*value),
        other => Json::from(other.to_string()),
    }
}
