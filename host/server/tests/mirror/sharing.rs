//! Several servers with one store.

use std::{collections::BTreeSet, time::Duration};

use lockstep_model::{Change, OperationId, Value, Verdict, exchange::Pushed};
use lockstep_server::{
    Mirror, MirrorError,
    auth::{Caller, Claims, NumericDate},
    mirror::{
        Held,
        store::{
            Reach, Store as _, StoreError,
            postgres::{Database, PostgresStore},
        },
        word,
    },
};

use crate::{
    postgres::{Cluster, cluster},
    server::{Device, Kind, Server},
    world::{create, number, operation, order, stock, text, update},
};

/// For how long something is waited for that comes at once or never.
const PATIENCE: Duration = Duration::from_mins(1);

fn caller_of(company: &str) -> Caller {
    Caller::of(Claims {
        sub: "user".into(),
        exp: NumericDate(lockstep_model::Timestamp(i64::MAX)),
        nbf: None,
        roles: Vec::new(),
        companies: Some(vec![company.into()]),
        device: None,
        locale: None,
    })
    .expect("a caller")
}

fn push(mirror: &Mirror, device: &Device) -> Pushed {
    loop {
        let push = lockstep_model::exchange::Push { device: device.id.clone(), messages: device.messages.clone() };
        match mirror.push(&device.caller, &device.id, &push) {
            Ok(pushed) => return pushed,
            Err(error) if error.is_transient() => {}
            Err(error) => panic!("{error}"),
        }
    }
}

fn a_device_goes_from_one_server_to_another(kind: Kind) {
    let mut server = Server::new(kind);
    let mut device = Device::of(&server, "d1");
    device.make(create("o1", "I-1", "3"));
    let first = push(&server.mirror, &device);
    server.mirror = server.another();
    assert_eq!(push(&server.mirror, &device), first);
    assert_eq!(server.mirror.counts().executions, 0);
    assert!(!device.pull(&server), "its cookie does for the other too");
    assert_eq!(device.value(&order("o1"), "total"), Some(number("30")));
}

