//! What a mirror writes to its store, noted transaction by transaction: the same can be written again without it.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use lockstep_model::{OperationId, Record, RecordId, Timestamp, Verdict, exchange::RowId};
use lockstep_server::mirror::store::{
    Changed, DeviceState, Follower, Instead, Moved, Numbered, OperationFilter, Operations, Reach, RecordVersion,
    RecordViews, RecordWrite, Records, RowQuery, Rows, Store, StoreError, StoredOperation, StoredRecord, TableKind,
    Transaction, Values, ViewWrite,
};

type Result<T, E = StoreError> = std::result::Result<T, E>;

/// A transaction that was committed: what it is about, and what it wrote, in order.
pub struct Written {
    /// What it is about.
    pub reach: Reach,
    writes: Vec<Write>,
}

type Version = (RecordId, String, Option<Record>, Option<OperationId>);
type ViewsOf = (RecordId, String, Vec<String>, Vec<ViewWrite>);

#[expect(clippy::large_enum_variant, reason = "changed verdicts are few")]
enum Write {
    Epoch([u8; 16]),
    Records(Vec<Version>, Timestamp),
    LastNumbers(BTreeMap<Numbered, i64>),
    Rows(Vec<(RowId, Option<Values>)>),
    Table(String, String, bool),
    View(String, String, Option<[u8; 32]>),
    ViewRows(Vec<ViewsOf>),
    Device(String, DeviceState),
    Operations(Vec<StoredOperation>),
    Verdict(StoredOperation, u64),
    Tell(Moved),
}

impl Written {
    /// Writes the same to another store, in one transaction.
    ///
    /// # Errors
    /// When the store fails.
    pub fn again(&self, store: &dyn Store) -> Result<()> {
        let transaction = store.change(&self.reach)?;
        for write in &self.writes {
            write.again(&*transaction)?;
        }
        transaction.commit()
    }
}

impl Write {
    fn again(&self, to: &dyn Transaction) -> Result<()> {
        match self {
            Self::Epoch(epoch) => to.put_epoch(*epoch),
            Self::Records(versions, at) => {
                let writes: Vec<_> = versions
                    .iter()
                    .map(|(id, company, content, by)| RecordWrite {
                        id,
                        company,
                        content: content.as_ref(),
                        by: by.as_ref(),
                    })
                    .collect();
                to.put_records(&writes, *at)
            }
            Self::LastNumbers(numbers) => to.put_last_numbers(numbers),
            Self::Rows(rows) => to.put_rows(rows),
            Self::Table(plugin, table, is_here) => to.put_table(plugin, table, *is_here),
            Self::View(plugin, view, definition) => to.put_view(plugin, view, *definition),
            Self::ViewRows(records) => {
                let records: Vec<_> = records
                    .iter()
                    .map(|(record, company, views, rows)| RecordViews {
                        record,
                        company,
                        views: views.iter().map(String::as_str).collect(),
                        rows: rows.clone(),
                    })
                    .collect();
                to.put_view_rows(&records)
            }
            Self::Device(device, state) => to.put_device(device, *state),
            Self::Operations(operations) => to.put_operations(operations),
            Self::Verdict(operation, told) => to.change_verdict(operation, *told),
            Self::Tell(moved) => to.tell(moved),
        }
    }
}

/// A store that notes what is written to it.
pub struct Recorded {
    store: Box<dyn Store>,
    committed: Arc<Mutex<Vec<Written>>>,
}

impl Recorded {
    /// Notes what is written to this store. All that was committed is taken out of the second.
    pub fn new(store: Box<dyn Store>) -> (Self, Arc<Mutex<Vec<Written>>>) {
        let committed = Arc::default();
        (Self { store, committed: Arc::clone(&committed) }, committed)
    }
}

impl Store for Recorded {
    fn secret(&self) -> [u8; 32] {
        self.store.secret()
    }

    fn snapshot(&self) -> Result<Box<dyn Transaction + '_>> {
        self.store.snapshot()
    }

    fn change(&self, reach: &Reach) -> Result<Box<dyn Transaction + '_>> {
        let inner = self.store.change(reach)?;
        let (reach, writes) = (reach.clone(), RefCell::default());
        Ok(Box::new(Recording { inner, reach, writes, committed: &self.committed }))
    }

    fn follow(&self, follower: Arc<dyn Follower>) {
        self.store.follow(follower);
    }
}

struct Recording<'s> {
    inner: Box<dyn Transaction + 's>,
    reach: Reach,
    writes: RefCell<Vec<Write>>,
    committed: &'s Mutex<Vec<Written>>,
}

impl Recording<'_> {
    fn note(&self, write: Write) {
        self.writes.borrow_mut().push(write);
    }
}

