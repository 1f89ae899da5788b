//! A device: its file, its packages and its user, working with or without its server.

mod catalogue;
mod contents;
mod dashboard;
mod draft;
mod edits;
mod error;
mod event;
mod inbox;
mod operations;
mod page;
mod pull;
mod push;
mod remake;
mod replay;
mod show;
mod status;
mod submit;
mod sync;

use std::{
    cell::Cell,
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
};

use lockstep_model::{Context, Date, Limits, RecordId, Timestamp};
use lockstep_sync::session::Session;
use uuid::Builder;

pub use catalogue::Published;
pub use contents::Contents;
pub use dashboard::{ActionTile, ColumnHead, PageTile, Tile, WorkspaceView};
pub use draft::Draft;
pub use edits::At;
pub use error::DeviceError;
pub use event::Event;
pub use inbox::{Difference, InboxItem};
pub use operations::{OperationState, OperationView};
pub use page::{Condition, PageQuery, PageRow, PageView, SortBy};
pub use show::{ActionView, CollectionView, DraftView, FieldView, IssueView, RowView};
pub use status::SyncStatus;
pub use submit::{Submission, Submitted};
pub use sync::{Step, Synced};

use crate::{
    logic::{Package, Packages},
    store::{Store, inbox as stored_inbox, messages, meta, records},
    transport::Token,
    worker::Nudge,
};
use error::no_such;

pub(crate) type Result<T, E = DeviceError> = std::result::Result<T, E>;

/// The file's name in a device's folder.
const FILE: &str = "device.sqlite";

/// A moment as the device's clock has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// In UTC.
    pub now: Timestamp,
    /// The day where the user is.
    pub today: Date,
}

/// What a device is told by whoever embeds it.
pub struct Settings {
    /// What the environment calls the device.
    pub device: String,
    /// What an evaluation may take.
    pub limits: Limits,
    /// How large the file may become, in bytes.
    pub quota_bytes: u64,
    /// How long decided operations are kept, in ms: what a server that was restored from an old copy has lost is sent
    /// again from them.
    pub keep_ms: i64,
    /// The user's locale, such as `de-AT`; an unknown one is English.
    pub locale: String,
    /// What time it is.
    pub clock: Box<dyn Fn() -> Moment + Send>,
    /// Any number, another one each time.
    pub random: Box<dyn Fn() -> u64 + Send>,
}

/// Who uses the device. The token says so to the server; what is recorded with operations is this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The user's name.
    pub user: String,
    /// The company that he works for now.
    pub company: String,
    /// His roles.
    pub roles: Vec<String>,
}

/// A device. Its calls block while they read, evaluate or write; [`Handle`](crate::Handle) does all that elsewhere.
pub struct Device {
    pub(crate) store: Store,
    pub(crate) packages: Box<dyn Packages>,
    pub(crate) settings: Settings,
    identity: Option<Identity>,
    token: Option<Token>,
    session: Option<Session>,
    /// The last message of the push that is under way.
    sent_to: u64,
    /// All that is kept was sent again in this session, since the server begins anew.
    is_checked: bool,
    /// Why synchronising last stopped.
    trouble: Option<String>,
    listeners: Vec<mpsc::Sender<Event>>,
    /// Those who synchronise without being asked.
    nudged: Vec<mpsc::Sender<Nudge>>,
    /// The moment in the last new key.
    last_key: Cell<u64>,
}

fn file_of(file_or_folder: &Path) -> PathBuf {
    if file_or_folder.is_dir() { file_or_folder.join(FILE) } else { file_or_folder.to_owned() }
}

impl Device {
    /// Opens a device's file, or the one in its folder; makes it where there is none.
    ///
    /// # Errors
    /// When it cannot be used, or is another device's.
    pub fn open(file_or_folder: &Path, packages: Box<dyn Packages>, settings: Settings) -> Result<Self> {
        let store = Store::open(&file_of(file_or_folder), settings.quota_bytes)?;
        Self::with(store, packages, settings)
    }

    /// As [`open`](Self::open), a file that is encrypted with this key.
    ///
    /// # Errors
    /// As [`open`](Self::open), and when it has another key or none.
    #[cfg(feature = "sqlcipher")]
    pub fn open_encrypted(
        file_or_folder: &Path,
        key: &crate::FileKey,
        packages: Box<dyn Packages>,
        settings: Settings,
    ) -> Result<Self> {
        let store = Store::open_encrypted(&file_of(file_or_folder), key, settings.quota_bytes)?;
        Self::with(store, packages, settings)
    }

    fn with(mut store: Store, packages: Box<dyn Packages>, settings: Settings) -> Result<Self> {
        let identity = store.write(|connection| {
            match meta::text(connection, meta::DEVICE)? {
                None => meta::set_text(connection, meta::DEVICE, &settings.device)?,
                Some(found) if found != settings.device => {
                    return Err(DeviceError::OtherDevice { found, expected: settings.device.clone() });
                }
                Some(_) => {}
            }
            let Some(user) = meta::text(connection, meta::USER)? else { return Ok(None) };
            let company = meta::text(connection, meta::COMPANY)?.unwrap_or_default();
            let roles = meta::text(connection, meta::ROLES)?.unwrap_or_default();
            let roles = roles.split('\n').filter(|role| !role.is_empty()).map(str::to_owned).collect();
            Ok(Some(Identity { user, company, roles }))
        })?;
        let mut device = Self {
            store,
            packages,
            settings,
            identity,
            token: None,
            session: None,
            sent_to: 0,
            is_checked: false,
            trouble: None,
            listeners: Vec::new(),
            nudged: Vec::new(),
            last_key: Cell::new(0),
        };
        device.adopt()?;
        Ok(device)
    }

