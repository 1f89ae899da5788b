//! A device's session with its server: what to do next, given what happened. It waits for nothing and sends nothing
//! itself; real transports and simulated ones drive it alike.

use crate::intake::Gap;

/// The longest wait after failures, in milliseconds.
const WAIT_MAX_MS: u64 = 5 * 60 * 1000;

/// The longest wait after the first failure, in milliseconds.
const WAIT_FIRST_MS: u64 = 1000;

/// What a device knows of its session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The sequence of the message that is to be sent next.
    next: u64,
    /// The sequence of the last message that was made; 0: none.
    made: u64,
    in_flight: Option<Request>,
    /// How often in a row the server could not be reached or could not answer.
    failures: u32,
    wants_pull: bool,
    is_signed_in: bool,
}

/// What is asked of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// The messages from this sequence on, as many as fit a batch.
    Push {
        /// The first one's sequence.
        from: u64,
    },
    /// What has changed.
    Pull,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A message was made and is stored.
    Made {
        /// Its sequence.
        sequence: u64,
    },
    /// The user asks, the timer is due, the network is back, or the server says that there is something.
    Due,
    /// The server has taken messages, up to this one, and has given verdicts.
    Pushed {
        /// The last one's sequence.
        last: u64,
    },
    /// The server misses messages.
    Missed(Gap),
    /// A page of changes came.
    Pulled {
        /// There are more.
        has_more: bool,
    },
    /// The server could not be reached, or could not answer now.
    Failed {
        /// Any number, for the length of the wait.
        random: u64,
    },
    /// The server does not know the user any more.
    SignedOut,
    /// The user has signed in.
    SignedIn,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send this; its answer is an event.
    Send(Request),
    /// Nothing until the next event; if none comes in so many milliseconds, [`Event::Due`].
    Wait {
        /// How long.
        ms: u64,
    },
    /// All is sent and fetched.
    Idle,
    /// Ask the user to sign in. Nothing is lost meanwhile.
    SignIn,
    /// The server knows messages that this device does not: it was set up from an old copy. It needs a new id, under
    /// which it sends what is its own.
    StartOver,
}

impl Session {
    /// The session of a device that has made `made` messages, of which the server has taken those before `next`.
    pub fn new(next: u64, made: u64) -> Self {
        Self { next, made, in_flight: None, failures: 0, wants_pull: true, is_signed_in: true }
    }

    /// How often in a row the server could not be reached or could not answer.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// The same after so many failures in a row, so that waits go on growing.
    #[must_use]
    pub fn after_failures(self, failures: u32) -> Self {
        Self { failures, ..self }
    }

    /// How many messages the server has yet to take.
    pub fn waiting(&self) -> u64 {
        (self.made + 1).saturating_sub(self.next)
    }

    /// What to do after this.
    pub fn on(&mut self, event: &Event) -> Action {
        match *event {
            Event::Made { sequence } => self.made = self.made.max(sequence),
            Event::Due => self.wants_pull = true,
            Event::Pushed { last } => {
                self.answered();
                self.next = self.next.max(last.saturating_add(1));
                self.wants_pull = true;
            }
            Event::Missed(Gap { expected, .. }) => {
                self.answered();
                if expected > self.made.saturating_add(1) {
                    return Action::StartOver;
                }
                self.next = expected.max(1);
            }
            Event::Pulled { has_more } => {
                self.answered();
                self.wants_pull = has_more;
            }
            Event::Failed { random } => {
                self.in_flight = None;
                let longest = WAIT_FIRST_MS.saturating_mul(1 << self.failures.min(20)).min(WAIT_MAX_MS);
                self.failures = self.failures.saturating_add(1);
                return Action::Wait { ms: random % (longest + 1) };
            }
            Event::SignedOut => {
                self.in_flight = None;
                self.is_signed_in = false;
            }
            Event::SignedIn => {
                self.is_signed_in = true;
                self.failures = 0;
                self.wants_pull = true;
            }
        }
        self.next_action()
    }

    fn answered(&mut self) {
        self.in_flight = None;
        self.failures = 0;
    }

