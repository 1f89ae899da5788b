//! What is to be evaluated: a request and the rows that it may look up, from a command line or a case file.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use anyhow::anyhow;
use lockstep_cases::{Case, InputError, action_named, entity_named, reference};
use lockstep_model::{
    Context, Date, Part, Request,
    json::{Json, read_arguments, read_context, read_document, read_document_of},
    schema::{Action, Descriptor, Field, FieldType},
    tables::Tables,
};

use crate::{
    args::{ContextOptions, EvaluationOptions},
    clock,
    failure::{Failure, Result},
    input,
};

/// Who evaluates unless the command line says otherwise.
const USER: &str = "author";

/// What is to be evaluated.
pub(crate) struct Scenario {
    /// Without rows.
    pub(crate) request: Request,
    /// What it may look up.
    pub(crate) tables: Tables,
}

/// The request that a `run` asks for. `folder` is the plugin crate's, where one is named.
pub(crate) fn of_run(
    arguments: &EvaluationOptions,
    descriptor: &Descriptor,
    folder: Option<&Path>,
) -> Result<Scenario> {
    check_justifications(descriptor, &arguments.justifications)?;
    if let Some(path) = &arguments.case {
        return of_case_run(arguments, path, descriptor, folder);
    }
    let path = arguments.document.as_deref().unwrap_or(Path::new("-"));
    let json = input::read_json(path, "document")?;
    let (position, document) = match &arguments.entity {
        Some(name) => {
            let (position, entity) = entity_named(descriptor, name).map_err(asked)?;
            (position, read_document_of(&json, entity).map_err(|error| input::wrong(path, &error))?)
        }
        None => read_document(&json, descriptor).map_err(|error| input::wrong(path, &error))?,
    };
    let entity = &descriptor.entities[usize::from(position)];
    let (action, definition) = action_named(entity, &arguments.action).map_err(asked)?;
    let mut names = BTreeSet::new();
    if let Some((twice, _)) = arguments.arguments.iter().find(|(name, _)| !names.insert(name)) {
        return Err(Failure::Usage(anyhow!("--argument {twice} is given twice: give it once")));
    }
    let given = Json::object(arguments.arguments.iter().map(|(name, text)| (name, typed(definition, name, text))));
    let given = read_arguments(&given, definition)
        .map_err(|error| Failure::Usage(anyhow!("--argument {error} (action `{}`)", definition.name)))?;
    let request = Request {
        context: context(&arguments.context)?,
        entity: position,
        document,
        action,
        arguments: given,
        part: part(arguments.server_only),
        rows: Vec::new(),
        explain: false,
    };
    Ok(Scenario { request, tables: tables_of_run(arguments, descriptor, folder)? })
}

/// Reasons go by the codes of issues that the plugin raises.
pub(crate) fn check_justifications(descriptor: &Descriptor, given: &[(String, String)]) -> Result<()> {
    let mut codes = BTreeSet::new();
    for (code, _) in given {
        if !descriptor.issues.iter().any(|kind| kind.code == *code) {
            let known: Vec<_> = descriptor.issues.iter().map(|kind| format!("`{}`", kind.code)).collect();
            let known = if known.is_empty() { "it raises none of its own".to_owned() } else { known.join(", ") };
            return Err(Failure::Usage(anyhow!("--justify {code}: the plugin raises no such issue: {known}")));
        }
        if !codes.insert(code) {
            return Err(Failure::Usage(anyhow!("--justify {code} is given twice: give it once")));
        }
    }
    Ok(())
}

/// A case file's request, with the command line's rows added.
fn of_case_run(
    arguments: &EvaluationOptions,
    path: &Path,
    descriptor: &Descriptor,
    folder: Option<&Path>,
) -> Result<Scenario> {
    let case = Case::parse(path, input::read_text(path, "case")?)?;
    let mut request = case.request(descriptor)?;
    if arguments.server_only {
        request.part = Part::ServerOnly;
    }
    let mut tables = read_rows(arguments, descriptor, folder)?;
    case.add_rows(&mut tables, descriptor)?;
    finish_rows(arguments, &mut tables, descriptor, folder)?;
    Ok(Scenario { request, tables })
}

