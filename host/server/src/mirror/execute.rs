//! Running one operation on what is stored, and deciding on it.

use std::collections::BTreeMap;

use lockstep_model::{
    Context, Date, Limits, LookUp, Operation, Receipt, Record, RecordId, Refusal, RoundsError, Verdict, outcome_digest,
    schema::{Descriptor, RuleKind},
    verdict::Parked,
};
use lockstep_sync::{
    Authority, Done, Executed, Executor, Fault, Needs, Refused, Snapshot, decide,
    rows::{StoredAnswer, table_rows},
};

use super::{
    Inner, MirrorError, Result,
    batch::{Asking, Batch},
    packages::{EvaluatorError, Found, Package},
    recording::Recording,
    sight::{Sight, refused},
};

const DAY_MS: i64 = 86_400_000;

/// What became of an operation.
pub(super) struct Decided {
    pub(super) verdict: Verdict,
    pub(super) receipt: Option<Receipt>,
    pub(super) inputs: Option<String>,
    /// The records as they are now; none: deleted.
    pub(super) writes: BTreeMap<RecordId, Option<Record>>,
}

/// How one run ended.
#[expect(clippy::large_enum_variant, reason = "what was done is the rule, and one is held at a time")]
enum Ran {
    Done(Done),
    Refused(Refused),
    /// The package's fault, in a sentence.
    Fault(String),
}

/// A run, and what it was given.
struct Run {
    ran: Ran,
    snapshot: Snapshot,
    answers: Vec<StoredAnswer>,
}

impl Decided {
    pub(super) fn only(verdict: Verdict) -> Self {
        Self { verdict, receipt: None, inputs: None, writes: BTreeMap::new() }
    }

    fn refused(refusal: Refusal) -> Self {
        Self::only(Verdict::Rejected { refusal, moved: Vec::new() })
    }

    fn does_not_fit(sentence: &str) -> Self {
        Self::refused(Refusal::DoesNotFit { sentence: sentence.to_owned() })
    }
}

/// What a read set asks for, within what an honest device can have read.
pub(super) fn known_reads(operation: &Operation, descriptor: &Descriptor) -> Needs {
    let look_up = |read: &lockstep_model::RowsRead| {
        let (table, _) = descriptor.table(&read.table)?;
        Some(LookUp { table, key: read.key.clone(), limit: read.limit })
    };
    let mut rows: Vec<_> = operation.reads.rows.keys().filter_map(look_up).collect();
    rows.sort_unstable();
    let records = operation.reads.records.keys().chain([&operation.record]).cloned().collect();
    Needs { records, rows }
}

/// A device within the package's limits reads no more than this.
pub(super) fn is_within(operation: &Operation, limits: &Limits) -> bool {
    operation.reads.rows.len() <= limits.look_ups.saturating_mul(limits.patches.saturating_add(2))
        && operation.reads.records.len() <= limits.patches.saturating_add(1)
}

/// The operation's context with the user and roles as they were authenticated, and whether these are the same.
pub(super) fn authenticated(operation: &Operation, sight: &Sight<'_>) -> (Context, bool) {
    let (caller, context) = (sight.caller(), &operation.context);
    let same_roles = context.roles.len() == caller.roles().len()
        && context.roles.iter().all(|role| caller.roles().contains(role))
        && caller.roles().iter().all(|role| context.roles.contains(role));
    let is_same = context.user == caller.subject() && same_roles;
    let roles = if same_roles { context.roles.clone() } else { caller.roles().iter().cloned().collect() };
    (Context { user: caller.subject().to_owned(), roles, ..context.clone() }, is_same)
}

