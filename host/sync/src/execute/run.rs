//! One execution, step by step.

use std::collections::BTreeSet;

use lockstep_model::{
    Concluded, Context, Digest, Document, Evaluate, Issue, Layout, LookUp, Operation, Part, ReadSet, Record, RecordId,
    RecordSet, Refusal, Request, RoundsError,
    canonical::encode_effect,
    evaluate_in_rounds, input_digest, outcome_digest,
    schema::{Action, Descriptor, Entity},
    verdict::NotWritable,
};

use super::{Authority, Done, Executor, Fault, Preview};
use crate::{
    document,
    merge::{self, Occasion, does_not_fit},
    reads,
    snapshot::{Base, Needs, Reading},
    touched::Touched,
};

/// Why an execution stopped early.
pub(super) enum Stop<E> {
    Refused(Refusal),
    Needs(Needs),
    Fault(Fault<E>),
}

impl<E> From<Refusal> for Stop<E> {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl<E> From<Needs> for Stop<E> {
    fn from(needs: Needs) -> Self {
        Self::Needs(needs)
    }
}

pub(super) struct Run<'a, E> {
    pub(super) executor: &'a Executor<'a, E>,
    pub(super) operation: &'a Operation,
    pub(super) context: &'a Context,
    reading: &'a dyn Reading,
    /// The look-ups that the device made: answered beforehand, one evaluation is enough.
    known: Vec<LookUp>,
    reads: ReadSet,
    outcomes: Vec<Digest>,
    evaluations: u32,
    pub(super) new_rows: u32,
}

/// One evaluation's subject.
pub(super) struct Subject<'e> {
    pub(super) entity: &'e Entity,
    pub(super) position: u16,
    pub(super) document: Document,
    pub(super) action: u16,
    pub(super) arguments: RecordSet,
}

impl<'a, E: Evaluate> Run<'a, E> {
    pub(super) fn new(
        executor: &'a Executor<'a, E>,
        operation: &'a Operation,
        context: &'a Context,
        reading: &'a dyn Reading,
    ) -> Self {
        Self {
            executor,
            operation,
            context,
            reading,
            known: reads::look_ups(&operation.reads, executor.descriptor),
            reads: ReadSet::default(),
            outcomes: Vec::new(),
            evaluations: 0,
            new_rows: 0,
        }
    }

    pub(super) fn into_reads(self) -> ReadSet {
        self.reads
    }

    /// What the operation evaluates first: its record with its change.
    fn subject(&mut self) -> Result<(Subject<'a>, Record), Stop<E::Error>> {
        let operation = self.operation;
        let (position, entity) = self.entity(&operation.record.entity)?;
        let (action, definition) = entity.action(&operation.action).ok_or_else(|| {
            does_not_fit(format!("the entity `{}` has no action `{}`", entity.name, operation.action))
        })?;
        self.check_fetched()?;
        let current = self.read(&operation.record)?;
        let (record, touched) = self.changed(entity, current)?;
        let subject = Subject {
            entity,
            position,
            document: document_of(entity, &operation.record.key, &record, &touched)?,
            action,
            arguments: arguments(operation, definition)?,
        };
        Ok((subject, record))
    }

    pub(super) fn preview(&mut self) -> Result<Preview, Stop<E::Error>> {
        let (subject, record) = self.subject()?;
        let Concluded { outcome, request, .. } = self.evaluate(&subject, self.context, Part::Mirrored)?;
        let states = self.check_field_states(subject.entity, &request.document, &outcome);
        let refusal = states.and_then(|()| self.check_issues(subject.entity, subject.action, &outcome)).err();
        let record = document::to_record(subject.entity, &subject.document, &outcome.derived, &record);
        Ok(Preview { record, outcome, refusal, reads: std::mem::take(&mut self.reads) })
    }

    pub(super) fn run(&mut self, authority: Authority<'_>) -> Result<Done, Stop<E::Error>> {
        let (subject, record) = self.subject()?;
        let Subject { entity, action, .. } = subject;
        let Concluded { outcome, fuel, request, .. } = self.evaluate(&subject, self.context, Part::Mirrored)?;
        self.check_field_states(entity, &request.document, &outcome)?;
        self.check_issues(entity, action, &outcome)?;
        let server_issues = self.server_only(&subject, authority)?;
        let input = input_digest(&request, &outcome);
        let writes = self.effects(&subject, &record, &outcome)?;
        let versions = writes.iter().map(|(id, record)| (id.clone(), record.as_ref().map(Record::version))).collect();
        let effect = Digest::of(&encode_effect(&self.outcomes, &versions));
        let reads = std::mem::take(&mut self.reads);
        Ok(Done { writes, reads, outcome, input, fuel, server_issues, effect, evaluations: self.evaluations })
    }

    pub(super) fn entity(&self, name: &str) -> Result<(u16, &'a Entity), Refusal> {
        let descriptor: &'a Descriptor = self.executor.descriptor;
        let found = descriptor.entity(name);
        found.ok_or_else(|| does_not_fit(format!("the package has no entity `{name}`")))
    }

