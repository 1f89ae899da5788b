//! What an administrator sees of operations, and does about parked ones.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD as BASE64};
use lockstep_model::{
    Issue, Message, Operation, OperationId, Refusal, Verdict,
    canonical::encode_message,
    operation::{Edits, RowChange},
    verdict::{Conflict, Moved, Parked, Side},
};
use serde_json::{Value as Json, json};

use super::{
    Mirror, MirrorError, Result,
    execute::Decided,
    feed::{record_json, value_json},
    push::{Work, again, finish, settle},
    store::{OperationFilter, Reach, Settled, StoredOperation},
    word,
};

/// Operations in one answer, at most.
pub(super) const OPERATIONS_MAX: usize = 1000;

/// What an administrator does about a parked operation.
#[derive(Clone, Copy, Debug)]
pub enum Held {
    /// It is run again, whatever it waited for.
    Release,
    /// It is refused.
    Reject,
}

impl Mirror {
    /// Operations that a filter wants, the last received first, at most so many and 1000, in brief.
    ///
    /// # Errors
    /// When the store fails, or is busy.
    pub fn operations(&self, filter: &OperationFilter<'_>, limit: usize) -> Result<Vec<Json>> {
        let snapshot = self.0.parts.store.snapshot()?;
        let found = snapshot.list(filter, limit.min(OPERATIONS_MAX))?;
        Ok(found.iter().map(brief).collect())
    }

    /// How many operations have each verdict, by its name.
    ///
    /// # Errors
    /// When the store fails, or is busy.
    pub fn verdicts(&self) -> Result<BTreeMap<String, u64>> {
        Ok(self.0.parts.store.snapshot()?.counts()?)
    }

    /// One operation in full: what it is, what became of it, and all that is needed to run it again.
    ///
    /// # Errors
    /// When there is none; when the store fails, or is busy.
    pub fn operation(&self, id: &OperationId) -> Result<Json> {
        let snapshot = self.0.parts.store.snapshot()?;
        let stored = snapshot.operations(&id.device, &[id.sequence].into())?.into_iter().next();
        stored.as_ref().map(full).ok_or_else(|| no_operation(id))
    }

    /// Releases or rejects a parked operation; what waits for it is looked at again. Gives the verdict that it has now.
    ///
    /// # Errors
    /// When there is none, or it is not parked, or still is; when the store or a package fails. Nothing has changed
    /// then.
    pub fn hold(&self, id: &OperationId, what: Held, actor: &str, reason: &str) -> Result<Verdict> {
        let now = (self.0.parts.clock)();
        again(Reach::of(&id.device, BTreeSet::new()), |reach| {
            let transaction = self.0.parts.store.change(reach)?;
            let state = transaction.device(&id.device)?;
            let mut work = self.0.work(&*transaction, &id.device, state, now)?;
            let mut stored = work.journal.get(id.sequence)?.cloned().ok_or_else(|| no_operation(id))?;
            let (Message::Operation(operation), Verdict::Parked { .. }) = (&stored.message, &stored.verdict) else {
                return Err(MirrorError::NotParked { id: id.to_string(), verdict: word(&stored.verdict) });
            };
            let operation = operation.clone();
            let decided = self.decide_held(&mut work, &stored, &operation, what, reason)?;
            let verdict = decided.verdict.clone();
            stored.settled = Some(Settled { by: actor.to_owned(), reason: reason.to_owned() });
            settle(&mut work, &stored, decided)?;
            self.0.release_waiting(&mut work)?;
            let aftermath = finish(work)?;
            transaction.commit()?;
            self.0.announce(&id.device, &aftermath);
            tracing::info!(operation = %id, actor, reason, verdict = word(&verdict), "a parked operation was settled");
            Ok(verdict)
        })
    }

