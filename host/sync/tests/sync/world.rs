//! Records and prices to execute operations on, and operations to execute.

use std::collections::BTreeMap;

use lockstep_model::{
    Change, Context, Date, Digest, Operation, OperationId, Receipt, Record, RecordId, RowSource, Tables, Timestamp,
    Value,
    json::Json,
    operation::{Edit, Edits, RowChange},
};
use lockstep_sync::{Authority, Base, Done, Executed, Executor, Needs, Refused, Snapshot};

use crate::plugin::{LIMITS, Plugin, descriptor};

/// One side: a device or a server.
#[derive(Clone, Default)]
pub(crate) struct World {
    pub(crate) records: BTreeMap<RecordId, Base>,
    pub(crate) prices: BTreeMap<String, String>,
    pub(crate) drift: i64,
}

pub(crate) fn context() -> Context {
    Context {
        now: Timestamp(1_772_438_400_000),
        today: Date(20_514),
        seed: 1,
        user: "user".into(),
        company: "c1".into(),
        roles: Vec::new(),
    }
}

pub(crate) fn order(key: &str) -> RecordId {
    RecordId { plugin: "orders".into(), entity: "order".into(), key: key.into() }
}

pub(crate) fn stock(key: &str) -> RecordId {
    RecordId { plugin: "orders".into(), entity: "stock".into(), key: key.into() }
}

pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.into())
}

pub(crate) fn number(text: &str) -> Value {
    Value::Decimal(text.parse().expect("a decimal"))
}

pub(crate) fn edit(base: Option<Value>, value: Option<Value>) -> Edit {
    Edit { base, value }
}

pub(crate) fn entered<const N: usize>(values: [(&str, Value); N]) -> Edits {
    values.map(|(name, value)| (name.to_owned(), edit(None, Some(value)))).into()
}

pub(crate) fn operation(record: &RecordId, action: &str, change: Change) -> Operation {
    let nothing = Digest::of(b"");
    Operation {
        id: OperationId { device: "d1".into(), sequence: 1 },
        package: nothing,
        record: record.clone(),
        action: action.into(),
        change,
        arguments: BTreeMap::new(),
        justifications: BTreeMap::new(),
        context: context(),
        reads: lockstep_model::ReadSet::default(),
        depends_on: Vec::new(),
        replaces: None,
        receipt: Receipt { package: nothing, engine: "rust".into(), input: nothing, outcome: nothing, fuel: None },
        effect: nothing,
    }
}

/// An order of one line with the id `a`.
pub(crate) fn create(key: &str, item: &str, quantity: &str) -> Operation {
    let line = RowChange::Added(entered([("item", text(item)), ("quantity", number(quantity))]));
    let rows = BTreeMap::from([("lines".to_owned(), BTreeMap::from([("a".to_owned(), line)]))]);
    operation(&order(key), "create", Change { fields: entered([("customer", text("C-1"))]), rows })
}

/// An update of header fields, from what they are to what they should be.
pub(crate) fn update<const N: usize>(key: &str, edits: [(&str, Option<Value>, Option<Value>); N]) -> Operation {
    let fields = edits.map(|(name, base, value)| (name.to_owned(), edit(base, value))).into();
    operation(&order(key), "update", Change { fields, rows: BTreeMap::new() })
}

/// An update of the line `a`.
pub(crate) fn update_line<const N: usize>(key: &str, edits: [(&str, Option<Value>, Option<Value>); N]) -> Operation {
    let edits = edits.map(|(name, base, value)| (name.to_owned(), edit(base, value))).into();
    let rows = BTreeMap::from([("a".to_owned(), RowChange::Changed(edits))]);
    let rows = BTreeMap::from([("lines".to_owned(), rows)]);
    operation(&order(key), "update", Change { fields: Edits::new(), rows })
}

impl World {
    pub(crate) fn new() -> Self {
        let prices = BTreeMap::from([("I-1".to_owned(), "10".to_owned()), ("I-2".to_owned(), "25".to_owned())]);
        Self { records: BTreeMap::new(), prices, drift: 0 }
    }

    fn tables(&self) -> Tables {
        let mut tables = Tables::new(&descriptor());
        let rows = self.prices.iter().map(|(item, price)| format!(r#"{{"item": "{item}", "price": "{price}"}}"#));
        let rows = format!("[{}]", rows.collect::<Vec<_>>().join(","));
        tables.add_json("price", &Json::parse(&rows).expect("JSON")).expect("rows");
        tables
    }

    /// Executes until nothing is needed, and gives the rounds that it took.
    pub(crate) fn execute(&self, operation: &Operation, authority: Authority<'_>) -> (Executed, u32) {
        let (plugin, descriptor) = (Plugin { drift: self.drift, ..Plugin::default() }, descriptor());
        let executor = Executor { evaluator: &plugin, descriptor: &descriptor, limits: &LIMITS };
        let mut snapshot = Snapshot::default();
        for round in 1.. {
            let executed = executor.execute(operation, &operation.context, &snapshot, authority).expect("no fault");
            let Executed::Needs(needs) = &executed else { return (executed, round) };
            self.fetch(operation, needs, &mut snapshot);
        }
        unreachable!("rounds go on")
    }

    pub(crate) fn fetch(&self, operation: &Operation, needs: &Needs, snapshot: &mut Snapshot) {
        for id in &needs.records {
            snapshot.records.insert(id.clone(), self.records.get(id).cloned().unwrap_or(Base::Absent));
        }
        let Ok(rows) = self.tables().answer(&operation.context.company, &needs.rows);
        snapshot.add_rows(&rows);
    }

    /// What it does here; it must be allowed. It is applied, and its operation gets what it read and did.
    pub(crate) fn submit(&mut self, operation: &mut Operation) -> Done {
        match self.execute(operation, Authority::Device).0 {
            Executed::Done(done) => {
                operation.reads = done.reads.clone();
                operation.effect = done.effect;
                self.apply(&done);
                done
            }
            other => panic!("not allowed: {other:?}"),
        }
    }

    pub(crate) fn refused(&self, operation: &Operation) -> Refused {
        match self.execute(operation, Authority::Device).0 {
            Executed::Refused(refused) => refused,
            other => panic!("not refused: {other:?}"),
        }
    }

    pub(crate) fn apply(&mut self, done: &Done) {
        for (id, record) in &done.writes {
            self.records.insert(id.clone(), record.clone().map_or(Base::Deleted, Base::There));
        }
    }

    pub(crate) fn record(&self, id: &RecordId) -> &Record {
        self.records.get(id).and_then(Base::record).expect("the record")
    }
}
