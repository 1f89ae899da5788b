//! The way between devices and the server: requests and answers get lost, are doubled, come late or in another order.

use lockstep_device::TransportError;
use lockstep_model::exchange::{Entry, Page, Pushed};

use crate::{
    checks,
    world::{Event, World},
};

/// How long a device waits for an answer.
const PATIENCE_MS: i64 = 60_000;

/// What is asked.
#[derive(Clone)]
pub(crate) enum Kind {
    Push(Vec<u8>),
    Pull(Option<Vec<u8>>),
}

/// A request on its way.
#[derive(Clone)]
pub(crate) struct Request {
    /// It and its doubles.
    pub(crate) number: u64,
    /// It alone.
    copy: u64,
    terminal: usize,
    kind: Kind,
}

impl World {
    pub(crate) fn send(&mut self, terminal: usize, kind: Kind) {
        let number = self.number();
        match &kind {
            Kind::Push(bytes) => {
                self.note(&format!("d{terminal} pushes"));
                self.note_bytes(bytes);
            }
            Kind::Pull(cookie) => {
                self.note(&format!("d{terminal} pulls"));
                self.note_bytes(cookie.as_deref().unwrap_or_default());
            }
        }
        let sender = &mut self.terminals[terminal];
        sender.request = Some(number);
        sender.is_pushing = matches!(kind, Kind::Push(_));
        let no_answer = TransportError::Offline("there is no answer".into());
        self.after(PATIENCE_MS, Event::Answer(terminal, number, Err(no_answer)));
        let request = Request { number, copy: 0, terminal, kind };
        self.pass_on(&request);
        if self.random.chance(self.network.doubled_percent) {
            self.count("requests doubled");
            self.pass_on(&request);
        }
    }

    fn pass_on(&mut self, request: &Request) {
        if self.terminals[request.terminal].is_cut_off || self.random.chance(self.network.lost_percent) {
            self.count("requests lost");
            return;
        }
        let copy = self.number();
        self.on_the_way.insert(copy);
        let delay = self.delay();
        self.after(delay, Event::Request(Request { copy, ..request.clone() }));
    }

    /// Most are quick, some very late.
    fn delay(&mut self) -> i64 {
        let longest = self.network.delay_ms;
        let longest = if self.random.chance(10) { longest * 50 } else { longest };
        self.random.between(1, longest.max(1))
    }

    /// A request has come to the server: some node takes it.
    pub(crate) fn serve(&mut self, request: Request) {
        self.on_the_way.remove(&request.copy);
        let Request { number, terminal, kind, .. } = request;
        let up: Vec<_> = (0..self.cluster.count()).filter(|node| self.cluster.is_up(*node)).collect();
        let Some(&node) = self.random.pick(&up) else { return };
        let (id, caller) = (self.terminals[terminal].id.clone(), self.terminals[terminal].caller());
        if self.terminals[terminal].is_locked_out {
            self.answer(terminal, number, Err(TransportError::NotAllowed("it has expired".into())));
            return;
        }
        let answer = match &kind {
            Kind::Push(bytes) => {
                let answered = self.cluster.push(node, &caller, &id, bytes);
                answered.map(|answer| {
                    answer.map(|(pushed, bytes)| {
                        self.pushed(&id, &pushed);
                        bytes
                    })
                })
            }
            Kind::Pull(cookie) => {
                let answered = self.cluster.pull(node, &caller, &id, cookie.as_deref());
                answered.map(|answer| {
                    answer.map(|(page, bytes)| {
                        self.paged(&id, &page);
                        bytes
                    })
                })
            }
        };
        match answer {
            Some(answer) => {
                if self.random.chance(self.network.lost_percent / 4) && !self.is_over {
                    // It ends after all is done and before it says so.
                    self.cluster.stop(node);
                    self.node_ended(node);
                    return;
                }
                self.answer(terminal, number, answer);
            }
            None => self.node_ended(node),
        }
    }

    fn node_ended(&mut self, node: usize) {
        self.note(&format!("node {node} ends"));
        self.count("nodes ended");
        self.soon(1_800_000, Event::StartNode(node));
    }

    fn answer(&mut self, terminal: usize, number: u64, answer: Result<Vec<u8>, TransportError>) {
        match &answer {
            Ok(bytes) => self.note_bytes(bytes),
            Err(error) => self.note(&format!("d{terminal} is to be told: {error}")),
        }
        if self.terminals[terminal].is_cut_off || self.random.chance(self.network.lost_percent) {
            self.count("answers lost");
            return;
        }
        let delay = self.delay();
        self.after(delay, Event::Answer(terminal, number, answer));
    }

    fn pushed(&mut self, device: &str, pushed: &Pushed) {
        match pushed {
            Pushed::Gap { expected } => self.note(&format!("{device} is to go on with {expected}")),
            Pushed::Taken { last, verdicts } => {
                self.note(&format!("of {device} all is there up to {last}: {verdicts:?}"));
                for (sequence, verdict) in verdicts {
                    checks::decided(self, device, *sequence, verdict);
                }
                checks::sums_at_server(self);
            }
        }
    }

    fn paged(&mut self, device: &str, page: &Page) {
        let Page { is_restart, entries, has_more, .. } = page;
        self.note(&format!("{device} gets {} changes, anew {is_restart}, more {has_more}", entries.len()));
        if *is_restart {
            self.count("restarts");
        }
        for entry in entries {
            if let Entry::Verdict { sequence, verdict } = entry {
                checks::decided(self, device, *sequence, verdict);
            }
        }
    }
}
