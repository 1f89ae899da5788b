//! Devices at work: they sell by the plugins' typical documents and reserve stock.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use anyhow::Context as _;
use lockstep_build::Built;
use lockstep_device::{
    At, Device, Draft, Evaluator, Exchange, Identity, Moment, Package, PackageFault, Packages, Settings, Step, Synced,
    Token, TransportError,
};
use lockstep_engine::Profile;
use lockstep_model::{
    Date, Digest, Message, Timestamp, Value,
    canonical::{decode_push, encode_page, encode_pushed},
    exchange::Push,
};
use lockstep_package::{Messages, Sections, Workspace};
use lockstep_server::{
    Mirror,
    auth::{Caller, Claims, NumericDate},
};
use serde_json::Value as Json;

use crate::{
    LIMITS, packages,
    site::{COMPANIES, NOW, STOCK, stock_key},
};

const MS_OF_A_DAY: i64 = 86_400_000;

/// Roles of everybody here.
pub const ROLES: [&str; 2] = ["sales", "warehouse"];

const NO_ARGUMENTS: &BTreeMap<String, Value> = &BTreeMap::new();
const NO_REASONS: &BTreeMap<String, String> = &BTreeMap::new();

/// Packages as devices run them.
#[derive(Clone)]
pub struct Kit(Vec<Arc<Package>>);

impl Kit {
    /// These packages in an engine of this profile.
    ///
    /// # Errors
    /// When one does not load.
    pub fn new(built: &[Built], profile: Profile) -> anyhow::Result<Self> {
        let load = |built: &Built| {
            let plugin = packages::load(built, profile)?;
            let sections = Sections::parse(&built.bytes)?;
            Ok(Arc::new(Package {
                name: built.manifest.name.clone(),
                version: built.manifest.version.clone(),
                digest: plugin.digest(),
                engine: plugin.engine().to_owned(),
                descriptor: plugin.descriptor().clone(),
                workspace: Workspace::read(&sections)?,
                messages: Messages::read(&sections)?,
                evaluator: Evaluator::new(plugin),
            }))
        };
        Ok(Self(built.iter().map(load).collect::<anyhow::Result<_>>()?))
    }
}

impl Packages for Kit {
    fn names(&self) -> Vec<String> {
        self.0.iter().map(|package| package.name.clone()).collect()
    }

    fn current(&self, plugin: &str) -> Result<Option<Arc<Package>>, PackageFault> {
        Ok(self.0.iter().find(|package| package.name == plugin).cloned())
    }

    fn pinned(&self, _plugin: &str, digest: &Digest) -> Option<Arc<Package>> {
        self.0.iter().find(|package| package.digest == *digest).cloned()
    }
}

/// A user with his device.
#[derive(Clone, Debug)]
pub struct Member {
    /// The device's id.
    pub device: String,
    /// The user's name.
    pub user: String,
    /// For which company he works.
    pub company: &'static str,
}

impl Member {
    /// The one with this number; companies alternate.
    pub fn new(number: usize) -> Self {
        let company = COMPANIES[number % COMPANIES.len()];
        Self { device: format!("device-{number}"), user: format!("user-{number}"), company }
    }

    /// As whom the server knows him.
    ///
    /// # Errors
    /// Never, for such names.
    pub fn caller(&self) -> anyhow::Result<Caller> {
        Ok(Caller::of(Claims {
            sub: self.user.clone(),
            exp: NumericDate(Timestamp(i64::MAX)),
            nbf: None,
            roles: ROLES.map(str::to_owned).into(),
            companies: Some(vec![self.company.to_owned()]),
            device: Some(self.device.clone()),
            locale: None,
        })?)
    }

    /// His device in this folder, signed in.
    ///
    /// # Errors
    /// When it does not open.
    pub fn open(&self, folder: &Path, kit: &Kit) -> anyhow::Result<Device> {
        // No two devices make the same keys.
        let digest = Digest::of(self.device.as_bytes()).0;
        let numbers = AtomicU64::new(digest.iter().take(7).fold(0, |number, byte| number << 8 | u64::from(*byte)));
        let settings = Settings {
            device: self.device.clone(),
            limits: LIMITS,
            quota_bytes: 16 << 30,
            keep_ms: i64::MAX,
            locale: "en".to_owned(),
            clock: Box::new(|| Moment { now: NOW, today: Date((NOW.0 / MS_OF_A_DAY) as i32) }),
            random: Box::new(move || numbers.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        };
        let mut device = Device::open(folder, Box::new(kit.clone()), settings)?;
        let (user, company, roles) = (self.user.clone(), self.company.to_owned(), ROLES.map(str::to_owned).into());
        device.sign_in(Identity { user, company, roles }, Token::new("token"))?;
        Ok(device)
    }

    /// The same, with all that the mirror has for him.
    ///
    /// # Errors
    /// When it does not open or fetch.
    pub fn open_in_sync(&self, folder: &Path, kit: &Kit, mirror: &Mirror) -> anyhow::Result<Device> {
        let mut device = self.open(folder, kit)?;
        let synced = device.sync(&self.direct(mirror)?)?;
        anyhow::ensure!(synced == Synced::Done, "the device is not in sync: {synced:?}");
        Ok(device)
    }

    /// The way to a mirror in the same process.
    ///
    /// # Errors
    /// Never, for such names.
    pub fn direct(&self, mirror: &Mirror) -> anyhow::Result<Direct> {
        Ok(Direct { mirror: mirror.clone(), caller: self.caller()?, device: self.device.clone() })
    }
}

/// Carries messages to a mirror in the same process, as bytes.
pub struct Direct {
    mirror: Mirror,
    caller: Caller,
    device: String,
}

fn bad(error: impl std::fmt::Display) -> TransportError {
    TransportError::BadAnswer(error.to_string())
}

impl Exchange for Direct {
    fn push(&self, _: &Token, push: &[u8]) -> Result<Vec<u8>, TransportError> {
        let push = decode_push(push).map_err(bad)?;
        Ok(encode_pushed(&self.mirror.push(&self.caller, &self.device, &push).map_err(bad)?))
    }

