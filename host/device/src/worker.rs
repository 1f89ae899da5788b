//! Synchronising without being asked: after something was made, when the server says so, and every so often.

use std::{
    io,
    sync::{
        Arc, Weak,
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    time::{Duration, Instant},
};

use crate::{
    device::Synced,
    handle::{Handle, Threads, spawn},
    pokes::Pokes,
    reply::Closed,
    transport::Token,
};

/// The longest that listening waits after failures.
const LISTEN_MAX: Duration = Duration::from_mins(5);

/// When a device synchronises by itself. After a failure it waits for as long as the session says (full jitter).
pub struct Automatic {
    /// How long after all was sent and fetched it asks again where nothing happens.
    pub every: Duration,
    /// Listened to on one more thread.
    pub pokes: Option<Box<dyn Pokes + Send>>,
}

/// Why the worker should look again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nudge {
    /// Something was made. After a failure it waits with the rest.
    Made,
    /// The user has signed in.
    SignedIn,
    /// The server has something.
    Poked,
}

/// What the worker waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waiting {
    /// The time to ask again, or anything that happens.
    Idle(Duration),
    /// The time to try again.
    Failed(Duration),
    /// Somebody who signs in.
    SignIn,
}

impl Waiting {
    fn after(synced: Synced, every: Duration) -> Self {
        match synced {
            Synced::Done => Self::Idle(every),
            Synced::Later { ms } => Self::Failed(Duration::from_millis(ms)),
            Synced::SignIn | Synced::StartOver => Self::SignIn,
        }
    }

    fn longest(self) -> Option<Duration> {
        match self {
            Self::Idle(longest) | Self::Failed(longest) => Some(longest),
            Self::SignIn => None,
        }
    }

    fn ends_with(self, nudge: Nudge) -> bool {
        match self {
            Self::Idle(_) => true,
            Self::Failed(_) => nudge != Nudge::Made,
            Self::SignIn => nudge == Nudge::SignedIn,
        }
    }
}

pub(crate) fn start(handle: &Handle, automatic: Automatic) -> io::Result<()> {
    let Automatic { every, pokes } = automatic;
    let (nudge, nudges) = channel();
    if let Some(pokes) = pokes {
        let (signed_in, signs) = channel();
        let (threads, nudge) = (Arc::downgrade(&handle.0), nudge.clone());
        spawn("lockstep-pokes", move || listen(&threads, &*pokes, &nudge, &signs))?;
        drop(handle.ask(move |device| device.nudge_on(signed_in)));
    }
    let threads = Arc::downgrade(&handle.0);
    spawn("lockstep-timer", move || synchronise(&threads, every, &nudges))?;
    // The device lets go of it when it is closed, which ends the thread.
    drop(handle.ask(move |device| device.nudge_on(nudge)));
    Ok(())
}

fn synchronise(threads: &Weak<Threads>, every: Duration, nudges: &Receiver<Nudge>) {
    loop {
        let Some(reply) = threads.upgrade().map(|threads| Handle(threads).sync()) else { return };
        let waiting = match reply.wait() {
            Ok(Ok(synced)) => Waiting::after(synced, every),
            // The disk fails: that does not pass quickly.
            Ok(Err(_)) => Waiting::Failed(every),
            Err(Closed) => return,
        };
        if !wait(waiting, nudges) {
            return;
        }
    }
}

/// Whether to go on afterwards.
fn wait(waiting: Waiting, nudges: &Receiver<Nudge>) -> bool {
    let until = waiting.longest().and_then(|longest| Instant::now().checked_add(longest));
    loop {
        let nudge = match until {
            Some(until) => nudges.recv_timeout(until.saturating_duration_since(Instant::now())),
            None => nudges.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match nudge {
            Ok(nudge) if waiting.ends_with(nudge) => {
                // What has come meanwhile is done with it.
                while nudges.try_recv().is_ok() {}
                return true;
            }
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout) => return true,
            Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
}

fn listen(threads: &Weak<Threads>, pokes: &dyn Pokes, nudge: &Sender<Nudge>, signs: &Receiver<Nudge>) {
    let mut failures = 0;
    loop {
        let Some(asked) = threads.upgrade().map(|threads| Handle(threads).ask(|device| device.listening())) else {
            return;
        };
        let Ok((token, random)) = asked.wait() else { return };
        let waiting = match token.map(|token| hear(threads, pokes, &token, nudge)) {
            None => Waiting::SignIn,
            Some(has_heard) => {
                failures = if has_heard { 0 } else { failures + 1 };
                Waiting::Failed(pause(failures, random))
            }
        };
        if !wait(waiting, signs) {
            return;
        }
    }
}

/// Whether the server was heard at all.
fn hear(threads: &Weak<Threads>, pokes: &dyn Pokes, token: &Token, nudge: &Sender<Nudge>) -> bool {
    let mut has_heard = false;
    // That it broke off shows in what was heard; what was missed meanwhile comes with the first nudge of the next time.
    let _ = pokes.listen(token, &mut |is_poke| {
        has_heard = true;
        threads.strong_count() > 0 && (!is_poke || nudge.send(Nudge::Poked).is_ok())
    });
    has_heard
}

/// Anywhere up to twice as long after each failure in a row: all devices come back at different moments.
fn pause(failures: u32, random: u64) -> Duration {
    let longest = Duration::from_secs(1).saturating_mul(1 << failures.min(20)).min(LISTEN_MAX);
    Duration::from_millis(random % (longest.as_millis() as u64 + 1))
}
