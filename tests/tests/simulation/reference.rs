//! What devices and a server come to, in plain maps: what the model test holds them against.

use std::collections::{BTreeMap, BTreeSet};

/// A record, as far as it matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Order { customer: String, note: Option<String> },
    Stock(i64),
}

pub(crate) type State = BTreeMap<String, Content>;

/// What a user does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    Create {
        key: String,
        customer: String,
    },
    Note {
        key: String,
        base: Option<String>,
        note: String,
    },
    Move {
        from: String,
        to: String,
        pieces: i64,
    },
    /// The operation with this number is given up.
    Discard(u64),
}

/// A verdict, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Accepted,
    Rebased,
    Rejected,
    /// What it builds on was given up.
    Discarded,
    /// It waits for this one.
    Parked(u64),
}

#[derive(Clone, Debug)]
struct Made {
    deed: Deed,
    /// What it did when it was made.
    effect: Option<State>,
    depends_on: Vec<u64>,
    verdict: Option<Verdict>,
    /// It is laid over what the server has sent.
    is_overlaid: bool,
    /// As things stand it would be refused.
    is_doubtful: bool,
    /// The user has yet to see to it.
    is_open: bool,
}

/// A device.
#[derive(Clone, Debug, Default)]
pub(crate) struct Device {
    base: State,
    made: Vec<Made>,
    offered: u64,
    taken: u64,
}

