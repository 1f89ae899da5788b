//! Devices and a server over their stores, held against plain maps after each step.

use std::{
    cell::{Cell, RefCell},
    panic,
};

use lockstep_device::{At, Exchange, OperationView, Token, TransportError};
use lockstep_model::{Record, Value, canonical::decode_record};
use lockstep_server::auth::Caller;
use lockstep_tests::random::Random;

use crate::{
    cluster::{Cluster, InSqlite, folder},
    parts::{Shelf, Shelves},
    reference::{Content, Deed, Device, Server, State},
    stock::{PIECES, Stock},
    terminal::Terminal,
};

/// Stories, told by both.
const STORIES: u64 = 300;

const PLACES: [&str; 3] = ["a1", "a2", "a3"];

#[derive(Clone, Debug)]
enum Step {
    Create(usize),
    Note(usize, usize),
    Move(usize, usize, usize, i64),
    Sync(usize, Option<u32>),
    Discard(usize, usize),
    Restart(usize),
}

fn step(random: &mut Random) -> Step {
    let (device, any) = (random.between(0, 1) as usize, random.between(0, 8) as usize);
    match random.between(1, 13) {
        1 => Step::Create(device),
        2..=4 => Step::Note(device, any),
        5..=7 => {
            let (from, to) = (random.between(0, 2) as usize, random.between(0, 2) as usize);
            Step::Move(device, from, to, random.between(1, 8))
        }
        8..=10 => Step::Sync(device, random.chance(30).then(|| random.between(1, 2) as u32)),
        11..=12 => Step::Discard(device, any),
        _ => Step::Restart(device),
    }
}

/// The way to a server that loses one answer.
struct Line<'a> {
    cluster: RefCell<&'a mut Cluster>,
    caller: Caller,
    id: String,
    lost: Option<u32>,
    answers: Cell<u32>,
}

impl Line<'_> {
    fn answer(&self, bytes: Vec<u8>) -> Result<Vec<u8>, TransportError> {
        self.answers.set(self.answers.get() + 1);
        let is_lost = Some(self.answers.get()) == self.lost;
        if is_lost { Err(TransportError::Offline("it broke".into())) } else { Ok(bytes) }
    }
}

impl Exchange for Line<'_> {
    fn push(&self, _: &Token, push: &[u8]) -> Result<Vec<u8>, TransportError> {
        let pushed = self.cluster.borrow_mut().push(0, &self.caller, &self.id, push);
        self.answer(pushed.expect("it is up")?.1)
    }

    fn pull(&self, _: &Token, cookie: Option<&[u8]>) -> Result<Vec<u8>, TransportError> {
        let page = self.cluster.borrow_mut().pull(0, &self.caller, &self.id, cookie);
        self.answer(page.expect("it is up")?.1)
    }
}

fn content(record: &Record) -> Content {
    let text = |field: &str| record.value(field).map(Value::to_string);
    match record.value("pieces") {
        Some(Value::Integer(pieces)) => Content::Stock(*pieces),
        _ => Content::Order { customer: text("customer").unwrap_or_default(), note: text("note") },
    }
}

fn shown(terminal: &Terminal) -> State {
    let shown = terminal.device.as_ref().expect("it is up").contents().expect("the file can be read").shown;
    shown.into_iter().map(|(id, bytes)| (id.key, content(&decode_record(&bytes).expect("a record")))).collect()
}

fn compare(terminal: &Terminal, device: &Device) {
    let real = terminal.device.as_ref().expect("it is up");
    assert_eq!(shown(terminal), device.shown());
    let row = |view: OperationView| (view.operation.id.sequence, format!("{:?}", view.state), view.is_overlaid);
    let rows: Vec<_> = terminal.views().into_iter().map(row).collect();
    let expected = device.operations().into_iter().map(|(number, word, is_shown)| (number, word.to_owned(), is_shown));
    assert_eq!(rows, expected.collect::<Vec<_>>());
    let inbox = real.inbox().expect("the file can be read");
    assert_eq!(inbox.iter().map(|item| item.operation.id.sequence).collect::<Vec<_>>(), device.inbox());
    let status = real.status().expect("the file can be read");
    assert_eq!([status.waiting, status.parked, status.doubtful, status.inbox], device.status());
    assert_eq!(status.undecided, 0);
}

