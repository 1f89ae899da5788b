//! What an operation may read: records and rows as they are shown, with pending operations overlaid.

use std::collections::BTreeMap;

use lockstep_model::{
    Context, Found, LookUp, RecordId, Value,
    canonical::decode_values,
    key::SEPARATOR,
    schema::{Descriptor, Table, View},
};
use lockstep_sync::{
    Needs, Snapshot, Source,
    rows::{StoredAnswer, table_rows},
    views,
};
use rusqlite::{Connection, Row, ToSql};

use super::{Result, StoreError, meta, records, rows};

/// The store as operations of one package see it.
pub(crate) struct Lens<'a> {
    pub(crate) connection: &'a Connection,
    /// The plugin's name.
    pub(crate) plugin: &'a str,
    /// The package's descriptor.
    pub(crate) descriptor: &'a Descriptor,
    /// That of the package for which view rows are kept.
    pub(crate) kept: Option<&'a Descriptor>,
}

impl Source for Lens<'_> {
    type Error = StoreError;

    fn fetch(&self, context: &Context, needs: &Needs, snapshot: &mut Snapshot) -> Result<()> {
        for id in &needs.records {
            snapshot.records.insert(id.clone(), records::shown(self.connection, id)?);
        }
        let answers: Result<Vec<_>> = needs.rows.iter().map(|look_up| self.answer(&context.company, look_up)).collect();
        snapshot.add_rows(&table_rows(self.descriptor, &answers?));
        Ok(())
    }
}

impl Lens<'_> {
    /// What a look-up finds, as a company sees it.
    pub(crate) fn answer(&self, company: &str, look_up: &LookUp) -> Result<StoredAnswer> {
        let nothing = |found| StoredAnswer { look_up: look_up.clone(), found, rows: Vec::new() };
        let Some(table) = self.descriptor.tables.get(usize::from(look_up.table)) else {
            return Ok(nothing(Found::NotHere));
        };
        if !self.is_here(table)? {
            return Ok(nothing(Found::NotHere));
        }
        let mut picked = Picked::new(company, look_up);
        match &table.view {
            None => self.fed(table, &mut picked)?,
            Some(view) if self.is_kept(table) => self.kept(table, view, &mut picked)?,
            Some(view) => self.through_records(table, view, &mut picked)?,
        }
        Ok(picked.into_answer())
    }

    /// A view is here once the server's records are, unless the server says otherwise.
    fn is_here(&self, table: &Table) -> Result<bool> {
        match rows::is_here(self.connection, self.plugin, &table.name)? {
            Some(is_here) => Ok(is_here),
            None => Ok(table.view.is_some() && meta::bytes(self.connection, meta::COOKIE)?.is_some()),
        }
    }

    fn is_kept(&self, table: &Table) -> bool {
        let is_it = |kept: &Descriptor| std::ptr::eq(kept, self.descriptor);
        self.kept.is_some_and(|kept| is_it(kept) || views::is_same_view(self.descriptor, kept, &table.name))
    }

    fn fed(&self, table: &Table, picked: &mut Picked<'_>) -> Result<()> {
        let select = "SELECT key, company, content FROM rows WHERE plugin = ?1 AND tbl = ?2 AND company IN (?3, x'')";
        let company = picked.company.as_bytes().to_vec();
        self.each(
            picked,
            &|range| format!("{select} AND {range} ORDER BY key, company"),
            &[&self.plugin, &table.name, &company],
        )
    }

    fn kept(&self, table: &Table, view: &View, picked: &mut Picked<'_>) -> Result<()> {
        let columns = "SELECT key, company, content, record FROM";
        let from = "WHERE plugin = ?1 AND tbl = ?2 AND company IN (?3, x'')";
        let over = "NOT EXISTS (SELECT 1 FROM overlay_records AS over
            WHERE over.plugin = ?1 AND over.entity = ?4 AND over.key = base.record)";
        let sql = |range: &str| {
            format!(
                "{columns} views AS base {from} AND {range} AND {over}
                 UNION ALL {columns} overlay_views {from} AND {range} ORDER BY 1, 2, 4"
            )
        };
        let entity = &self.descriptor.entities[usize::from(view.entity)].name;
        let company = picked.company.as_bytes().to_vec();
        self.each(picked, &sql, &[&self.plugin, &table.name, &company, entity])
    }

    /// Reads on until enough is picked. The statement's last parameters are the key's bounds.
    fn each(&self, picked: &mut Picked<'_>, sql: &dyn Fn(&str) -> String, parameters: &[&dyn ToSql]) -> Result<()> {
        let (from, to) = picked.bounds();
        let mut parameters = parameters.to_vec();
        let next = parameters.len() + 1;
        let range = match &to {
            Bound::Same => format!("key = ?{next}"),
            Bound::Below(_) => format!("key >= ?{next} AND key < ?{}", next + 1),
            Bound::None => format!("key >= ?{next}"),
        };
        parameters.push(&from);
        if let Bound::Below(to) = &to {
            parameters.push(to);
        }
        let mut statement = self.connection.prepare_cached(&sql(&range))?;
        let mut rows = statement.query(&*parameters)?;
        while let Some(row) = rows.next()? {
            let is_own = !blob(row, 1)?.is_empty();
            if !picked.take(blob(row, 0)?, is_own, || Ok(decode_values(blob(row, 2)?)?))? {
                break;
            }
        }
        Ok(())
    }

    /// Under a package whose view is another one: its rows are made of the records.
    fn through_records(&self, table: &Table, view: &View, picked: &mut Picked<'_>) -> Result<()> {
        let entity = &self.descriptor.entities[usize::from(view.entity)].name;
        let mut found = BTreeMap::new();
        records::of_entity(self.connection, self.plugin, entity, |shown| {
            let id = RecordId { plugin: self.plugin.to_owned(), entity: entity.clone(), key: shown.key };
            let company = &shown.record.company;
            if !company.is_empty() && *company != picked.company {
                return Ok(());
            }
            for row in views::rows_of(self.descriptor, &id, &shown.record).unwrap_or_default() {
                if self.descriptor.tables[usize::from(row.table)].name == table.name && picked.is_wanted(&row.key) {
                    let place = (row.key, company.clone(), id.key.clone());
                    found.entry(place).or_insert(row.values);
                }
            }
            Ok(())
        })?;
        for ((key, company, _), values) in found {
            let named = table.fields.iter().zip(values);
            let values = || Ok(named.filter_map(|(field, value)| Some((field.name.clone(), value?))).collect());
            if !picked.take(key.as_bytes(), !company.is_empty(), values)? {
                break;
            }
        }
        Ok(())
    }
}