    /// Signs a user in. The token is kept in memory alone: after a start the device works without one, and needs it to
    /// synchronise.
    ///
    /// # Errors
    /// When another user's operations are not sent yet.
    pub fn sign_in(&mut self, identity: Identity, token: Option<Token>) -> Result<()> {
        let former = self.identity.as_ref().map(|former| former.user.clone());
        self.store.write(|connection| {
            if let Some(user) = former.filter(|user| *user != identity.user) {
                let last_taken = meta::number(connection, meta::TAKEN)?;
                let waiting = messages::counts(connection, last_taken)?.waiting;
                if waiting > 0 {
                    return Err(DeviceError::OtherUser { user, waiting });
                }
            }
            meta::set_text(connection, meta::USER, &identity.user)?;
            meta::set_text(connection, meta::COMPANY, &identity.company)?;
            meta::set_text(connection, meta::ROLES, &identity.roles.join("\n"))?;
            Ok(())
        })?;
        self.identity = Some(identity);
        self.token = token;
        self.nudge(Nudge::SignedIn);
        Ok(())
    }

    /// Who uses the device; none: nobody has signed in yet.
    pub fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// Speaks another language.
    pub fn set_locale(&mut self, locale: &str) {
        locale.clone_into(&mut self.settings.locale);
    }

    /// What happens from now on; an event that nobody takes costs memory alone.
    pub fn events(&mut self) -> mpsc::Receiver<Event> {
        let (sender, receiver) = mpsc::channel();
        self.listeners.push(sender);
        receiver
    }

    /// Keeps view rows for the packages in force. To be called when others have come into force.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn adopt(&mut self) -> Result<()> {
        let mut is_changed = false;
        for name in self.packages.names() {
            // One that cannot be used says so when it is used.
            let Ok(Some(package)) = self.packages.current(&name) else { continue };
            if records::kept_for(self.store.connection(), &name)? != Some(package.digest) {
                is_changed = true;
                self.store
                    .write(|connection| records::keep_for(connection, &name, package.digest, &package.descriptor))?;
            }
        }
        if is_changed {
            self.tell(Event::Packages);
        }
        Ok(())
    }

    pub(crate) fn package(&self, plugin: &str) -> Result<Arc<Package>> {
        self.packages.current(plugin)?.ok_or_else(|| no_such("workspace", plugin))
    }

    pub(crate) fn signed_in(&self) -> Result<&Identity> {
        self.identity.as_ref().ok_or(DeviceError::NotSignedIn)
    }

    /// The context of what is done now.
    pub(crate) fn context(&self, seed: u64) -> Result<Context> {
        let Identity { user, company, roles } = self.signed_in()?.clone();
        let Moment { now, today } = (self.settings.clock)();
        Ok(Context { now, today, seed, user, company, roles })
    }

    /// A new record's or row's key: a UUID of version 7 (RFC 9562), of the clock and of randomness. Each is greater than
    /// those before it, so that rows keep the order in which they were added (section 6.2: the clock runs ahead).
    pub fn new_key(&self) -> String {
        let now = ((self.settings.clock)().now.0.max(0) as u64).max(self.last_key.get() + 1);
        self.last_key.set(now);
        let [one, other] = [(self.settings.random)(), (self.settings.random)()].map(u64::to_le_bytes);
        let mut random = [0; 10];
        random[..8].copy_from_slice(&one);
        random[8..].copy_from_slice(&other[..2]);
        Builder::from_unix_timestamp_millis(now, &random).into_uuid().to_string()
    }

    pub(crate) fn nudge_on(&mut self, nudged: mpsc::Sender<Nudge>) {
        self.nudged.push(nudged);
    }

    /// With what the server is listened to, and a number for the length of a wait.
    pub(crate) fn listening(&self) -> (Option<Token>, u64) {
        (self.token.clone(), (self.settings.random)())
    }

    fn nudge(&mut self, nudge: Nudge) {
        self.nudged.retain(|nudged| nudged.send(nudge).is_ok());
    }

    #[expect(clippy::needless_pass_by_value, reason = "events are made where they are told")]
    fn tell(&mut self, event: Event) {
        self.listeners.retain(|listener| listener.send(event.clone()).is_ok());
    }

    fn tell_records<'a>(&mut self, records: impl IntoIterator<Item = &'a RecordId>) {
        let entities: BTreeSet<_> = records.into_iter().map(|id| (id.plugin.clone(), id.entity.clone())).collect();
        if !entities.is_empty() {
            self.tell(Event::Records { entities });
        }
    }

    fn tell_inbox(&mut self) -> Result<()> {
        let open = stored_inbox::count(self.store.connection())?;
        self.tell(Event::Inbox { open });
        Ok(())
    }
}

#[cfg(test)]
mod tests;