    fn decide_held(
        &self,
        work: &mut Work<'_>,
        stored: &StoredOperation,
        operation: &Operation,
        what: Held,
        reason: &str,
    ) -> Result<Decided> {
        if let Held::Reject = what {
            let refusal = Refusal::NotAuthorised { sentence: format!("an administrator has refused it: {reason}") };
            return Ok(Decided::only(Verdict::Rejected { refusal, moved: Vec::new() }));
        }
        let decided = self.0.decide_kept(work, stored, operation, true)?;
        if let Verdict::Parked { cause } = &decided.verdict {
            return Err(MirrorError::StillParked { id: operation.id.to_string(), why: parked(cause) });
        }
        Ok(decided)
    }
}

fn no_operation(id: &OperationId) -> MirrorError {
    MirrorError::NotFound { what: "operation", id: id.to_string() }
}

fn parked(cause: &Parked) -> String {
    match cause {
        Parked::Package => "its package was withdrawn, or is not here".to_owned(),
        Parked::Fault { sentence } => sentence.clone(),
        Parked::Determinism => "it does something else here than at its device, on the same input".to_owned(),
        Parked::Dependency { sequence } => format!("the operation {sequence} that it builds on was not accepted"),
    }
}

/// One operation in brief.
fn brief(stored: &StoredOperation) -> Json {
    let id = stored.message.id();
    let (record, action) = match &stored.message {
        Message::Operation(operation) => (Some(&operation.record), Some(&operation.action)),
        Message::Discard { .. } => (None, None),
    };
    json!({
        "device": id.device,
        "sequence": id.sequence,
        "record": record,
        "action": action,
        "user": stored.identity.user,
        "received": stored.received.0,
        "decided": stored.decided.0,
        "verdict": word(&stored.verdict),
        "why": why(&stored.verdict),
    })
}

/// One operation in full.
fn full(stored: &StoredOperation) -> Json {
    let mut json = brief(stored);
    let Json::Object(object) = &mut json else { return json };
    object.insert("verdict".to_owned(), verdict_json(&stored.verdict));
    object.insert("identity".to_owned(), json!(stored.identity));
    object.insert("receipt".to_owned(), json!(stored.receipt));
    object.insert("settled".to_owned(), json!(stored.settled));
    // As text: whoever runs it again reads it whole.
    object.insert("inputs".to_owned(), json!(stored.inputs));
    object.insert("message".to_owned(), json!(BASE64.encode(encode_message(&stored.message))));
    match &stored.message {
        Message::Operation(operation) => {
            object.insert("operation".to_owned(), operation_json(operation));
        }
        Message::Discard { of, .. } => {
            object.insert("discards".to_owned(), json!(of));
        }
    }
    json
}

fn operation_json(operation: &Operation) -> Json {
    let rows: BTreeMap<_, BTreeMap<_, _>> = operation
        .change
        .rows
        .iter()
        .map(|(collection, rows)| (collection, rows.iter().map(|(id, change)| (id, row_json(change))).collect()))
        .collect();
    let arguments: BTreeMap<_, _> = operation.arguments.iter().map(|(name, value)| (name, value_json(value))).collect();
    json!({
        "package": operation.package,
        "record": operation.record,
        "action": operation.action,
        "change": {"fields": edits_json(&operation.change.fields), "rows": rows},
        "arguments": arguments,
        "justifications": operation.justifications,
        "context": {
            "now": operation.context.now.to_string(),
            "today": operation.context.today.to_string(),
            "seed": operation.context.seed,
            "user": operation.context.user,
            "company": operation.context.company,
            "roles": operation.context.roles,
        },
        "depends-on": operation.depends_on,
        "replaces": operation.replaces,
        "receipt": operation.receipt,
        "effect": operation.effect,
    })
}

fn edits_json(edits: &Edits) -> Json {
    let edit = |value: &Option<lockstep_model::Value>| value.as_ref().map(value_json);
    let edits: BTreeMap<_, _> =
        edits.iter().map(|(name, own)| (name, json!({"base": edit(&own.base), "value": edit(&own.value)}))).collect();
    json!(edits)
}

