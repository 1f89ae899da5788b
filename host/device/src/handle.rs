//! A device on a thread of its own, so that nobody's thread waits for a disk, a plugin or a network.
//!
//! One thread owns the [`Device`] and does what it is asked in order. A second one carries what is exchanged with the
//! server, so that work goes on meanwhile. A [`Reply`] is awaited, or waited for; dropping it gives the answer away, and
//! the work is done all the same. [`Handle::automatically`] has it synchronise by itself.

use std::{
    io,
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

use crate::{
    device::{Device, DeviceError, Step, Synced},
    exchange::Exchange,
    reply::{Closed, Reply, Slot, pair},
    worker::{self, Automatic},
};

type Work = Box<dyn FnOnce(&mut Device) + Send>;

/// A device that does its work elsewhere. Cheap to clone; when the last one is dropped, the device is closed after what
/// it was asked.
#[derive(Clone)]
pub struct Handle(pub(crate) Arc<Threads>);

/// The ways to the threads.
pub(crate) struct Threads {
    work: Sender<Work>,
    carry: Sender<Slot<Result<Synced, DeviceError>>>,
}

impl Handle {
    /// Puts a device on a thread of its own. `exchange` is used on another one.
    ///
    /// # Errors
    /// When the system has no more threads.
    pub fn new(device: Device, exchange: impl Exchange + Send + 'static) -> io::Result<Self> {
        let (work, to_do) = channel::<Work>();
        spawn("lockstep-device", move || work_off(device, &to_do))?;
        Self::carrying(work, exchange)
    }

    /// As [`new`](Self::new), with a device that is opened on its own thread, and what else comes of opening it.
    ///
    /// # Errors
    /// When the system has no more threads; what `open` fails with is the reply's.
    pub fn open<T: Send + 'static, E: Send + 'static>(
        open: impl FnOnce() -> Result<(Device, T), E> + Send + 'static,
        exchange: impl Exchange + Send + 'static,
    ) -> io::Result<Reply<Result<(Self, T), E>>> {
        let (work, to_do) = channel::<Work>();
        let (slot, reply) = pair();
        let handle = Self::carrying(work, exchange)?;
        spawn("lockstep-device", move || match open() {
            Ok((device, besides)) => {
                slot.put(Ok((handle, besides)));
                work_off(device, &to_do);
            }
            Err(error) => slot.put(Err(error)),
        })?;
        Ok(reply)
    }

    fn carrying(work: Sender<Work>, exchange: impl Exchange + Send + 'static) -> io::Result<Self> {
        let (carry, to_carry) = channel::<Slot<Result<Synced, DeviceError>>>();
        let to_device = work.clone();
        spawn("lockstep-exchange", move || {
            while let Ok(slot) = to_carry.recv() {
                let mut step = ask(&to_device, Device::begin_sync).wait();
                let end = loop {
                    step = match step {
                        Ok(Ok(Step::Push { token, bytes })) => {
                            let answer = exchange.push(&token, &bytes);
                            ask(&to_device, move |device| device.pushed(answer)).wait()
                        }
                        Ok(Ok(Step::Pull { token, cookie })) => {
                            let answer = exchange.pull(&token, cookie.as_deref());
                            ask(&to_device, move |device| device.pulled(answer)).wait()
                        }
                        Ok(Ok(Step::End(synced))) => break Some(Ok(synced)),
                        Ok(Err(error)) => break Some(Err(error)),
                        Err(Closed) => break None,
                    };
                };
                let Some(end) = end else { return };
                slot.put(end);
            }
        })?;
        Ok(Self(Arc::new(Threads { work, carry })))
    }

    /// Has the device do something, after what it was asked before.
    pub fn ask<T: Send + 'static>(&self, work: impl FnOnce(&mut Device) -> T + Send + 'static) -> Reply<T> {
        ask(&self.0.work, work)
    }

    /// Synchronises, after what is under way. While answers of the server are awaited, the device does what else it is
    /// asked.
    pub fn sync(&self) -> Reply<Result<Synced, DeviceError>> {
        let (slot, reply) = pair();
        // What cannot be sent is dropped, which closes the reply.
        drop(self.0.carry.send(slot));
        reply
    }

    /// Synchronises by itself from now on, on a thread of its own, until the last handle is dropped.
    ///
    /// # Errors
    /// When the system has no more threads.
    pub fn automatically(&self, automatic: Automatic) -> io::Result<()> {
        worker::start(self, automatic)
    }
}

fn work_off(mut device: Device, to_do: &Receiver<Work>) {
    while let Ok(work) = to_do.recv() {
        work(&mut device);
    }
}

pub(crate) fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new().name(name.to_owned()).spawn(work).map(drop)
}

fn ask<T: Send + 'static>(to: &Sender<Work>, work: impl FnOnce(&mut Device) -> T + Send + 'static) -> Reply<T> {
    let (slot, reply) = pair();
    // What cannot be sent is dropped, which closes the reply.
    drop(to.send(Box::new(move |device| slot.put(work(device)))));
    reply
}