/// Does a step on both, and says whether it was allowed.
fn act(terminal: &mut Terminal, model: &mut Device, step: &Step, count: usize) {
    let real = terminal.device.as_mut().expect("it is up");
    let none = std::collections::BTreeMap::new();
    let (deed, done) = match step {
        Step::Create(_) => {
            let mut draft = real.draft("orders", "order", None).expect("a draft");
            let customer = format!("C-{count}");
            draft.set_text(&At::Field("customer".into()), &customer).expect("it fits");
            let key = draft.record().key.clone();
            (Deed::Create { key, customer }, real.submit(&draft, "create", &none, &[].into()).is_ok())
        }
        Step::Note(_, which) => {
            let orders: Vec<_> = model
                .shown()
                .into_iter()
                .filter_map(|(key, content)| match content {
                    Content::Order { note, .. } => Some((key, note)),
                    Content::Stock(_) => None,
                })
                .collect();
            if orders.is_empty() {
                return;
            }
            let (key, base) = orders[which % orders.len()].clone();
            let note = format!("n{count}");
            let mut draft = real.draft("orders", "order", Some(&key)).expect("a draft");
            draft.set_text(&At::Field("note".into()), &note).expect("it fits");
            (Deed::Note { key, base, note }, real.submit(&draft, "update", &none, &[].into()).is_ok())
        }
        Step::Move(_, from, to, pieces) => {
            let (from, to) = (PLACES[*from], PLACES[*to]);
            let draft = real.draft("orders", "stock", Some(from)).expect("a draft");
            let arguments = [("to".into(), Value::Text(to.into())), ("pieces".into(), Value::Integer(*pieces))].into();
            let done = real.submit(&draft, "move", &arguments, &[].into()).is_ok();
            (Deed::Move { from: from.into(), to: to.into(), pieces: *pieces }, done)
        }
        Step::Discard(_, which) => {
            let inbox = model.inbox();
            if inbox.is_empty() {
                return;
            }
            let of = inbox[which % inbox.len()];
            (Deed::Discard(of), real.discard(of).is_ok())
        }
        Step::Sync(..) | Step::Restart(_) => return,
    };
    assert_eq!(model.make(deed), done);
    terminal.made = terminal.views().iter().map(|view| view.operation.context.seed).collect();
}

fn story(steps: &[Step]) {
    let (clock, shelf) = (std::sync::Arc::default(), Shelves::new(Shelf::default().into()));
    Stock::Plain.publish(&shelf);
    let mut cluster = Cluster::new(Box::new(InSqlite::new()), (1, 4096), shelf.clone(), std::sync::Arc::clone(&clock));
    let csv = PLACES.map(|place| format!("{place},{PIECES}\n")).concat();
    let csv = format!("key,pieces\n{csv}");
    let kind = lockstep_server::mirror::ImportKind::Csv;
    let import =
        |mirror: &lockstep_server::Mirror| mirror.import_records("orders", "stock", kind, csv.as_bytes(), "c1");
    cluster.on(0, import).expect("it is up").expect("imported");
    let mut server = Server::default();
    server.state = PLACES.map(|place| (place.to_owned(), Content::Stock(PIECES))).into();
    let folder = folder();
    let mut terminals = [0, 1].map(|number| {
        let file = folder.path().join(format!("d{number}.sqlite"));
        Terminal::new(number, file, "c1", shelf.clone(), std::sync::Arc::clone(&clock), number as u64)
    });
    let mut devices = [Device::default(), Device::default()];
    let first = [Step::Sync(0, None), Step::Sync(1, None)];
    for (count, step) in first.iter().chain(steps).enumerate() {
        clock.fetch_add(1000, std::sync::atomic::Ordering::Relaxed);
        match step {
            Step::Sync(own, lost) => {
                let terminal = &mut terminals[*own];
                let (caller, id) = (terminal.caller(), terminal.id.clone());
                let line = Line { cluster: RefCell::new(&mut cluster), caller, id, lost: *lost, answers: Cell::new(0) };
                terminal.device.as_mut().expect("it is up").sync(&line).expect("a working disk");
                devices[*own].sync(*own, &mut server, *lost);
            }
            Step::Restart(own) => {
                terminals[*own].end();
                terminals[*own].open();
            }
            Step::Create(own) | Step::Note(own, _) | Step::Move(own, ..) | Step::Discard(own, _) => {
                act(&mut terminals[*own], &mut devices[*own], step, count);
            }
        }
        for (terminal, device) in terminals.iter().zip(&devices) {
            compare(terminal, device);
        }
    }
}

/// The same without steps that are not needed for it to go wrong.
fn shrunk(mut steps: Vec<Step>) -> Vec<Step> {
    let mut place = 0;
    while place < steps.len() {
        let mut fewer = steps.clone();
        fewer.remove(place);
        if panic::catch_unwind(|| story(&fewer)).is_err() {
            steps = fewer;
        } else {
            place += 1;
        }
    }
    steps
}

#[test]
fn devices_and_server_come_to_what_plain_maps_come_to() {
    for seed in 1..=STORIES {
        let mut random = Random::new(seed);
        let steps: Vec<_> = (0..random.between(5, 50)).map(|_| step(&mut random)).collect();
        let told = panic::catch_unwind(|| story(&steps));
        assert!(told.is_ok(), "story {seed} goes wrong, as this does: {:#?}", shrunk(steps));
    }
}
