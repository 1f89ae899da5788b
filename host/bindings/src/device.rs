//! A device.

use std::{
    path::Path,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use lockstep_device::{
    self as core, Automatic, DeviceError, Handle, HttpTransport, Published, Refreshed, Reply, Token,
};

use crate::{
    answers::{Asked, answered, both},
    draft::Draft,
    error::{Error, settings as wrong},
    events::{Listener, tell},
    operations::{OperationItem, item},
    query::PageQuery,
    settings::{Platform, Settings},
    views::{InboxItem, PageView, Status, Tile, WorkspaceView, all},
};

/// Who uses the device.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Identity {
    /// The user's name.
    pub user: String,
    /// The company that he works for now.
    pub company: String,
    /// His roles.
    pub roles: Vec<String>,
}

/// How synchronising ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Synced {
    /// All is sent and fetched.
    Done,
    /// The server could not be reached, or could not answer.
    Later {
        /// Try again in so many ms.
        ms: u64,
    },
    /// The user has to sign in again. Nothing is lost meanwhile.
    SignIn,
    /// The device needs a new id.
    StartOver,
}

impl From<core::Synced> for Synced {
    fn from(synced: core::Synced) -> Self {
        match synced {
            core::Synced::Done => Self::Done,
            core::Synced::Later { ms } => Self::Later { ms },
            core::Synced::SignIn => Self::SignIn,
            core::Synced::StartOver => Self::StartOver,
        }
    }
}

/// What a refresh has changed: workspaces by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, uniffi::Record)]
pub struct Refresh {
    /// Something is published in another way than before.
    pub has_changed: bool,
    /// What is published newly.
    pub added: Vec<String>,
    /// What is published in another version.
    pub replaced: Vec<String>,
    /// What is not published any more.
    pub removed: Vec<String>,
}

impl From<Refreshed> for Refresh {
    fn from(refreshed: Refreshed) -> Self {
        let Refreshed::Changed(changes) = refreshed else { return Self::default() };
        Self {
            has_changed: true,
            added: changes.added.into_iter().map(|package| package.name).collect(),
            replaced: changes.replaced.into_iter().map(|(_, package)| package.name).collect(),
            removed: changes.removed.into_iter().map(|package| package.name).collect(),
        }
    }
}

/// A device: its file, its packages and its user, working with or without its server. Nobody's thread waits for a disk, a
/// plugin or a network unless it asks to (`…_blocking`).
#[derive(uniffi::Object)]
pub struct Device {
    handle: Handle,
    published: Published,
    http: HttpTransport,
}

/// A device that is being opened.
struct Opening {
    reply: Reply<Result<(Handle, Published), Error>>,
    http: HttpTransport,
}

fn begin(settings: Settings, platform: Arc<dyn Platform>) -> Result<Opening, Error> {
    let (http, enrolment) = (settings.http()?, settings.enrolment()?);
    let (limits, key, core_settings) = (settings.limits.model(), settings.file_key()?, settings.core(platform));
    let folder = settings.folder;
    let open = move || -> Result<_, Error> {
        let folder = Path::new(&folder);
        let published = Published::open(&folder.join("catalogue"), enrolment, limits)?;
        let packages = Box::new(published.clone());
        let device = match key {
            None => core::Device::open(folder, packages, core_settings)?,
            #[cfg(feature = "sqlcipher")]
            Some(key) => core::Device::open_encrypted(folder, &key, packages, core_settings)?,
            #[cfg(not(feature = "sqlcipher"))]
            Some(never) => match never {},
        };
        Ok((device, published))
    };
    Ok(Opening { reply: Handle::open(open, http.clone())?, http })
}

fn opened(opened: (Handle, Published), http: HttpTransport) -> Arc<Device> {
    let (handle, published) = opened;
    Arc::new(Device { handle, published, http })
}

#[uniffi::export]
impl Device {
    /// Opens a device's folder; makes it where there is none.
    #[uniffi::constructor]
    pub async fn open(settings: Settings, platform: Arc<dyn Platform>) -> Result<Arc<Self>, Error> {
        let Opening { reply, http } = begin(settings, platform)?;
        answered(reply.await).map(|answer| opened(answer, http))
    }

    /// Opens a device's folder; makes it where there is none. Blocks until it is open.
    #[uniffi::constructor]
    pub fn open_blocking(settings: Settings, platform: Arc<dyn Platform>) -> Result<Arc<Self>, Error> {
        let Opening { reply, http } = begin(settings, platform)?;
        answered(reply.wait()).map(|answer| opened(answer, http))
    }

    /// Has a listener hear what happens from now on, until the device is closed.
    pub fn listen(&self, listener: Arc<dyn Listener>) -> Result<(), Error> {
        // Events are sent from the moment on in which the device hears of it, after what it was asked before.
        let (sender, receiver) = mpsc::channel();
        drop(self.handle.ask(move |device| sender.send(device.events())));
        let tell = move || receiver.recv().into_iter().for_each(|events| tell(&events, &*listener));
        thread::Builder::new().name("lockstep-events".to_owned()).spawn(tell)?;
        Ok(())
    }

