//! Reference rows for an evaluation: CSV files of a folder, and rows given one by one.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow};
use lockstep_model::{
    json::{Json, read_record},
    schema::Descriptor,
    tables::Tables,
};

use crate::failure::{Failure, Result};

/// The folder of a plugin crate that holds them.
pub(crate) const FOLDER: &str = "reference";

/// The descriptor's tables with the rows of the folder's files. Tables without a file stay untouched.
pub(crate) fn read_folder(descriptor: &Descriptor, folder: Option<&Path>) -> Result<Tables> {
    let mut tables = Tables::new(descriptor);
    let Some(folder) = folder else { return Ok(tables) };
    for path in csv_files(folder)? {
        let table = path.file_stem().unwrap_or_default().to_string_lossy();
        let file =
            File::open(&path).with_context(|| format!("cannot read {}", path.display())).map_err(Failure::Input)?;
        tables.add_csv(&table, file).map_err(|error| Failure::Input(anyhow!("{}: {error}", path.display())))?;
    }
    Ok(tables)
}

/// Adds a row, in place of the one with its key.
pub(crate) fn add_row(tables: &mut Tables, table: &str, row: &str) -> Result<()> {
    let row = Json::parse(row).map_err(|error| Failure::Input(anyhow!("--row {table}: {error}")))?;
    tables.add_json(table, &Json::List(vec![row])).map_err(|error| Failure::Input(anyhow!("--row {table}: {error}")))
}

/// Adds the rows that a list of the plugin's own records has in the views on them.
pub(crate) fn add_records(tables: &mut Tables, descriptor: &Descriptor, records: &Json) -> anyhow::Result<()> {
    let mut seen = BTreeSet::new();
    let mut read = Vec::new();
    for (number, record) in (1..).zip(records.as_list()?) {
        let number: usize = number;
        let (entity, record) = read_record(record, descriptor).map_err(|error| error.within(&format!("[{number}]")))?;
        anyhow::ensure!(
            seen.insert((entity, record.key.clone())),
            "[{number}]: the record `{}` is there already: give each its own key",
            record.key
        );
        read.push((entity, record));
    }
    Ok(tables.add_records(descriptor, &read, "")?)
}

/// Every table has rows, or is said not to be there.
pub(crate) fn check_all_there(tables: &Tables, descriptor: &Descriptor, folder: Option<&Path>) -> Result<()> {
    let Some(name) = tables.untouched().next() else { return Ok(()) };
    let fields = descriptor.table(name).map(|(_, table)| table.fields.iter().map(|field| &*field.name));
    let columns = fields.map(|fields| fields.collect::<Vec<_>>().join(",")).unwrap_or_default();
    let advice = match folder {
        Some(folder) => format!("write {} with the columns {columns}", folder.join(format!("{name}.csv")).display()),
        None => format!("name the folder of {name}.csv with --reference"),
    };
    Err(Failure::Input(anyhow!(
        "the plugin looks rows up in the table `{name}`, which has no file: {advice}, or leave the table out with \
         --unavailable {name}"
    )))
}

fn csv_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<std::io::Result<Vec<_>>>);
    let entries = entries
        .with_context(|| {
            format!("cannot read the folder of reference tables {}; name one of CSV files", folder.display())
        })
        .map_err(Failure::Input)?;
    let paths = entries.into_iter().map(|entry| entry.path());
    let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|ending| ending == "csv")).collect();
    paths.sort();
    Ok(paths)
}
