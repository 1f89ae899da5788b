//! One transaction's working set: what was fetched, and what is to be written, so that a later operation sees what an
//! earlier one did.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use lockstep_model::{
    Context, Digest, Found, LookUp, OperationId, Record, RecordId, Timestamp,
    schema::{Descriptor, FieldKind, Table},
};
use lockstep_sync::{Base, Needs, rows::StoredAnswer, views::is_same_view};

use super::{
    Result,
    packages::{Currents, Found as FoundPackage, Package, Packages},
    sight::Sight,
    store::{Numbered, RecordWrite, RowQuery, StoredRecord, TableKind, Transaction, Values},
    views,
};

/// What an operation reads by, and who asks.
pub(super) struct Asking<'a> {
    pub(super) package: &'a Package,
    pub(super) context: &'a Context,
    pub(super) sight: Sight<'a>,
}

/// A view's rows as one company and one user see them, by key.
type ViewRows = Arc<BTreeMap<String, Values>>;

/// Records, and answers to look-ups.
pub(super) type Fetched = (Vec<(RecordId, Base)>, Vec<StoredAnswer>);

struct Write {
    id: RecordId,
    company: String,
    content: Option<Record>,
    by: Option<OperationId>,
}

pub(super) struct Batch<'t> {
    pub(super) transaction: &'t dyn Transaction,
    packages: &'t dyn Packages,
    pub(super) currents: Arc<Currents>,
    pub(super) now: Timestamp,
    /// None: there never was such a record.
    records: BTreeMap<RecordId, Option<StoredRecord>>,
    answers: HashMap<(TableKind, RowQuery), Vec<Values>>,
    /// Views of other packages than the current ones, or of records that the user sees in part: one batch has one user,
    /// beside the mirror itself.
    computed: HashMap<(Digest, u16, String, bool), ViewRows>,
    here: HashMap<String, BTreeSet<String>>,
    loaded: HashMap<String, Option<Arc<Package>>>,
    kept: HashMap<String, BTreeSet<String>>,
    writes: Vec<Write>,
    /// The last numbers that were given, and those of them that are yet to be written.
    numbers: BTreeMap<Numbered, i64>,
    given: BTreeMap<Numbered, i64>,
    /// The scopes in which something has changed.
    pub(super) moved: BTreeSet<String>,
    /// How often the store was asked while operations were executed, what was fetched beforehand not counted.
    pub(super) fetches: u64,
}

impl<'t> Batch<'t> {
    pub(super) fn new(
        transaction: &'t dyn Transaction,
        packages: &'t dyn Packages,
        currents: Arc<Currents>,
        now: Timestamp,
    ) -> Self {
        Self {
            transaction,
            packages,
            currents,
            now,
            records: BTreeMap::new(),
            answers: HashMap::new(),
            computed: HashMap::new(),
            here: HashMap::new(),
            loaded: HashMap::new(),
            kept: HashMap::new(),
            writes: Vec::new(),
            numbers: BTreeMap::new(),
            given: BTreeMap::new(),
            moved: BTreeSet::new(),
            fetches: 0,
        }
    }

    /// The package of a plugin that is in force, if it can run.
    pub(super) fn current(&mut self, plugin: &str) -> Result<Option<Arc<Package>>> {
        if let Some(known) = self.loaded.get(plugin) {
            return Ok(known.clone());
        }
        let digest = self.currents.get(plugin).map(|current| current.digest);
        let found = digest.map(|digest| self.packages.in_force(&digest)).transpose()?;
        let package = match found {
            Some(FoundPackage::Here(package)) => Some(package),
            _ => None,
        };
        self.loaded.insert(plugin.to_owned(), package.clone());
        Ok(package)
    }

    /// The views that are kept of a plugin; those of a package that has come into force are made first.
    pub(super) fn kept_views(&mut self, plugin: &str) -> Result<&BTreeSet<String>> {
        if !self.kept.contains_key(plugin) {
            let kept = match self.current(plugin)? {
                Some(package) => {
                    self.flush()?;
                    views::keep(self.transaction, &package)?
                }
                None => BTreeSet::new(),
            };
            self.kept.insert(plugin.to_owned(), kept);
        }
        Ok(&self.kept[plugin])
    }

    fn tables_here(&mut self, plugin: &str) -> Result<&BTreeSet<String>> {
        if !self.here.contains_key(plugin) {
            let here = self.transaction.tables_here(plugin)?;
            self.here.insert(plugin.to_owned(), here);
        }
        Ok(&self.here[plugin])
    }