/// The server's own view of a device's message.
#[derive(Clone, Debug)]
struct Taken {
    made: Made,
    verdict: Verdict,
    is_given_up: bool,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Server {
    pub(crate) state: State,
    taken: BTreeMap<(usize, u64), Taken>,
}

/// Where an operation is on its way: as the device's own word for it.
pub(crate) type Row = (u64, &'static str, bool);

/// What a device says of itself: waiting, parked, doubtful, open in the inbox.
pub(crate) type Status = [u64; 4];

/// What a deed makes of the records that it writes; none: it is refused.
fn run(deed: &Deed, state: &State) -> Option<State> {
    match deed {
        Deed::Create { key, customer } => {
            let new = Content::Order { customer: customer.clone(), note: None };
            (!state.contains_key(key)).then(|| [(key.clone(), new)].into())
        }
        Deed::Note { key, base, note } => {
            let Some(Content::Order { customer, note: there }) = state.get(key) else { return None };
            let new = Content::Order { customer: customer.clone(), note: Some(note.clone()) };
            (there == base || there.as_ref() == Some(note)).then(|| [(key.clone(), new)].into())
        }
        Deed::Move { from, to, pieces } => match (state.get(from), state.get(to)) {
            (Some(Content::Stock(here)), Some(Content::Stock(there))) if from != to && pieces <= here => {
                let (here, there) = (here - pieces, there + pieces);
                Some([(from.clone(), Content::Stock(here)), (to.clone(), Content::Stock(there))].into())
            }
            _ => None,
        },
        Deed::Discard(_) => None,
    }
}

impl Device {
    fn overlaid(&self) -> impl Iterator<Item = (u64, &Made)> {
        (1..).zip(&self.made).filter(|(_, made)| made.is_overlaid)
    }

    /// What the user sees.
    pub(crate) fn shown(&self) -> State {
        let mut state = self.base.clone();
        for (_, made) in self.overlaid() {
            state.extend(run(&made.deed, &state).unwrap_or_default());
        }
        state
    }

    fn replay(&mut self) {
        let mut state = self.base.clone();
        for made in self.made.iter_mut().filter(|made| made.is_overlaid) {
            let done = run(&made.deed, &state);
            made.is_doubtful = done.is_none();
            state.extend(done.unwrap_or_default());
        }
    }

    /// Does something; false: it is refused.
    pub(crate) fn make(&mut self, deed: Deed) -> bool {
        let mut made = Made {
            deed,
            effect: None,
            depends_on: Vec::new(),
            verdict: None,
            is_overlaid: false,
            is_doubtful: false,
            is_open: false,
        };
        if let Deed::Discard(of) = made.deed {
            let item = &mut self.made[of as usize - 1];
            item.is_open = false;
            if item.verdict != Some(Verdict::Discarded) {
                self.made.push(made);
            }
            return true;
        }
        let Some(effect) = run(&made.deed, &self.shown()) else { return false };
        let is_unsure = |made: &Made| !matches!(made.verdict, Some(Verdict::Accepted | Verdict::Rebased));
        let mut state = self.base.clone();
        for (number, earlier) in self.overlaid() {
            let done = run(&earlier.deed, &state).unwrap_or_default();
            if is_unsure(earlier) && done.keys().any(|key| effect.contains_key(key)) {
                made.depends_on.push(number);
            }
            state.extend(done);
        }
        (made.effect, made.is_overlaid) = (Some(effect), true);
        self.made.push(made);
        true
    }

    /// Rejected operations that the user has yet to see to.
    pub(crate) fn inbox(&self) -> Vec<u64> {
        (1..).zip(&self.made).filter(|(_, made)| made.is_open).map(|(number, _)| number).collect()
    }

    pub(crate) fn operations(&self) -> Vec<Row> {
        let operations = (1..).zip(&self.made).filter(|(_, made)| made.effect.is_some());
        let row = |(number, made): (u64, &Made)| {
            let word = match made.verdict {
                None if number <= self.offered => "Sent",
                None => "Pending",
                Some(Verdict::Accepted) => "Accepted",
                Some(Verdict::Rebased) => "Rebased",
                Some(Verdict::Rejected | Verdict::Discarded) => "Rejected",
                Some(Verdict::Parked(_)) => "Parked",
            };
            (number, word, made.is_overlaid && !made.is_doubtful)
        };
        operations.map(row).collect()
    }

    pub(crate) fn status(&self) -> Status {
        let parked = |made: &Made| matches!(made.verdict, Some(Verdict::Parked(_)));
        [
            self.made.len() as u64 - self.taken,
            self.overlaid().filter(|(_, made)| parked(made)).count() as u64,
            self.overlaid().filter(|(_, made)| made.is_doubtful).count() as u64,
            self.inbox().len() as u64,
        ]
    }

    fn hear(&mut self, number: u64, verdict: Verdict) {
        let made = &mut self.made[number as usize - 1];
        if made.verdict == Some(verdict) || made.effect.is_none() {
            return;
        }
        made.verdict = Some(verdict);
        if matches!(verdict, Verdict::Rejected | Verdict::Discarded) {
            (made.is_overlaid, made.is_open) = (false, true);
        }
    }

    /// Synchronises with the server; the answer of this number is lost.
    pub(crate) fn sync(&mut self, own: usize, server: &mut Server, lost: Option<u32>) {
        let mut answers = 0;
        let mut is_lost = || {
            answers += 1;
            Some(answers) == lost
        };
        let last = self.made.len() as u64;
        if self.taken < last {
            self.offered = last;
            let verdicts: Vec<_> =
                (self.taken + 1..=last).map(|number| (number, self.made[number as usize - 1].clone())).collect();
            for (number, made) in verdicts {
                server.take((own, number), made);
            }
            if is_lost() {
                return;
            }
            for number in self.taken + 1..=last {
                self.hear(number, server.taken[&(own, number)].verdict);
            }
            self.taken = last;
            self.replay();
        }
        if is_lost() {
            return;
        }
        self.base = server.state.clone();
        for number in 1..=last {
            self.hear(number, server.taken[&(own, number)].verdict);
            let made = &mut self.made[number as usize - 1];
            made.is_overlaid &= !matches!(made.verdict, Some(Verdict::Accepted | Verdict::Rebased));
        }
        self.replay();
    }
}

impl Server {
    /// What stands against an operation because of those that it builds on.
    fn held_back(&self, own: usize, made: &Made) -> Option<Verdict> {
        let cause = |number: &u64| &self.taken[&(own, *number)];
        let is_given_up = |taken: &Taken| taken.is_given_up || taken.verdict == Verdict::Discarded;
        if made.depends_on.iter().any(|number| is_given_up(cause(number))) {
            return Some(Verdict::Discarded);
        }
        let is_open = |number: &&u64| !matches!(cause(number).verdict, Verdict::Accepted | Verdict::Rebased);
        made.depends_on.iter().find(is_open).map(|number| Verdict::Parked(*number))
    }

    fn take(&mut self, id: (usize, u64), made: Made) {
        if self.taken.contains_key(&id) {
            return;
        }
        let verdict = match (self.held_back(id.0, &made), &made.deed) {
            (_, Deed::Discard(of)) => {
                self.taken.get_mut(&(id.0, *of)).expect("it was sent").is_given_up = true;
                Verdict::Accepted
            }
            (Some(verdict), _) => verdict,
            (None, deed) => match run(deed, &self.state) {
                None => Verdict::Rejected,
                Some(done) => {
                    let is_same = made.effect.as_ref() == Some(&done);
                    self.state.extend(done);
                    if is_same { Verdict::Accepted } else { Verdict::Rebased }
                }
            },
        };
        self.taken.insert(id, Taken { made, verdict, is_given_up: false });
        self.release(id.0);
    }

    fn release(&mut self, own: usize) {
        loop {
            let waiting =
                self.taken.iter().filter(|((of, _), taken)| *of == own && matches!(taken.verdict, Verdict::Parked(_)));
            let changed: BTreeSet<_> = waiting
                .filter(|(_, taken)| self.held_back(own, &taken.made) == Some(Verdict::Discarded))
                .map(|(id, _)| *id)
                .collect();
            for id in &changed {
                self.taken.get_mut(id).expect("it is there").verdict = Verdict::Discarded;
            }
            if changed.is_empty() {
                return;
            }
        }
    }
}
