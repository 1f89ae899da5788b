//! What a user enters on the command line: fields of a draft, rows, arguments, reasons.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::anyhow;
use lockstep_cases::{action_named, entity_named};
use lockstep_device::{At, Draft, DraftView, Package, Submitted};
use lockstep_model::{Value, schema::Entity};

use super::{OnDevice, failure};
use crate::{
    args::device::EntryOptions,
    failure::{Failure, Result},
    scenario::check_justifications,
};

/// Begins the id of a row that is new, by which the command line alone calls it.
const NEW_ROW: char = '+';

/// What is to be done: a draft with all that was entered.
pub(crate) struct Entry {
    pub(crate) draft: Draft,
    pub(crate) action: String,
    arguments: BTreeMap<String, Value>,
    justifications: BTreeMap<String, String>,
}

impl Entry {
    /// What the options enter into a draft.
    pub(crate) fn new(on: &OnDevice, package: &Package, mut draft: Draft, options: &EntryOptions) -> Result<Self> {
        let entity = entity_of(package, &draft.record().entity)?;
        enter(on, &mut draft, entity, options)?;
        let action = options.action.clone().unwrap_or_else(|| draft.action().to_owned());
        let mut arguments = if action == draft.action() { draft.arguments().clone() } else { BTreeMap::new() };
        arguments.extend(given_arguments(entity, &action, options)?);
        check_justifications(&package.descriptor, &options.justifications)?;
        let mut justifications = draft.justifications().clone();
        justifications.extend(options.justifications.iter().cloned());
        Ok(Self { draft, action, arguments, justifications })
    }

    /// As it would be submitted.
    pub(crate) fn show(&self, on: &OnDevice) -> Result<DraftView> {
        on.device.show_for(&self.draft, &self.action, &self.arguments, &self.justifications).map_err(failure)
    }

    /// Stores it; none: it is refused.
    pub(crate) fn submit(&self, on: &mut OnDevice) -> Result<Option<Submitted>> {
        match on.device.submit(&self.draft, &self.action, &self.arguments, &self.justifications) {
            Ok(submitted) => Ok(Some(submitted)),
            Err(lockstep_device::DeviceError::Refused(_)) => Ok(None),
            Err(error) => Err(failure(error)),
        }
    }
}

/// The entity of a name.
pub(crate) fn entity_of<'p>(package: &'p Package, name: &str) -> Result<&'p Entity> {
    let found = entity_named(&package.descriptor, name).map_err(|error| Failure::Usage(error.into()))?;
    Ok(found.1)
}

fn enter(on: &OnDevice, draft: &mut Draft, entity: &Entity, options: &EntryOptions) -> Result<()> {
    let mut places = BTreeSet::new();
    let mut rows = Rows { known: None, new: BTreeMap::new() };
    for (path, text) in &options.fields {
        let mut at: At = path.parse().map_err(|error: String| Failure::Usage(anyhow!(error)))?;
        check_field(entity, &at, path)?;
        if !places.insert(path) {
            return Err(Failure::Usage(anyhow!("`{path}` is given twice: give it once")));
        }
        if let At::Cell { collection, row, .. } = &mut at {
            *row = rows.id(on, draft, collection, row)?;
        }
        draft.set_text(&at, text).map_err(failure)?;
    }
    for path in &options.removed {
        let named = path.strip_suffix(']').and_then(|path| path.split_once('['));
        let (collection, row) = named.ok_or_else(|| {
            Failure::Usage(anyhow!("--remove {path}: this names no row: write COLLECTION[ID], as in `lines[1]`"))
        })?;
        check_collection(entity, collection)?;
        let row = rows.id(on, draft, collection, row)?;
        draft.remove_row(collection, &row).map_err(failure)?;
    }
    Ok(())
}

/// The rows that a command line names.
struct Rows {
    /// Those of the draft as it was, by collection; looked up when it is first asked for.
    known: Option<BTreeMap<String, BTreeSet<String>>>,
    new: BTreeMap<(String, String), String>,
}

impl Rows {
    /// The id of the row that is meant.
    fn id(&mut self, on: &OnDevice, draft: &mut Draft, collection: &str, named: &str) -> Result<String> {
        if named.starts_with(NEW_ROW) {
            let key = (collection.to_owned(), named.to_owned());
            if let Some(id) = self.new.get(&key) {
                return Ok(id.clone());
            }
            let id = on.device.add_row(draft, collection).map_err(failure)?;
            self.new.insert(key, id.clone());
            return Ok(id);
        }
        let known = match &mut self.known {
            Some(known) => known,
            None => self.known.insert(rows_of(&on.device.show(draft).map_err(failure)?)),
        };
        let known = known.get(collection).cloned().unwrap_or_default();
        if known.contains(named) {
            return Ok(named.to_owned());
        }
        let known: Vec<_> = known.into_iter().collect();
        let there = if known.is_empty() { "none".to_owned() } else { format!("`{}`", known.join("`, `")) };
        Err(Failure::Input(anyhow!(
            "there is no row `{named}` in `{collection}`, which has {there}: write `{collection}[{NEW_ROW}1]` for a new row"
        )))
    }
}

fn rows_of(view: &DraftView) -> BTreeMap<String, BTreeSet<String>> {
    let ids = view
        .collections
        .iter()
        .map(|collection| (collection.name.clone(), collection.rows.iter().map(|row| row.id.clone()).collect()));
    ids.collect()
}

fn check_collection<'e>(entity: &'e Entity, name: &str) -> Result<&'e lockstep_model::schema::Collection> {
    entity.collections.iter().find(|collection| collection.name == name).ok_or_else(|| {
        no_such(&format!("collection `{name}`"), entity.collections.iter().map(|collection| &*collection.name))
    })
}

fn check_field(entity: &Entity, at: &At, path: &str) -> Result<()> {
    let (fields, name) = match at {
        At::Field(name) => (&entity.fields, name),
        At::Cell { collection, field, .. } => (&check_collection(entity, collection)?.fields, field),
    };
    if fields.iter().any(|field| field.name == *name) {
        return Ok(());
    }
    Err(no_such(&format!("field `{path}`"), fields.iter().map(|field| &*field.name)))
}

fn no_such<'n>(what: &str, known: impl Iterator<Item = &'n str>) -> Failure {
    let known: Vec<_> = known.collect();
    let known =
        if known.is_empty() { "there is none".to_owned() } else { format!("there are `{}`", known.join("`, `")) };
    Failure::Usage(anyhow!("there is no {what}: {known}"))
}

fn given_arguments(entity: &Entity, action: &str, options: &EntryOptions) -> Result<BTreeMap<String, Value>> {
    let (_, action) = action_named(entity, action).map_err(|error| Failure::Usage(error.into()))?;
    let mut arguments = BTreeMap::new();
    for (name, text) in &options.arguments {
        let field = action.arguments.iter().find(|field| field.name == *name).ok_or_else(|| {
            let of = format!("argument `{name}` of `{}`", action.name);
            no_such(&of, action.arguments.iter().map(|field| &*field.name))
        })?;
        let value = field.of.parse(text).map_err(|error| Failure::Usage(anyhow!("--argument {name}: {error}")))?;
        if arguments.insert(name.clone(), value).is_some() {
            return Err(Failure::Usage(anyhow!("--argument {name} is given twice: give it once")));
        }
    }
    Ok(arguments)
}
