//! Executing one operation: merge, evaluate, apply what the action returns, evaluate what it patched.

mod checks;
mod effects;
mod run;

use std::collections::BTreeMap;

use lockstep_model::{
    Context, Digest, Evaluate, Issue, Limits, Operation, Outcome, ReadSet, Record, RecordId, Refusal, RoundsError,
    schema::Descriptor,
};

use crate::snapshot::{Needs, Reading, Snapshot};
use run::{Run, Stop};

/// Who executes.
#[derive(Clone, Copy, Debug)]
pub enum Authority<'a> {
    /// A device: the mirrored rules alone.
    Device,
    /// The server, which runs its own rules too: in this context, that of its own clock.
    Server(&'a Context),
}

/// Executes operations made with one package.
#[derive(Debug)]
pub struct Executor<'a, E> {
    /// Runs the package.
    pub evaluator: &'a E,
    /// What the package says of itself.
    pub descriptor: &'a Descriptor,
    /// What an evaluation may take.
    pub limits: &'a Limits,
}

/// What came of executing an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "what was done is the rule, and one is held at a time")]
pub enum Executed {
    /// It is allowed, and this is what it does.
    Done(Done),
    /// It is refused.
    Refused(Refused),
    /// It depends on what the snapshot does not hold: fetch it and execute again.
    Needs(Needs),
}

/// What an operation does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// The records as they are afterwards; none: deleted.
    pub writes: BTreeMap<RecordId, Option<Record>>,
    /// All that it read.
    pub reads: ReadSet,
    /// The outcome of the action's evaluation.
    pub outcome: Outcome,
    /// Digest of what that evaluation took in.
    pub input: Digest,
    /// What it took in units of work; absent where an engine counts none.
    pub fuel: Option<u64>,
    /// What the rules that only a server runs say besides.
    pub server_issues: Vec<Issue>,
    /// Digest of all outcomes and of the versions of all that it writes.
    pub effect: Digest,
    /// How often it was evaluated.
    pub evaluations: u32,
}

/// What an operation would make of its record, whatever stands against it: what people see while they fill in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The record with the operation's change and with what rules derive; the action's own patches are not in it. Its
    /// rows stand in the order in which the outcome counts them.
    pub record: Record,
    /// The outcome of the action's evaluation.
    pub outcome: Outcome,
    /// Why the operation would be refused as it stands.
    pub refusal: Option<Refusal>,
    /// All that it read.
    pub reads: ReadSet,
}

/// What came of a preview.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a preview is the rule, and one is held at a time")]
pub enum Previewed {
    /// What there is to see.
    Seen(Preview),
    /// There is nothing to see: no such record, entity or action, a conflict, a value that does not fit.
    Refused(Refused),
    /// It depends on what the snapshot does not hold: fetch it and look again.
    Needs(Needs),
}

/// An operation that is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub refusal: Refusal,
    /// What it read until then.
    pub reads: ReadSet,
}

/// The plugin or the host failed: there is no outcome. `E` is the evaluator's error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Fault<E>(pub RoundsError<E, Needs>);

impl<E: Evaluate> Executor<'_, E> {
    /// Executes an operation on what the snapshot holds. `context` is the operation's, with user and roles as they were
    /// authenticated.
    ///
    /// # Errors
    /// When the plugin or the host fails.
    pub fn execute(
        &self,
        operation: &Operation,
        context: &Context,
        snapshot: &Snapshot,
        authority: Authority<'_>,
    ) -> Result<Executed, Fault<E::Error>> {
        self.execute_on(operation, context, snapshot, authority)
    }

    pub(crate) fn execute_on(
        &self,
        operation: &Operation,
        context: &Context,
        reading: &dyn Reading,
        authority: Authority<'_>,
    ) -> Result<Executed, Fault<E::Error>> {
        let mut run = Run::new(self, operation, context, reading);
        match run.run(authority) {
            Ok(done) => Ok(Executed::Done(done)),
            Err(Stop::Refused(refusal)) => Ok(Executed::Refused(Refused { refusal, reads: run.into_reads() })),
            Err(Stop::Needs(needs)) => Ok(Executed::Needs(needs)),
            Err(Stop::Fault(fault)) => Err(fault),
        }
    }

    /// Evaluates an operation's action on the record with its change, and refuses nothing that the user can still put
    /// right. What is seen is what [`execute`](Self::execute) with [`Authority::Device`] decides on.
    ///
    /// # Errors
    /// When the plugin or the host fails.
    pub fn preview(
        &self,
        operation: &Operation,
        context: &Context,
        snapshot: &Snapshot,
    ) -> Result<Previewed, Fault<E::Error>> {
        self.preview_on(operation, context, snapshot)
    }

    pub(crate) fn preview_on(
        &self,
        operation: &Operation,
        context: &Context,
        reading: &dyn Reading,
    ) -> Result<Previewed, Fault<E::Error>> {
        let mut run = Run::new(self, operation, context, reading);
        match run.preview() {
            Ok(preview) => Ok(Previewed::Seen(preview)),
            Err(Stop::Refused(refusal)) => Ok(Previewed::Refused(Refused { refusal, reads: run.into_reads() })),
            Err(Stop::Needs(needs)) => Ok(Previewed::Needs(needs)),
            Err(Stop::Fault(fault)) => Err(fault),
        }
    }
}
