//! How often operations are executed: once each, though the server's own rules look up what no device reads.

use std::sync::Arc;

use lockstep_model::{
    Change, Conclusion, Evaluate, Evaluated, Limits, LookUp, Part, Request, TableRows, Value, schema::Descriptor,
};
use lockstep_server::mirror::{Evaluator, EvaluatorError, Found, Package};

use crate::{
    plugin::{LIMITS, Plugin, descriptor},
    server::{Device, Kind, Server, package},
    world::{create, number, operation, order, stock, text, update, update_line},
};

on_each_store!(operations_are_executed_hardly_more_than_once_each,);

/// Tables that the server's rules look up: by the item of each line, and by a key that is always the same.
const STOPPED: u16 = 1;
const SETTINGS: u16 = 2;

fn with_tables() -> Descriptor {
    let mut descriptor = descriptor();
    for name in ["stopped", "settings"] {
        let table = lockstep_model::schema::Table { name: name.into(), ..descriptor.tables[0].clone() };
        descriptor.tables.push(table);
    }
    descriptor
}

/// The orders' plugin, with rules of the server that look rows up.
struct Looking;

impl Evaluate for Looking {
    type Error = EvaluatorError;

    fn evaluate(&self, request: &Request, limits: &Limits) -> Result<Evaluated, EvaluatorError> {
        let found: Vec<_> = request.rows.iter().flat_map(TableRows::look_ups).collect();
        let is_there = |wanted: &LookUp| found.iter().any(|one| one.table == wanted.table && one.key == wanted.key);
        let items: Vec<_> = found.iter().filter(|one| one.table == 0).map(|one| one.key.to_owned()).collect();
        let own =
            Request { rows: request.rows.iter().filter(|rows| rows.table == 0).cloned().collect(), ..request.clone() };
        let mut evaluated = Plugin::default().evaluate(&own, limits).map_err(EvaluatorError::Package)?;
        if request.part == Part::ServerOnly && matches!(evaluated.answer.conclusion, Conclusion::Outcome(_)) {
            let look_up = |table, key: &str| LookUp { table, key: key.into(), limit: None };
            let stopped = items.iter().map(|item| look_up(STOPPED, item));
            let wanted: Vec<_> = stopped.chain([look_up(SETTINGS, "maximum")]).collect();
            let needed: Vec<_> = wanted.into_iter().filter(|wanted| !is_there(wanted)).collect();
            if !needed.is_empty() {
                evaluated.answer.conclusion = Conclusion::Needs(needed);
            }
        }
        Ok(evaluated)
    }
}

fn operations_are_executed_hardly_more_than_once_each(kind: Kind) {
    let server = Server::new(kind);
    let looking = Package {
        digest: package(),
        name: "orders".into(),
        descriptor: with_tables(),
        limits: LIMITS,
        engine: "rust".into(),
        evaluator: Evaluator::new(Looking),
    };
    server.fakes.put(package(), Found::Here(Arc::new(looking)));
    let prices: Vec<_> = (0..40).map(|item| format!("I-{item},{}\n", item + 1)).collect();
    server.prices(&format!("item,price\n{}", prices.concat()));
    server.stock("s1", 1_000);
    for name in 0..4 {
        let mut device = Device::of(&server, &format!("d{name}"));
        let mut sent = 1;
        for of in 0..25 {
            let key = format!("o{name}-{of}");
            device.make(create(&key, &format!("I-{}", (of * 7 + name) % 40), "3"));
            device.make(update(&key, [("note", None, Some(text("noted")))]));
            device.make(update_line(&key, [("quantity", Some(number("3")), Some(number("4")))]));
            device.make(operation(&order(&key), "confirm", Change::default()));
            let mut take = operation(&stock("s1"), "take", Change::default());
            take.arguments.insert("pieces".into(), Value::Integer(1));
            device.make(take);
            if of % 5 == 4 {
                device.push_all(&server, sent);
                sent = device.messages.len() as u64 + 1;
            }
        }
        assert_eq!(device.verdicts.len(), 125);
        assert!(device.verdicts.values().all(|verdict| lockstep_server::mirror::word(verdict) != "rejected"));
    }
    let counts = server.mirror.counts();
    assert_eq!((counts.executions, counts.parked), (500, 0));
    assert!(counts.rounds > 500, "the first of each kind needs more than its device read: {counts:?}");
    assert!(counts.rounds * 100 <= counts.executions * 105, "{counts:?}");
}