    /// Fetches records that are not there yet, in one query.
    pub(super) fn fetch_records<'i>(&mut self, ids: impl IntoIterator<Item = &'i RecordId>) -> Result<()> {
        let missing: BTreeSet<_> = ids.into_iter().filter(|id| !self.records.contains_key(*id)).cloned().collect();
        if missing.is_empty() {
            return Ok(());
        }
        self.fetches += 1;
        let mut found = self.transaction.records(&missing)?;
        self.records.extend(missing.into_iter().map(|id| {
            let stored = found.remove(&id);
            (id, stored)
        }));
        Ok(())
    }

    /// What is stored of a record now.
    pub(super) fn record(&mut self, id: &RecordId) -> Result<Option<&StoredRecord>> {
        self.fetch_records([id])?;
        Ok(self.records.get(id).and_then(Option::as_ref))
    }

    /// A record as the user sees it.
    pub(super) fn base(&mut self, id: &RecordId, asking: &Asking<'_>) -> Result<Base> {
        Ok(match self.record(id)? {
            None => Base::Absent,
            Some(StoredRecord { content: None, company }) => {
                let is_ours = company.is_empty() || *company == asking.context.company;
                if is_ours { Base::Deleted } else { Base::Absent }
            }
            Some(StoredRecord { content: Some(record), .. }) => {
                let seen = asking.sight.entity(&id.plugin, &id.entity).seen(record).map(std::borrow::Cow::into_owned);
                seen.map_or(Base::Absent, Base::There)
            }
        })
    }

    /// How a look-up is answered: from which kind of table, or from a view that is computed.
    fn kind(&mut self, asking: &Asking<'_>, table: &Table) -> Result<Option<TableKind>> {
        let package = asking.package;
        let Some(view) = &table.view else { return Ok(Some(TableKind::Fed)) };
        let entity = &package.descriptor.entities[usize::from(view.entity)].name;
        let sight = asking.sight.entity(&package.name, entity);
        let is_whole = sight.is_whole(&asking.context.company);
        let is_kept = is_whole && self.kept_views(&package.name)?.contains(&table.name);
        let current = if is_kept { self.current(&package.name)? } else { None };
        let serves = |current: Arc<Package>| is_same_view(&current.descriptor, &package.descriptor, &table.name);
        Ok(current.is_some_and(serves).then_some(TableKind::View))
    }

    /// Fetches what look-ups find, those of one kind in one query.
    pub(super) fn fetch_rows(&mut self, wanted: &[(&Asking<'_>, &LookUp)]) -> Result<()> {
        let mut queries: BTreeMap<bool, BTreeSet<RowQuery>> = BTreeMap::new();
        for (asking, look_up) in wanted {
            let descriptor = &asking.package.descriptor;
            let Some(table) = descriptor.tables.get(usize::from(look_up.table)) else { continue };
            let Some(kind) = self.kind(asking, table)? else { continue };
            let query = query(asking, table, look_up);
            if !self.answers.contains_key(&(kind, query.clone())) {
                queries.entry(kind == TableKind::View).or_default().insert(query);
            }
        }
        for (is_view, queries) in queries {
            let kind = if is_view { TableKind::View } else { TableKind::Fed };
            if is_view {
                self.flush()?;
            }
            self.fetches += 1;
            let queries: Vec<_> = queries.into_iter().collect();
            let found = self.transaction.rows(kind, &queries)?;
            self.answers.extend(queries.into_iter().map(|query| (kind, query)).zip(found));
        }
        Ok(())
    }

    /// What look-ups find, as the context's company sees it.
    pub(super) fn answers(&mut self, asking: &Asking<'_>, look_ups: &[LookUp]) -> Result<Vec<StoredAnswer>> {
        let wanted: Vec<_> = look_ups.iter().map(|look_up| (asking, look_up)).collect();
        self.fetch_rows(&wanted)?;
        look_ups.iter().map(|look_up| self.answer(asking, look_up)).collect()
    }

    fn answer(&mut self, asking: &Asking<'_>, look_up: &LookUp) -> Result<StoredAnswer> {
        let descriptor = &asking.package.descriptor;
        let not_here = || StoredAnswer { look_up: look_up.clone(), found: Found::NotHere, rows: Vec::new() };
        let Some(table) = descriptor.tables.get(usize::from(look_up.table)) else { return Ok(not_here()) };
        if table.view.is_none() && !self.tables_here(&asking.package.name)?.contains(&table.name) {
            return Ok(not_here());
        }
        let mut rows = match self.kind(asking, table)? {
            Some(kind) => self.answers.get(&(kind, query(asking, table, look_up))).cloned().unwrap_or_default(),
            None => views::find(&*self.computed(asking, look_up.table)?, look_up),
        };
        let limit = look_up.limit.map_or(usize::MAX, |limit| limit as usize);
        let found = if rows.len() > limit { Found::CutShort } else { Found::Whole };
        rows.truncate(limit);
        Ok(StoredAnswer { look_up: look_up.clone(), found, rows })
    }

    /// A view's rows by way of its entity's records.
    fn computed(&mut self, asking: &Asking<'_>, table: u16) -> Result<ViewRows> {
        let key = (asking.package.digest, table, asking.context.company.clone(), asking.sight.is_everything());
        if let Some(rows) = self.computed.get(&key) {
            return Ok(Arc::clone(rows));
        }
        self.flush()?;
        self.fetches += 1;
        let rows = Arc::new(views::compute(self.transaction, asking, table)?);
        self.computed.insert(key, Arc::clone(&rows));
        Ok(rows)
    }

    /// Fetches what an operation needs: records, and answers to look-ups.
    pub(super) fn fetch(&mut self, asking: &Asking<'_>, needs: &Needs) -> Result<Fetched> {
        self.fetch_records(&needs.records)?;
        let records = needs.records.iter().map(|id| Ok((id.clone(), self.base(id, asking)?)));
        let records = records.collect::<Result<Vec<_>>>()?;
        Ok((records, self.answers(asking, &needs.rows)?))
    }

    /// Writes a record: later operations see it so. A new one gets its assigned numbers.
    pub(super) fn write(&mut self, id: RecordId, mut content: Option<Record>, by: Option<&OperationId>) -> Result<()> {
        let before = self.record(&id)?.map(|stored| stored.company.clone());
        let company = before.or_else(|| content.as_ref().map(|record| record.company.clone())).unwrap_or_default();
        if let Some(record) = &mut content {
            self.assign(&id, record)?;
        }
        let is_of = |table: &Table, descriptor: &Descriptor| {
            let view = table.view.as_ref();
            view.is_some_and(|view| descriptor.entities[usize::from(view.entity)].name == id.entity)
        };
        let views: BTreeSet<_> = self.current(&id.plugin)?.map_or_else(BTreeSet::new, |package| {
            let views = package.descriptor.tables.iter().filter(|table| is_of(table, &package.descriptor));
            views.map(|table| table.name.clone()).collect()
        });
        self.answers.retain(|(kind, query), _| {
            *kind == TableKind::Fed || query.plugin != id.plugin || !views.contains(&query.table)
        });
        // Which entity another package's view is of is not worth finding out.
        self.computed.clear();
        self.moved.insert(company.clone());
        let stored = StoredRecord { company: company.clone(), content: content.clone() };
        self.records.insert(id.clone(), Some(stored));
        self.writes.push(Write { id, company, content, by: by.cloned() });
        Ok(())
    }

    /// Gives the fields that the mirror assigns their numbers, where they have none.
    fn assign(&mut self, id: &RecordId, record: &mut Record) -> Result<()> {
        let Some(package) = self.current(&id.plugin)? else { return Ok(()) };
        let Some((_, entity)) = package.descriptor.entity(&id.entity) else { return Ok(()) };
        let assigned = entity.fields.iter().filter(|field| field.kind == FieldKind::Assigned);
        for field in assigned.filter(|field| !record.cells.contains_key(&field.name)).collect::<Vec<_>>() {
            let number = self.next_number(id, &field.name, &record.company)?;
            if let Some(value) = views::number(&field.of, number) {
                record.cells.insert(field.name.clone(), lockstep_model::Cell { value, entered: false });
            }
        }
        Ok(())
    }

    /// The next number of a sequence, from 1.
    fn next_number(&mut self, id: &RecordId, field: &str, company: &str) -> Result<i64> {
        let (plugin, entity) = (id.plugin.clone(), id.entity.clone());
        let of = Numbered { plugin, entity, field: field.to_owned(), company: company.to_owned() };
        let last = match self.numbers.get(&of) {
            Some(last) => *last,
            None => self.transaction.last_number(&of)?,
        };
        let next = last.saturating_add(1);
        self.numbers.insert(of.clone(), next);
        self.given.insert(of, next);
        Ok(next)
    }

    /// Writes to the store what is to be written.
    pub(super) fn flush(&mut self) -> Result<()> {
        if self.writes.is_empty() {
            return Ok(());
        }
        let writes = std::mem::take(&mut self.writes);
        let all: Vec<_> = writes
            .iter()
            .map(|write| RecordWrite {
                id: &write.id,
                company: &write.company,
                content: write.content.as_ref(),
                by: write.by.as_ref(),
            })
            .collect();
        self.transaction.put_records(&all, self.now)?;
        self.transaction.put_last_numbers(&std::mem::take(&mut self.given))?;
        let last: BTreeMap<_, _> = writes.iter().map(|write| (&write.id, write)).collect();
        let mut packages = BTreeMap::new();
        for id in last.keys() {
            if !packages.contains_key(&id.plugin) {
                let kept = self.kept_views(&id.plugin)?.clone();
                packages.insert(id.plugin.clone(), (self.current(&id.plugin)?, kept));
            }
        }
        let views = last.into_iter().filter_map(|(id, write)| match &packages[&id.plugin] {
            (Some(package), kept) => views::rows(package, kept, id, &write.company, write.content.as_ref()),
            (None, _) => None,
        });
        self.transaction.put_view_rows(&views.collect::<Vec<_>>())?;
        Ok(())
    }

    pub(super) fn package(&self, digest: &Digest) -> Result<FoundPackage> {
        Ok(self.packages.package(digest)?)
    }
}

fn query(asking: &Asking<'_>, table: &Table, look_up: &LookUp) -> RowQuery {
    RowQuery {
        plugin: asking.package.name.clone(),
        table: table.name.clone(),
        company: asking.context.company.clone(),
        key: look_up.key.clone(),
        limit: look_up.limit,
    }
}