    fn pull(&self, _: &Token, cookie: Option<&[u8]>) -> Result<Vec<u8>, TransportError> {
        Ok(encode_page(&self.mirror.pull(&self.caller, &self.device, cookie).map_err(bad)?))
    }
}

/// What a member does, one operation after the other: makes an order like the typical one, changes it, confirms it, and
/// reserves stock.
pub struct Work {
    typical: Json,
    order: Option<String>,
    done: usize,
}

impl Work {
    /// What he does first.
    ///
    /// # Errors
    /// When the plugin has no typical document.
    pub fn new() -> anyhow::Result<Self> {
        let path = packages::folder("sales-orders").join("demo/typical.json");
        let typical = std::fs::read(&path).with_context(|| path.display().to_string())?;
        Ok(Self { typical: serde_json::from_slice(&typical)?, order: None, done: 0 })
    }

    /// A new order like the typical one.
    ///
    /// # Errors
    /// When the plugin has another schema.
    pub fn draft(&self, device: &Device) -> anyhow::Result<Draft> {
        let mut draft = device.draft("sales-orders", "sales-order", None)?;
        for (name, value) in self.typical.as_object().context("an object")? {
            match value {
                Json::Array(rows) => {
                    for row in rows {
                        let id = device.add_row(&mut draft, name)?;
                        for (field, value) in row.as_object().context("a row")?.iter().filter(|(name, _)| *name != "id")
                        {
                            let at = At::Cell { collection: name.clone(), row: id.clone(), field: field.clone() };
                            draft.set_text(&at, value.as_str().context("a text")?)?;
                        }
                    }
                }
                Json::String(text) if name != "entity" => draft.set_text(&At::Field(name.clone()), text)?,
                _ => {}
            }
        }
        Ok(draft)
    }

    /// Does the next thing.
    ///
    /// # Errors
    /// When the device refuses it.
    pub fn next(&mut self, device: &mut Device) -> anyhow::Result<()> {
        let step = self.done;
        self.done += 1;
        let order = self.order.as_deref();
        match step % 4 {
            0 => {
                let draft = self.draft(device)?;
                device.submit(&draft, "create", NO_ARGUMENTS, NO_REASONS)?;
                self.order = Some(draft.record().key.clone());
            }
            1 => {
                let mut draft = device.draft("sales-orders", "sales-order", order)?;
                draft.set_text(&At::Field("delivery-terms".to_owned()), "EXW")?;
                device.submit(&draft, "update", NO_ARGUMENTS, NO_REASONS)?;
            }
            2 => {
                let draft = device.draft("sales-orders", "sales-order", order)?;
                device.submit(&draft, "confirm", NO_ARGUMENTS, NO_REASONS)?;
            }
            _ => {
                let company = device.identity().context("nobody is signed in")?.company.clone();
                let key = stock_key(&company, step / 4 % STOCK);
                let draft = device.draft("inventory-on-hand", "on-hand", Some(&key))?;
                let quantity = Value::Decimal("1.25".parse()?);
                device.submit(&draft, "reserve", &[("quantity".to_owned(), quantity)].into(), NO_REASONS)?;
            }
        }
        Ok(())
    }

    /// Does so much.
    ///
    /// # Errors
    /// When the device refuses something.
    pub fn go_on(&mut self, device: &mut Device, count: usize) -> anyhow::Result<()> {
        (0..count).try_for_each(|_| self.next(device))
    }
}

/// A folder that is gone when the machine stops, where there is such: what is only prepared there takes less time.
///
/// # Errors
/// When it cannot be made.
pub fn scratch() -> anyhow::Result<tempfile::TempDir> {
    let memory = Path::new("/dev/shm");
    let place = if memory.is_dir() { memory.to_owned() } else { packages::target_folder() };
    Ok(tempfile::tempdir_in(place)?)
}

/// The messages of a member who has done so much without a network, in pushes of so many.
///
/// # Errors
/// When his device refuses something.
pub fn offline(member: &Member, kit: &Kit, mirror: &Mirror, count: usize, batch: usize) -> anyhow::Result<Vec<Push>> {
    let folder = scratch()?;
    let mut device = member.open_in_sync(folder.path(), kit, mirror)?;
    let mut work = Work::new()?;
    let mut messages: Vec<Message> = Vec::with_capacity(count);
    // As many as go into one push are taken out of it at a time: the server's answers are for later.
    work.go_on(&mut device, count)?;
    while messages.len() < count {
        let Step::Push { bytes, .. } = device.begin_sync()? else { anyhow::bail!("there is nothing to push") };
        let push = decode_push(&bytes)?;
        let last = messages.len() as u64 + push.messages.len() as u64;
        messages.extend(push.messages);
        let verdicts = BTreeMap::new();
        device.pushed(Ok(encode_pushed(&lockstep_model::exchange::Pushed::Taken { last, verdicts })))?;
    }
    let chunk = |messages: &[Message]| Push { device: member.device.clone(), messages: messages.to_vec() };
    Ok(messages.chunks(batch).map(chunk).collect())
}
