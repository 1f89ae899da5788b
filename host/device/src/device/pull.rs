//! What has changed at the server: pages are put aside until the last one is there, and then applied whole.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use lockstep_model::{
    Limits, RecordId, Timestamp,
    canonical::decode_page,
    exchange::{Entry, Page},
};
use lockstep_sync::{intake::Gap, session::Event as Happened};
use rusqlite::Connection;

use super::{Device, DeviceError, Event, Result, Step, operations::OperationState, push, replay};
use crate::{
    logic::{Package, Packages},
    store::{
        messages, meta,
        records::{self, Layer},
        rows, staging,
    },
    transport::TransportError,
};

/// What a pull has changed.
#[derive(Default)]
struct Changed {
    entities: BTreeSet<(String, String)>,
    verdicts: Vec<(u64, OperationState)>,
    /// Something that operations read or write is another now.
    has_moved: bool,
}

impl Device {
    /// Takes a page of changes, or why there is none.
    ///
    /// # Errors
    /// When the file cannot be read or written; the page is asked for again then.
    pub fn pulled(&mut self, answer: Result<Vec<u8>, TransportError>) -> Result<Step> {
        if self.session.is_none() {
            // It has started over meanwhile, or was opened anew: the answer is to somebody else's question.
            return self.begin_sync();
        }
        let page = answer.and_then(|bytes| {
            let page = decode_page(&bytes).map_err(|error| TransportError::BadAnswer(error.to_string()))?;
            Ok((page, bytes.len()))
        });
        let (page, size) = match page {
            Ok(page) => page,
            Err(error) => return self.failed(&error),
        };
        let taken = meta::number(self.store.connection(), meta::TAKEN)?;
        if page.is_restart && taken > 0 && !self.is_checked {
            // Perhaps because it has lost something: all that is kept is sent again first. What the server has gets its
            // stored verdicts, what it has lost is done again, and only then what there is replaces what was.
            self.is_checked = true;
            let first = self.store.write(|connection| messages::check_again(connection))?;
            return self.after(&Happened::Missed(Gap { found: taken + 1, expected: first }));
        }
        self.store.check_room(size, false)?;
        let has_more = page.has_more;
        let now = (self.settings.clock)().now;
        let Self { store, packages, settings, .. } = self;
        let changed = store.write_fetched(|connection| {
            let changed = take(connection, &page, &**packages, &settings.limits, now)?;
            if changed.is_some() {
                let taken = meta::number(connection, meta::TAKEN)?;
                messages::forget(connection, Timestamp(now.0.saturating_sub(settings.keep_ms)), taken)?;
            }
            Ok::<_, DeviceError>(changed)
        })?;
        if let Some(Changed { entities, verdicts, .. }) = changed {
            self.tell_verdicts(&verdicts)?;
            if !entities.is_empty() {
                self.tell(Event::Records { entities });
            }
        }
        // What was decided since this pull began comes with another one.
        let has_more = has_more || messages::has_unsettled(self.store.connection())?;
        self.after(&Happened::Pulled { has_more })
    }
}

/// Puts a page aside, or applies all if it is the last one.
fn take(
    connection: &Connection,
    page: &Page,
    packages: &dyn Packages,
    limits: &Limits,
    now: Timestamp,
) -> Result<Option<Changed>> {
    if page.is_restart {
        staging::clear(connection)?;
    }
    let mut number = meta::number(connection, meta::PULL)?;
    if staging::is_empty(connection)? {
        number += 1;
        meta::set_number(connection, meta::PULL, number)?;
    }
    if page.has_more {
        staging::add(connection, page)?;
        if meta::number(connection, meta::IS_STALE)? != 0 {
            replay::replay(connection, packages, limits)?;
        }
        return Ok(None);
    }
    let mut apply = Apply { connection, packages, kept: BTreeMap::new(), changed: Changed::default(), number, now };
    staging::each(connection, |page| apply.page(&page))?;
    apply.page(page)?;
    let mut changed = apply.changed;
    staging::clear(connection)?;
    meta::set_bytes(connection, meta::COOKIE, &page.cookie)?;
    let settled = messages::settle(connection, number)?;
    if changed.has_moved || settled > 0 || meta::number(connection, meta::IS_STALE)? != 0 {
        let before = overlaid_entities(connection)?;
        replay::replay(connection, packages, limits)?;
        changed.entities.extend(before);
        changed.entities.extend(overlaid_entities(connection)?);
    }
    Ok(Some(changed))
}

/// Whose records pending operations have changed.
pub(super) fn overlaid_entities(connection: &Connection) -> Result<BTreeSet<(String, String)>> {
    let mut statement = connection.prepare_cached("SELECT DISTINCT plugin, entity FROM overlay_records")?;
    let found = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

struct Apply<'a> {
    connection: &'a Connection,
    packages: &'a dyn Packages,
    /// Plugins' packages for which view rows are kept.
    kept: BTreeMap<String, Option<Arc<Package>>>,
    changed: Changed,
    number: u64,
    now: Timestamp,
}

impl Apply<'_> {
    fn page(&mut self, page: &Page) -> Result<()> {
        if page.is_restart {
            records::clear_base(self.connection)?;
            self.changed.has_moved = true;
        }
        page.entries.iter().try_for_each(|entry| self.entry(entry))
    }

    fn entry(&mut self, entry: &Entry) -> Result<()> {
        match entry {
            Entry::Record { id, record } => {
                let kept = self.kept(id)?;
                let kept = kept.as_ref().map(|package| &package.descriptor);
                records::put(self.connection, Layer::Base, id, record.as_ref(), kept)?;
                if !self.changed.entities.iter().any(|(plugin, entity)| *plugin == id.plugin && *entity == id.entity) {
                    self.changed.entities.insert((id.plugin.clone(), id.entity.clone()));
                }
                self.changed.has_moved = true;
            }
            Entry::Row { id, values } => {
                rows::put(self.connection, id, values.as_ref())?;
                self.changed.has_moved = true;
            }
            Entry::Table { plugin, table, is_here } => {
                rows::set_here(self.connection, plugin, table, *is_here)?;
                self.changed.has_moved = true;
            }
            Entry::Verdict { sequence, verdict } => {
                let applied = push::apply(self.connection, *sequence, verdict, self.now, self.number)?;
                self.changed.verdicts.extend(applied);
            }
        }
        Ok(())
    }

    fn kept(&mut self, id: &RecordId) -> Result<Option<Arc<Package>>> {
        if let Some(kept) = self.kept.get(&id.plugin) {
            return Ok(kept.clone());
        }
        let kept = replay::kept(self.connection, self.packages, &id.plugin)?;
        self.kept.insert(id.plugin.clone(), kept.clone());
        Ok(kept)
    }
}