impl Records for Recording<'_> {
    fn records(&self, ids: &BTreeSet<RecordId>) -> Result<BTreeMap<RecordId, StoredRecord>> {
        self.inner.records(ids)
    }

    fn records_of(&self, plugin: &str, entity: &str, companies: Option<&[&str]>) -> Result<Vec<(String, Record)>> {
        self.inner.records_of(plugin, entity, companies)
    }

    fn put_records(&self, writes: &[RecordWrite<'_>], at: Timestamp) -> Result<()> {
        let owned = |write: &RecordWrite<'_>| {
            (write.id.clone(), write.company.to_owned(), write.content.cloned(), write.by.cloned())
        };
        self.note(Write::Records(writes.iter().map(owned).collect(), at));
        self.inner.put_records(writes, at)
    }

    fn versions(&self, company: &str, after: u64, limit: usize) -> Result<Vec<RecordVersion>> {
        self.inner.versions(company, after, limit)
    }

    fn last_number(&self, of: &Numbered) -> Result<i64> {
        self.inner.last_number(of)
    }

    fn put_last_numbers(&self, numbers: &BTreeMap<Numbered, i64>) -> Result<()> {
        self.note(Write::LastNumbers(numbers.clone()));
        self.inner.put_last_numbers(numbers)
    }
}

impl Rows for Recording<'_> {
    fn rows(&self, kind: TableKind, queries: &[RowQuery]) -> Result<Vec<Vec<Values>>> {
        self.inner.rows(kind, queries)
    }

    fn tables_here(&self, plugin: &str) -> Result<BTreeSet<String>> {
        self.inner.tables_here(plugin)
    }

    fn put_rows(&self, rows: &[(RowId, Option<Values>)]) -> Result<()> {
        self.note(Write::Rows(rows.to_vec()));
        self.inner.put_rows(rows)
    }

    fn fed_rows(&self, plugin: &str, table: &str) -> Result<Vec<(RowId, Values)>> {
        self.inner.fed_rows(plugin, table)
    }

    fn put_table(&self, plugin: &str, table: &str, is_here: bool) -> Result<()> {
        self.note(Write::Table(plugin.to_owned(), table.to_owned(), is_here));
        self.inner.put_table(plugin, table, is_here)
    }

    fn views(&self, plugin: &str) -> Result<BTreeMap<String, [u8; 32]>> {
        self.inner.views(plugin)
    }

    fn put_view(&self, plugin: &str, view: &str, definition: Option<[u8; 32]>) -> Result<()> {
        self.note(Write::View(plugin.to_owned(), view.to_owned(), definition));
        self.inner.put_view(plugin, view, definition)
    }

    fn put_view_rows(&self, records: &[RecordViews<'_>]) -> Result<()> {
        let owned = |of: &RecordViews<'_>| {
            let views = of.views.iter().map(|view| (*view).to_owned()).collect();
            (of.record.clone(), of.company.to_owned(), views, of.rows.clone())
        };
        self.note(Write::ViewRows(records.iter().map(owned).collect()));
        self.inner.put_view_rows(records)
    }
}

impl Operations for Recording<'_> {
    fn device(&self, device: &str) -> Result<DeviceState> {
        self.inner.device(device)
    }

    fn put_device(&self, device: &str, state: DeviceState) -> Result<()> {
        self.note(Write::Device(device.to_owned(), state));
        self.inner.put_device(device, state)
    }

    fn operations(&self, device: &str, sequences: &BTreeSet<u64>) -> Result<Vec<StoredOperation>> {
        self.inner.operations(device, sequences)
    }

    fn instead_of(&self, device: &str, sequences: &BTreeSet<u64>) -> Result<Vec<Instead>> {
        self.inner.instead_of(device, sequences)
    }

    fn waiting(&self, device: &str) -> Result<Vec<StoredOperation>> {
        self.inner.waiting(device)
    }

    fn list(&self, filter: &OperationFilter<'_>, limit: usize) -> Result<Vec<StoredOperation>> {
        self.inner.list(filter, limit)
    }

    fn counts(&self) -> Result<BTreeMap<String, u64>> {
        self.inner.counts()
    }

    fn put_operations(&self, operations: &[StoredOperation]) -> Result<()> {
        self.note(Write::Operations(operations.to_vec()));
        self.inner.put_operations(operations)
    }

    fn change_verdict(&self, operation: &StoredOperation, told: u64) -> Result<()> {
        self.note(Write::Verdict(operation.clone(), told));
        self.inner.change_verdict(operation, told)
    }
}

impl Transaction for Recording<'_> {
    fn epoch(&self) -> Result<[u8; 16]> {
        self.inner.epoch()
    }

    fn put_epoch(&self, epoch: [u8; 16]) -> Result<()> {
        self.note(Write::Epoch(epoch));
        self.inner.put_epoch(epoch)
    }

    fn scopes(&self) -> Result<BTreeMap<String, u64>> {
        self.inner.scopes()
    }

    fn changed(&self, scope: &str, after: u64, limit: usize) -> Result<Vec<Changed>> {
        self.inner.changed(scope, after, limit)
    }

    fn verdicts_changed(&self, device: &str, after: u64, limit: usize) -> Result<Vec<(u64, u64, Verdict)>> {
        self.inner.verdicts_changed(device, after, limit)
    }

    fn enter(&self, company: &str) -> Result<()> {
        self.inner.enter(company)
    }

    fn tell(&self, moved: &Moved) -> Result<()> {
        self.note(Write::Tell(moved.clone()));
        self.inner.tell(moved)
    }

    fn commit(self: Box<Self>) -> Result<()> {
        let Self { inner, reach, writes, committed } = *self;
        inner.commit()?;
        let writes = writes.into_inner();
        committed.lock().unwrap_or_else(PoisonError::into_inner).push(Written { reach, writes });
        Ok(())
    }
}
