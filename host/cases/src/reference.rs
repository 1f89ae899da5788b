//! Reference rows for an evaluation: CSV files of a folder, and the plugin's own records.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    path::{Path, PathBuf},
};

use lockstep_model::{
    json::{Json, read_record},
    schema::Descriptor,
    tables::Tables,
};

use crate::InputError;

/// The folder of a plugin crate that holds them.
pub const FOLDER: &str = "reference";

/// The descriptor's tables with the rows of the folder's files. Tables without a file stay untouched.
///
/// # Errors
/// When a file cannot be read or is wrong.
pub fn read_folder(descriptor: &Descriptor, folder: Option<&Path>) -> Result<Tables, InputError> {
    let mut tables = Tables::new(descriptor);
    let Some(folder) = folder else { return Ok(tables) };
    for path in csv_files(folder)? {
        let table = path.file_stem().unwrap_or_default().to_string_lossy();
        let file =
            File::open(&path).map_err(|error| InputError::new(format!("cannot read {}: {error}", path.display())))?;
        tables.add_csv(&table, file).map_err(|error| InputError::wrong(&path, error))?;
    }
    Ok(tables)
}

/// The descriptor's tables with the rows of a package's files: each a table's name and its CSV text. Tables without a
/// file stay untouched.
///
/// # Errors
/// When one is wrong.
pub fn read_texts<'a>(
    descriptor: &Descriptor,
    files: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Tables, InputError> {
    let mut tables = Tables::new(descriptor);
    for (table, csv) in files {
        let path = Path::new(FOLDER).join(format!("{table}.csv"));
        tables.add_csv(table, csv.as_bytes()).map_err(|error| InputError::wrong(&path, error))?;
    }
    Ok(tables)
}

/// Adds the rows that a list of the plugin's own records has in the views on them.
///
/// # Errors
/// When one does not fit, or is there twice.
pub fn add_records(tables: &mut Tables, descriptor: &Descriptor, records: &Json) -> Result<(), InputError> {
    let list = records.as_list().map_err(|error| InputError::new(error.to_string()))?;
    let mut seen = BTreeSet::new();
    let mut read = Vec::new();
    for (number, record) in (1..).zip(list) {
        let number: usize = number;
        let (entity, record) = read_record(record, descriptor)
            .map_err(|error| InputError::new(error.within(&format!("[{number}]")).to_string()))?;
        if !seen.insert((entity, record.key.clone())) {
            let key = record.key;
            return Err(InputError::new(format!(
                "[{number}]: the record `{key}` is there already: give each its own key"
            )));
        }
        read.push((entity, record));
    }
    tables.add_records(descriptor, &read, "").map_err(|error| InputError::new(error.to_string()))
}

/// Every table has rows, or is said not to be there.
///
/// # Errors
/// When one has neither, with what to do.
pub fn check_all_there(tables: &Tables, descriptor: &Descriptor, folder: Option<&Path>) -> Result<(), InputError> {
    let Some(name) = tables.untouched().next() else { return Ok(()) };
    let fields = descriptor.table(name).map(|(_, table)| table.fields.iter().map(|field| &*field.name));
    let columns = fields.map(|fields| fields.collect::<Vec<_>>().join(",")).unwrap_or_default();
    let advice = match folder {
        Some(folder) => format!("write {} with the columns {columns}", folder.join(format!("{name}.csv")).display()),
        None => format!("name the folder of {name}.csv with --reference"),
    };
    Err(InputError::new(format!(
        "the plugin looks rows up in the table `{name}`, which has no file: {advice}, or leave the table out with \
         --unavailable {name}"
    )))
}

fn csv_files(folder: &Path) -> Result<Vec<PathBuf>, InputError> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<std::io::Result<Vec<_>>>);
    let entries = entries.map_err(|error| {
        InputError::new(format!(
            "cannot read the folder of reference tables {}; name one of CSV files: {error}",
            folder.display()
        ))
    })?;
    let paths = entries.into_iter().map(|entry| entry.path());
    let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|ending| ending == "csv")).collect();
    paths.sort();
    Ok(paths)
}
