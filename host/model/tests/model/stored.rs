//! Records, operations, verdicts and exchanges have one encoding.

use std::collections::BTreeMap;

use lockstep_model::{
    Cell, Change, Date, Digest, Message, Operation, OperationId, ReadSet, Receipt, Record, RecordId, Refusal, Row,
    RowsRead, Value, Verdict,
    canonical::{
        CanonicalReason, decode_message, decode_page, decode_push, decode_pushed, decode_record, decode_values,
        decode_verdict, encode_message, encode_page, encode_push, encode_pushed, encode_record, encode_values,
        encode_verdict,
    },
    exchange::{Entry, Page, Push, Pushed, RowId},
    operation::{Edit, RowChange},
    verdict::{Conflict, Moved, NotWritable, Parked, Side},
};
use proptest::{collection::btree_map, option, prelude::*};

use crate::sample::context;

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::Integer),
        (-999..999_i64, 0..6_u32)
            .prop_map(|(digits, scale)| Value::Decimal(lockstep_model::Decimal::new(digits, scale).normalize())),
        "[a-zé]{0,4}".prop_map(Value::Text),
        any::<bool>().prop_map(Value::Boolean),
        (-9..9_i32).prop_map(|days| Value::Date(Date(days))),
    ]
}

fn cells() -> impl Strategy<Value = BTreeMap<String, Cell>> {
    let cell = (value(), any::<bool>()).prop_map(|(value, entered)| Cell { value, entered });
    btree_map("[a-c]{1,2}", cell, 0..4)
}

fn record() -> impl Strategy<Value = Record> {
    let rows = proptest::collection::vec(("[a-f]{1,3}", cells()).prop_map(|(id, cells)| Row { id, cells }), 1..3);
    ("c?", cells(), btree_map("lines|notes", rows, 0..2)).prop_map(|(company, cells, collections)| Record {
        company,
        cells,
        collections,
    })
}

fn id() -> RecordId {
    RecordId { plugin: "orders".into(), entity: "order".into(), key: "o1".into() }
}

fn edits() -> impl Strategy<Value = BTreeMap<String, Edit>> {
    btree_map("[a-c]", (option::of(value()), option::of(value())).prop_map(|(base, value)| Edit { base, value }), 0..3)
}

fn operation() -> impl Strategy<Value = Operation> {
    let row = prop_oneof![
        edits().prop_map(RowChange::Added),
        edits().prop_map(RowChange::Changed),
        btree_map("[a-c]", value(), 0..3).prop_map(RowChange::Removed),
    ];
    let rows = btree_map("lines", btree_map("[a-c]", row, 0..3), 0..2);
    let digest = any::<[u8; 32]>().prop_map(Digest);
    let reads = (option::of(digest), "[a-c]{0,3}", option::of(any::<u32>()));
    (edits(), rows, btree_map("[a-c]", value(), 0..3), reads, any::<u64>(), option::of(any::<u64>())).prop_map(
        |(fields, rows, arguments, (version, key, limit), sequence, replaces)| {
            let digest = Digest::of(b"package");
            let read = RowsRead { table: "price".into(), key, limit };
            Operation {
                id: OperationId { device: "d".into(), sequence },
                package: digest,
                record: id(),
                action: "update".into(),
                change: Change { fields, rows },
                arguments,
                justifications: [("code".to_owned(), "why".to_owned())].into(),
                context: context(),
                reads: ReadSet { records: [(id(), version)].into(), rows: [(read, version)].into() },
                depends_on: vec![1, 2],
                replaces,
                receipt: Receipt { package: digest, engine: "e".into(), input: digest, outcome: digest, fuel: Some(7) },
                effect: digest,
            }
        },
    )
}

fn refusal() -> impl Strategy<Value = Refusal> {
    let conflict = (option::of(value()), cells()).prop_map(|(value, cells)| Conflict {
        path: "note".into(),
        base: Side::Field(value.clone()),
        mine: Side::Field(value),
        theirs: Side::Row(Some(cells)),
    });
    prop_oneof![
        Just(Refusal::Exists),
        Just(Refusal::Deleted),
        Just(Refusal::HasMoved),
        Just(Refusal::NotFound { record: id() }),
        Just(Refusal::DoesNotFit { sentence: "s".into() }),
        Just(Refusal::NotWritable { path: "p".into(), why: NotWritable::Hidden }),
        Just(Refusal::NotAuthorised { sentence: "s".into() }),
        Just(Refusal::Discarded { sequence: 3 }),
        Just(Refusal::ServerOnly(Vec::new())),
        Just(Refusal::OtherRecord { record: id(), issues: Vec::new() }),
        proptest::collection::vec(conflict, 0..3).prop_map(Refusal::Conflicts),
    ]
}

