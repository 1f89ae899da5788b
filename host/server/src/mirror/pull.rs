//! What has changed, for one device.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    sync::atomic::Ordering,
};

use lockstep_model::{
    Digest, Record,
    canonical::encode_record,
    exchange::{Entry, Page},
};
use lockstep_sync::cursor::{Cursor, Restart};

use super::{
    Inner, Mirror, MirrorError, Result,
    packages::Currents,
    push::again,
    sight::Sight,
    store::{Changed, Reach, StoredRecord, Transaction, What},
};
use crate::{auth::Caller, policy::Companies};

const NO_RANDOM: &str = "there are no random numbers to be had";

/// The version of what pages hold.
const SCHEMA: u32 = 1;

/// Changes that are looked at for one page, at most, unless it is said otherwise.
pub(super) const PAGE_CHANGES: usize = 4096;

/// Bytes of a page, about: it ends with the entry that goes beyond.
const PAGE_BYTES: usize = 1 << 20;

/// About as many bytes as an entry has besides its content.
const ENTRY_BYTES: usize = 128;

/// Stands before a device's id where a scope's name would be: no company's name begins so.
const VERDICTS: char = '\u{1f}';

impl Mirror {
    /// A page of what has changed since a cookie, as far as the caller may see it; without one that leads on, the first
    /// page of all that there is.
    ///
    /// # Errors
    /// When the store fails, or is busy.
    pub fn pull(&self, caller: &Caller, device: &str, cookie: Option<&[u8]>) -> Result<Page> {
        again(Reach::default(), |_| {
            let snapshot = self.0.parts.store.snapshot()?;
            let currents = self.0.parts.packages.current()?;
            let pulling = Pulling {
                inner: &self.0,
                transaction: &*snapshot,
                sight: Sight::new(&self.0.parts.policy, caller, &currents),
                device,
                secret: self.0.parts.store.secret(),
            };
            let from = cookie.and_then(|cookie| Cursor::from_cookie(cookie, &pulling.secret).ok());
            if is_restored(&pulling, from.as_ref())? {
                drop(snapshot);
                self.begin_epoch()?;
                return self.pull(caller, device, cookie);
            }
            pulling.page(from, &currents)
        })
    }

    /// Begins another epoch: every device begins anew, and sends again what the server has not. To be called when the
    /// store was put back from an old copy. A cookie that is ahead of the store shows it too, but there may be none: what
    /// was written since may have come as far.
    ///
    /// # Errors
    /// When the store fails, or is busy; when there are no random numbers to be had.
    pub fn begin_epoch(&self) -> Result<()> {
        again(Reach::all(), |reach| {
            let change = self.0.parts.store.change(reach)?;
            let epoch = (self.0.parts.random)();
            change.put_epoch(epoch.ok_or_else(|| MirrorError::Host(NO_RANDOM.to_owned()))?)?;
            Ok(change.commit()?)
        })
    }

    /// Looks at so many changes for one page of a pull, at most, from now on.
    pub fn set_page_changes(&self, changes: usize) {
        self.0.page_changes.store(changes, Ordering::Relaxed);
    }
}

/// Whether this is an old copy: a cookie of this very epoch has seen more than there is.
fn is_restored(pulling: &Pulling<'_>, from: Option<&Cursor>) -> Result<bool> {
    let Some(from) = from else { return Ok(false) };
    let epoch = pulling.transaction.epoch()?;
    let now = Cursor { epoch, scopes: pulling.scopes()?, ..from.clone() };
    // The scopes of another user are not held against.
    let known = from.scopes.iter().filter(|(scope, _)| now.scopes.contains_key(*scope));
    let from = Cursor { scopes: known.map(|(scope, last)| (scope.clone(), *last)).collect(), ..from.clone() };
    let is_behind = from.epoch == epoch && now.restart(Some(&from)) == Some(Restart::Epoch);
    if is_behind {
        tracing::warn!("this server was restored from an old copy: devices begin anew and send what is missing");
    }
    Ok(is_behind)
}

struct Pulling<'a> {
    inner: &'a Inner,
    transaction: &'a dyn Transaction,
    sight: Sight<'a>,
    device: &'a str,
    secret: [u8; 32],
}

/// A page that is being filled.
#[derive(Default)]
struct Filling {
    entries: Vec<Entry>,
    bytes: usize,
    /// Changes that can still be looked at.
    left: usize,
}

impl Filling {
    fn is_full(&self) -> bool {
        self.bytes >= PAGE_BYTES || self.left == 0
    }

    fn push(&mut self, entry: Entry, bytes: usize) {
        self.bytes += bytes + ENTRY_BYTES;
        self.entries.push(entry);
    }
}