    /// One request at a time, and what was made goes before what is fetched.
    fn next_action(&mut self) -> Action {
        if !self.is_signed_in {
            return Action::SignIn;
        }
        if self.in_flight.is_some() {
            return Action::Wait { ms: WAIT_MAX_MS };
        }
        let request = if self.next <= self.made {
            Request::Push { from: self.next }
        } else if self.wants_pull {
            Request::Pull
        } else {
            return Action::Idle;
        };
        self.in_flight = Some(request);
        Action::Send(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_was_made_is_sent_then_changes_are_fetched() {
        let mut session = Session::new(1, 0);
        assert_eq!(session.on(&Event::Made { sequence: 1 }), Action::Send(Request::Push { from: 1 }));
        assert!(matches!(session.on(&Event::Made { sequence: 2 }), Action::Wait { .. }));
        assert_eq!(session.waiting(), 2);
        assert_eq!(session.on(&Event::Pushed { last: 1 }), Action::Send(Request::Push { from: 2 }));
        assert_eq!(session.on(&Event::Pushed { last: 2 }), Action::Send(Request::Pull));
        assert_eq!(session.on(&Event::Pulled { has_more: true }), Action::Send(Request::Pull));
        assert_eq!(session.on(&Event::Pulled { has_more: false }), Action::Idle);
        assert_eq!(session.waiting(), 0);
    }

    #[test]
    fn a_gap_is_filled_from_where_the_server_says() {
        let mut session = Session::new(5, 6);
        assert_eq!(session.on(&Event::Due), Action::Send(Request::Push { from: 5 }));
        let missed = Event::Missed(Gap { found: 5, expected: 3 });
        assert_eq!(session.on(&missed), Action::Send(Request::Push { from: 3 }));
        let unknown = Event::Missed(Gap { found: 3, expected: 9 });
        assert_eq!(session.on(&unknown), Action::StartOver);
    }

    #[test]
    fn signing_out_loses_nothing() {
        let mut session = Session::new(1, 3);
        session.on(&Event::Due);
        assert_eq!(session.on(&Event::SignedOut), Action::SignIn);
        assert_eq!(session.on(&Event::Made { sequence: 4 }), Action::SignIn);
        assert_eq!(session.waiting(), 4);
        assert_eq!(session.on(&Event::SignedIn), Action::Send(Request::Push { from: 1 }));
    }

    proptest! {
        /// Full jitter: anywhere from at once to twice as long each time, and never longer than the longest.
        #[test]
        fn waits_grow_and_stay_bounded(random: u64, failures in 0..40_u32) {
            let mut session = Session::new(1, 1);
            let mut waited = 0;
            for _ in 0..=failures {
                let Action::Wait { ms } = session.on(&Event::Failed { random }) else { panic!("no wait") };
                waited = ms;
            }
            prop_assert!(waited <= (WAIT_FIRST_MS << failures.min(20)).min(WAIT_MAX_MS));
        }

        /// Whatever happens, at most one request is under way, and once all goes well everything drains.
        #[test]
        fn everything_drains(events in proptest::collection::vec(0..6_u8, 0..40)) {
            let (mut session, mut taken, mut made) = (Session::new(1, 0), 0_u64, 0_u64);
            for event in events {
                let event = match event {
                    0 => { made += 1; Event::Made { sequence: made } }
                    1 => Event::Due,
                    2 => Event::Failed { random: 7 },
                    3 => Event::SignedOut,
                    4 => Event::SignedIn,
                    _ => Event::Pulled { has_more: false },
                };
                session.on(&event);
            }
            let mut action = session.on(&Event::SignedIn);
            for _ in 0..1000 {
                action = match action {
                    Action::Idle => break,
                    Action::Send(Request::Push { from }) => {
                        prop_assert_eq!(from, taken + 1);
                        taken = made;
                        session.on(&Event::Pushed { last: taken })
                    }
                    Action::Send(Request::Pull) => session.on(&Event::Pulled { has_more: false }),
                    // The request under way is lost.
                    Action::Wait { .. } => { session.on(&Event::Failed { random: 0 }); session.on(&Event::Due) }
                    other => panic!("{other:?}"),
                };
            }
            prop_assert_eq!(action, Action::Idle);
            prop_assert_eq!(taken, made);
        }
    }
}