fn verdict() -> impl Strategy<Value = Verdict> {
    let moved = vec![
        Moved::Identity,
        Moved::Record(id()),
        Moved::Rows(RowsRead { table: "t".into(), key: "k".into(), limit: Some(3) }),
    ];
    let moved = proptest::sample::subsequence(moved, 0..=3);
    let parked = prop_oneof![
        Just(Parked::Package),
        Just(Parked::Determinism),
        Just(Parked::Fault { sentence: "s".into() }),
        Just(Parked::Dependency { sequence: 9 }),
    ];
    prop_oneof![
        moved.clone().prop_map(|moved| Verdict::Accepted { moved }),
        moved.clone().prop_map(|moved| Verdict::Rebased { moved }),
        (refusal(), moved).prop_map(|(refusal, moved)| Verdict::Rejected { refusal, moved }),
        parked.prop_map(|cause| Verdict::Parked { cause }),
    ]
}

proptest! {
    #[test]
    fn records_come_back(record in record()) {
        prop_assert_eq!(decode_record(&encode_record(&record)), Ok(record));
    }

    #[test]
    fn messages_come_back(operation in operation(), of: u64) {
        let id = operation.id.clone();
        let push = Push { device: "d".into(), messages: vec![Message::Operation(operation), Message::Discard { id, of }] };
        for message in &push.messages {
            prop_assert_eq!(decode_message(&encode_message(message)), Ok(message.clone()));
        }
        prop_assert_eq!(decode_push(&encode_push(&push)), Ok(push));
    }

    #[test]
    fn verdicts_come_back(verdict in verdict()) {
        prop_assert_eq!(decode_verdict(&encode_verdict(&verdict)), Ok(verdict.clone()));
        for pushed in [Pushed::Gap { expected: 7 }, Pushed::Taken { last: 3, verdicts: [(3, verdict)].into() }] {
            prop_assert_eq!(decode_pushed(&encode_pushed(&pushed)), Ok(pushed));
        }
    }

    #[test]
    fn pages_come_back(record in option::of(record()), values in option::of(btree_map("[a-c]", value(), 0..3)), verdict in verdict()) {
        if let Some(values) = &values {
            prop_assert_eq!(decode_values(&encode_values(values)), Ok(values.clone()));
        }
        let row = RowId { plugin: "orders".into(), table: "price".into(), company: String::new(), key: "I-1".into() };
        let entries = vec![
            Entry::Record { id: id(), record },
            Entry::Row { id: row, values },
            Entry::Table { plugin: "orders".into(), table: "price".into(), is_here: true },
            Entry::Verdict { sequence: 4, verdict },
        ];
        let page = Page { is_restart: false, entries, cookie: vec![1, 2], has_more: true };
        prop_assert_eq!(decode_page(&encode_page(&page)), Ok(page));
    }

    /// What is read is what would have been written: nothing has two encodings.
    #[test]
    fn altered_bytes_are_refused_or_mean_something_else(operation in operation(), at: prop::sample::Index, flip in 1..=255_u8) {
        let message = Message::Operation(operation);
        let mut bytes = encode_message(&message);
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        if let Ok(read) = decode_message(&bytes) {
            prop_assert_ne!(&read, &message);
            prop_assert_eq!(encode_message(&read), bytes);
        }
    }
}

#[test]
fn keys_out_of_order_are_refused() {
    let cell = Cell { value: Value::Integer(1), entered: false };
    let record = Record { cells: [("a".to_owned(), cell.clone()), ("b".to_owned(), cell)].into(), ..Record::default() };
    let mut bytes = encode_record(&record);
    let places: Vec<_> = (0..bytes.len()).filter(|&at| bytes[at] == b'a' || bytes[at] == b'b').collect();
    bytes.swap(places[0], places[1]);
    assert_eq!(decode_record(&bytes).unwrap_err().reason, CanonicalReason::NotAscending);
}
