//! Feeding the mirror: rows of reference tables, and records that come from elsewhere. A file is taken whole, or not at
//! all, with all that is wrong with it by line.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use lockstep_model::{
    Cell, Record, RecordId,
    exchange::RowId,
    json::{Json, JsonError, read_record},
    schema::{Descriptor, Entity, Field, FieldKind, FieldType, Table},
    tables::{Origin, ReadRow, read_csv, read_json_lines},
};
use lockstep_sync::record_of;

use super::{
    Mirror, MirrorError, Result,
    batch::Batch,
    push::again,
    store::{Moved, Reach},
};

/// Things that are wrong with a file and are said, at most.
const MISTAKES_MAX: usize = 100;

/// Longest key of a record, in characters.
const KEY_CHARACTERS_MAX: u32 = 256;

const COMPANY: &str = "company";

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// CSV: its first line names the fields.
    Csv,
    /// JSON lines: an object each.
    JsonLines,
}

/// What came of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Imported {
    /// Rows or records of the file.
    pub read: u64,
    /// Of those, the new and the changed ones.
    pub changed: u64,
    /// Rows that were there and are not in the file.
    pub removed: u64,
}

/// Why a file is not imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportError {
    /// The package in force has no such thing.
    NoSuch {
        /// `table`, `entity`.
        what: &'static str,
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// The table is a view: its rows are those of records.
    View {
        /// The table's name.
        table: String,
    },
    /// What is wrong with the file, in its order.
    Mistakes {
        /// A sentence each, with the line.
        mistakes: Vec<String>,
        /// How many more there are.
        more: usize,
    },
}

impl std::error::Error for ImportError {}

impl fmt::Display for ImportError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuch { what, name, known } if known.is_empty() => {
                write!(formatter, "the package in force has no {what} `{name}`: it has none")
            }
            Self::NoSuch { what, name, known } => {
                write!(formatter, "the package in force has no {what} `{name}`: it has `{}`", known.join("`, `"))
            }
            Self::View { table } => {
                write!(formatter, "`{table}` is a view: its rows are those of records; import these")
            }
            Self::Mistakes { mistakes, more } => {
                formatter.write_str(&mistakes.join("\n"))?;
                if *more > 0 { write!(formatter, "\nand {more} more") } else { Ok(()) }
            }
        }
    }
}

fn mistakes(all: impl IntoIterator<Item = impl fmt::Display>) -> MirrorError {
    let mut mistakes: Vec<_> = all.into_iter().map(|mistake| mistake.to_string()).collect();
    let more = mistakes.len().saturating_sub(MISTAKES_MAX);
    mistakes.truncate(MISTAKES_MAX);
    ImportError::Mistakes { mistakes, more }.into()
}

impl Mirror {
    /// Imports rows of a reference table: the file is all of it, and the table is here afterwards. With `adds` the rows
    /// come to those that are there, and whether the table is here stays as it was.
    ///
    /// # Errors
    /// When the file or the table does not do; when the store fails, or is busy. Nothing was imported then.
    pub fn import_rows(&self, plugin: &str, table: &str, kind: Kind, file: &[u8], adds: bool) -> Result<Imported> {
        let now = (self.0.parts.clock)();
        again(Reach::all(), |reach| {
            let transaction = self.0.parts.store.change(reach)?;
            let currents = self.0.parts.packages.current()?;
            let mut batch = Batch::new(&*transaction, &*self.0.parts.packages, currents, now);
            let package = batch.current(plugin)?.ok_or_else(|| no_workspace(plugin))?;
            let table = fed_table(&package.descriptor, table)?;
            let rows = read_rows(table, kind, file)?;
            let mut there: BTreeMap<_, _> = transaction
                .fed_rows(plugin, &table.name)?
                .into_iter()
                .map(|(id, values)| ((id.key, id.company), values))
                .collect();
            let mut imported = Imported { read: rows.len() as u64, ..Imported::default() };
            let mut writes = Vec::new();
            for ReadRow { company, key, values, .. } in rows {
                if there.remove(&(key.clone(), company.clone())).is_none_or(|before| before != values) {
                    imported.changed += 1;
                    writes.push((row_id(plugin, &table.name, company, key), Some(values)));
                }
            }
            if !adds {
                imported.removed = there.len() as u64;
                let gone = there.into_keys();
                writes.extend(gone.map(|(key, company)| (row_id(plugin, &table.name, company, key), None)));
            }
            let mut moved: BTreeSet<String> = writes.iter().map(|(id, _)| id.company.clone()).collect();
            transaction.put_rows(&writes)?;
            if !adds && !transaction.tables_here(plugin)?.contains(&table.name) {
                transaction.put_table(plugin, &table.name, true)?;
                moved.insert(String::new());
            }
            transaction.tell(&Moved { scopes: moved.clone(), ..Moved::default() })?;
            transaction.commit()?;
            self.0.pokes.poke(&moved, []);
            Ok(imported)
        })
    }

