//! Answers on their way out of a sandbox: moved into the model, pools and texts as they are.

use lockstep_model as model;
use model::schema::Severity;

use super::{
    logic::{Answer, Conclusion, DerivedResult, FieldState, Issue, LookUp, Outcome, Patch, Place, Step},
    lower::record_set_bytes,
    schema,
    values::{RecordSetResult, Value},
};

pub(crate) fn answer(answer: Answer) -> Result<model::Answer, model::ValueError> {
    Ok(model::Answer {
        conclusion: match answer.conclusion {
            Conclusion::Outcome(of) => model::Conclusion::Outcome(outcome(of)?),
            Conclusion::Needs(look_ups) => model::Conclusion::Needs(look_ups.into_iter().map(look_up).collect()),
        },
        log: answer.log,
        steps: answer.steps.into_iter().map(step).collect(),
    })
}

fn outcome(outcome: Outcome) -> Result<model::Outcome, model::ValueError> {
    Ok(model::Outcome {
        derived: derived(outcome.derived),
        patches: outcome.patches.into_iter().map(patch).collect(),
        field_states: outcome.field_states.into_iter().map(field_state).collect(),
        actions: outcome.actions,
        issues: outcome.issues.into_iter().map(issue).collect::<Result<_, _>>()?,
        used: outcome.used,
    })
}

fn derived(derived: DerivedResult) -> model::Derived {
    model::Derived { header: record_set(derived.header), collections: record_sets(derived.collections) }
}

fn record_sets(sets: Vec<RecordSetResult>) -> Vec<model::RecordSet> {
    sets.into_iter().map(record_set).collect()
}

fn record_set(set: RecordSetResult) -> model::RecordSet {
    model::RecordSet {
        rows: set.rows,
        present: set.present,
        integers: set.integers,
        decimals: set.decimals,
        text_ends: set.text_ends,
        texts: set.texts,
    }
}

fn patch(patch: Patch) -> model::Patch {
    model::Patch {
        entity: patch.entity,
        key: patch.key,
        header: record_set(patch.header),
        cleared: patch.cleared,
        collections: record_sets(patch.collections),
        removed: patch.removed,
    }
}

fn issue(issue: Issue) -> Result<model::Issue, model::ValueError> {
    Ok(model::Issue {
        code: issue.code,
        severity: severity(issue.severity),
        place: place(issue.place),
        arguments: issue
            .arguments
            .into_iter()
            .map(|(name, of)| Ok((name, value(of)?)))
            .collect::<Result<_, model::ValueError>>()?,
        offer: issue.offer.map(value).transpose()?,
        rule: issue.rule,
    })
}

fn value(value: Value) -> Result<model::Value, model::ValueError> {
    Ok(match value {
        Value::Integer(integer) => model::Value::Integer(integer),
        Value::Decimal((low, high)) => model::Value::Decimal(model::decimal::decimal_from_words([low, high])?),
        Value::Text(text) => model::Value::Text(text),
        Value::Boolean(boolean) => model::Value::Boolean(boolean),
        Value::Date(days) => model::Value::Date(model::Date(days)),
        Value::Timestamp(milliseconds) => model::Value::Timestamp(model::Timestamp(milliseconds)),
        Value::Enumeration(name) => model::Value::Enumeration(name),
    })
}

pub(crate) fn severity(severity: schema::Severity) -> Severity {
    match severity {
        schema::Severity::Error => Severity::Error,
        schema::Severity::Warning => Severity::Warning,
        schema::Severity::Information => Severity::Information,
        schema::Severity::Justification => Severity::Justification,
    }
}

fn place(place: Place) -> model::Place {
    match place {
        Place::Document => model::Place::Document,
        Place::Field(field) => model::Place::Field(field),
        Place::Row((collection, row)) => model::Place::Row { collection, row },
        Place::Cell((collection, row, field)) => model::Place::Cell { collection, row, field },
        Place::Argument(argument) => model::Place::Argument(argument),
    }
}

fn field_state(state: FieldState) -> model::FieldState {
    model::FieldState {
        place: place(state.place),
        hidden: state.hidden,
        read_only: state.read_only,
        required: state.required,
    }
}

fn look_up(look_up: LookUp) -> model::LookUp {
    model::LookUp { table: look_up.table, key: look_up.key, limit: look_up.limit }
}

fn step(step: Step) -> model::Step {
    model::Step { rule: step.rule, row: step.row, yielded: step.yielded, used: step.used }
}

/// How much an answer holds, in bytes, counted as its canonical form stores it: pools and texts, and four bytes for
/// each position.
pub(crate) fn answer_bytes(answer: &model::Answer) -> usize {
    let conclusion = match &answer.conclusion {
        model::Conclusion::Outcome(outcome) => outcome_bytes(outcome),
        model::Conclusion::Needs(look_ups) => look_ups.iter().map(|look_up| POSITION + look_up.key.len()).sum(),
    };
    let log: usize = answer.log.iter().map(String::len).sum();
    let steps: usize = answer.steps.iter().map(|step| POSITION * (2 + step.used.len())).sum();
    conclusion + log + steps
}

/// What a position among fields, rows or look-ups counts.
const POSITION: usize = 4;

/// What a value without a text counts.
const VALUE: usize = 16;

fn outcome_bytes(outcome: &model::Outcome) -> usize {
    let patches = outcome.patches.iter().map(|patch| {
        let removed: usize = patch.removed.iter().map(|(_, id)| POSITION + id.len()).sum();
        let sets: usize = patch.collections.iter().map(record_set_bytes).sum();
        patch.key.len() + record_set_bytes(&patch.header) + sets + removed + POSITION * patch.cleared.len()
    });
    let issues = outcome.issues.iter().map(|issue| {
        let arguments = issue.arguments.iter().map(|(name, value)| name.len() + value_bytes(value));
        issue.code.len() + VALUE + arguments.sum::<usize>() + issue.offer.as_ref().map_or(0, value_bytes)
    });
    let derived = &outcome.derived;
    record_set_bytes(&derived.header)
        + derived.collections.iter().map(record_set_bytes).sum::<usize>()
        + patches.sum::<usize>()
        + issues.sum::<usize>()
        + VALUE * outcome.field_states.len()
        + POSITION * (outcome.actions.len() + outcome.used.len())
}

fn value_bytes(value: &model::Value) -> usize {
    match value {
        model::Value::Text(text) | model::Value::Enumeration(text) => text.len(),
        _ => VALUE,
    }
}
