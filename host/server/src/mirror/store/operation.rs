//! Messages as they are stored.

use lockstep_model::{Message, Receipt, Timestamp, Verdict};
use serde::{Deserialize, Serialize};

use crate::mirror::identity::Identity;

/// How far a device has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeviceState {
    /// The last message that was taken of it; 0: none.
    pub last: u64,
    /// How many verdicts changed after they had been given.
    pub told: u64,
}

/// A message, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredOperation {
    /// The message.
    pub message: Message,
    /// What became of it.
    pub verdict: Verdict,
    /// Who sent it.
    pub identity: Identity,
    /// When it came.
    pub received: Timestamp,
    /// When it got its verdict.
    pub decided: Timestamp,
    /// What its evaluation took in and gave out here; none: it was not evaluated to an end.
    pub receipt: Option<Receipt>,
    /// What it read here, as [`Recording`](crate::mirror::recording::Recording) writes it.
    pub inputs: Option<String>,
    /// The administrator who settled it when it was parked.
    pub settled: Option<Settled>,
}

/// Who settled a parked operation, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Settled {
    /// The administrator.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// A message that stands for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instead {
    /// Its own sequence.
    pub sequence: u64,
    /// The sequence of the operation that it replaces or gives up.
    pub of: u64,
}

/// Which operations are listed; what is none is any.
#[derive(Clone, Copy, Debug, Default)]
pub struct OperationFilter<'a> {
    /// `accepted`, `rebased`, `rejected` or `parked`.
    pub verdict: Option<&'a str>,
    /// Made on this device.
    pub device: Option<&'a str>,
}