    /// All that the device read is fetched in one go, before anything is evaluated.
    fn check_fetched(&self) -> Result<(), Needs> {
        let records = self.operation.reads.records.keys().chain([&self.operation.record]);
        self.reading.require(&Needs { records: records.cloned().collect(), rows: self.known.clone() })
    }

    /// The record as it is, noted as read. What belongs to another company is not there.
    pub(super) fn read(&mut self, id: &RecordId) -> Result<Base, Stop<E::Error>> {
        self.reading.require(&Needs { records: BTreeSet::from([id.clone()]), rows: Vec::new() })?;
        let base = self.reading.record(id);
        let is_ours = |record: &Record| record.company.is_empty() || record.company == self.context.company;
        let base = if base.record().is_none_or(is_ours) { base } else { Base::Absent };
        self.reads.records.insert(id.clone(), base.record().map(Record::version));
        Ok(base)
    }

    /// The record with the operation's change, and what that touches.
    fn changed(&self, entity: &Entity, current: Base) -> Result<(Record, Touched), Refusal> {
        let operation = self.operation;
        match (&*operation.action, current) {
            ("create", Base::There(_)) => Err(Refusal::Exists),
            (_, Base::Deleted) => Err(Refusal::Deleted),
            ("create", Base::Absent) => {
                let new = Record { company: self.context.company.clone(), ..Record::default() };
                self.merged(entity, &new, Occasion::Creation)
            }
            (_, Base::Absent) => Err(Refusal::NotFound { record: operation.record.clone() }),
            ("update", Base::There(record)) => self.merged(entity, &record, Occasion::Update),
            (_, Base::There(_)) if !operation.change.is_empty() => {
                let path = operation.change.fields.keys().chain(operation.change.rows.keys()).next();
                let path = path.cloned().unwrap_or_default();
                Err(Refusal::NotWritable { path, why: NotWritable::Action })
            }
            ("delete", Base::There(record)) => {
                let seen = operation.reads.records.get(&operation.record);
                if seen.is_some_and(|seen| *seen != Some(record.version())) {
                    return Err(Refusal::HasMoved);
                }
                Ok((record, Touched::default()))
            }
            (_, Base::There(record)) => Ok((record, Touched::default())),
        }
    }

    fn merged(&self, entity: &Entity, current: &Record, occasion: Occasion) -> Result<(Record, Touched), Refusal> {
        let (record, mut touched) = merge::merge(entity, current, &self.operation.change, occasion)?;
        touched.spread(entity, &record);
        Ok((record, touched))
    }

    pub(super) fn evaluate(
        &mut self,
        subject: &Subject<'_>,
        context: &Context,
        part: Part,
    ) -> Result<Concluded, Stop<E::Error>> {
        let Executor { evaluator, descriptor, limits } = self.executor;
        let request = Request {
            context: context.clone(),
            entity: subject.position,
            document: subject.document.clone(),
            action: subject.action,
            arguments: subject.arguments.clone(),
            part,
            rows: self.reading.answered(&self.known),
            explain: false,
        };
        request.check(descriptor).map_err(|error| does_not_fit(error.to_string()))?;
        let concluded = match evaluate_in_rounds(*evaluator, descriptor, request, &self.reading, limits) {
            Ok(concluded) => concluded,
            Err(RoundsError::Source(needs)) => return Err(Stop::Needs(needs)),
            Err(fault) => return Err(Stop::Fault(Fault(fault))),
        };
        self.evaluations += concluded.rounds;
        if part == Part::Mirrored {
            reads::add(&mut self.reads, descriptor, &concluded.request, &concluded.outcome);
            self.outcomes.push(outcome_digest(&concluded.outcome));
        }
        Ok(concluded)
    }

    fn server_only(&mut self, subject: &Subject<'_>, authority: Authority<'_>) -> Result<Vec<Issue>, Stop<E::Error>> {
        let Authority::Server(context) = authority else { return Ok(Vec::new()) };
        let outcome = self.evaluate(subject, context, Part::ServerOnly)?.outcome;
        let blocking = self.blocking(subject.entity, subject.action, &outcome);
        if blocking.is_empty() { Ok(outcome.issues) } else { Err(Refusal::ServerOnly(blocking).into()) }
    }
}

pub(super) fn document_of(entity: &Entity, key: &str, record: &Record, touched: &Touched) -> Result<Document, Refusal> {
    document::of_record(entity, key, record, touched).map_err(|error| does_not_fit(error.to_string()))
}

fn arguments(operation: &Operation, action: &Action) -> Result<RecordSet, Refusal> {
    let known = |name: &&String| action.arguments.iter().any(|field| field.name == **name);
    if let Some(unknown) = operation.arguments.keys().find(|name| !known(name)) {
        return Err(does_not_fit(format!("the action `{}` has no argument `{unknown}`", action.name)));
    }
    let values = action.arguments.iter().map(|field| operation.arguments.get(&field.name).cloned()).collect();
    RecordSet::from_row(&Layout::all(&action.arguments), &action.arguments, values)
        .map_err(|error| does_not_fit(error.within("arguments").to_string()))
}