impl Pulling<'_> {
    /// The last sequences of the caller's scopes, and of the device's verdicts.
    fn scopes(&self) -> Result<BTreeMap<String, u64>> {
        let mut scopes = self.transaction.scopes()?;
        match self.sight.companies() {
            Companies::All => {}
            Companies::Only(companies) => {
                scopes.retain(|company, _| company.is_empty() || companies.contains(company));
                for company in companies {
                    scopes.entry(company).or_insert(0);
                }
            }
        }
        scopes.entry(String::new()).or_insert(0);
        scopes.insert(self.verdicts(), self.transaction.device(self.device)?.told);
        Ok(scopes)
    }

    fn verdicts(&self) -> String {
        format!("{VERDICTS}{}", self.device)
    }

    /// Over all that decides what the caller may see.
    fn authorisation(&self, currents: &Currents) -> Digest {
        let caller = self.sight.caller();
        let plugins: Vec<_> = currents
            .iter()
            .filter(|(name, _)| self.sight.has_plugin(name))
            .map(|(name, current)| (name, &current.roles))
            .collect();
        let policy = self.inner.parts.policy.digest();
        let parts = (caller.subject(), caller.roles(), caller.companies(), self.device, policy, plugins);
        // Texts and lists: there is nothing that could fail.
        Digest::of(&serde_json::to_vec(&parts).unwrap_or_default())
    }

    fn page(&self, from: Option<Cursor>, currents: &Currents) -> Result<Page> {
        let mut now = Cursor {
            epoch: self.transaction.epoch()?,
            schema: SCHEMA,
            authorisation: self.authorisation(currents),
            scopes: self.scopes()?,
        };
        let restart = now.restart(from.as_ref());
        let from = from.filter(|_| restart.is_none()).map(|from| from.scopes).unwrap_or_default();
        let left = self.inner.page_changes.load(Ordering::Relaxed).max(1);
        let mut filling = Filling { left, ..Filling::default() };
        let mut has_more = false;
        let verdicts = self.verdicts();
        // The shared scope comes last of all but the verdicts: a table is here when its rows are.
        let order = now.scopes.keys().filter(|scope| !scope.is_empty() && **scope != verdicts);
        let order: Vec<_> = order.cloned().chain([String::new(), verdicts.clone()]).collect();
        for scope in order {
            let last = now.scopes.get(&scope).copied().unwrap_or_default();
            let after = from.get(&scope).copied().unwrap_or_default();
            let seen = if after >= last {
                last
            } else if scope == verdicts {
                self.fill_verdicts(&mut filling, after, last)?
            } else {
                self.fill(&mut filling, &scope, after, last)?
            };
            has_more |= seen < last;
            now.scopes.insert(scope, seen);
        }
        let cookie = now.to_cookie(&self.secret);
        Ok(Page { is_restart: restart.is_some(), entries: filling.entries, cookie, has_more })
    }

    /// Adds a scope's changes as long as there is room, and gives the last one that was looked at.
    fn fill(&self, filling: &mut Filling, scope: &str, after: u64, last: u64) -> Result<u64> {
        let mut seen = after;
        while !filling.is_full() {
            let limit = filling.left.min(512);
            let changed = self.transaction.changed(scope, seen, limit)?;
            let is_end = changed.len() < limit;
            for Changed { sequence, what } in changed {
                if filling.is_full() {
                    return Ok(seen);
                }
                filling.left = filling.left.saturating_sub(1);
                self.add(filling, what);
                seen = sequence;
            }
            if is_end {
                return Ok(last);
            }
        }
        Ok(seen)
    }

    fn fill_verdicts(&self, filling: &mut Filling, after: u64, last: u64) -> Result<u64> {
        if filling.is_full() {
            return Ok(after);
        }
        let limit = filling.left;
        let changed = self.transaction.verdicts_changed(self.device, after, limit)?;
        let is_end = changed.len() < limit;
        let mut seen = after;
        for (told, sequence, verdict) in changed {
            filling.left = filling.left.saturating_sub(1);
            filling.push(Entry::Verdict { sequence, verdict }, ENTRY_BYTES);
            seen = told;
        }
        Ok(if is_end { last } else { seen })
    }

    /// Adds what the caller may see of a change.
    fn add(&self, filling: &mut Filling, what: What) {
        match what {
            What::Record(id, StoredRecord { content, .. }) => {
                let sight = self.sight.entity(&id.plugin, &id.entity);
                if sight.is_none() {
                    return;
                }
                let seen: Option<Record> = content.as_ref().and_then(|record| sight.seen(record)).map(Cow::into_owned);
                // What cannot be seen now may have been.
                if seen.is_none() && content.is_some() && !sight.is_by_record() {
                    return;
                }
                let bytes = seen.as_ref().map_or(0, |record| encode_record(record).len());
                filling.push(Entry::Record { id, record: seen }, bytes);
            }
            What::Row(id, values) if self.sight.has_plugin(&id.plugin) => {
                let texts = values.iter().flatten().map(|(name, _)| name.len() + 16).sum();
                filling.push(Entry::Row { id, values }, texts);
            }
            What::Table { plugin, table, is_here } if self.sight.has_plugin(&plugin) => {
                filling.push(Entry::Table { plugin, table, is_here }, 0);
            }
            What::Row(..) | What::Table { .. } => {}
        }
    }
}

/// The companies to wait for: those that the caller has; none: all.
impl Mirror {
    /// The companies of which a caller has records; none: all.
    pub fn companies(&self, caller: &Caller) -> Option<BTreeSet<String>> {
        match self.0.parts.policy.of(caller).companies() {
            Companies::All => None,
            Companies::Only(companies) => Some(companies),
        }
    }
}
