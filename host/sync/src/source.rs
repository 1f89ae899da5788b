//! Executing an operation to its end where what it needs can be fetched at once.

use lockstep_model::{Context, Evaluate, Operation};

use crate::{
    execute::{Authority, Done, Executed, Executor, Fault, Preview, Previewed, Refused},
    snapshot::{Needs, Snapshot},
};

/// Fetches what operations need.
pub trait Source {
    /// Why it could not.
    type Error;

    /// Adds to the snapshot every record and every look-up that is needed, as the context's company sees them. What is
    /// not there is added as absent.
    ///
    /// # Errors
    /// When it could not be fetched.
    fn fetch(&self, context: &Context, needs: &Needs, snapshot: &mut Snapshot) -> Result<(), Self::Error>;
}

/// What came of an operation. `E` is the evaluator's error, `S` the source's.
#[derive(Debug, thiserror::Error)]
pub enum RunError<E, S> {
    /// The plugin or the host failed.
    #[error(transparent)]
    Fault(#[from] Fault<E>),
    /// Something could not be fetched.
    #[error("{0}")]
    Source(S),
    /// The source left something out.
    #[error("the store left unanswered what an operation needs")]
    Unanswered,
}

/// An operation that was executed to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "what was done is the rule, and one is held at a time")]
pub enum Ended {
    /// It is allowed, and this is what it does.
    Done(Done),
    /// It is refused.
    Refused(Refused),
}

/// A preview that was made to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a preview is the rule, and one is held at a time")]
pub enum PreviewEnded {
    /// What there is to see.
    Seen(Preview),
    /// There is nothing to see.
    Refused(Refused),
}

impl<E: Evaluate> Executor<'_, E> {
    /// As [`preview`](Executor::preview), fetching what it needs.
    ///
    /// # Errors
    /// When the plugin, the host or the source fails.
    pub fn preview_from<S: Source>(
        &self,
        operation: &Operation,
        context: &Context,
        source: &S,
    ) -> Result<PreviewEnded, RunError<E::Error, S::Error>> {
        let mut snapshot = Snapshot::default();
        let mut before = Needs::default();
        loop {
            match self.preview(operation, context, &snapshot)? {
                Previewed::Seen(preview) => return Ok(PreviewEnded::Seen(preview)),
                Previewed::Refused(refused) => return Ok(PreviewEnded::Refused(refused)),
                Previewed::Needs(needs) if needs == before => return Err(RunError::Unanswered),
                Previewed::Needs(needs) => {
                    source.fetch(context, &needs, &mut snapshot).map_err(RunError::Source)?;
                    before = needs;
                }
            }
        }
    }

    /// Executes an operation, fetching what it needs, and gives how often it fetched.
    ///
    /// # Errors
    /// When the plugin, the host or the source fails.
    pub fn run<S: Source>(
        &self,
        operation: &Operation,
        context: &Context,
        source: &S,
        authority: Authority<'_>,
    ) -> Result<(Ended, u32), RunError<E::Error, S::Error>> {
        let mut snapshot = Snapshot::default();
        let mut before = Needs::default();
        for fetches in 0.. {
            match self.execute(operation, context, &snapshot, authority)? {
                Executed::Done(done) => return Ok((Ended::Done(done), fetches)),
                Executed::Refused(refused) => return Ok((Ended::Refused(refused), fetches)),
                Executed::Needs(needs) if needs == before => return Err(RunError::Unanswered),
                Executed::Needs(needs) => {
                    source.fetch(context, &needs, &mut snapshot).map_err(RunError::Source)?;
                    before = needs;
                }
            }
        }
        Err(RunError::Unanswered)
    }
}
