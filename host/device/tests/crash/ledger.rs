//! What a user was told, and whether it is true.

use std::collections::BTreeMap;

use lockstep_device::{At, DeviceError, OperationState, Submitted, Synced};
use lockstep_model::{
    Message, Operation, Value,
    canonical::{decode_record, encode_record},
};
use lockstep_sync::Base;
use rusqlite::Connection;

use super::kit::Kit;

/// What may have become of an operation, by its mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// The user was told that it is stored.
    There,
    /// He was told that it failed: it is there whole, or not at all.
    Perhaps,
    /// He has taken it back.
    Gone,
}

/// What a user was told.
#[derive(Clone)]
pub(crate) struct Ledger {
    pub(crate) device: String,
    /// The id that it has instead, if it began anew after all.
    pub(crate) perhaps: Option<String>,
    pub(crate) marks: BTreeMap<String, Expected>,
    /// Of these pairs of marks one is there, and not both.
    pub(crate) either: Vec<(String, String)>,
    /// Given up; whether he was told that it is so.
    pub(crate) discarded: BTreeMap<u64, bool>,
}

impl Default for Ledger {
    fn default() -> Self {
        Self {
            device: "d1".into(),
            perhaps: None,
            marks: BTreeMap::new(),
            either: Vec::new(),
            discarded: BTreeMap::new(),
        }
    }
}

/// The text by which an operation is known again: the last one that it entered.
fn mark(operation: &Operation) -> Option<&str> {
    let entered = |name: &str| match &operation.change.fields.get(name)?.value {
        Some(Value::Text(text)) => Some(&**text),
        _ => None,
    };
    entered("note").or_else(|| entered("customer"))
}

impl Ledger {
    pub(crate) fn made(&mut self, mark: &str, done: &Result<Submitted, DeviceError>) {
        let expected = match done {
            Ok(_) => Expected::There,
            Err(DeviceError::Store(_)) => Expected::Perhaps,
            Err(error) => panic!("{mark}: {error:?}"),
        };
        self.marks.insert(mark.to_owned(), expected);
    }

    fn check_marks(&self, when: &str, found: &BTreeMap<String, u32>) {
        for (mark, expected) in &self.marks {
            let count = found.get(mark).copied().unwrap_or_default();
            let is_fine = match expected {
                Expected::There => count == 1,
                Expected::Perhaps => count <= 1,
                Expected::Gone => count == 0,
            };
            assert!(is_fine, "{when}: `{mark}` is there {count} times, expected {expected:?}");
        }
        for (one, other) in &self.either {
            let count = |mark: &String| found.get(mark).copied().unwrap_or_default();
            assert_eq!(count(one) + count(other), 1, "{when}: `{one}` or `{other}`");
        }
        for mark in found.keys() {
            let is_known = self.marks.contains_key(mark) || self.either.iter().any(|(a, b)| a == mark || b == mark);
            assert!(is_known, "{when}: nobody has made `{mark}`");
        }
    }
}

fn count<'a>(operations: impl Iterator<Item = &'a Operation>) -> BTreeMap<String, u32> {
    let mut found = BTreeMap::new();
    for mark in operations.filter_map(mark) {
        *found.entry(mark.to_owned()).or_default() += 1;
    }
    found
}

/// The file, looked at without the device: it is sound, and its queue has no gaps.
pub(crate) fn check_file(kit: &Kit) {
    let file = Connection::open(kit.file()).expect("it opens");
    let said: String = file.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("it can be read");
    assert_eq!(said, "ok");
    let gaps = "SELECT count(*) = coalesce(max(sequence) - min(sequence) + 1, 0) FROM messages";
    let is_there: bool =
        file.query_row("SELECT count(*) > 0 FROM sqlite_schema", [], |row| row.get(0)).expect("it can be read");
    let has_no_gaps = !is_there || file.query_row(gaps, [], |row| row.get(0)).expect("it can be read");
    assert!(has_no_gaps, "the queue has gaps");
}