impl Inner {
    /// Runs an operation and decides on it; writes nothing. An administrator's release takes for good what does
    /// something else here than at the device.
    pub(super) fn decide(
        &self,
        batch: &mut Batch<'_>,
        operation: &Operation,
        sight: Sight<'_>,
        is_release: bool,
    ) -> Result<Decided> {
        let package = match batch.package(&operation.package)? {
            Found::Here(package) => package,
            Found::Withdrawn | Found::Missing => {
                return Ok(Decided::only(Verdict::Parked { cause: Parked::Package }));
            }
        };
        if operation.record.plugin != package.name {
            return Ok(Decided::does_not_fit("the record is another plugin's than the package"));
        }
        if operation.receipt.package != operation.package {
            return Ok(Decided::does_not_fit("the receipt is another package's than the operation"));
        }
        if !is_within(operation, &package.limits) {
            return Ok(Decided::does_not_fit("the operation has read more than any may"));
        }
        let (context, is_same_user) = authenticated(operation, &sight);
        if let Err(refusal) = authorise(batch, operation, &context, &sight)? {
            return Ok(Decided::refused(refusal));
        }
        batch.transaction.enter(&context.company)?;
        let server = Context {
            now: batch.now,
            today: Date(i32::try_from(batch.now.0.div_euclid(DAY_MS)).unwrap_or(i32::MAX)),
            ..context.clone()
        };
        let asking = Asking { package: &package, context: &context, sight };
        let is_whole = sees_all(&package, &sight, &context.company);
        let authority = if is_whole { Authority::Server(&server) } else { Authority::Device };
        let run = self.run(batch, operation, &asking, authority)?;
        let mut decided = Decided::only(Verdict::Parked { cause: Parked::Package });
        let recording = Recording::new(&package.descriptor, &context, &server, &run.snapshot.records, &run.answers);
        decided.inputs = Some(recording.to_json());
        let executed = match run.ran {
            Ran::Fault(sentence) => {
                decided.verdict = Verdict::Parked { cause: Parked::Fault { sentence } };
                return Ok(decided);
            }
            Ran::Refused(refused) => Executed::Refused(refused),
            Ran::Done(done) => {
                decided.receipt = Some(receipt(&package, &done));
                Executed::Done(done)
            }
        };
        decided.verdict = match decide(operation, &executed, is_same_user) {
            Some(Verdict::Parked { cause: Parked::Determinism }) if is_release => {
                Verdict::Rebased { moved: Vec::new() }
            }
            Some(Verdict::Accepted { moved }) if moved.is_empty() && !is_release && lies(operation, &decided) => {
                Verdict::Parked { cause: Parked::Determinism }
            }
            Some(verdict) => verdict,
            None => return Err(MirrorError::Host("an operation was left halfway".to_owned())),
        };
        let Executed::Done(done) = executed else { return Ok(decided) };
        if let Verdict::Parked { cause: Parked::Determinism } = decided.verdict {
            tracing::error!(operation = %operation.id, package = %operation.package, here = %done.effect,
                there = %operation.effect, "on the same input an operation does something else here than at its device");
            return Ok(decided);
        }
        self.hold_against_current(batch, operation, &asking, &server, &mut decided)?;
        if matches!(decided.verdict, Verdict::Rejected { .. }) {
            return Ok(decided);
        }
        let writes = if is_whole {
            Ok(done.writes)
        } else {
            self.authoritative(batch, operation, &Asking { sight: sight.everything(), ..asking }, &server)?
        };
        match writes {
            Ok(writes) => allow(&mut decided, operation, writes, &sight),
            Err(verdict) => decided.verdict = verdict,
        }
        Ok(decided)
    }

    /// What the operation does to the records as they are, of which its user sees a part.
    fn authoritative(
        &self,
        batch: &mut Batch<'_>,
        operation: &Operation,
        asking: &Asking<'_>,
        server: &Context,
    ) -> Result<Result<BTreeMap<RecordId, Option<Record>>, Verdict>> {
        Ok(match self.run(batch, operation, asking, Authority::Server(server))?.ran {
            Ran::Done(done) => Ok(done.writes),
            Ran::Refused(Refused { refusal, .. }) => Err(Verdict::Rejected { refusal, moved: Vec::new() }),
            Ran::Fault(sentence) => Err(Verdict::Parked { cause: Parked::Fault { sentence } }),
        })
    }

    /// The server-only rules of the package in force may reject what an older one allows.
    fn hold_against_current(
        &self,
        batch: &mut Batch<'_>,
        operation: &Operation,
        asking: &Asking<'_>,
        server: &Context,
        decided: &mut Decided,
    ) -> Result<()> {
        let current = batch.current(&asking.package.name)?;
        let Some(current) = current.filter(|current| current.digest != asking.package.digest) else { return Ok(()) };
        let entity = current.descriptor.entity(&operation.record.entity);
        let has_own =
            entity.is_some_and(|(_, entity)| entity.rules.iter().any(|rule| rule.kind == RuleKind::ServerOnly));
        if !has_own {
            return Ok(());
        }
        let asking = Asking { package: &current, context: asking.context, sight: asking.sight.everything() };
        let run = self.run(batch, operation, &asking, Authority::Server(server))?;
        if let Ran::Refused(Refused { refusal: refusal @ Refusal::ServerOnly(_), .. }) = run.ran {
            decided.verdict = Verdict::Rejected { refusal, moved: Vec::new() };
        }
        Ok(())
    }

