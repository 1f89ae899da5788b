//! Executing an operation to its end where what it needs can be fetched at once.

use std::cell::{Cell, RefCell};

use lockstep_model::{Context, Evaluate, LookUp, Operation, RecordId, TableRows};

use crate::{
    execute::{Authority, Done, Executed, Executor, Fault, Preview, Previewed, Refused},
    snapshot::{Base, Needs, Reading, Snapshot},
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

/// Fetches what is missing as soon as it is, so that nothing has to be evaluated again.
struct Fetching<'a, S: Source> {
    source: &'a S,
    context: &'a Context,
    snapshot: RefCell<Snapshot>,
    fetches: Cell<u32>,
    failed: RefCell<Option<S::Error>>,
}

impl<'a, S: Source> Fetching<'a, S> {
    fn new(source: &'a S, context: &'a Context) -> Self {
        Self { source, context, snapshot: RefCell::default(), fetches: Cell::new(0), failed: RefCell::new(None) }
    }

    /// Why something is still missing.
    fn why<E>(self) -> RunError<E, S::Error> {
        self.failed.into_inner().map_or(RunError::Unanswered, RunError::Source)
    }
}

impl<S: Source> Reading for Fetching<'_, S> {
    fn require(&self, wanted: &Needs) -> Result<(), Needs> {
        let mut snapshot = self.snapshot.borrow_mut();
        let Err(missing) = snapshot.require(wanted) else { return Ok(()) };
        self.fetches.set(self.fetches.get() + 1);
        if let Err(error) = self.source.fetch(self.context, &missing, &mut snapshot) {
            *self.failed.borrow_mut() = Some(error);
            return Err(missing);
        }
        snapshot.require(wanted)
    }

    fn record(&self, id: &RecordId) -> Base {
        self.snapshot.borrow().record(id)
    }

    fn answered(&self, look_ups: &[LookUp]) -> Vec<TableRows> {
        self.snapshot.borrow().answered(look_ups)
    }
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
        let fetching = Fetching::new(source, context);
        match self.preview_on(operation, context, &fetching)? {
            Previewed::Seen(preview) => Ok(PreviewEnded::Seen(preview)),
            Previewed::Refused(refused) => Ok(PreviewEnded::Refused(refused)),
            Previewed::Needs(_) => Err(fetching.why()),
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
        let fetching = Fetching::new(source, context);
        let ended = match self.execute_on(operation, context, &fetching, authority)? {
            Executed::Done(done) => Ended::Done(done),
            Executed::Refused(refused) => Ended::Refused(refused),
            Executed::Needs(_) => return Err(fetching.why()),
        };
        Ok((ended, fetching.fetches.get()))
    }
}
