//! A device on a thread of its own, so that nobody's thread waits for a disk, a plugin or a network.
//!
//! One thread owns the [`Device`] and does what it is asked in order. A second one carries what is exchanged with the
//! server, so that work goes on meanwhile. A [`Reply`] is awaited, or waited for; dropping it gives the answer away, and
//! the work is done all the same.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        mpsc::{Sender, channel},
    },
    task::{Context, Poll, Waker},
    thread,
};

use crate::{
    device::{Device, DeviceError, Step, Synced},
    exchange::Exchange,
};

type Work = Box<dyn FnOnce(&mut Device) + Send>;

/// A device that does its work elsewhere. Cheap to clone; when the last one is dropped, the device is closed after what
/// it was asked.
#[derive(Clone)]
pub struct Handle {
    work: Sender<Work>,
    carry: Sender<Carried>,
}

/// A step to be carried to the server, and who waits for the end.
struct Carried {
    step: Step,
    reply: Slot<Result<Synced, DeviceError>>,
    work: Sender<Work>,
}

/// The device has been closed: its thread ended early, because something panicked on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the device is closed: open it again")]
pub struct Closed;

impl Handle {
    /// Puts a device on a thread of its own. `exchange` is used on another one.
    ///
    /// # Errors
    /// When the system has no more threads.
    pub fn new(mut device: Device, exchange: impl Exchange + Send + 'static) -> std::io::Result<Self> {
        let (work, to_do) = channel::<Work>();
        thread::Builder::new().name("lockstep-device".to_owned()).spawn(move || {
            for work in to_do {
                work(&mut device);
            }
        })?;
        let (carry, to_carry) = channel::<Carried>();
        thread::Builder::new().name("lockstep-exchange".to_owned()).spawn(move || {
            for Carried { mut step, reply, work } in to_carry {
                let end = loop {
                    let next = match step {
                        Step::Push { token, bytes } => {
                            let answer = exchange.push(&token, &bytes);
                            ask(&work, move |device| device.pushed(answer))
                        }
                        Step::Pull { token, cookie } => {
                            let answer = exchange.pull(&token, cookie.as_deref());
                            ask(&work, move |device| device.pulled(answer))
                        }
                        Step::End(synced) => break Some(Ok(synced)),
                    };
                    match next.wait() {
                        Ok(Ok(next)) => step = next,
                        Ok(Err(error)) => break Some(Err(error)),
                        Err(Closed) => break None,
                    }
                };
                if let Some(end) = end {
                    reply.put(end);
                }
            }
        })?;
        Ok(Self { work, carry })
    }

    /// Has the device do something, after what it was asked before.
    pub fn ask<T: Send + 'static>(&self, work: impl FnOnce(&mut Device) -> T + Send + 'static) -> Reply<T> {
        ask(&self.work, work)
    }

    /// Synchronises. While answers of the server are awaited, the device does what else it is asked.
    pub fn sync(&self) -> Reply<Result<Synced, DeviceError>> {
        let (slot, reply) = pair();
        let (carry, back) = (self.carry.clone(), self.work.clone());
        let work = Box::new(move |device: &mut Device| match device.begin_sync() {
            // The slot goes with the step; where nobody carries any more, its reply is closed.
            Ok(step) => drop(carry.send(Carried { step, reply: slot, work: back })),
            Err(error) => slot.put(Err(error)),
        });
        drop(self.work.send(work));
        reply
    }
}

fn ask<T: Send + 'static>(to: &Sender<Work>, work: impl FnOnce(&mut Device) -> T + Send + 'static) -> Reply<T> {
    let (slot, reply) = pair();
    // What cannot be sent is dropped, which closes the reply.
    drop(to.send(Box::new(move |device| slot.put(work(device)))));
    reply
}

/// An answer that will come: a future, or something to wait for.
#[must_use = "it is done all the same, and its answer is lost"]
pub struct Reply<T>(Arc<Shared<T>>);

/// Where the answer is put. Dropped without one, it closes the reply.
struct Slot<T>(Arc<Shared<T>>);

struct Shared<T> {
    state: Mutex<State<T>>,
    came: Condvar,
}

struct State<T> {
    answer: Option<Result<T, Closed>>,
    waker: Option<Waker>,
}

fn pair<T>() -> (Slot<T>, Reply<T>) {
    let state = Mutex::new(State { answer: None, waker: None });
    let shared = Arc::new(Shared { state, came: Condvar::new() });
    (Slot(shared.clone()), Reply(shared))
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, answer: Result<T, Closed>) {
        let mut state = self.lock();
        if state.answer.is_none() {
            state.answer = Some(answer);
        }
        let waker = state.waker.take();
        drop(state);
        self.came.notify_all();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Slot<T> {
    fn put(self, answer: T) {
        self.0.put(Ok(answer));
    }
}

impl<T> Drop for Slot<T> {
    fn drop(&mut self) {
        // After an answer was taken this is heard by nobody.
        self.0.put(Err(Closed));
    }
}

impl<T> Reply<T> {
    /// Blocks until the answer is there.
    ///
    /// # Errors
    /// When the device is closed.
    pub fn wait(self) -> Result<T, Closed> {
        let mut state = self.0.lock();
        loop {
            if let Some(answer) = state.answer.take() {
                return answer;
            }
            state = self.0.came.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl<T> Future for Reply<T> {
    type Output = Result<T, Closed>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.0.lock();
        if let Some(answer) = state.answer.take() {
            return Poll::Ready(answer);
        }
        state.waker = Some(context.waker().clone());
        Poll::Pending
    }
}