    /// Synchronises by itself from now on: after something was made, when the server says so, and every so many seconds.
    pub fn synchronise_automatically(&self, every_seconds: u32) -> Result<(), Error> {
        let every = Duration::from_secs(u64::from(every_seconds.max(1)));
        Ok(self.handle.automatically(Automatic { every, pokes: Some(Box::new(self.http.clone())) })?)
    }
}

impl Device {
    #[expect(clippy::unnecessary_wraps, reason = "whatever is asked may fail at once")]
    pub(crate) fn ask<T: Send + 'static, E: Into<Error>>(
        &self,
        work: impl FnOnce(&mut core::Device) -> Result<T, E> + Send + 'static,
    ) -> Asked<T> {
        Ok(self.handle.ask(move |device| work(device).map_err(Into::into)))
    }

    fn draft_of(
        &self,
        make: impl FnOnce(&mut core::Device) -> Result<core::Draft, DeviceError> + Send + 'static,
    ) -> Asked<Arc<Draft>> {
        let handle = self.handle.clone();
        self.ask(move |device| make(device).map(|draft| Draft::of(handle, draft)))
    }
}

both! { Device:
    /// Signs a user in; without a token he works, and does not synchronise.
    fn sign_in | sign_in_blocking(identity: Identity, token: Option<String>) -> () = |this| {
        let Identity { user, company, roles } = identity;
        let read = |text: String| Token::new(&text).ok_or_else(|| wrong("the token is empty, or has characters of no token"));
        token.map(read).transpose().and_then(|token| {
            this.ask(move |device| device.sign_in(core::Identity { user, company, roles }, token))
        })
    };

    /// Who uses the device; none: nobody has signed in yet.
    fn identity | identity_blocking() -> Option<Identity> = |this| this.ask(|device| {
        let identity = device.identity().cloned();
        Ok::<_, Error>(identity.map(|core::Identity { user, company, roles }| Identity { user, company, roles }))
    });

    /// Speaks another language.
    fn set_locale | set_locale_blocking(locale: String) -> () = |this| this.ask(move |device| {
        device.set_locale(&locale);
        Ok::<_, Error>(())
    });

    /// Asks the server what is published for this device, and puts it in force. The device works on meanwhile.
    fn refresh | refresh_blocking() -> Refresh = |this| {
        this.handle.update(&this.published, this.http.clone()).map_err(Error::from)
    };

    /// Synchronises now. That the server cannot be reached is no error.
    fn sync | sync_blocking() -> Synced = |this| Ok::<_, Error>(this.handle.sync());

    /// How the device stands with its server: whether it is in sync, since when, and what is waiting.
    fn status | status_blocking() -> Status = |this| this.ask(|device| device.status().map(Status::from));

    /// The workspaces that the user has.
    fn dashboard | dashboard_blocking() -> Vec<Tile> = |this| this.ask(|device| device.dashboard().map(|tiles| all::<_, Tile>(&tiles)));

    /// A workspace's pages, as far as the user has them.
    fn workspace | workspace_blocking(name: String) -> WorkspaceView = |this| {
        this.ask(move |device| device.workspace(&name).map(WorkspaceView::from))
    };

    /// A part of a list page: filtered, sorted, searched.
    fn page | page_blocking(workspace: String, page: String, query: PageQuery) -> PageView = |this| {
        crate::query::core(query).and_then(|query| {
            this.ask(move |device| device.page(&workspace, &page, &query).map(PageView::from))
        })
    };

    /// A draft of a new record, or of changes of the one with this key.
    fn draft | draft_blocking(workspace: String, entity: String, key: Option<String>) -> Arc<Draft> = |this| {
        this.draft_of(move |device| device.draft(&workspace, &entity, key.as_deref()))
    };

    /// A draft of an operation that was never sent, as it was entered; submitting it puts it in the operation's place.
    fn edit | edit_blocking(sequence: u64) -> Arc<Draft> = |this| this.draft_of(move |device| device.edit(sequence));

    /// A draft in place of a rejected operation; submitting it takes the item out of the inbox.
    fn retry | retry_blocking(sequence: u64) -> Arc<Draft> = |this| this.draft_of(move |device| device.retry(sequence));

    /// Takes an operation back that was never sent.
    fn withdraw | withdraw_blocking(sequence: u64) -> () = |this| this.ask(move |device| device.withdraw(sequence));

    /// Gives a rejected or parked operation up.
    fn discard | discard_blocking(sequence: u64) -> () = |this| this.ask(move |device| device.discard(sequence));

    /// The operations of this device that are not forgotten, in their order.
    fn operations | operations_blocking() -> Vec<OperationItem> = |this| this.ask(|device| {
        device.operations().map(|views| views.iter().map(|view| item(device, view)).collect::<Vec<_>>())
    });

    /// The rejected operations that the user has yet to see to, in their order.
    fn inbox | inbox_blocking() -> Vec<InboxItem> = |this| this.ask(|device| device.inbox().map(|items| all::<_, InboxItem>(&items)));

    /// Goes on under a new id, with which the user has to sign in again.
    fn start_over | start_over_blocking(device: String) -> () = |this| {
        this.ask(move |core| core.start_over(&device))
    };
}
