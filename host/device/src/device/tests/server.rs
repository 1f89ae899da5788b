//! A server in memory that drives `lockstep-sync` the way a real one does.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
};

use lockstep_model::{
    Message, Operation, Value, Verdict,
    canonical::{decode_push, encode_message, encode_page, encode_pushed},
    exchange::{Entry, Page, Pushed, RowId},
};
use lockstep_sync::{
    Authority, Executed, decide,
    intake::{Fate, already_taken, fate_of, held_back},
};

use crate::{
    exchange::Exchange,
    transport::{Token, TransportError},
    world::World,
};

/// What a server stores.
#[derive(Clone, Default)]
pub(crate) struct Data {
    pub(crate) world: World,
    /// All changes in their order: what is pulled.
    pub(crate) log: Vec<Entry>,
    pub(crate) messages: BTreeMap<u64, (Message, Option<Verdict>)>,
    discarded: BTreeSet<u64>,
    epoch: u64,
    device: String,
    /// How often each operation was run to a good end.
    pub(crate) runs: BTreeMap<u64, u32>,
}

/// A server, and what becomes of requests on their way.
pub(crate) struct Server {
    pub(crate) data: RefCell<Data>,
    /// Entries of a page.
    pub(crate) page: Cell<usize>,
    pub(crate) is_offline: Cell<bool>,
    /// So many answers get lost, after all was done.
    pub(crate) lost: Cell<u32>,
    pub(crate) is_locked_out: Cell<bool>,
    pub(crate) requests: Cell<u32>,
}

impl Server {
    pub(crate) fn new() -> Self {
        let server = Self {
            data: RefCell::new(Data { world: World::new(), ..Data::default() }),
            page: Cell::new(1000),
            is_offline: Cell::new(false),
            lost: Cell::new(0),
            is_locked_out: Cell::new(false),
            requests: Cell::new(0),
        };
        let prices = server.data.borrow().world.prices.clone();
        let table = Entry::Table { plugin: "orders".into(), table: "price".into(), is_here: true };
        server.data.borrow_mut().log.push(table);
        for (item, price) in &prices {
            server.set_price(item, price);
        }
        server
    }

    pub(crate) fn set_price(&self, item: &str, price: &str) {
        let mut data = self.data.borrow_mut();
        data.world.prices.insert(item.into(), price.into());
        let values = [
            ("item".to_owned(), Value::Text(item.into())),
            ("price".to_owned(), Value::Decimal(price.parse().expect("a decimal"))),
        ];
        let id = RowId { plugin: "orders".into(), table: "price".into(), company: String::new(), key: item.into() };
        data.log.push(Entry::Row { id, values: Some(values.into()) });
    }

    /// Somebody else does something.
    pub(crate) fn others(&self, operation: &mut Operation) {
        let mut data = self.data.borrow_mut();
        let done = data.world.submit(operation);
        data.log.extend(done.writes.into_iter().map(|(id, record)| Entry::Record { id, record }));
    }

    pub(crate) fn copy(&self) -> Data {
        self.data.borrow().clone()
    }

    pub(crate) fn restore(&self, copy: Data) {
        let epoch = self.data.borrow().epoch + 1;
        *self.data.borrow_mut() = Data { epoch, ..copy };
    }

    pub(crate) fn verdict(&self, sequence: u64) -> Option<Verdict> {
        self.data.borrow().messages.get(&sequence).and_then(|(_, verdict)| verdict.clone())
    }

    fn answer(&self, bytes: Vec<u8>) -> Result<Vec<u8>, TransportError> {
        if self.lost.get() > 0 {
            self.lost.set(self.lost.get() - 1);
            return Err(TransportError::Offline("the connection broke".into()));
        }
        Ok(bytes)
    }

    fn admit(&self) -> Result<(), TransportError> {
        self.requests.set(self.requests.get() + 1);
        if self.is_offline.get() {
            return Err(TransportError::Offline("there is no network".into()));
        }
        if self.is_locked_out.get() {
            return Err(TransportError::NotAllowed("it has expired".into()));
        }
        Ok(())
    }
}

impl Data {
    fn fate(&self, sequence: u64) -> Fate {
        if self.discarded.contains(&sequence) {
            return Fate::Discarded;
        }
        let replaced = self.messages.values().any(|(message, verdict)| {
            matches!(message, Message::Operation(operation) if operation.replaces == Some(sequence))
                && verdict.as_ref().is_some_and(|verdict| fate_of(verdict) == Fate::Good)
        });
        let verdict = self.messages.get(&sequence).and_then(|(_, verdict)| verdict.as_ref());
        if replaced { Fate::Good } else { verdict.map_or(Fate::Good, fate_of) }
    }