    /// Executes until nothing is needed. What the device read is fetched beforehand.
    fn run(
        &self,
        batch: &mut Batch<'_>,
        operation: &Operation,
        asking: &Asking<'_>,
        authority: Authority<'_>,
    ) -> Result<Run> {
        let package = asking.package;
        let descriptor = &package.descriptor;
        let executor = Executor { evaluator: &package.evaluator, descriptor, limits: &package.limits };
        let (mut snapshot, mut answers) = (Snapshot::default(), Vec::new());
        let mut needs = known_reads(operation, descriptor);
        let known = needs.rows.clone();
        self.foresight.foresee(package.digest, operation, &mut needs.rows);
        for round in 1.. {
            let (records, found) = batch.fetch(asking, &needs)?;
            snapshot.records.extend(records);
            snapshot.add_rows(&table_rows(descriptor, &found));
            answers.extend(found);
            let executed = executor.execute(operation, asking.context, &snapshot, authority);
            let ran = match executed {
                Ok(Executed::Needs(more)) if more == needs => Ran::Fault("the store left a look-up unanswered".into()),
                Ok(Executed::Needs(more)) => {
                    self.foresight.learn(package.digest, operation, &known, &more.rows);
                    needs = more;
                    continue;
                }
                Ok(Executed::Done(done)) => Ran::Done(done),
                Ok(Executed::Refused(refused)) => Ran::Refused(refused),
                Err(Fault(RoundsError::Evaluate(EvaluatorError::Host(why)))) => return Err(MirrorError::Host(why)),
                Err(Fault(fault)) => Ran::Fault(fault_sentence(&fault)),
            };
            self.counters.executed(round);
            return Ok(Run { ran, snapshot, answers });
        }
        unreachable!("rounds go on until they end")
    }
}

fn fault_sentence(fault: &RoundsError<EvaluatorError, Needs>) -> String {
    match fault {
        RoundsError::Source(_) => "the store left something unanswered".to_owned(),
        RoundsError::Evaluate(error) => error.to_string(),
        RoundsError::AskedAgain { table, key } => {
            format!("the plugin needs `{key}` of table `{table}`, which it was given")
        }
        RoundsError::NoSuchTable { table, count } => {
            format!("the plugin needs a table {table}, but it has {count}, counted from 0")
        }
        RoundsError::NothingNeeded => "the plugin needs more rows, but names none".to_owned(),
        RoundsError::TooManyRounds { rounds, table } => {
            format!("no outcome after {rounds} rounds: the plugin needs yet more rows, from table `{table}` first")
        }
        RoundsError::TooManyLookUps { found, limit } => {
            format!("{found} look-ups are too many: at most {limit} are answered")
        }
        RoundsError::Unanswered { table, key } => {
            format!("the source of rows left `{key}` of table `{table}` unanswered")
        }
    }
}

/// Whether the user sees all that is stored of a plugin in a company.
fn sees_all(package: &Package, sight: &Sight<'_>, company: &str) -> bool {
    package.descriptor.entities.iter().all(|entity| sight.entity(&package.name, &entity.name).is_whole(company))
}

fn receipt(package: &Package, done: &Done) -> Receipt {
    Receipt {
        package: package.digest,
        engine: package.engine.clone(),
        input: done.input,
        outcome: outcome_digest(&done.outcome),
        fuel: done.fuel,
    }
}

/// A new record has to be one that its maker may make.
fn allow(decided: &mut Decided, operation: &Operation, writes: BTreeMap<RecordId, Option<Record>>, sight: &Sight<'_>) {
    if operation.action == "create" {
        let entity = sight.entity(&operation.record.plugin, &operation.record.entity);
        let made = writes.get(&operation.record).and_then(Option::as_ref);
        if let Some(Err(refusal)) = made.map(|record| entity.may_act(operation, record)) {
            decided.verdict = Verdict::Rejected { refusal, moved: Vec::new() };
            return;
        }
    }
    decided.writes = writes;
}

/// Whether an operation's receipt says something else than what the same input came to here.
fn lies(operation: &Operation, decided: &Decided) -> bool {
    let there = &operation.receipt;
    decided.receipt.as_ref().is_some_and(|here| here.input != there.input || here.outcome != there.outcome)
}

/// Whether the user may do this at all: the company, the workspace, the action, the fields.
fn authorise(
    batch: &mut Batch<'_>,
    operation: &Operation,
    context: &Context,
    sight: &Sight<'_>,
) -> Result<Result<(), Refusal>> {
    let company = &context.company;
    if company.is_empty() || !sight.companies().contains(company) {
        return Ok(Err(refused(format!("you have no records of the company `{company}`"))));
    }
    let id = &operation.record;
    let entity = sight.entity(&id.plugin, &id.entity);
    if !sight.has_plugin(&id.plugin) || entity.is_none() {
        return Ok(Err(refused(format!("you have no records of the kind `{}` of `{}`", id.entity, id.plugin))));
    }
    let stored = batch.record(id)?;
    // Another company's key is taken, though nothing of that record is there for the user.
    let is_foreign = stored.is_some_and(|stored| !stored.company.is_empty() && stored.company != *company);
    if is_foreign && operation.action == "create" {
        return Ok(Err(Refusal::Exists));
    }
    let stored = stored.and_then(|stored| stored.content.clone());
    // What the user may not see is not there for him: the execution says so.
    let seen = stored.filter(|record| entity.seen(record).is_some());
    let is_ours = |record: &Record| record.company.is_empty() || record.company == *company;
    Ok(seen.filter(is_ours).map_or(Ok(()), |record| entity.may_act(operation, &record)))
}
