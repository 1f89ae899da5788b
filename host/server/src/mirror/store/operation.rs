//! Messages as they are stored.

use lockstep_model::{
    Message, Receipt, Timestamp, Verdict,
    canonical::{decode_message, decode_verdict, encode_message, encode_verdict},
    verdict::Parked,
};
use serde::{Deserialize, Serialize};

use super::{Result, StoreError};
use crate::mirror::{identity::Identity, word};

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

/// A message as stores keep it, column by column.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    pub(super) device: String,
    pub(super) sequence: u64,
    pub(super) message: Vec<u8>,
    pub(super) is_discard: bool,
    pub(super) outcome: &'static str,
    pub(super) verdict: Vec<u8>,
    /// What it replaces or gives up.
    pub(super) instead_of: Option<u64>,
    /// The cause of a parked one.
    pub(super) waits_for: Option<u64>,
    pub(super) user: String,
    pub(super) identity: String,
    pub(super) received: i64,
    pub(super) decided: i64,
    pub(super) receipt: Option<String>,
    pub(super) inputs: Option<String>,
    pub(super) settled: Option<String>,
}

/// The columns that a message is read from.
pub(super) struct Read {
    pub(super) device: String,
    pub(super) sequence: u64,
    pub(super) message: Vec<u8>,
    pub(super) verdict: Vec<u8>,
    pub(super) identity: String,
    pub(super) received: i64,
    pub(super) decided: i64,
    pub(super) receipt: Option<String>,
    pub(super) inputs: Option<String>,
    pub(super) settled: Option<String>,
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Failed(error.to_string()))
}

/// A verdict that is kept.
pub(super) fn read_verdict(device: &str, sequence: u64, bytes: &[u8]) -> Result<Verdict> {
    let named = format!("the verdict on {device}#{sequence}");
    decode_verdict(bytes).map_err(|error| StoreError::damaged(&named, &error))
}

impl Columns {
    pub(super) fn of(operation: &StoredOperation) -> Result<Self> {
        let StoredOperation { message, verdict, identity, received, decided, receipt, inputs, settled } = operation;
        let (is_discard, instead_of) = match message {
            Message::Operation(operation) => (false, operation.replaces),
            Message::Discard { of, .. } => (true, Some(*of)),
        };
        let waits_for = match verdict {
            Verdict::Parked { cause: Parked::Dependency { sequence } } => Some(*sequence),
            _ => None,
        };
        Ok(Self {
            device: message.id().device.clone(),
            sequence: message.id().sequence,
            message: encode_message(message),
            is_discard,
            outcome: word(verdict),
            verdict: encode_verdict(verdict),
            // What no store can count stands for nothing.
            instead_of: instead_of.filter(|of| i64::try_from(*of).is_ok()),
            waits_for,
            user: identity.user.clone(),
            identity: json(identity)?,
            received: received.0,
            decided: decided.0,
            receipt: receipt.as_ref().map(json).transpose()?,
            inputs: inputs.clone(),
            settled: settled.as_ref().map(json).transpose()?,
        })
    }
}

impl TryFrom<Read> for StoredOperation {
    type Error = StoreError;

    fn try_from(read: Read) -> Result<Self> {
        let Read { device, sequence, message, verdict, identity, received, decided, receipt, inputs, settled } = read;
        let named = || format!("the message {device}#{sequence}");
        let not_json = |error: serde_json::Error| StoreError::Damaged { what: named(), why: error.to_string() };
        Ok(Self {
            message: decode_message(&message).map_err(|error| StoreError::damaged(&named(), &error))?,
            verdict: read_verdict(&device, sequence, &verdict)?,
            identity: serde_json::from_str(&identity).map_err(not_json)?,
            received: Timestamp(received),
            decided: Timestamp(decided),
            receipt: receipt.map(|receipt| serde_json::from_str(&receipt)).transpose().map_err(not_json)?,
            inputs,
            settled: settled.map(|settled| serde_json::from_str(&settled)).transpose().map_err(not_json)?,
        })
    }
}
