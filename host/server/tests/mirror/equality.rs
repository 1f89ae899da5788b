//! The same stream of operations gives the same bytes in every store: records, verdicts, what is pulled, and what those
//! who follow get.

use lockstep_model::{
    Change, Operation, Value,
    canonical::{encode_page, encode_verdict},
};
use lockstep_server::mirror::Held;
use lockstep_sync::{Authority, Executed};

use crate::{
    server::{Device, Kind, Server},
    world::{create, number, operation, order, stock, text, update, update_line},
};

/// Numbers that follow from each other.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// Makes an operation, whether it is allowed or not.
fn make(device: &mut Device, operation: Operation) -> u64 {
    match device.world.execute(&operation, Authority::Device).0 {
        Executed::Done(_) => device.make(operation),
        _ => device.add(operation),
    }
}

fn step(device: &mut Device, random: &mut Random, of: u64) {
    let keys = ["o1", "o2", "o3", "\u{e4}\u{10ffff}", "a\0b", "a\u{1}b"];
    let key = keys[random.below(keys.len() as u64) as usize];
    let quantity = |random: &mut Random| random.below(60).to_string();
    match random.below(9) {
        0 | 1 => {
            let item = ["I-1", "I-2", "none", "\0"][random.below(4) as usize];
            make(device, create(key, item, &quantity(random)))
        }
        2 => make(device, create(&format!("{key}-{of}"), "I-1", &quantity(random))),
        3 => make(device, update(key, [("note", None, Some(text(&format!("note\0{of}"))))])),
        4 => {
            let after = quantity(random);
            make(device, update_line(key, [("quantity", Some(number("3")), Some(number(&after)))]))
        }
        5 => {
            let mut take = operation(&stock("s1"), "take", Change::default());
            take.arguments.insert("pieces".into(), Value::Integer(random.below(9) as i64));
            make(device, take)
        }
        6 => make(device, operation(&order(key), "delete", Change::default())),
        7 => {
            let mut waits = update(key, [("note", None, Some(text("waits")))]);
            waits.depends_on = (1..=device.messages.len() as u64).rev().take(2).collect();
            make(device, waits)
        }
        _ => {
            let given_up = random.below(device.messages.len() as u64 + 1) + 1;
            device.discard(given_up)
        }
    };
}

/// All that there is to see of a server.
fn all(server: &Server, devices: &[Device]) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for device in devices {
        all.extend(device.verdicts.values().map(encode_verdict));
        for sequence in 1..=device.messages.len() as u64 {
            let id = lockstep_model::OperationId { device: device.id.clone(), sequence };
            all.push(server.mirror.operation(&id).expect("the operation").to_string().into_bytes());
        }
        let mut cookie: Option<Vec<u8>> = None;
        loop {
            let page = server.mirror.pull(&device.caller, &device.id, cookie.as_deref()).expect("a page");
            all.push(encode_page(&page));
            cookie = Some(page.cookie);
            if !page.has_more {
                break;
            }
        }
    }
    for company in ["", "c1"] {
        let feed = server.mirror.changes(company, 0, 1_000).expect("changes");
        all.extend(feed.lines.iter().map(|line| line.to_string().into_bytes()));
    }
    let listed = server.mirror.operations(&lockstep_server::mirror::store::OperationFilter::default(), 1_000);
    all.push(serde_json::to_vec(&listed.expect("operations")).expect("JSON"));
    all
}

fn story(kind: Kind, seed: u64) -> Vec<Vec<u8>> {
    let mut server = Server::new(kind);
    server.stock("s1", 40);
    let mut random = Random(seed);
    let mut devices = ["d1", "d2", "d\0"].map(|id| Device::of(&server, id));
    let mut sent = [1; 3];
    for round in 0..12 {
        for (device, sent) in devices.iter_mut().zip(&mut sent) {
            for of in 0..=random.below(9) {
                step(device, &mut random, round * 100 + of);
            }
            device.push_all(&server, *sent);
            *sent = device.messages.len() as u64 + 1;
        }
        if round % 4 == 3 {
            server.prices(&format!("item,price\nI-1,{round}\nI-2,25\n"));
            server.restart();
        }
        let parked = devices[0].verdicts.iter().find(|(_, verdict)| lockstep_server::mirror::word(verdict) == "parked");
        if let Some((sequence, _)) = parked {
            let id = lockstep_model::OperationId { device: "d1".into(), sequence: *sequence };
            // What it comes to is compared with all else.
            let _ = server.mirror.hold(&id, [Held::Release, Held::Reject][(round % 2) as usize], "admin", "as it is");
        }
        for device in &mut devices {
            device.pull(&server);
        }
    }
    let counts = server.mirror.verdicts().expect("counts");
    for word in ["accepted", "rejected"] {
        assert!(counts.get(word).is_some_and(|count| *count > 5), "{counts:?}");
    }
    all(&server, &devices)
}

#[test]
fn the_same_operations_give_the_same_bytes_in_every_store() {
    for seed in [1, 7, 1_234_567] {
        let expected = story(Kind::Sqlite, seed);
        for kind in [Kind::Postgres, Kind::Pooled] {
            let found = story(kind, seed);
            assert_eq!(found.len(), expected.len(), "{kind:?} {seed}");
            for (place, (found, expected)) in found.iter().zip(&expected).enumerate() {
                let (found, expected) = (String::from_utf8_lossy(found), String::from_utf8_lossy(expected));
                assert_eq!(found, expected, "{kind:?} {seed} {place}");
            }
        }
    }
}