fn what_one_server_does_the_others_devices_are_told(kind: Kind) {
    let server = Server::new(kind);
    let other = server.another();
    let subscription = other.subscribe("d2", Some(&["c1".to_owned()].into()));
    let own = other.subscribe("d1", Some(&BTreeSet::new()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let told = |subscription: &lockstep_server::mirror::Subscription| {
        runtime.block_on(async { tokio::time::timeout(PATIENCE, subscription.changed()).await }).expect("told");
    };
    // Something is heard before there is anything to hear, so that nothing is missed in between.
    let mut device = Device::of(&server, "d1");
    let mut parked = create("o1", "I-1", "3");
    let unknown = lockstep_model::Digest::of(b"unknown");
    (parked.package, parked.receipt.package) = (unknown, unknown);
    device.make(parked);
    let mut waits = update("o1", [("note", None, Some(text("more")))]);
    waits.depends_on = vec![1];
    device.add(waits);
    device.push_all(&server, 1);
    for pieces in 0..3 {
        server.stock("s1", pieces);
        told(&subscription);
    }
    let id = OperationId { device: "d1".into(), sequence: 1 };
    server.mirror.hold(&id, Held::Reject, "admin", "no").expect("rejected");
    told(&own);
}

/// Eight devices of two companies, on two servers: all of a company take from one stock.
fn all_take_their_share_and_none_twice(kind: Kind) {
    const DEVICES: u64 = 8;
    const TAKES: u64 = 30;
    let server = Server::new(kind);
    let other = server.another();
    let pieces = (DEVICES / 2 * TAKES) as i64 - 7;
    for company in ["c1", "c2"] {
        let line = format!("key,pieces\ns-{company},{pieces}\n");
        let kind = lockstep_server::mirror::ImportKind::Csv;
        server.mirror.import_records("orders", "stock", kind, line.as_bytes(), company).expect("imported");
    }
    let verdicts: Vec<Verdict> = std::thread::scope(|scope| {
        let devices: Vec<_> = (0..DEVICES)
            .map(|number| {
                let company = ["c1", "c2"][(number % 2) as usize];
                let mirror = if number % 4 < 2 { &server.mirror } else { &other };
                let mut device = Device::new(&format!("d{number}"));
                device.caller = caller_of(company);
                scope.spawn(move || {
                    let mut verdicts = std::collections::BTreeMap::new();
                    for _ in 0..TAKES {
                        let mut take = operation(&stock(&format!("s-{company}")), "take", Change::default());
                        take.context.company = company.into();
                        take.arguments.insert("pieces".into(), Value::Integer(1));
                        // As a device that has seen nothing of what others did.
                        take.reads.records.insert(take.record.clone(), None);
                        device.add(take);
                        let Pushed::Taken { verdicts: now, .. } = push(mirror, &device) else { panic!("a gap") };
                        verdicts.extend(now);
                    }
                    assert_eq!(verdicts.len() as u64, TAKES);
                    verdicts.into_values().collect::<Vec<_>>()
                })
            })
            .collect();
        devices.into_iter().flat_map(|device| device.join().expect("a device")).collect()
    });
    let good = verdicts.iter().filter(|verdict| ["accepted", "rebased"].contains(&word(verdict))).count() as i64;
    assert_eq!(good, 2 * pieces, "as many as there were pieces");
    for company in ["c1", "c2"] {
        let lines = server.mirror.changes(company, 0, 1_000).expect("changes").lines;
        assert_eq!(lines.last().expect("a change")["content"]["pieces"], 0);
        let sequences: Vec<_> = lines.iter().map(|line| line["sequence"].as_u64().expect("a number")).collect();
        assert_eq!(sequences, (1..=pieces as u64 + 1).collect::<Vec<_>>(), "without holes");
    }
}

mod postgres {
    use super::Kind::Postgres;

    #[test]
    fn a_device_goes_from_one_server_to_another() {
        super::a_device_goes_from_one_server_to_another(Postgres);
    }

    #[test]
    fn what_one_server_does_the_others_devices_are_told() {
        super::what_one_server_does_the_others_devices_are_told(Postgres);
    }

    #[test]
    fn all_take_their_share_and_none_twice() {
        super::all_take_their_share_and_none_twice(Postgres);
    }
}

mod pooled {
    use super::Kind::Pooled;

    #[test]
    fn a_device_goes_from_one_server_to_another() {
        super::a_device_goes_from_one_server_to_another(Pooled);
    }

    #[test]
    fn what_one_server_does_the_others_devices_are_told() {
        super::what_one_server_does_the_others_devices_are_told(Pooled);
    }

    #[test]
    fn all_take_their_share_and_none_twice() {
        super::all_take_their_share_and_none_twice(Pooled);
    }
}

#[test]
fn servers_that_start_at_once_make_one_store() {
    let name = cluster().database();
    let database = Database::new(&cluster().pooled(&name), None).expect("an address");
    let secrets: BTreeSet<_> = std::thread::scope(|scope| {
        let opened: Vec<_> = (0..6_u8)
            .map(|own| {
                let database = &database;
                scope.spawn(move || {
                    PostgresStore::open(database, move || Some(([own; 16], [own; 32]))).expect("a store").secret()
                })
            })
            .collect();
        opened.into_iter().map(|opened| opened.join().expect("a secret")).collect()
    });
    assert_eq!(secrets.len(), 1);
    cluster().statement(&name, "INSERT INTO lockstep.migration VALUES (99)");
    let newer = PostgresStore::open(&database, || None).map(|_| ()).expect_err("it is newer");
    assert!(matches!(newer, StoreError::Newer { found: 99, .. }), "{newer}");
}

#[test]
fn a_change_of_more_than_was_said_is_refused_and_another_company_does_not_wait() {
    let name = cluster().database();
    let database = Database::new(&cluster().address(&name), None).expect("an address");
    let store = PostgresStore::open(&database, || Some(([1; 16], [2; 32]))).expect("a store");
    let one = store.change(&Reach::of("d1", ["c1".to_owned()].into())).expect("a change");
    let other = store.change(&Reach::of("d2", ["c2".to_owned()].into())).expect("beside the first");
    one.enter("c1").expect("its company");
    assert!(matches!(one.enter("c2"), Err(StoreError::Beyond(_))));
    assert!(matches!(other.put_epoch([7; 16]), Err(StoreError::Beyond(_))));
    assert!(matches!(other.put_table("p", "t", true), Err(StoreError::Beyond(_))));
    let made = lockstep_model::Record { company: "c2".into(), ..lockstep_model::Record::default() };
    let id = order("o1");
    let write = |company| {
        let content = Some(&made);
        [lockstep_server::mirror::store::RecordWrite { id: &id, company, content, by: None }]
    };
    let now = lockstep_model::Timestamp(0);
    assert!(matches!(other.put_records(&write("c1"), now), Err(StoreError::Beyond(_))));
    other.put_records(&write("c2"), now).expect("its own");
    other.commit().expect("committed beside the first");
    // The other company has made a record of this key meanwhile.
    assert!(matches!(one.put_records(&write("c1"), now), Err(StoreError::Busy(_))));
}

#[test]
fn a_database_that_is_restarted_delays_and_loses_nothing() {
    let cluster = Cluster::start();
    let database = Database::new(&cluster.address("postgres"), None).expect("an address");
    let store = || Box::new(PostgresStore::open(&database, || Some(([1; 16], [2; 32]))).expect("a store"));
    let server = Server::with_store(store());
    let mut device = Device::of(&server, "d1");
    for of in 0..20 {
        device.make(create(&format!("o{of}"), "I-1", "3"));
        if of % 5 == 2 {
            cluster.restart();
        }
        let Pushed::Taken { last, verdicts } = push(&server.mirror, &device) else { panic!("a gap") };
        assert_eq!((last, verdicts.len()), (of + 1, of as usize + 1));
        device.verdicts.extend(verdicts);
    }
    let under_way = PostgresStore::open(&database, || None).expect("the store");
    let change = under_way.change(&Reach::all()).expect("a change");
    cluster.restart();
    let lost = change.put_epoch([9; 16]).expect_err("its connection is gone");
    assert!(matches!(lost, StoreError::Busy(_)), "{lost}");
    assert!(matches!(change.commit(), Err(StoreError::Busy(_))));
    assert_eq!(under_way.snapshot().expect("a snapshot").epoch().expect("an epoch"), [1; 16]);
    device.pull(&server);
    assert_eq!(device.world.records.len(), 20);
    let folder = cluster.folder().to_owned();
    assert!(folder.exists());
}

#[test]
fn what_is_wrong_with_an_address_is_said_without_its_password() {
    for address in
        ["postgres://user:secret@host:port/name", "nonsense secret", "postgres://u:secret@h/n?sslmode=require"]
    {
        let said = Database::new(address, None).expect_err("none").to_string();
        assert!(!said.contains("secret") && said.contains("postgres://USER@HOST/NAME"), "{said}");
    }
    let database = Database::new("postgres://user:secret@/name?host=/nowhere", None).expect("an address");
    assert!(!format!("{database:?}").contains("secret"));
    let error = PostgresStore::open(&database, || None).map(|_| ()).expect_err("nowhere");
    assert!(matches!(error, StoreError::Busy(_)) && !error.to_string().contains("secret"), "{error}");
    let refused: MirrorError = error.into();
    assert!(refused.is_transient());
}
