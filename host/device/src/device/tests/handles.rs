//! The device on a thread of its own.

use std::{
    future::Future,
    pin::pin,
    sync::{Arc, Barrier},
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
};

use super::kit::Kit;
use crate::{
    Closed, Handle,
    device::{PageQuery, Synced},
    exchange::Exchange,
    transport::{Token, TransportError},
};

/// A server whose answers wait for the test; it cannot be reached.
struct Slow(Arc<Barrier>);

impl Exchange for Slow {
    fn push(&self, _: &Token, _: &[u8]) -> Result<Vec<u8>, TransportError> {
        self.0.wait();
        self.0.wait();
        Err(TransportError::Offline("there is no network".into()))
    }

    fn pull(&self, _: &Token, _: Option<&[u8]>) -> Result<Vec<u8>, TransportError> {
        self.push(&Token::new("x").expect("a token"), &[])
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

#[test]
fn while_the_server_is_waited_for_the_device_works() {
    let mut kit = Kit::new();
    let draft = kit.draft("C-1", "I-1", "3");
    let barrier = Arc::new(Barrier::new(2));
    let device = kit.device.take().expect("it is open");
    let handle = Handle::new(device, Slow(barrier.clone())).expect("threads");
    let sync = handle.sync();
    barrier.wait();
    let submitted = handle.ask(move |device| device.submit(&draft, "create", &[].into(), &[].into()));
    assert_eq!(block_on(submitted).expect("open").expect("allowed").sequence, 1);
    let query = PageQuery { limit: 9, ..PageQuery::default() };
    let page = handle.clone().ask(move |device| device.page("orders", "orders", &query));
    assert_eq!(page.wait().expect("open").expect("a page").total, 1);
    barrier.wait();
    assert!(matches!(sync.wait(), Ok(Ok(Synced::Later { .. }))));
}

#[test]
fn a_device_that_ended_early_says_so() {
    let mut kit = Kit::new();
    let device = kit.device.take().expect("it is open");
    let handle = Handle::new(device, Slow(Arc::new(Barrier::new(1)))).expect("threads");
    let panicked = handle.ask(|_| -> u32 { std::panic::resume_unwind(Box::new("on purpose")) });
    assert_eq!(panicked.wait(), Err(Closed));
    assert_eq!(handle.ask(|_| 1).wait(), Err(Closed));
    assert_eq!(block_on(handle.sync()).err(), Some(Closed));
}
