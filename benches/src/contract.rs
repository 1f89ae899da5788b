//! Requests and answers between the model and the contract as the SDK has it.

use lockstep_model as model;
use lockstep_sdk::__private::{logic, schema, values};
use model::schema::Severity;

/// The request in the plugin's own types.
pub(crate) fn request(request: &model::Request) -> logic::Request {
    let model::Context { now, today, seed, user, company, roles } = request.context.clone();
    let document = &request.document;
    logic::Request {
        context: logic::Context { now: now.0, today: today.0, seed, user, company, roles },
        entity: request.entity,
        document: logic::Document {
            key: document.key.clone(),
            header: set(&document.header),
            collections: document.collections.iter().map(set).collect(),
            stored: document.stored.as_ref().map(|stored| logic::Derived {
                header: set(&stored.header),
                collections: stored.collections.iter().map(set).collect(),
            }),
        },
        action: request.action,
        arguments: set(&request.arguments),
        part: match request.part {
            model::Part::Mirrored => logic::Part::Mirrored,
            model::Part::ServerOnly => logic::Part::ServerOnly,
        },
        rows: request.rows.iter().map(table_rows).collect(),
        explain: request.explain,
    }
}

fn set(set: &model::RecordSet) -> values::RecordSet {
    let model::RecordSet { rows, present, integers, decimals, text_ends, texts } = set.clone();
    values::RecordSet { rows, present, integers, decimals, text_ends, texts }
}

fn table_rows(rows: &model::TableRows) -> logic::TableRows {
    let answered = |answered: &model::Answered| logic::Answered {
        key_end: answered.key_end,
        limit: answered.limit,
        found: match answered.found {
            model::Found::Whole => logic::Found::Whole,
            model::Found::CutShort => logic::Found::CutShort,
            model::Found::NotHere => logic::Found::NotHere,
        },
        rows: answered.rows,
    };
    logic::TableRows {
        table: rows.table,
        keys: rows.keys.clone(),
        answers: rows.answers.iter().map(answered).collect(),
        rows: set(&rows.rows),
    }
}

/// The answer in the model's types.
pub(crate) fn answer(answer: logic::Answer) -> Result<model::Answer, model::ValueError> {
    let look_up = |it: logic::LookUp| model::LookUp { table: it.table, key: it.key, limit: it.limit };
    let step = |it: logic::Step| model::Step { rule: it.rule, row: it.row, yielded: it.yielded, used: it.used };
    Ok(model::Answer {
        conclusion: match answer.conclusion {
            logic::Conclusion::Outcome(of) => model::Conclusion::Outcome(outcome(of)?),
            logic::Conclusion::Needs(needs) => model::Conclusion::Needs(needs.into_iter().map(look_up).collect()),
        },
        log: answer.log,
        steps: answer.steps.into_iter().map(step).collect(),
    })
}

fn outcome(outcome: logic::Outcome) -> Result<model::Outcome, model::ValueError> {
    let patch = |patch: logic::Patch| model::Patch {
        entity: patch.entity,
        key: patch.key,
        header: model_set(patch.header),
        cleared: patch.cleared,
        collections: patch.collections.into_iter().map(model_set).collect(),
        removed: patch.removed,
    };
    let state = |state: logic::FieldState| model::FieldState {
        place: place(state.place),
        hidden: state.hidden,
        read_only: state.read_only,
        required: state.required,
    };
    Ok(model::Outcome {
        derived: model::Derived {
            header: model_set(outcome.derived.header),
            collections: outcome.derived.collections.into_iter().map(model_set).collect(),
        },
        patches: outcome.patches.into_iter().map(patch).collect(),
        field_states: outcome.field_states.into_iter().map(state).collect(),
        actions: outcome.actions,
        issues: outcome.issues.into_iter().map(issue).collect::<Result<_, _>>()?,
        used: outcome.used,
    })
}

fn model_set(set: values::RecordSet) -> model::RecordSet {
    let values::RecordSet { rows, present, integers, decimals, text_ends, texts } = set;
    model::RecordSet { rows, present, integers, decimals, text_ends, texts }
}

fn issue(issue: logic::Issue) -> Result<model::Issue, model::ValueError> {
    let arguments = issue.arguments.into_iter().map(|(name, of)| Ok((name, value(of)?)));
    Ok(model::Issue {
        code: issue.code,
        severity: match issue.severity {
            schema::Severity::Error => Severity::Error,
            schema::Severity::Warning => Severity::Warning,
            schema::Severity::Information => Severity::Information,
            schema::Severity::Justification => Severity::Justification,
        },
        place: place(issue.place),
        arguments: arguments.collect::<Result<_, model::ValueError>>()?,
        offer: issue.offer.map(value).transpose()?,
        rule: issue.rule,
    })
}

fn value(value: values::Value) -> Result<model::Value, model::ValueError> {
    Ok(match value {
        values::Value::Integer(integer) => model::Value::Integer(integer),
        values::Value::Decimal((low, high)) => model::Value::Decimal(model::decimal::decimal_from_words([low, high])?),
        values::Value::Text(text) => model::Value::Text(text),
        values::Value::Boolean(boolean) => model::Value::Boolean(boolean),
        values::Value::Date(days) => model::Value::Date(model::Date(days)),
        values::Value::Timestamp(milliseconds) => model::Value::Timestamp(model::Timestamp(milliseconds)),
        values::Value::Enumeration(name) => model::Value::Enumeration(name),
    })
}

fn place(place: logic::Place) -> model::Place {
    match place {
        logic::Place::Document => model::Place::Document,
        logic::Place::Field(field) => model::Place::Field(field),
        logic::Place::Row((collection, row)) => model::Place::Row { collection, row },
        logic::Place::Cell((collection, row, field)) => model::Place::Cell { collection, row, field },
        logic::Place::Argument(argument) => model::Place::Argument(argument),
    }
}
