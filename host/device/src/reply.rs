//! Answers that come from another thread.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

/// The device has been closed: its thread ended early, because something panicked on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the device is closed: open it again")]
pub struct Closed;

/// An answer that will come: a future, or something to wait for.
#[must_use = "it is done all the same, and its answer is lost"]
pub struct Reply<T>(Arc<Shared<T>>);

/// Where the answer is put. Dropped without one, it closes the reply.
pub(crate) struct Slot<T>(Arc<Shared<T>>);

struct Shared<T> {
    state: Mutex<State<T>>,
    came: Condvar,
}

struct State<T> {
    answer: Option<Result<T, Closed>>,
    waker: Option<Waker>,
}

pub(crate) fn pair<T>() -> (Slot<T>, Reply<T>) {
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
    pub(crate) fn put(self, answer: T) {
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
