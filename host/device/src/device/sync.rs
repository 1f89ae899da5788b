//! Synchronising: what the session says is done, step by step; what is asked of the server goes over a transport.

use lockstep_model::{canonical::encode_push, exchange::Push};
use lockstep_sync::{
    intake::{BATCH_MESSAGES, batch},
    session::{Action, Event as Happened, Request, Session},
};

use super::{Device, Event, Result};
use crate::{
    exchange::Exchange,
    store::{messages, meta, staging},
    transport::{Token, TransportError},
};

/// What to do next for synchronising.
#[derive(Clone, Debug)]
pub enum Step {
    /// Send these bytes ([`Exchange::push`]); the answer goes to [`Device::pushed`].
    Push {
        /// Who asks.
        token: Token,
        /// What is sent.
        bytes: Vec<u8>,
    },
    /// Ask with this cookie ([`Exchange::pull`]); the answer goes to [`Device::pulled`].
    Pull {
        /// Who asks.
        token: Token,
        /// Up to where the device has followed.
        cookie: Option<Vec<u8>>,
    },
    /// There is nothing to do for now.
    End(Synced),
}

/// How synchronising ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Synced {
    /// All is sent and fetched.
    Done,
    /// The server could not be reached, or could not answer: try again in so many ms.
    Later {
        /// How long to wait.
        ms: u64,
    },
    /// The user has to sign in again. Nothing is lost meanwhile.
    SignIn,
    /// The server knows messages of this device that it does not know itself, or misses some that are forgotten here:
    /// the device needs a new id ([`Device::start_over`]).
    StartOver,
}

impl Device {
    /// Synchronises now, and blocks until it ends. Others that share the device wait; [`Handle`](crate::Handle) lets
    /// them work on.
    ///
    /// # Errors
    /// When the file cannot be read or written. That the server cannot be reached is no error.
    pub fn sync(&mut self, exchange: &dyn Exchange) -> Result<Synced> {
        let mut step = self.begin_sync()?;
        loop {
            step = match step {
                Step::Push { token, bytes } => self.pushed(exchange.push(&token, &bytes))?,
                Step::Pull { token, cookie } => self.pulled(exchange.pull(&token, cookie.as_deref()))?,
                Step::End(synced) => return Ok(synced),
            }
        }
    }

    /// Begins to synchronise; what was under way before is given up.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn begin_sync(&mut self) -> Result<Step> {
        self.is_checked = false;
        let connection = self.store.connection();
        let next = meta::number(connection, meta::TAKEN)? + 1;
        let failures = self.session.as_ref().map_or(0, Session::failures);
        self.session = Some(Session::new(next, messages::last(connection)?).after_failures(failures));
        if self.token.is_none() {
            return self.after(&Happened::SignedOut);
        }
        self.after(&Happened::Due)
    }

    /// What to do after something has happened.
    pub(super) fn after(&mut self, happened: &Happened) -> Result<Step> {
        let made = messages::last(self.store.connection())?;
        let Some(session) = &mut self.session else { return self.begin_sync() };
        // Meanwhile the user may have made more; while a request is under way that asks for nothing.
        if !matches!(happened, Happened::Due | Happened::SignedOut) {
            session.on(&Happened::Made { sequence: made });
        }
        match session.on(happened) {
            Action::Send(Request::Push { from }) => self.push_step(from),
            Action::Send(Request::Pull) => self.pull_step(),
            Action::Wait { ms } => {
                let sentence = self.trouble.clone().unwrap_or_default();
                self.tell(Event::Waiting { ms, sentence });
                Ok(Step::End(Synced::Later { ms }))
            }
            Action::Idle => {
                let now = (self.settings.clock)().now;
                self.store.write(|connection| meta::set_number(connection, meta::IN_SYNC_AT, now.0.max(1) as u64))?;
                self.trouble = None;
                self.tell(Event::InSync);
                Ok(Step::End(Synced::Done))
            }
            Action::SignIn => {
                self.tell(Event::SignedOut);
                Ok(Step::End(Synced::SignIn))
            }
            Action::StartOver => Ok(self.start_over_step()),
        }
    }

    pub(super) fn start_over_step(&mut self) -> Step {
        self.trouble =
            Some("the server knows other messages of this device than it has made: it needs a new id".into());
        self.tell(Event::StartOver);
        Step::End(Synced::StartOver)
    }

    /// What came instead of an answer.
    pub(super) fn failed(&mut self, error: &TransportError) -> Result<Step> {
        self.trouble = Some(error.to_string());
        if matches!(error, TransportError::NotAllowed(_)) {
            self.token = None;
            return self.after(&Happened::SignedOut);
        }
        if matches!(error, TransportError::OtherMessage(_)) {
            return Ok(self.start_over_step());
        }
        let random = (self.settings.random)();
        self.after(&Happened::Failed { random })
    }

    fn push_step(&mut self, from: u64) -> Result<Step> {
        let Some(token) = self.token.clone() else { return self.after(&Happened::SignedOut) };
        let contents = messages::contents(self.store.connection(), from, BATCH_MESSAGES)?;
        let count = batch(contents.iter().map(Vec::len));
        let decode = |bytes: &Vec<u8>| lockstep_model::canonical::decode_message(bytes);
        let decoded: std::result::Result<Vec<_>, _> = contents.iter().take(count).map(decode).collect();
        let all = decoded.map_err(crate::store::StoreError::from)?;
        let (Some(first), Some(last)) = (all.first(), all.last()) else { return Ok(self.start_over_step()) };
        if first.id().sequence != from {
            return Ok(self.start_over_step());
        }
        let last = last.id().sequence;
        // From now on the server may have them, whatever becomes of its answer.
        self.store.write(|connection| {
            let offered = meta::number(connection, meta::OFFERED)?;
            if last > offered { meta::set_number(connection, meta::OFFERED, last) } else { Ok(()) }
        })?;
        self.sent_to = last;
        let push = Push { device: self.settings.device.clone(), messages: all };
        Ok(Step::Push { token, bytes: encode_push(&push) })
    }

    fn pull_step(&mut self) -> Result<Step> {
        let Some(token) = self.token.clone() else { return self.after(&Happened::SignedOut) };
        let connection = self.store.connection();
        let is_staged = !staging::is_empty(connection)?;
        let cookie = meta::bytes(connection, if is_staged { meta::STAGED_COOKIE } else { meta::COOKIE })?;
        Ok(Step::Pull { token, cookie })
    }
}
