//! Evaluating until nothing is missing: a plugin says which rows it lacks, the host fetches them and asks again.

use crate::{
    document::Request,
    limits::Limits,
    outcome::{Answer, Conclusion, Outcome, Step},
    rows::{AnsweredIds, LookUp, TableRows},
    schema::Descriptor,
};

/// Something that evaluates: a plugin loaded in an engine.
pub trait Evaluate {
    /// Why there is no answer.
    type Error;

    /// One evaluation. Whoever implements this checks the request ([`Request::check`]), makes the answer's decimals
    /// canonical ([`Answer::normalise`]) and checks it ([`Answer::check`]).
    ///
    /// # Errors
    /// When there is no answer, or none that fits.
    fn evaluate(&self, request: &Request, limits: &Limits) -> Result<Evaluated, Self::Error>;
}

/// One evaluation's result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluated {
    /// What the plugin answered.
    pub answer: Answer,
    /// Units of work; absent where an engine counts none.
    pub fuel: Option<u64>,
}

/// Where reference rows come from.
pub trait RowSource {
    /// Why rows could not be fetched.
    type Error;

    /// Answers every look-up, as the company sees it: its own rows and the shared ones, its own before a shared one
    /// with the same key. The look-ups are sorted and none is there twice; [`TableRows::collect`] puts answers
    /// together.
    ///
    /// # Errors
    /// When they could not be fetched.
    fn answer(&self, company: &str, look_ups: &[LookUp]) -> Result<Vec<TableRows>, Self::Error>;
}

/// What came of evaluating in rounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concluded {
    /// The outcome.
    pub outcome: Outcome,
    /// What the rules logged in the last round.
    pub log: Vec<String>,
    /// How the outcome came about, if asked for.
    pub steps: Vec<Step>,
    /// Units of work of the last round: those of the receipt.
    pub fuel: Option<u64>,
    /// How often it was evaluated.
    pub rounds: u32,
    /// The request of the last round, with all rows.
    pub request: Request,
}

/// Why there is no outcome: `E` is the evaluator's error, `S` the row source's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoundsError<E, S> {
    /// An evaluation failed.
    #[error("{0}")]
    Evaluate(E),
    /// Rows could not be fetched.
    #[error("{0}")]
    Source(S),
    /// The plugin's fault.
    #[error("the plugin needs `{key}` of table `{table}`, which it was given")]
    AskedAgain {
        /// The table's name.
        table: String,
        /// The key as people read it.
        key: String,
    },
    /// The plugin's fault.
    #[error("the plugin needs a table {table}, but it has {count}, counted from 0")]
    NoSuchTable {
        /// The position asked for.
        table: u16,
        /// How many tables there are.
        count: usize,
    },
    /// The plugin's fault.
    #[error("the plugin needs more rows, but names none")]
    NothingNeeded,
    /// The plugin's fault.
    #[error("no outcome after {rounds} rounds: the plugin needs yet more rows, from table `{table}` first")]
    TooManyRounds {
        /// The limit.
        rounds: u32,
        /// The first table that it needs rows of.
        table: String,
    },
    /// The plugin's fault.
    #[error("{found} look-ups are too many: at most {limit} are answered")]
    TooManyLookUps {
        /// How many there would be.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// The host's fault.
    #[error("the source of rows left `{key}` of table `{table}` unanswered")]
    Unanswered {
        /// The table's name.
        table: String,
        /// The key as people read it.
        key: String,
    },
}

impl<E, S> RoundsError<E, S> {
    /// Whether the plugin broke the contract of rounds.
    pub fn is_plugin_fault(&self) -> bool {
        !matches!(self, Self::Evaluate(_) | Self::Source(_) | Self::Unanswered { .. })
    }
}

/// Evaluates until there is an outcome. Rows that the request already has are used first.
///
/// # Errors
/// When an evaluation or the source of rows fails, or the plugin asks for too much or for what it was given.
pub fn evaluate_in_rounds<E: Evaluate, S: RowSource>(
    evaluator: &E,
    descriptor: &Descriptor,
    mut request: Request,
    source: &S,
    limits: &Limits,
) -> Result<Concluded, RoundsError<E::Error, S::Error>> {
    let mut rounds = 0;
    loop {
        rounds += 1;
        let Evaluated { answer, fuel } = evaluator.evaluate(&request, limits).map_err(RoundsError::Evaluate)?;
        let Answer { conclusion, log, steps } = answer;
        let needs = match conclusion {
            Conclusion::Outcome(outcome) => return Ok(Concluded { outcome, log, steps, fuel, rounds, request }),
            Conclusion::Needs(needs) => needs,
        };
        let needs = plan_round(descriptor, &request, needs, rounds, limits)?;
        let rows = source.answer(&request.context.company, &needs).map_err(RoundsError::Source)?;
        TableRows::merge(&mut request.rows, rows);
        let answered = AnsweredIds::new(&request.rows);
        let unanswered = needs.iter().find(|need| !answered.contain(need));
        if let Some(need) = unanswered {
            return Err(RoundsError::Unanswered { table: table_name(descriptor, need), key: need.key_for_people() });
        }
    }
}

/// The look-ups to answer next, sorted, none twice; or why there is no next round.
fn plan_round<E, S>(
    descriptor: &Descriptor,
    request: &Request,
    mut needs: Vec<LookUp>,
    rounds: u32,
    limits: &Limits,
) -> Result<Vec<LookUp>, RoundsError<E, S>> {
    needs.sort_unstable();
    needs.dedup();
    let first = needs.first().ok_or(RoundsError::NothingNeeded)?;
    let count = descriptor.tables.len();
    if let Some(need) = needs.iter().find(|need| usize::from(need.table) >= count) {
        return Err(RoundsError::NoSuchTable { table: need.table, count });
    }
    let answered = AnsweredIds::new(&request.rows);
    if let Some(need) = needs.iter().find(|need| answered.contain(need)) {
        return Err(RoundsError::AskedAgain { table: table_name(descriptor, need), key: need.key_for_people() });
    }
    if rounds >= limits.rounds {
        return Err(RoundsError::TooManyRounds { rounds, table: table_name(descriptor, first) });
    }
    let found = needs.len() + request.rows.iter().map(|rows| rows.answers.len()).sum::<usize>();
    if found > limits.look_ups {
        return Err(RoundsError::TooManyLookUps { found, limit: limits.look_ups });
    }
    Ok(needs)
}

fn table_name(descriptor: &Descriptor, look_up: &LookUp) -> String {
    descriptor.tables.get(usize::from(look_up.table)).map_or_else(String::new, |table| table.name.clone())
}