fn row_json(change: &RowChange) -> Json {
    match change {
        RowChange::Added(edits) => json!({"added": edits_json(edits)}),
        RowChange::Changed(edits) => json!({"changed": edits_json(edits)}),
        RowChange::Removed(seen) => {
            let seen: BTreeMap<_, _> = seen.iter().map(|(name, value)| (name, value_json(value))).collect();
            json!({"removed": seen})
        }
    }
}

fn moved_of(verdict: &Verdict) -> &[Moved] {
    match verdict {
        Verdict::Accepted { moved } | Verdict::Rebased { moved } | Verdict::Rejected { moved, .. } => moved,
        Verdict::Parked { .. } => &[],
    }
}

fn moved_sentence(moved: &Moved) -> String {
    match moved {
        Moved::Identity => "who the user is, or may be, has changed".to_owned(),
        Moved::Record(id) => format!("{id} has changed"),
        Moved::Rows(read) => format!("`{}` of table `{}` has changed", read.key.replace('\u{1f}', ", "), read.table),
    }
}

fn verdict_json(verdict: &Verdict) -> Json {
    let moved: Vec<_> = moved_of(verdict).iter().map(moved_sentence).collect();
    let conflicts = match verdict {
        Verdict::Rejected { refusal: Refusal::Conflicts(conflicts), .. } => {
            conflicts.iter().map(conflict_json).collect()
        }
        _ => Vec::new(),
    };
    json!({"verdict": word(verdict), "why": why(verdict), "moved": moved, "conflicts": conflicts})
}

fn conflict_json(conflict: &Conflict) -> Json {
    let side = |side: &Side| match side {
        Side::Field(value) => json!(value.as_ref().map(value_json)),
        Side::Row(cells) => json!(cells.as_ref().map(|cells| record_json(&lockstep_model::Record {
            cells: cells.clone(),
            ..lockstep_model::Record::default()
        }))),
    };
    json!({"path": conflict.path, "base": side(&conflict.base), "mine": side(&conflict.mine), "theirs": side(&conflict.theirs)})
}

/// Why an operation was not accepted as it was made, in a sentence.
fn why(verdict: &Verdict) -> Option<String> {
    match verdict {
        Verdict::Accepted { .. } => None,
        Verdict::Rebased { moved } => {
            Some(moved.iter().map(moved_sentence).reduce(|all, one| format!("{all}; {one}")).unwrap_or_default())
        }
        Verdict::Parked { cause } => Some(parked(cause)),
        Verdict::Rejected { refusal, .. } => Some(refusal_sentence(refusal)),
    }
}

fn refusal_sentence(refusal: &Refusal) -> String {
    let codes = |issues: &[Issue]| issues.iter().map(|issue| &*issue.code).collect::<Vec<_>>().join(", ");
    match refusal {
        Refusal::DoesNotFit { sentence } | Refusal::NotAuthorised { sentence } => sentence.clone(),
        Refusal::Exists => "the record is there already".to_owned(),
        Refusal::NotFound { record } => format!("there is no {record}"),
        Refusal::Deleted => "the record was deleted".to_owned(),
        Refusal::HasMoved => "the record is no longer as the user saw it".to_owned(),
        Refusal::Conflicts(conflicts) => {
            let paths: Vec<_> = conflicts.iter().map(|conflict| &*conflict.path).collect();
            format!("edited on both sides: {}", paths.join(", "))
        }
        Refusal::NotWritable { path, why } => format!("`{path}` cannot be entered: {why}"),
        Refusal::Issues(issues) => format!("refused by the plugin: {}", codes(issues)),
        Refusal::OtherRecord { record, issues } => format!("refused by the plugin for {record}: {}", codes(issues)),
        Refusal::ServerOnly(issues) => format!("refused by the server's own rules: {}", codes(issues)),
        Refusal::Discarded { sequence } => format!("the operation {sequence} was discarded"),
    }
}