/// The command line asks for what the package does not have.
fn asked(error: InputError) -> Failure {
    Failure::Usage(error.into())
}

fn part(server_only: bool) -> Part {
    if server_only { Part::ServerOnly } else { Part::Mirrored }
}

fn tables_of_run(arguments: &EvaluationOptions, descriptor: &Descriptor, folder: Option<&Path>) -> Result<Tables> {
    let mut tables = read_rows(arguments, descriptor, folder)?;
    finish_rows(arguments, &mut tables, descriptor, folder)?;
    Ok(tables)
}

/// The folder named on the command line, else the plugin crate's own if it has one.
fn rows_folder(arguments: &EvaluationOptions, folder: Option<&Path>) -> Option<PathBuf> {
    let own = || folder.map(|folder| folder.join(reference::FOLDER)).filter(|folder| folder.is_dir());
    arguments.rows.reference.clone().or_else(own)
}

fn read_rows(arguments: &EvaluationOptions, descriptor: &Descriptor, folder: Option<&Path>) -> Result<Tables> {
    Ok(reference::read_folder(descriptor, rows_folder(arguments, folder).as_deref())?)
}

fn finish_rows(
    arguments: &EvaluationOptions,
    tables: &mut Tables,
    descriptor: &Descriptor,
    folder: Option<&Path>,
) -> Result<()> {
    for (table, row) in &arguments.rows.rows {
        add_row(tables, table, row)?;
    }
    if let Some(path) = &arguments.rows.records {
        let records = input::read_json(path, "records")?;
        reference::add_records(tables, descriptor, &records)
            .map_err(|error| Failure::Input(anyhow!("{}: {error}", path.display())))?;
    }
    for table in &arguments.rows.unavailable {
        tables.unavailable(table).map_err(|error| Failure::Usage(anyhow!("--unavailable: {error}")))?;
    }
    let folder = arguments.rows.reference.clone().or_else(|| folder.map(|folder| folder.join(reference::FOLDER)));
    Ok(reference::check_all_there(tables, descriptor, folder.as_deref())?)
}

/// Adds a row, in place of the one with its key.
fn add_row(tables: &mut Tables, table: &str, row: &str) -> Result<()> {
    let row = Json::parse(row).map_err(|error| Failure::Usage(anyhow!("--row {table}: {error}")))?;
    tables.add_json(table, &Json::List(vec![row])).map_err(|error| Failure::Usage(anyhow!("--row {table}: {error}")))
}

/// An argument's text as the JSON that its type wants; whatever does not fit is left for the reader to refuse.
fn typed(action: &Action, name: &str, text: &str) -> Json {
    let field: Option<&Field> = action.arguments.iter().find(|field| field.name == name);
    match field.map(|field| &field.of) {
        Some(FieldType::Integer) if text.parse::<i64>().is_ok() => Json::Number(text.to_owned()),
        Some(FieldType::Boolean) if text == "true" || text == "false" => Json::Boolean(text == "true"),
        _ => Json::text(text),
    }
}

/// The context file's, with the options before it; without either, this machine's clock and nobody in particular.
fn context(options: &ContextOptions) -> Result<Context> {
    let mut context = match &options.context_file {
        Some(path) => read_context(&input::read_json(path, "context")?).map_err(|error| input::wrong(path, &error))?,
        None => Context {
            now: clock::now(),
            today: Date::default(),
            seed: 0,
            user: USER.to_owned(),
            company: String::new(),
            roles: Vec::new(),
        },
    };
    if let Some(now) = &options.now {
        context.now = now.parse().map_err(|error| Failure::Usage(anyhow!("--now: {error}")))?;
    }
    if let Some(today) = &options.today {
        context.today = today.parse().map_err(|error| Failure::Usage(anyhow!("--today: {error}")))?;
    } else if options.context_file.is_none() || options.now.is_some() {
        context.today = clock::day_of(context.now);
    }
    context.seed = options.seed.unwrap_or(context.seed);
    context.user = options.user.clone().unwrap_or(context.user);
    context.company = options.company.clone().unwrap_or(context.company);
    if !options.roles.is_empty() {
        context.roles.clone_from(&options.roles);
    }
    Ok(context)
}