/// The device as it was found: what the user was told is true, and each operation has its effects.
pub(crate) fn check_device(kit: &mut Kit, when: &str) {
    let views = kit.device().operations().expect("a working disk");
    kit.ledger.check_marks(when, &count(views.iter().map(|view| &view.operation)));
    let mut shown = BTreeMap::new();
    for operation in views.iter().filter(|view| view.is_overlaid).map(|view| &view.operation) {
        let field = if operation.change.fields.contains_key("note") { "note" } else { "customer" };
        shown.extend(mark(operation).map(|mark| ((&operation.record, field), mark)));
    }
    for ((id, field), mark) in shown {
        let device = kit.device();
        let draft = device.draft(&id.plugin, &id.entity, Some(&id.key)).expect("a working disk");
        let view = device.show(&draft).expect("a working disk");
        let value = view.fields.into_iter().find(|view| view.at == At::Field(field.into())).and_then(|view| view.value);
        assert_eq!(value, Some(Value::Text(mark.to_owned())), "{when}: an operation has no effect");
    }
    let inbox = kit.device().inbox().expect("a working disk");
    for (&sequence, &is_told) in &kit.ledger.discarded {
        let is_open = inbox.iter().any(|item| item.operation.id.sequence == sequence);
        assert!(!(is_told && is_open), "{when}: {sequence} was given up, and is in the inbox");
    }
}

/// Sends and fetches until nothing is left to do; then the server has all that the device has, and has run it once.
pub(crate) fn drain(kit: &mut Kit) {
    for tries in 0.. {
        match kit.sync().expect("a working disk") {
            Synced::Done => break,
            other => assert!(tries < 20, "{}: it does not drain: {other:?}", kit.name),
        }
    }
    check_device(kit, "drained");
    let status = kit.device().status().expect("a working disk");
    // What is parked waits for what the user makes of the inbox.
    assert!(status.is_in_sync() && status.waiting == 0 && status.doubtful <= status.parked, "{status:?}");
    let views = kit.device().operations().expect("a working disk");
    for view in &views {
        assert!(!view.is_overlaid || view.state == OperationState::Parked, "{view:?}");
        assert!(!matches!(view.state, OperationState::Pending | OperationState::Sent), "{view:?}");
    }
    let data = kit.server.copy();
    let sent = data.messages.values().filter_map(|(message, _)| match message {
        Message::Operation(operation) => Some(operation),
        Message::Discard { .. } => None,
    });
    kit.ledger.check_marks("at the server", &count(sent));
    assert!(data.runs.values().all(|runs| *runs == 1), "{:?}", data.runs);
    let given_up = |sequence: u64| {
        let of = |message: &Message| matches!(message, Message::Discard { of, .. } if *of == sequence);
        data.messages.values().filter(|(message, _)| of(message)).count()
    };
    let inbox = kit.device().inbox().expect("a working disk");
    for (&sequence, &is_told) in &kit.ledger.discarded {
        let is_open = inbox.iter().any(|item| item.operation.id.sequence == sequence);
        let count = given_up(sequence);
        assert!(count == usize::from(!is_open) && (!is_told || count == 1), "{sequence}: given up {count} times");
    }
    check_records(kit, status.parked > 0);
}

/// The device's records are the server's, byte for byte, and nothing but what is parked is overlaid. The device is closed
/// for it.
fn check_records(kit: &mut Kit, is_parked: bool) {
    kit.device = None;
    let connection = Connection::open(kit.file()).expect("it opens");
    let mut statement = connection.prepare("SELECT entity, key, content FROM records").expect("a table");
    let found = statement.query_map([], |row| {
        Ok(((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?), row.get::<_, Option<Vec<u8>>>(2)?))
    });
    let found: rusqlite::Result<BTreeMap<_, _>> = found.expect("it can be read").collect();
    let found: BTreeMap<_, _> =
        found.expect("it can be read").into_iter().filter_map(|(id, content)| Some((id, content?))).collect();
    let records = kit.server.copy().world.records;
    let expected = records.into_iter().filter_map(|(id, base)| match base {
        Base::There(record) => Some(((id.entity, id.key.into_bytes()), encode_record(&record))),
        Base::Absent | Base::Deleted => None,
    });
    let expected: BTreeMap<_, _> = expected.collect();
    let read = |of: &BTreeMap<_, Vec<u8>>| of.values().map(|bytes| decode_record(bytes)).collect::<Vec<_>>();
    assert!(found == expected, "the device has\n{:?}\nthe server\n{:?}", read(&found), read(&expected));
    let overlaid: i64 =
        connection.query_row("SELECT count(*) FROM overlay_records", [], |row| row.get(0)).expect("it can be read");
    assert!(overlaid == 0 || is_parked, "{overlaid} are overlaid");
}
