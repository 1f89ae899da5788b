//! The backstop by the clock: a thread that moves wasmtime's epoch while evaluations are under way, and sleeps
//! otherwise.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// How often the epoch moves while anything is under way.
const TICK: Duration = Duration::from_millis(5);

/// How many ticks pass with nothing under way before the thread goes to sleep.
const IDLE_TICKS: u32 = 200;

/// Owns the thread.
pub(crate) struct Clock {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    under_way: AtomicUsize,
    asleep: AtomicBool,
    stopped: AtomicBool,
}

/// One evaluation under way; its end when dropped.
pub(crate) struct UnderWay<'a>(&'a Shared);

impl Clock {
    /// Starts the thread.
    pub(crate) fn start(engine: wasmtime::Engine) -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let seen = Arc::clone(&shared);
        let thread = thread::Builder::new().name("lockstep-clock".into()).spawn(move || tick(&engine, &seen))?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Says that an evaluation begins.
    pub(crate) fn begin(&self) -> UnderWay<'_> {
        self.shared.under_way.fetch_add(1, SeqCst);
        if self.shared.asleep.load(SeqCst) {
            self.wake();
        }
        UnderWay(&self.shared)
    }

    /// How many ticks are at least so many milliseconds.
    pub(crate) fn ticks(milliseconds: u64) -> u64 {
        milliseconds.div_ceil(TICK.as_millis() as u64) + 1
    }

    #[cold]
    fn wake(&self) {
        if let Some(thread) = &self.thread {
            thread.thread().unpark();
        }
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, SeqCst);
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        self.shared.stopped.store(true, SeqCst);
        self.wake();
        if let Some(thread) = self.thread.take() {
            // The thread does nothing that panics; there is nobody to tell if it did.
            let _ = thread.join();
        }
    }
}

fn tick(engine: &wasmtime::Engine, shared: &Shared) {
    let mut idle = 0;
    while !shared.stopped.load(SeqCst) {
        if shared.under_way.load(SeqCst) > 0 {
            idle = 0;
        } else if idle < IDLE_TICKS {
            idle += 1;
        } else {
            sleep(shared);
            idle = 0;
        }
        thread::park_timeout(TICK);
        engine.increment_epoch();
    }
}

/// Parks until there is something to do. `asleep` is set before `under_way` is read, and read after `under_way` is
/// raised, so that one of the two sides sees the other.
fn sleep(shared: &Shared) {
    shared.asleep.store(true, SeqCst);
    while shared.under_way.load(SeqCst) == 0 && !shared.stopped.load(SeqCst) {
        thread::park();
    }
    shared.asleep.store(false, SeqCst);
}
