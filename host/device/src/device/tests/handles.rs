//! The device on a thread of its own.

use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc, Barrier, Mutex,
        mpsc::{Receiver, Sender, channel},
    },
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::Duration,
};

use super::{
    kit::{Kit, identity},
    server::Server,
};
use crate::{
    Automatic, Closed, Handle, Pokes, Reply,
    device::{At, Device, DeviceError, Event, OperationState, PageQuery, Synced},
    exchange::Exchange,
    transport::{Token, TransportError},
    world::create,
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

/// A server that several threads ask.
#[derive(Clone)]
struct Shared(Arc<Mutex<Server>>);

impl Exchange for Shared {
    fn push(&self, token: &Token, push: &[u8]) -> Result<Vec<u8>, TransportError> {
        self.0.lock().expect("unpoisoned").push(token, push)
    }

    fn pull(&self, token: &Token, cookie: Option<&[u8]>) -> Result<Vec<u8>, TransportError> {
        self.0.lock().expect("unpoisoned").pull(token, cookie)
    }
}

/// Pokes when the test says so.
struct Poked(Mutex<Receiver<()>>);

impl Pokes for Poked {
    fn listen(&self, _: &Token, heard: &mut dyn FnMut(bool) -> bool) -> Result<(), TransportError> {
        let pokes = self.0.lock().expect("unpoisoned");
        while heard(true) {
            if pokes.recv().is_err() {
                break;
            }
        }
        Ok(())
    }
}

/// A device that synchronises by itself; the timer alone would take an hour.
struct World {
    handle: Handle,
    server: Shared,
    events: Receiver<Event>,
    poke: Sender<()>,
    /// The folder goes with it.
    kit: Kit,
}

fn automatic() -> World {
    let mut kit = Kit::new();
    let events = kit.device().events();
    let device = kit.device.take().expect("it is open");
    let server = Shared(Arc::new(Mutex::new(std::mem::replace(&mut kit.server, Server::new()))));
    let handle = Handle::new(device, server.clone()).expect("threads");
    let (poke, heard) = channel();
    let pokes = Some(Box::new(Poked(Mutex::new(heard))) as Box<dyn Pokes + Send>);
    handle.automatically(Automatic { every: Duration::from_hours(1), pokes }).expect("threads");
    await_event(&events, |event| *event == Event::InSync);
    World { handle, server, events, poke, kit }
}

impl World {
    fn server<T>(&self, work: impl FnOnce(&Server) -> T) -> T {
        work(&self.server.0.lock().expect("unpoisoned"))
    }

    fn submit(&self) {
        let submit = |device: &mut Device| -> Result<u64, DeviceError> {
            let mut draft = device.draft("orders", "order", None)?;
            draft.set_text(&At::Field("customer".into()), "C-1")?;
            Ok(device.submit(&draft, "create", &[].into(), &[].into())?.sequence)
        };
        self.handle.ask(submit).wait().expect("open").expect("allowed");
    }

    fn await_accepted(&self, wanted: u64) {
        await_event(&self.events, |event| {
            *event == Event::Operation { sequence: wanted, state: OperationState::Accepted }
        });
    }
}

/// Waits until an event comes that is the wanted one; a minute is more than it takes.
fn await_event(events: &Receiver<Event>, is_wanted: impl Fn(&Event) -> bool) {
    loop {
        let event = events.recv_timeout(Duration::from_mins(1)).expect("an event");
        if is_wanted(&event) {
            return;
        }
    }
}

#[test]
fn what_is_made_is_sent_without_being_asked() {
    let world = automatic();
    world.submit();
    world.await_accepted(1);
}

#[test]
fn a_poke_brings_what_others_have_made() {
    let world = automatic();
    world.server(|server| server.others(&mut create("o1", "I-1", "3")));
    world.poke.send(()).expect("somebody listens");
    await_event(&world.events, |event| matches!(event, Event::Records { .. }));
}

#[test]
fn after_a_failure_it_tries_again_by_itself() {
    let world = automatic();
    world.server(|server| server.is_offline.set(true));
    world.submit();
    await_event(&world.events, |event| matches!(event, Event::Waiting { .. }));
    world.server(|server| server.is_offline.set(false));
    world.await_accepted(1);
}

#[test]
fn a_user_who_is_locked_out_signs_in_and_it_goes_on() {
    let world = automatic();
    world.server(|server| server.is_locked_out.set(true));
    world.submit();
    await_event(&world.events, |event| *event == Event::SignedOut);
    world.server(|server| server.is_locked_out.set(false));
    let sign_in = world.handle.ask(|device| device.sign_in(identity(), Token::new("another")));
    sign_in.wait().expect("open").expect("signed in");
    world.await_accepted(1);
}

#[test]
fn with_the_last_handle_the_device_is_closed() {
    let World { handle, events, kit, .. } = automatic();
    drop(handle);
    while events.recv_timeout(Duration::from_mins(1)) != Err(std::sync::mpsc::RecvTimeoutError::Disconnected) {}
    drop(kit);
}

#[test]
fn two_who_synchronise_at_once_are_not_in_each_others_way() {
    let mut kit = Kit::new();
    for number in 0..5 {
        kit.create(&format!("C-{number}"), "1");
    }
    let device = kit.device.take().expect("it is open");
    let server = std::mem::replace(&mut kit.server, Server::new());
    let handle = Handle::new(device, server).expect("threads");
    let both = [handle.sync(), handle.sync()].map(Reply::wait);
    assert!(both.iter().all(|end| matches!(end, Ok(Ok(Synced::Done)))), "{both:?}");
    let status = handle.ask(|device| device.status()).wait().expect("open").expect("a status");
    assert!(status.is_in_sync(), "{status:?}");
}

#[test]
fn a_device_is_opened_on_its_own_thread() {
    let mut kit = Kit::new();
    kit.device = None;
    let (folder, packages) = (kit.folder.path().to_owned(), kit.packages.clone());
    let server = std::mem::replace(&mut kit.server, Server::new());
    let settings = kit.settings();
    let open = move || Device::open(&folder, Box::new(packages), settings).map(|device| (device, 7));
    let (handle, besides) = block_on(Handle::open(open, server).expect("threads")).expect("open").expect("it opens");
    assert_eq!(besides, 7);
    assert!(handle.ask(|device| device.identity().is_some()).wait().expect("open"));
    let failing = || Err::<(Device, ()), _>("no");
    let failed = Handle::open(failing, Slow(Arc::new(Barrier::new(1)))).expect("threads").wait();
    assert_eq!(failed.map(Result::err), Ok(Some("no")));
}