    fn run(&mut self, operation: &Operation) -> Verdict {
        if let Some(verdict) = held_back(&operation.depends_on, |sequence| self.fate(sequence)) {
            return verdict;
        }
        let executed = self.world.execute(operation, Authority::Server(&operation.context)).0;
        let verdict = decide(operation, &executed, true).expect("a verdict");
        if let (Executed::Done(done), Fate::Good) = (&executed, fate_of(&verdict)) {
            self.world.apply(done);
            *self.runs.entry(operation.id.sequence).or_default() += 1;
            let writes = done.writes.clone().into_iter();
            self.log.extend(writes.map(|(id, record)| Entry::Record { id, record }));
        }
        verdict
    }

    fn take(&mut self, message: &Message) -> Verdict {
        match message {
            Message::Operation(operation) => self.run(operation),
            Message::Discard { of, .. } => {
                self.discarded.insert(*of);
                Verdict::Accepted { moved: Vec::new() }
            }
        }
    }

    /// Parked operations whose causes are decided are run again, until nothing changes any more.
    fn release(&mut self) {
        loop {
            let parked = self.messages.iter().filter_map(|(sequence, (message, verdict))| match (message, verdict) {
                (Message::Operation(operation), Some(Verdict::Parked { .. })) => Some((*sequence, operation.clone())),
                _ => None,
            });
            let parked: Vec<_> = parked.collect();
            let mut has_changed = false;
            for (sequence, operation) in parked {
                let verdict = self.run(&operation);
                if !matches!(verdict, Verdict::Parked { .. }) {
                    has_changed = true;
                    self.log.push(Entry::Verdict { sequence, verdict: verdict.clone() });
                    if let Some(entry) = self.messages.get_mut(&sequence) {
                        entry.1 = Some(verdict);
                    }
                }
            }
            if !has_changed {
                return;
            }
        }
    }
}

impl Exchange for Server {
    fn push(&self, _: &Token, push: &[u8]) -> Result<Vec<u8>, TransportError> {
        self.admit()?;
        let push = decode_push(push).expect("a push");
        let mut data = self.data.borrow_mut();
        if push.device != data.device {
            // Another device: nothing was taken of it yet.
            data.device.clone_from(&push.device);
            data.messages.clear();
            data.runs.clear();
        }
        let last = data.messages.keys().next_back().copied().unwrap_or_default();
        let sequences = push.messages.iter().map(|message| message.id().sequence);
        let taken = match already_taken(last, sequences) {
            Ok(taken) => taken,
            Err(gap) => return self.answer(encode_pushed(&Pushed::Gap { expected: gap.expected })),
        };
        let mut verdicts = BTreeMap::new();
        for (number, message) in push.messages.iter().enumerate() {
            let sequence = message.id().sequence;
            if number < taken {
                let (stored, verdict) = &data.messages[&sequence];
                if encode_message(stored) != encode_message(message) {
                    return Err(TransportError::OtherMessage("another was sent".into()));
                }
                verdicts.extend(verdict.clone().map(|verdict| (sequence, verdict)));
                continue;
            }
            let verdict = data.take(message);
            verdicts.insert(sequence, verdict.clone());
            data.messages.insert(sequence, (message.clone(), Some(verdict)));
            data.release();
        }
        let last = data.messages.keys().next_back().copied().unwrap_or_default();
        drop(data);
        self.answer(encode_pushed(&Pushed::Taken { last, verdicts }))
    }

    fn pull(&self, _: &Token, cookie: Option<&[u8]>) -> Result<Vec<u8>, TransportError> {
        self.admit()?;
        let data = self.data.borrow();
        let number =
            |at: usize| cookie.and_then(|cookie| Some(u64::from_le_bytes(cookie.get(at..at + 8)?.try_into().ok()?)));
        let from = number(8).filter(|from| number(0) == Some(data.epoch) && *from <= data.log.len() as u64);
        let begin = from.unwrap_or_default() as usize;
        let end = data.log.len().min(begin + self.page.get());
        let page = Page {
            is_restart: from.is_none(),
            entries: data.log[begin..end].to_vec(),
            cookie: [data.epoch.to_le_bytes(), (end as u64).to_le_bytes()].concat(),
            has_more: end < data.log.len(),
        };
        self.answer(encode_page(&page))
    }
}
