//! Requests on their way into a sandbox: the model's own slices, borrowed.

use lockstep_model as model;

use super::{
    logic::{Answered, Context, DerivedParam, Document, Found, Part, Request, TableRows},
    values::RecordSetParam,
};

/// Calls `call` with the contract's form of a request.
pub(crate) fn with_request<R>(request: &model::Request, call: impl FnOnce(Request<'_>) -> R) -> R {
    let context = &request.context;
    let document = &request.document;
    let roles: Vec<&str> = context.roles.iter().map(String::as_str).collect();
    let collections = record_sets(&document.collections);
    let stored = document.stored.as_ref().map(|stored| (&stored.header, record_sets(&stored.collections)));
    let answers: Vec<Answered> = request.rows.iter().flat_map(|table| &table.answers).map(answered).collect();
    let rows = table_rows(&request.rows, &answers);
    call(Request {
        context: Context {
            now: context.now.0,
            today: context.today.0,
            seed: context.seed,
            user: &context.user,
            company: &context.company,
            roles: &roles,
        },
        entity: request.entity,
        document: Document {
            key: &document.key,
            header: record_set(&document.header),
            collections: &collections,
            stored: stored
                .as_ref()
                .map(|(header, collections)| DerivedParam { header: record_set(header), collections }),
        },
        action: request.action,
        arguments: record_set(&request.arguments),
        part: match request.part {
            model::Part::Mirrored => Part::Mirrored,
            model::Part::ServerOnly => Part::ServerOnly,
        },
        rows: &rows,
        explain: request.explain,
    })
}

/// How much a request puts into a sandbox, in bytes.
pub(crate) fn request_bytes(request: &model::Request) -> usize {
    let context = &request.context;
    let document = &request.document;
    let stored = document.stored.iter().map(|stored| {
        record_set_bytes(&stored.header) + stored.collections.iter().map(record_set_bytes).sum::<usize>()
    });
    let rows = request.rows.iter().map(|table| {
        table.keys.len() + table.answers.len() * size_of::<model::Answered>() + record_set_bytes(&table.rows)
    });
    context.user.len()
        + context.company.len()
        + context.roles.iter().map(String::len).sum::<usize>()
        + document.key.len()
        + record_set_bytes(&document.header)
        + document.collections.iter().map(record_set_bytes).sum::<usize>()
        + record_set_bytes(&request.arguments)
        + stored.sum::<usize>()
        + rows.sum::<usize>()
}

/// How much a record set holds, in bytes.
pub(super) fn record_set_bytes(set: &model::RecordSet) -> usize {
    8 * (set.present.len() + set.integers.len() + set.decimals.len()) + 4 * set.text_ends.len() + set.texts.len()
}

fn record_sets(sets: &[model::RecordSet]) -> Vec<RecordSetParam<'_>> {
    sets.iter().map(record_set).collect()
}

fn record_set(set: &model::RecordSet) -> RecordSetParam<'_> {
    RecordSetParam {
        rows: set.rows,
        present: &set.present,
        integers: &set.integers,
        decimals: &set.decimals,
        text_ends: &set.text_ends,
        texts: &set.texts,
    }
}

/// `answers` are those of all tables, one table after the other.
fn table_rows<'a>(tables: &'a [model::TableRows], mut answers: &'a [Answered]) -> Vec<TableRows<'a>> {
    tables
        .iter()
        .map(|table| {
            let (own, others) = answers.split_at(table.answers.len());
            answers = others;
            TableRows { table: table.table, keys: &table.keys, answers: own, rows: record_set(&table.rows) }
        })
        .collect()
}

fn answered(answered: &model::Answered) -> Answered {
    Answered {
        key_end: answered.key_end,
        limit: answered.limit,
        found: match answered.found {
            model::Found::Whole => Found::Whole,
            model::Found::CutShort => Found::CutShort,
            model::Found::NotHere => Found::NotHere,
        },
        rows: answered.rows,
    }
}