fn blob<'r>(row: &'r Row<'_>, column: usize) -> Result<&'r [u8]> {
    row.get_ref(column)?.as_blob().map_err(|error| StoreError::Damaged(error.to_string()))
}

enum Bound {
    Same,
    Below(Vec<u8>),
    None,
}

/// Rows as they come, by key, of each key the company's own before the shared one.
struct Picked<'a> {
    company: &'a str,
    look_up: &'a LookUp,
    rows: Vec<BTreeMap<String, Value>>,
    last: Option<(Vec<u8>, bool)>,
    is_cut_short: bool,
}

impl<'a> Picked<'a> {
    fn new(company: &'a str, look_up: &'a LookUp) -> Self {
        Self { company, look_up, rows: Vec::new(), last: None, is_cut_short: false }
    }

    fn prefix(&self) -> String {
        let key = &self.look_up.key;
        if key.is_empty() { String::new() } else { format!("{key}{SEPARATOR}") }
    }

    fn is_wanted(&self, key: &str) -> bool {
        if self.look_up.limit.is_none() { key == self.look_up.key } else { key.starts_with(&self.prefix()) }
    }

    fn bounds(&self) -> (Vec<u8>, Bound) {
        let from = self.prefix().into_bytes();
        if self.look_up.limit.is_none() {
            return (self.look_up.key.clone().into_bytes(), Bound::Same);
        }
        if from.is_empty() {
            return (from, Bound::None);
        }
        let mut to = from.clone();
        // One more than the separator.
        to.pop();
        to.push(SEPARATOR as u8 + 1);
        (from, Bound::Below(to))
    }

    /// Whether more are wanted.
    fn take(
        &mut self,
        key: &[u8],
        is_own: bool,
        values: impl FnOnce() -> Result<BTreeMap<String, Value>>,
    ) -> Result<bool> {
        if let Some((last, was_own)) = &mut self.last
            && *last == key
        {
            // The first of each is the one that stands; own ones come after shared ones.
            if is_own && !*was_own {
                *was_own = true;
                self.rows.pop();
                self.rows.push(values()?);
            }
            return Ok(true);
        }
        if self.look_up.limit.is_some_and(|limit| self.rows.len() >= limit as usize) {
            self.is_cut_short = true;
            return Ok(false);
        }
        self.last = Some((key.to_vec(), is_own));
        self.rows.push(values()?);
        Ok(true)
    }

    fn into_answer(self) -> StoredAnswer {
        let found = if self.is_cut_short { Found::CutShort } else { Found::Whole };
        StoredAnswer { look_up: self.look_up.clone(), found, rows: self.rows }
    }
}