    /// Imports records of an entity, as they are: no rule runs. CSV has `key`, fields of the header, and perhaps
    /// `company`; JSON lines have collections too. Records without a company are this company's; an empty one is the
    /// shared scope. What is there and not in the file stays.
    ///
    /// # Errors
    /// When the file or the entity does not do; when the store fails, or is busy. Nothing was imported then.
    pub fn import_records(
        &self,
        plugin: &str,
        entity: &str,
        kind: Kind,
        file: &[u8],
        company: &str,
    ) -> Result<Imported> {
        let now = (self.0.parts.clock)();
        again(Reach::all(), |reach| {
            let transaction = self.0.parts.store.change(reach)?;
            let currents = self.0.parts.packages.current()?;
            let mut batch = Batch::new(&*transaction, &*self.0.parts.packages, currents, now);
            let package = batch.current(plugin)?.ok_or_else(|| no_workspace(plugin))?;
            let known = || package.descriptor.entities.iter().map(|entity| entity.name.clone()).collect();
            let no_entity = || ImportError::NoSuch { what: "entity", name: entity.to_owned(), known: known() };
            let (_, entity) = package.descriptor.entity(entity).ok_or_else(no_entity)?;
            let records = match kind {
                Kind::Csv => records_of_csv(entity, file, company),
                Kind::JsonLines => records_of_lines(&package.descriptor, entity, file, company),
            }?;
            let imported = write_records(&mut batch, plugin, entity, records)?;
            batch.flush()?;
            let moved = std::mem::take(&mut batch.moved);
            transaction.tell(&Moved { scopes: moved.clone(), ..Moved::default() })?;
            transaction.commit()?;
            self.0.pokes.poke(&moved, []);
            Ok(imported)
        })
    }
}

/// A record of a file: where it stood, its key, what it is.
type ReadRecord = (Origin, String, Record);

fn no_workspace(plugin: &str) -> MirrorError {
    MirrorError::NotFound { what: "workspace in force that can run, named", id: plugin.to_owned() }
}

fn row_id(plugin: &str, table: &str, company: String, key: String) -> RowId {
    RowId { plugin: plugin.to_owned(), table: table.to_owned(), company, key }
}

fn fed_table<'d>(descriptor: &'d Descriptor, name: &str) -> Result<&'d Table, ImportError> {
    let Some((_, table)) = descriptor.table(name) else {
        let known = descriptor.tables.iter().filter(|table| table.view.is_none());
        let known = known.map(|table| table.name.clone()).collect();
        return Err(ImportError::NoSuch { what: "table", name: name.to_owned(), known });
    };
    if table.view.is_some() { Err(ImportError::View { table: table.name.clone() }) } else { Ok(table) }
}

fn text(file: &[u8]) -> Result<&str> {
    std::str::from_utf8(file).map_err(|error| {
        let line = String::from_utf8_lossy(&file[..error.valid_up_to()]).matches('\n').count() + 1;
        mistakes([format!("line {line}: this is not UTF-8 text")])
    })
}

fn read_rows(table: &Table, kind: Kind, file: &[u8]) -> Result<Vec<ReadRow>> {
    let rows = match kind {
        Kind::Csv => read_csv(table, file),
        Kind::JsonLines => read_json_lines(table, text(file)?),
    };
    let rows = rows.map_err(mistakes)?;
    let wrong: Vec<_> = rows.iter().filter_map(|row| check_company(row.origin, &row.company).err()).collect();
    if wrong.is_empty() { Ok(rows) } else { Err(mistakes(wrong)) }
}

fn check_company(origin: Origin, company: &str) -> Result<(), String> {
    if company.contains(char::is_control) {
        return Err(format!("{origin}: `{}` is no company: it has a control character", company.escape_debug()));
    }
    Ok(())
}

/// Those of the header's fields that a file has, as a table with the record's key.
fn header_table(entity: &Entity, file: &[u8]) -> Table {
    let first = file.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let first = String::from_utf8_lossy(first);
    let columns: Vec<_> = first.trim_start_matches('\u{feff}').trim_end().split(',').collect();
    let is_there = |field: &&Field| columns.iter().any(|column| column.trim_matches('"') == field.name);
    let key = Field {
        name: "key".to_owned(),
        label: String::new(),
        kind: FieldKind::Entered,
        of: FieldType::Text(KEY_CHARACTERS_MAX),
        required: true,
        read_only: false,
        table: None,
    };
    let optional = entity.fields.iter().filter(is_there).map(|field| Field { required: false, ..field.clone() });
    let fields = std::iter::once(key).chain(optional).collect();
    Table { name: entity.name.clone(), label: String::new(), fields, key: vec![0], view: None }
}

