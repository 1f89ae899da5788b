//! Bringing a device's packages up to date, beside its work.

use std::io;

use crate::{
    device::{Device, DeviceError, Published},
    error::RefreshError,
    handle::{Handle, spawn},
    refresh::Refreshed,
    reply::{Closed, Reply, pair},
    transport::Transport,
};

/// Why packages are not up to date. What was in force is in force.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// Nobody has signed in with a token since the device was opened.
    #[error("there is no token to ask the server with: sign in first")]
    NotSignedIn,
    /// What is published could not be fetched.
    #[error(transparent)]
    Refresh(#[from] RefreshError),
    /// The device's file cannot be used.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The device is closed.
    #[error(transparent)]
    Closed(#[from] Closed),
}

impl Handle {
    /// Asks the server what is published, on a thread of its own, and puts it in force: the device works on meanwhile.
    ///
    /// # Errors
    /// When the system has no more threads.
    pub fn update(
        &self,
        published: &Published,
        transport: impl Transport + Send + 'static,
    ) -> io::Result<Reply<Result<Refreshed, UpdateError>>> {
        let (slot, reply) = pair();
        let (handle, published) = (self.clone(), published.clone());
        spawn("lockstep-update", move || slot.put(update(&handle, &published, &transport)))?;
        Ok(reply)
    }
}

fn update(handle: &Handle, published: &Published, transport: &dyn Transport) -> Result<Refreshed, UpdateError> {
    let asked = handle.ask(|device| Ok::<_, DeviceError>((device.listening().0, device.needed_packages()?)));
    let (token, needed) = asked.wait()??;
    let token = token.ok_or(UpdateError::NotSignedIn)?;
    let refreshed = published.refresh(transport, &token, needed)?;
    handle.ask(Device::adopt).wait()??;
    Ok(refreshed)
}
