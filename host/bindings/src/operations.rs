//! What the user has made, and what became of it.

use lockstep_device as core;

use crate::{events::OperationState, views::RecordId};

/// An operation as it stands.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct OperationItem {
    /// Its place among the device's operations.
    pub sequence: u64,
    /// The record that it is about.
    pub record: RecordId,
    /// Its action.
    pub action: String,
    /// Where it is on its way.
    pub state: OperationState,
    /// When it was made, in ms since 1970-01-01, UTC.
    pub made_at_ms: i64,
    /// When the device heard of the verdict.
    pub decided_at_ms: Option<i64>,
    /// Its effect is shown, and not among the server's records yet.
    pub is_overlaid: bool,
    /// Why it was not simply accepted, in the user's language.
    pub why: Option<String>,
    /// Why it would be refused on what the device knows now, in the user's language; none: it would not.
    pub doubt: Option<String>,
}

pub(crate) fn item(device: &core::Device, view: &core::OperationView) -> OperationItem {
    let why = |verdict: Option<&_>| verdict.and_then(|verdict| device.why(&view.operation, verdict));
    OperationItem {
        sequence: view.operation.id.sequence,
        record: view.operation.record.clone().into(),
        action: view.operation.action.clone(),
        state: view.state.into(),
        made_at_ms: view.made_at.0,
        decided_at_ms: view.decided_at.map(|at| at.0),
        is_overlaid: view.is_overlaid,
        why: why(view.verdict.as_ref()),
        doubt: why(view.standing.as_ref()),
    }
}
