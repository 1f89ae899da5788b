//! Requests and answers between the model and the contract as the SDK has it.

use lockstep_model as model;
use lockstep_sdk::{
    __private::{
        List, Maybe, Str, Value,
        contract::{self, Conclusion, RecordSet},
    },
    Place, Severity,
};

/// The request in the plugin's own types.
pub(crate) fn request(request: &model::Request) -> contract::Request {
    let model::Context { now, today, seed, user, company, roles } = &request.context;
    let document = &request.document;
    contract::Request {
        context: contract::Context {
            now: now.0,
            today: today.0,
            seed: *seed,
            user: text(user),
            company: text(company),
            roles: roles.iter().map(|role| text(role)).collect(),
        },
        entity: request.entity,
        document: contract::Document {
            key: text(&document.key),
            header: set(&document.header),
            collections: document.collections.iter().map(set).collect(),
            stored: Maybe::from(document.stored.as_ref().map(|stored| contract::Derived {
                header: set(&stored.header),
                collections: stored.collections.iter().map(set).collect(),
            })),
        },
        action: request.action,
        arguments: set(&request.arguments),
        part: match request.part {
            model::Part::Mirrored => contract::Part::Mirrored,
            model::Part::ServerOnly => contract::Part::ServerOnly,
        },
        rows: request.rows.iter().map(table_rows).collect(),
        explain: request.explain,
    }
}

fn text(text: &str) -> Str {
    text.to_owned().into()
}

fn set(set: &model::RecordSet) -> RecordSet {
    let model::RecordSet { rows, present, integers, decimals, text_ends, texts } = set.clone();
    RecordSet {
        rows,
        present: present.into(),
        integers: integers.into(),
        decimals: decimals.into(),
        text_ends: text_ends.into(),
        texts: texts.into(),
    }
}

fn table_rows(rows: &model::TableRows) -> contract::TableRows {
    let answered = |answered: &model::Answered| contract::Answered {
        key_end: answered.key_end,
        limit: answered.limit.into(),
        found: match answered.found {
            model::Found::Whole => contract::Found::Whole,
            model::Found::CutShort => contract::Found::CutShort,
            model::Found::NotHere => contract::Found::NotHere,
        },
        rows: answered.rows,
    };
    contract::TableRows {
        table: rows.table,
        keys: text(&rows.keys),
        answers: rows.answers.iter().map(answered).collect(),
        rows: set(&rows.rows),
    }
}

/// The answer in the model's types.
pub(crate) fn answer(answer: &contract::Answer) -> Result<model::Answer, model::ValueError> {
    let look_up = |it: &contract::LookUp| model::LookUp {
        table: it.table,
        key: it.key.as_str().to_owned(),
        limit: it.limit.get(),
    };
    let step = |it: &contract::Step| model::Step {
        rule: it.rule,
        row: it.row.get(),
        yielded: it.yielded,
        used: it.used.to_vec(),
    };
    Ok(model::Answer {
        conclusion: match &answer.conclusion {
            Conclusion::Outcome(of) => model::Conclusion::Outcome(outcome(of)?),
            Conclusion::Needs(needs) => model::Conclusion::Needs(needs.iter().map(look_up).collect()),
        },
        log: answer.log.iter().map(|line| line.as_str().to_owned()).collect(),
        steps: answer.steps.iter().map(step).collect(),
    })
}

fn outcome(outcome: &contract::Outcome) -> Result<model::Outcome, model::ValueError> {
    let removed = |removed: &contract::Removed| (removed.collection, removed.id.as_str().to_owned());
    let patch = |patch: &contract::Patch| model::Patch {
        entity: patch.entity,
        key: patch.key.as_str().to_owned(),
        header: model_set(&patch.header),
        cleared: patch.cleared.to_vec(),
        collections: model_sets(&patch.collections),
        removed: patch.removed.iter().map(removed).collect(),
    };
    let state = |state: &contract::FieldState| model::FieldState {
        place: place(state.place),
        hidden: state.hidden,
        read_only: state.read_only,
        required: state.required,
    };
    Ok(model::Outcome {
        derived: model::Derived {
            header: model_set(&outcome.derived.header),
            collections: model_sets(&outcome.derived.collections),
        },
        patches: outcome.patches.iter().map(patch).collect(),
        field_states: outcome.field_states.iter().map(state).collect(),
        actions: outcome.actions.to_vec(),
        issues: outcome.issues.iter().map(issue).collect::<Result<_, _>>()?,
        used: outcome.used.to_vec(),
    })
}

fn model_sets(sets: &List<RecordSet>) -> Vec<model::RecordSet> {
    sets.iter().map(model_set).collect()
}

fn model_set(set: &RecordSet) -> model::RecordSet {
    model::RecordSet {
        rows: set.rows,
        present: set.present.to_vec(),
        integers: set.integers.to_vec(),
        decimals: set.decimals.to_vec(),
        text_ends: set.text_ends.to_vec(),
        texts: set.texts.as_str().to_owned(),
    }
}

fn issue(issue: &contract::Raised) -> Result<model::Issue, model::ValueError> {
    let arguments =
        issue.arguments.iter().map(|argument| Ok((argument.name.as_str().to_owned(), value(argument.value)?)));
    Ok(model::Issue {
        code: issue.code.as_str().to_owned(),
        severity: match issue.severity {
            Severity::Error => model::schema::Severity::Error,
            Severity::Warning => model::schema::Severity::Warning,
            Severity::Information => model::schema::Severity::Information,
            Severity::Justification => model::schema::Severity::Justification,
        },
        place: place(issue.place),
        arguments: arguments.collect::<Result<_, model::ValueError>>()?,
        offer: issue.offer.get().map(value).transpose()?,
        rule: issue.rule.get(),
    })
}

fn value(value: Value) -> Result<model::Value, model::ValueError> {
    Ok(match value {
        Value::Integer(integer) => model::Value::Integer(integer),
        Value::Decimal(words) => model::Value::Decimal(model::decimal::decimal_from_words(words)?),
        Value::Text(text) => model::Value::Text(text.as_str().to_owned()),
        Value::Boolean(boolean) => model::Value::Boolean(boolean),
        Value::Date(days) => model::Value::Date(model::Date(days)),
        Value::Timestamp(milliseconds) => model::Value::Timestamp(model::Timestamp(milliseconds)),
        Value::Enumeration(name) => model::Value::Enumeration(name.as_str().to_owned()),
    })
}

fn place(place: Place) -> model::Place {
    match place {
        Place::Document => model::Place::Document,
        Place::Field(field) => model::Place::Field(field),
        Place::Row(collection, row) => model::Place::Row { collection, row },
        Place::Cell(collection, row, field) => model::Place::Cell { collection, row, field },
        Place::Argument(argument) => model::Place::Argument(argument),
    }
}