fn records_of_csv(entity: &Entity, file: &[u8], company: &str) -> Result<Vec<ReadRecord>> {
    let rows = read_csv(&header_table(entity, file), file).map_err(mistakes)?;
    let has_field = entity.fields.iter().any(|field| field.name == COMPANY);
    let record = |row: ReadRow| {
        let company = if row.company.is_empty() || has_field { company.to_owned() } else { row.company };
        let cells = row.values.into_iter().filter(|(name, _)| name != "key");
        let cells = cells.map(|(name, value)| (name, Cell { value, entered: false })).collect();
        (row.origin, row.key, Record { company, cells, collections: BTreeMap::new() })
    };
    Ok(rows.into_iter().map(record).collect())
}

fn records_of_lines(descriptor: &Descriptor, entity: &Entity, file: &[u8], company: &str) -> Result<Vec<ReadRecord>> {
    let (mut records, mut wrong) = (Vec::new(), Vec::new());
    let lines = (1..).zip(text(file)?.lines()).filter(|(_, line)| !line.trim().is_empty());
    for (number, line) in lines {
        match record_of_line(descriptor, entity, line, company) {
            Ok((key, record)) => records.push((Origin::Line(number), key, record)),
            Err(error) => wrong.push(format!("line {number}: {error}")),
        }
    }
    if wrong.is_empty() { Ok(records) } else { Err(mistakes(wrong)) }
}

fn record_of_line(
    descriptor: &Descriptor,
    entity: &Entity,
    line: &str,
    company: &str,
) -> Result<(String, Record), JsonError> {
    let mut json = Json::parse(line)?;
    let mut company = company.to_owned();
    if let Json::Object(fields) = &mut json {
        if !fields.iter().any(|(name, _)| name == "entity") {
            fields.push(("entity".to_owned(), Json::text(&entity.name)));
        }
        if !entity.fields.iter().any(|field| field.name == COMPANY)
            && let Some(place) = fields.iter().position(|(name, _)| name == COMPANY)
        {
            let (_, own) = fields.remove(place);
            own.as_text().map_err(|error| error.within(COMPANY))?.clone_into(&mut company);
        }
    }
    let (position, document) = read_record(&json, descriptor)?;
    let found = &descriptor.entities[usize::from(position)];
    if found.name != entity.name {
        let (found, known) = (found.name.clone(), vec![entity.name.clone()]);
        let reason = lockstep_model::json::JsonReason::NotOneOf { found, known };
        return Err(JsonError { path: "entity".to_owned(), reason });
    }
    Ok((document.key.clone(), record_of(found, &company, &document)))
}

fn write_records(batch: &mut Batch<'_>, plugin: &str, entity: &Entity, records: Vec<ReadRecord>) -> Result<Imported> {
    let mut imported = Imported { read: records.len() as u64, ..Imported::default() };
    let (mut wrong, mut seen) = (Vec::new(), BTreeMap::new());
    let id = |key: &String| RecordId { plugin: plugin.to_owned(), entity: entity.name.clone(), key: key.clone() };
    let ids: Vec<_> = records.iter().map(|(_, key, _)| id(key)).collect();
    batch.fetch_records(&ids)?;
    let mut writes = Vec::new();
    for ((origin, key, record), id) in records.into_iter().zip(ids) {
        if let Some(first) = seen.insert(key.clone(), origin) {
            wrong.push(format!("{first} and {origin} have the same key `{key}`"));
            continue;
        }
        if let Err(mistake) = check_company(origin, &record.company) {
            wrong.push(mistake);
            continue;
        }
        match batch.record(&id)? {
            Some(stored) if stored.company != record.company => wrong.push(format!(
                "{origin}: `{key}` is a record of the company `{}`, and cannot become one of `{}`",
                stored.company, record.company
            )),
            Some(stored) if stored.content.as_ref() == Some(&record) => {}
            _ => writes.push((id, record)),
        }
    }
    if !wrong.is_empty() {
        return Err(mistakes(wrong));
    }
    imported.changed = writes.len() as u64;
    for (id, record) in writes {
        batch.write(id, Some(record), None)?;
    }
    Ok(imported)
}
